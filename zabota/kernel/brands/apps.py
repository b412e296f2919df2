from django.apps import AppConfig


class BrandsConfig(AppConfig):
    name = "zabota.kernel.brands"
    label = "brands"
