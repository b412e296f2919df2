"""Promises and each change of them. Private to promises."""

from django.db import models
from typing_extensions import override

from zabota.domains.promises.enums import PromiseState
from zabota.kernel import ids


class Promise(models.Model):
    """An obligation towards a customer with an owner and a clock.

    The subject is opaque: (kind, id) of what it was promised about. `next_look_at` is the indexed
    moment
    at which something about it changes by itself (a warning, the due time).
    """

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    kind = models.CharField(max_length=24)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    team_id = models.BigIntegerField(null=True)
    brand_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    charter_version = models.PositiveIntegerField(default=0)
    given_at = models.DateTimeField()
    ideal_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=14, default=PromiseState.OPEN)
    # Moments of the warnings still to come: [[percent, iso time], ...]
    warnings = models.JSONField(default=list)
    next_look_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_look_at", "id"],
                name="promises_due",
                condition=models.Q(next_look_at__isnull=False),
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="promises_subject"),
            models.Index(
                fields=["-due_at", "-id"],
                name="promises_broken",
                condition=models.Q(state=PromiseState.BROKEN),
            ),
            models.Index(
                fields=["owner_id", "due_at"],
                name="promises_owner",
                condition=models.Q(ended_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=models.Q(ended_at__isnull=True, kind="first_answer"),
                name="promises_one_first_answer",
            )
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class PromiseChange(models.Model):
    """Who changed a promise, when, from which state to which, and why."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=14)
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=40, default="", blank=True)
    told_customer_at = models.DateTimeField(null=True)

    @override
    def __str__(self) -> str:
        return f"{self.state} {self.at}"
