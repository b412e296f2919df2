"""Conditions that the owner must know of: what is wrong since when, until it is right again."""

from django.db import models
from typing_extensions import override


class Condition(models.Model):
    """One thing that is wrong now.

    `key` names it ("mailbox:12"), `code` says what; words are the face's.
    """

    key = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=40)
    level = models.CharField(max_length=8, default="warn")  # warn | error
    detail = models.JSONField(default=dict)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.key}: {self.code}"
