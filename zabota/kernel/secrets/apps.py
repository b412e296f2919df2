from django.apps import AppConfig


class SecretsConfig(AppConfig):
    name = "zabota.kernel.secrets"
    label = "secrets"
