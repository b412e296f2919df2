"""What a field of a dossier is, and which values it takes."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from zabota.domains.people.enums import Basis, DataPurpose, FieldKind
from zabota.domains.people.errors import Incomplete

BIRTH_YEAR = "birth_year"
LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field with its purpose (S-723). `label` is {ru, lv, en}; no segments: for everybody."""

    key: str
    label: Mapping[str, str]
    kind: FieldKind
    options: Sequence[str] = ()
    segments: Sequence[str] = ()
    purpose: DataPurpose | None = None
    basis: Basis = Basis.CONSENT
    keep_days: int | None = None
    is_published: bool = False
    is_standard: bool = False

    def is_for(self, segment: str) -> bool:
        return not self.segments or segment in self.segments

    def called(self, language: str) -> str:
        return self.label.get(language) or self.label.get("en") or self.key


@cache
def standard() -> tuple[Field, ...]:
    """The fields the product comes with (S-719)."""
    file = resources.files(__package__).joinpath("fields.toml")
    return tuple(
        Field(
            key=key,
            label=said["label"],
            kind=FieldKind(said["kind"]),
            purpose=DataPurpose(said["purpose"]),
            basis=Basis(said["basis"]),
            keep_days=said.get("keep_days"),
            is_published=said.get("published", False),
            is_standard=True,
        )
        for key, said in tomllib.loads(file.read_text(encoding="utf-8")).items()
    )


def fitting(field: Field, value: str, *, on: date) -> str:
    """The value as it is kept. Raises Incomplete (`value_unfitting`, `field_unpublished`)."""
    if not field.is_published:
        raise Incomplete("field_unpublished")
    said = " ".join(value.split())[:LONGEST]
    if said and not _fits(field, said, on):
        raise Incomplete("value_unfitting")
    return said


def _fits(field: Field, said: str, on: date) -> bool:
    if field.kind is FieldKind.NUMBER:
        if field.key == BIRTH_YEAR:
            return said.isascii() and said.isdigit() and 1900 <= int(said) <= on.year
        return said.isascii() and said.removeprefix("-").replace(".", "", 1).isdigit()
    if field.kind is FieldKind.DATE:
        try:
            date.fromisoformat(said)
        except ValueError:
            return False
        return True
    if field.kind is FieldKind.CHOICE:
        return said in field.options
    return field.kind is FieldKind.TEXT or said in {"yes", "no"}
