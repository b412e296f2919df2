from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "zabota.faces.design"
    label = "design"
