from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "zabota.kernel.health"
    label = "health"
