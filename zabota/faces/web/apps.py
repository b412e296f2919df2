from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "zabota.faces.web"
    label = "web"
