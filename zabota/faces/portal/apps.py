from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "zabota.faces.portal"
    label = "portal"
