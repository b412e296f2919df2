from django.apps import AppConfig


class OwnerConfig(AppConfig):
    name = "zabota.faces.web.owner"
    label = "owner_pages"
