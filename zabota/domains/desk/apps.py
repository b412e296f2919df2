from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "zabota.domains.desk"
    label = "desk"
