"""The fact log: one append-only table.

Nothing has a foreign key to it: it is partitioned by month when scaled.
"""

from django.db import models
from typing_extensions import override


class FactRow(models.Model):
    """One fact, as stored.

    `transaction` is PostgreSQL's xid8, so that readers by cursor skip nothing.
    """

    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    about_kind = models.CharField(max_length=20, default="")
    about_id = models.BigIntegerField(null=True)
    brand_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=8, default="")
    segment = models.CharField(max_length=32, default="")
    calendar = models.CharField(max_length=64, default="")
    charter_version = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict)
    transaction = models.BigIntegerField(null=True)

    class Meta:
        db_table = "facts_fact"
        indexes = [
            models.Index(fields=["about_kind", "about_id", "id"], name="facts_about"),
            models.Index(fields=["name", "at"], name="facts_name_at"),
            models.Index(
                fields=["transaction", "id"],
                name="facts_read_order",
                condition=models.Q(transaction__isnull=False),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.name} {self.pk}"
