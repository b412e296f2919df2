"""Closing: proposed by us, agreed by the customer; and the signed links by which he does."""

from django.db import models
from typing_extensions import override

from zabota.domains.desk.models.conversations import Conversation, Message
from zabota.kernel.accounts.models import User


class ClosingProposal(models.Model):
    """We asked whether the matter may be closed. At most one waits for an answer."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="proposals"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    reminders = models.PositiveSmallIntegerField(default=0)
    next_reminder_at = models.DateTimeField(null=True, db_index=True)
    answer = models.CharField(max_length=10, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    # A reply that may mean yes, for the agent to confirm with one key.
    maybe_agreed_in = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(answered_at__isnull=True),
                name="desk_one_open_proposal",
            )
        ]

    @override
    def __str__(self) -> str:
        return f"proposal {self.pk}"


class Closure(models.Model):
    """The conversation is closed because this row exists (and was not reopened)."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="closures"
    )
    at = models.DateTimeField()
    how = models.CharField(max_length=16)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, default="", blank=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    reopened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(reopened_at__isnull=True),
                name="desk_one_closure",
            )
        ]

    @override
    def __str__(self) -> str:
        return f"closed {self.how}"


class PortalLink(models.Model):
    """A signed link to one matter for one person, for 30 days.

    Only the token's hash is stored (T21).
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="portal_links"
    )
    identity = models.ForeignKey("people.Identity", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    @override
    def __str__(self) -> str:
        return f"link {self.pk}"
