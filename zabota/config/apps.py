"""The last app: when everything is loaded, the house is wired."""

from django.apps import AppConfig
from typing_extensions import override


class ConfigConfig(AppConfig):
    name = "zabota.config"
    label = "config"

    @override
    def ready(self) -> None:
        # Late: wiring imports every domain's tasks, which need loaded models.
        from zabota.config import wiring

        wiring.connect()
