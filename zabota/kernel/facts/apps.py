from django.apps import AppConfig


class FactsConfig(AppConfig):
    name = "zabota.kernel.facts"
    label = "facts"
