from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zabota.kernel.accounts"
    label = "accounts"
