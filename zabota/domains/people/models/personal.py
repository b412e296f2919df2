"""Fields of a dossier that a company chose, each with a purpose, and who speaks for a minor."""

from django.db import models
from typing_extensions import override

from zabota.domains.people.enums import Basis, DataPurpose, FieldKind, Source
from zabota.domains.people.models.customers import Customer


def _choices(kind: type) -> list[tuple[str, str]]:
    return [(item.value, item.value) for item in kind]  # type: ignore[attr-defined]  # an enum


class DossierField(models.Model):
    """A field that the owner added (S-004), or a standard one as he decided about it.

    `label` is {ru, lv, en}; `segments` names those it is for, none: for all. Without a purpose it
    can't be published (S-723). `keep_days` after it was last stated, for ever when empty.
    """

    key = models.CharField(max_length=32, unique=True)
    label = models.JSONField(default=dict)
    kind = models.CharField(max_length=8, choices=_choices(FieldKind))
    options = models.JSONField(default=list)
    segments = models.JSONField(default=list)
    purpose = models.CharField(max_length=16, choices=_choices(DataPurpose), default="", blank=True)
    basis = models.CharField(max_length=8, choices=_choices(Basis), default=Basis.CONSENT)
    keep_days = models.PositiveIntegerField(null=True, blank=True)
    is_published = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return self.key


class FieldValue(models.Model):
    """What is known in one field of one customer, and who said so (S-721)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="field_values")
    key = models.CharField(max_length=32)
    value = models.CharField(max_length=500)
    source = models.CharField(max_length=8, choices=_choices(Source))
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "key"], name="people_one_value")]

    @override
    def __str__(self) -> str:
        return self.key


class Statement(models.Model):
    """Who said last what stands in a column of the customer himself: his name, his language."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="statements")
    field = models.CharField(max_length=32)
    source = models.CharField(max_length=8, choices=_choices(Source))
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "field"], name="people_one_statement")
        ]

    @override
    def __str__(self) -> str:
        return self.field


class Representative(models.Model):
    """Who speaks for a minor by law; without one nothing is kept of the minor (S-720)."""

    customer = models.OneToOneField(
        Customer, on_delete=models.CASCADE, related_name="representative"
    )
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=60)
    contact = models.CharField(max_length=320)
    source = models.CharField(max_length=8, choices=_choices(Source))
    author_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"representative {self.pk}"
