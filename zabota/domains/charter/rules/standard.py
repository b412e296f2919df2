"""The charter in force: reading a section for a scope, and why a value is what it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zabota.domains.charter.enums import Level
from zabota.domains.charter.errors import SeveralLevels, UnknownField
from zabota.domains.charter.rules import documents, sections
from zabota.domains.charter.rules.documents import Document, Place, Values
from zabota.domains.charter.rules.sections import AnySection, Section

# Scopes whose sections one charter remembers: enough for each brand, channel and segment of a
# company, and bounded where single customers have overrides.
_REMEMBERED = 2048


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whom a value is for. What is not given is not overridden for."""

    brand: int | None = None
    channel: int | None = None
    segment: str | None = None
    relationship: str | None = None
    customer: int | None = None

    def places(self) -> Iterator[Place]:
        """Give the named levels, weakest first."""
        for level in (
            Level.BRAND,
            Level.CHANNEL,
            Level.SEGMENT,
            Level.RELATIONSHIP,
            Level.CUSTOMER,
        ):
            key = getattr(self, level)
            if key is not None:
                yield level, str(key)

    def only_place(self) -> Place:
        """Give the one level named, the company when none is. Raises SeveralLevels."""
        named = list(self.places())
        if len(named) > 1:
            raise SeveralLevels(f"a change is for one level, not {len(named)}")
        return named[0] if named else documents.COMPANY


COMPANY = Scope()


@dataclass(frozen=True, kw_only=True)
class Why:
    """Which level gave a value. `key` says whose it is: the number of a brand, a segment's name."""

    level: Level
    key: str
    value: Any


@dataclass(frozen=True, kw_only=True)
class Charter:
    """One version of the service standard. Number 0 is the product's own defaults.

    `document` is the whole of it, defaults included; `own_decisions` what an editor shows.
    """

    number: int
    sha256: str
    in_force_from: datetime | None
    document: Document
    _places: dict[str, Mapping[Place, Values]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _sections: dict[tuple[str, tuple[Place, ...]], Section] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def section(self, schema: type[AnySection], *, scope: Scope = COMPANY) -> AnySection:
        """Read a section for a scope, where the levels named in it are the stronger the later:
        company, brand, channel, segment, relationship type, customer.

        Raises UnknownSection when no domain has registered the class.
        """
        self._require(schema)
        own = self._own(schema)
        given = tuple(place for place in self._ladder(scope) if place in own)
        found = self._sections.get((schema.name, given))
        if not isinstance(found, schema):
            found = documents.resolved(schema, [own[place] for place in given])
            if len(self._sections) >= _REMEMBERED:
                self._sections.clear()
            self._sections[schema.name, given] = found
        return found

    def why(self, schema: type[Section], *, field: str, scope: Scope = COMPANY) -> Why:
        """Tell the strongest level that gave a value, or a part of it; `field` is dotted.

        Raises UnknownSection, UnknownField.
        """
        value: Any = self.section(schema, scope=scope).model_dump(mode="json")
        for step in field.split("."):
            if not isinstance(value, Mapping) or step not in value:
                raise UnknownField(schema.name, field)
            value = value[step]
        own = self._own(schema)
        for place in reversed(list(self._ladder(scope))):
            if place in own and _gives(own[place], field):
                return Why(level=place[0], key=place[1], value=value)
        return Why(level=Level.DEFAULT, key="", value=value)

    @property
    def own_decisions(self) -> Document:
        """The document without the defaults, as `put_in_force` takes it."""
        return documents.without_defaults(self.document)

    def _require(self, schema: type[Section]) -> None:
        sections.find(schema.name)

    def _own(self, schema: type[Section]) -> Mapping[Place, Values]:
        found = self._places.get(schema.name)
        if found is None:
            found = documents.places(self.document.get(schema.name, {}))
            self._places[schema.name] = found
        return found

    def _ladder(self, scope: Scope) -> Iterator[Place]:
        yield documents.DEFAULT
        yield documents.COMPANY
        yield from scope.places()


def of_defaults() -> Charter:
    """Make version 0: the defaults of every registered section."""
    document = documents.with_defaults({}, before={})
    return Charter(
        number=0,
        sha256=documents.digest(documents.canonical(document)),
        in_force_from=None,
        document=document,
    )


def _gives(values: Values, field: str) -> bool:
    """Say whether a patch has a value at the path, above it, or within it."""
    found: Any = values
    for step in field.split("."):
        if not isinstance(found, Mapping):
            return True
        if step not in found:
            return False
        found = found[step]
    return True
