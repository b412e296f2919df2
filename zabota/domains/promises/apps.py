from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "zabota.domains.promises"
    label = "promises"
