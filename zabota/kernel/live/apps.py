from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "zabota.kernel.live"
    label = "live"
