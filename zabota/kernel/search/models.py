"""The search index: one document a message.

How it is stored differs by database; see `schema.py` and `index.py`.
"""

from django.db import models
from typing_extensions import override


class Document(models.Model):
    """What can be found, and by whom. `stems` is our own stemmed text; FTS5 or tsvector index it.

    `id` grows with `at`, so the newest come first without sorting. `group_id` is the matter to
    show; `space_id` the team that may see it (None: all); `owner_id` the person who may see it
    whatever the team. Written by `index.py` alone: SQLite's index knows of no other change.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=16)
    object_id = models.BigIntegerField()
    group_id = models.BigIntegerField()
    space_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    stems = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="search_one_document")
        ]
        indexes = [models.Index(fields=["group_id"], name="search_group")]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
