from django.apps import AppConfig


class CharterConfig(AppConfig):
    name = "zabota.domains.charter"
    label = "charter"
