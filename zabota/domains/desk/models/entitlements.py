"""What a VIP customer is entitled to in one matter, and whether it was given."""

from django.db import models
from typing_extensions import override

from zabota.domains.desk.models.conversations import Conversation
from zabota.domains.desk.models.work import Task
from zabota.kernel.accounts.models import User


class EntitlementCheck(models.Model):
    """One entitlement of a level in one matter (S-026). `what` is {ru, lv, en}, as the charter
    said it then; the one at place 0 is the first answer, due at a moment; the others are due when
    the matter closes. `task` is the apology when it was missed.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="entitlements"
    )
    level = models.CharField(max_length=32)
    place = models.PositiveSmallIntegerField()
    what = models.JSONField()
    due_at = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    missed_at = models.DateTimeField(null=True)
    task = models.ForeignKey(Task, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "place"], name="desk_one_entitlement")
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="desk_entitled",
                condition=models.Q(given_at__isnull=True, missed_at__isnull=True),
            )
        ]

    @override
    def __str__(self) -> str:
        return f"entitlement {self.place} of {self.conversation_id}"
