"""Customers, the identities by which they reach us, and what they allowed."""

from typing import Any

from django.db import models
from typing_extensions import override

from zabota.domains.people.enums import (
    ContactKind,
    CustomerKind,
    Formality,
    IdentityKind,
    NoteKind,
    Purpose,
    RelationshipState,
    RelationshipType,
)
from zabota.kernel import ids


def _choices(kind: type) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in kind]  # type: ignore[attr-defined]  # an enum


class Customer(models.Model):
    """A person or a company that is served. A merged customer points to the one who stays."""

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    kind = models.CharField(
        max_length=8, choices=_choices(CustomerKind), default=CustomerKind.PERSON
    )
    contact_kind = models.CharField(
        max_length=10, choices=_choices(ContactKind), default=ContactKind.BUYER
    )
    name = models.CharField(max_length=200)
    # Form of address (S-047): the name as to be said; formal unless the customer wished otherwise.
    say = models.CharField(max_length=120, default="", blank=True)
    formality = models.CharField(
        max_length=8, choices=_choices(Formality), default=Formality.FORMAL
    )
    language = models.CharField(max_length=2, default="", blank=True)
    time_zone = models.CharField(max_length=64, default="", blank=True)
    state = models.CharField(
        max_length=8, choices=_choices(RelationshipState), default=RelationshipState.ACTIVE
    )
    segment = models.CharField(max_length=32, default="", blank=True)
    # How he is served; "" as his segment is (S-032).
    relationship = models.CharField(
        max_length=12, choices=_choices(RelationshipType), default="", blank=True
    )
    # Whom he likes to be answered by (S-143), and who is his own (S-034): people of ours.
    preferred_agent_id = models.BigIntegerField(null=True, blank=True)
    dedicated_agent_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    preferred_channel = models.CharField(max_length=12, default="", blank=True)
    preferred_time = models.CharField(max_length=120, default="", blank=True)
    # What standing he expects, and what he is worth to us: a, b or c (S-027).
    expects = models.CharField(max_length=120, default="", blank=True)
    tier = models.CharField(max_length=1, default="", blank=True)
    # When he last said that his data are right, and was last asked (S-722).
    data_confirmed_at = models.DateTimeField(null=True, blank=True)
    data_asked_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["name"], name="people_name")]

    @override
    def __str__(self) -> str:
        return self.name


class CustomerMerge(models.Model):
    """Two records were found to be one customer; `followers` had been merged before and came along.

    It can be undone: `undone_at`.
    """

    merged = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    stays = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges")
    followers = models.JSONField(default=list)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return f"{self.merged_id} is {self.stays_id}"


class Identity(models.Model):
    """An address of a customer in a channel. `value` is normalised, `shown` as it was written."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=8, choices=_choices(IdentityKind))
    value = models.CharField(max_length=320)
    shown = models.CharField(max_length=320)
    name = models.CharField(max_length=200, default="", blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    # Mail to it came back for good, or its owner said that it is not the customer's (S-717).
    unusable_since = models.DateTimeField(null=True, blank=True)
    unusable_reason = models.CharField(max_length=40, default="", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="people_one_identity")
        ]

    @override
    def __str__(self) -> str:
        return self.shown


class Consent(models.Model):
    """One yes or no, provable: who, when, which wording, for what, how (S-716).

    The latest row decides.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    identity = models.ForeignKey(
        Identity, null=True, blank=True, on_delete=models.CASCADE, related_name="consents"
    )
    purpose = models.CharField(max_length=12, choices=_choices(Purpose))
    channel_kind = models.CharField(max_length=12, default="email")
    given = models.BooleanField()
    at = models.DateTimeField()
    wording = models.TextField()
    wording_version = models.CharField(max_length=32, default="")
    language = models.CharField(max_length=2, default="")
    # capture form, e-mail invitation, checkout, in person, unsubscribe link (S-066)
    origin = models.CharField(max_length=24)
    origin_page = models.CharField(max_length=500, default="", blank=True)
    ip = models.GenericIPAddressField(null=True, blank=True)
    clerk_id = models.BigIntegerField(null=True, blank=True)
    controllers = models.JSONField(default=list)
    # He said that he is of age and says so of his own will (S-735).
    of_age = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "purpose", "-at"], name="people_consent_latest")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.purpose} {self.given}"

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only ever added: a proof that can be changed proves nothing."""
        if not self._state.adding:
            raise TypeError("a consent is not changed; the next one decides")
        super().save(*args, **kwargs)


class Stage(models.Model):
    """A dated, authored stage of work with a customer; the newest is the current one (S-005)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(max_length=60)
    note = models.TextField(default="", blank=True)
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return self.name


class HumanNote(models.Model):
    """Human context, in respectful words (S-011)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="human_notes")
    kind = models.CharField(max_length=12, choices=_choices(NoteKind))
    text = models.TextField()
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return self.kind


class RelationshipChange(models.Model):
    """A change of the relationship's state; ending needs reason, evidence and a leader (S-043)."""

    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="relationship_changes"
    )
    state = models.CharField(max_length=8, choices=_choices(RelationshipState))
    reason = models.CharField(max_length=200)
    evidence = models.TextField(default="", blank=True)
    actor_id = models.BigIntegerField(null=True)
    approver_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return self.state


class Refusal(models.Model):
    """An entry of the "do not serve" register: evidence, approver, review date (S-044)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="refusals")
    evidence = models.TextField()
    approver_id = models.BigIntegerField()
    since = models.DateTimeField()
    review_on = models.DateField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return f"refusal {self.pk}"


class Tie(models.Model):
    """Who may order for whom.

    A secretary for a director, an employee for a company (S-052, S-053).
    """

    orderer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders_for")
    beneficiary = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ordered_by")
    kind = models.CharField(max_length=12)  # relative | secretary | employee
    may_order = models.BooleanField(default=True)
    news_to = models.CharField(max_length=12, default="orderer")  # orderer | beneficiary | both
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["orderer", "beneficiary"],
                condition=models.Q(until__isnull=True),
                name="people_one_tie",
            )
        ]

    @override
    def __str__(self) -> str:
        return self.kind


class CompanyTerms(models.Model):
    """What was agreed with a company, and how often we keep in touch (S-053)."""

    company = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="terms")
    terms = models.TextField(default="", blank=True)
    contact_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    changed_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"terms of {self.company_id}"
