from django.apps import AppConfig
from django.db.models.signals import post_migrate
from typing_extensions import override


class SearchConfig(AppConfig):
    name = "zabota.kernel.search"
    label = "search"

    @override
    def ready(self) -> None:
        from zabota.kernel.search import schema  # late: only needed here

        post_migrate.connect(schema.empty, sender=self, dispatch_uid="search.empty")
