from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "zabota.kernel.search"
    label = "search"
