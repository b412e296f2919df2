"""What a customer needs and likes, days that matter to him, whom he cares for, what we do of it."""

from django.db import models
from typing_extensions import override

from zabota.domains.people.enums import CareKind, DayKind, NeedState, ProposalState
from zabota.domains.people.models.customers import Consent, Customer


def _choices(kind: type) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in kind]  # type: ignore[attr-defined]  # an enum


class Need(models.Model):
    """An entry of the needs log (S-008). Where it was said: a conversation and a message in it,
    known by number and name; the desk owns both.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="needs")
    text = models.CharField(max_length=500)
    conversation_id = models.BigIntegerField(null=True, blank=True)
    message_ref = models.CharField(max_length=12, default="", blank=True)
    owner_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=_choices(NeedState), default=NeedState.OPEN)
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_id = models.BigIntegerField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return f"need {self.pk} {self.state}"


class Interest(models.Model):
    """What he likes (S-006), or wants right now until a day (S-007): `wanted_until`."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="interests")
    text = models.CharField(max_length=200)
    item = models.CharField(max_length=64, default="", blank=True)  # of the catalogue
    conversation_id = models.BigIntegerField(null=True, blank=True)
    message_ref = models.CharField(max_length=12, default="", blank=True)
    wanted_until = models.DateField(null=True, blank=True)
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return f"interest {self.pk}"


class ImportantDay(models.Model):
    """A day of each year, kept on his consent for being congratulated (S-002)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="days")
    kind = models.CharField(max_length=8, choices=_choices(DayKind))
    name = models.CharField(max_length=80, default="", blank=True)
    day = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField(null=True, blank=True)  # of birth
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="+")
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Dear(models.Model):
    """Somebody he cares for, and what that one needs; kept on his consent (S-045)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="dears")
    name = models.CharField(max_length=120)
    relation = models.CharField(max_length=60, default="", blank=True)
    needs = models.CharField(max_length=500, default="", blank=True)
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="+")
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"dear {self.pk}"


class CareTask(models.Model):
    """One of us is to do something for a customer by himself: once for each cause and year."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="care_tasks")
    kind = models.CharField(max_length=12, choices=_choices(CareKind))
    day = models.ForeignKey(
        ImportantDay, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    interest = models.ForeignKey(
        Interest, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks"
    )
    due_on = models.DateField()
    owner_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    draft = models.TextField(default="", blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            # He is congratulated once however often the clock looks (S-003).
            models.UniqueConstraint(
                fields=["day", "due_on"],
                condition=models.Q(day__isnull=False),
                name="people_greeted_once",
            ),
            models.UniqueConstraint(
                fields=["interest"],
                condition=models.Q(interest__isnull=False),
                name="people_asked_again_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="people_care_open",
                condition=models.Q(done_at__isnull=True),
            )
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Observation(models.Model):
    """What one of us saw, whatever his role, and what he proposes to improve (S-139)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="observations")
    text = models.TextField()
    proposal = models.TextField(default="", blank=True)
    state = models.CharField(
        max_length=8, choices=_choices(ProposalState), default=ProposalState.NEW
    )
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    answer = models.CharField(max_length=300, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return f"observation {self.pk}"
