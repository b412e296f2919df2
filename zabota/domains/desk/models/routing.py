"""Who is there, what each can do, who was given what and why, and what was hard."""

from django.db import models
from typing_extensions import override

from zabota.domains.desk.enums import Chosen
from zabota.domains.desk.models.conversations import Conversation
from zabota.kernel.accounts.models import Team, User


class Presence(models.Model):
    """Whether somebody of ours is there: chosen by himself, ended by silence.

    `seen_at` is refreshed by his open pages, every half minute at most. `left_at` is set when his
    silence was noticed. `worked_seconds` counts what he was available on `worked_on`.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    chosen = models.CharField(max_length=10, default=Chosen.AVAILABLE)
    seen_at = models.DateTimeField(db_index=True)
    left_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    worked_on = models.DateField(null=True, blank=True)
    worked_seconds = models.PositiveIntegerField(default=0)

    @override
    def __str__(self) -> str:
        return f"{self.user_id} {self.chosen}"


class Competence(models.Model):
    """What somebody can do for customers: languages he writes, skills by name, whether VIPs are
    his; `most_chats` at once, when other than the charter's.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    languages = models.JSONField(default=list)
    skills = models.JSONField(default=list)
    serves_vip = models.BooleanField(default=False)
    most_chats = models.PositiveSmallIntegerField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return f"competence of {self.user_id}"


class Assignment(models.Model):
    """Who got a conversation, from whom (nobody: the rule), and why (S-109, S-141).

    `because` are codes of the rule; `note` the line of a person who decided otherwise.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="assignments"
    )
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    because = models.JSONField(default=list)
    note = models.CharField(max_length=300, default="", blank=True)
    is_override = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "-id"], name="desk_assigned"),
            models.Index(
                fields=["-at"], name="desk_overrides", condition=models.Q(is_override=True)
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.conversation_id} to {self.user_id}"


class HardContact(models.Model):
    """A contact that hurt: counted for who had it, so that the next goes to another (S-132)."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="hard_contacts"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="desk_hard_contacts")]

    @override
    def __str__(self) -> str:
        return f"hard contact {self.pk}"
