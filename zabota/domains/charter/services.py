"""Changing the charter: each change is a new version with an author and a reason."""

from datetime import datetime

from django.db import IntegrityError

from zabota.domains.charter import errors, queries
from zabota.domains.charter.events import CharterPutInForce
from zabota.domains.charter.models import CharterVersion
from zabota.domains.charter.rules import documents, sections
from zabota.domains.charter.rules.documents import Document, Values
from zabota.domains.charter.rules.sections import Section
from zabota.domains.charter.rules.standard import Charter, Scope
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor, Role
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context


def put_in_force(
    *,
    document: Document,
    actor: Actor,
    reason: str,
    at: datetime,
    in_force_from: datetime | None = None,
    based_on: int | None = None,
) -> Charter:
    """Make a document the charter from now, or from a later moment, and tell it as a fact.

    The document holds the company's own decisions (`Charter.own_decisions`), not the defaults.
    `based_on` is the number of the version that the editor began with. Raises InvalidCharter and
    UnknownSection with a sentence that names section and field, MayNotChange, NoReason,
    ChangedMeanwhile, OutOfOrder; then nothing has changed.
    """
    _require_right(actor, reason)
    with tx.write():
        return _add(document, actor, reason, at, in_force_from or at, based_on)


def change_section(
    *,
    section: type[Section],
    scope: Scope,
    values: Values,
    actor: Actor,
    reason: str,
    at: datetime,
) -> Charter:
    """Change some values of one section at one level, and leave all else as it is.

    `values` is a merge patch upon what the level says already; null takes a weaker level's value
    away. An empty scope is the company. Raises what `put_in_force` raises, and SeveralLevels.
    """
    _require_right(actor, reason)
    sections.find(section.name)
    place = scope.only_place()
    with tx.write():
        _require_none_waits(at)
        now = queries.in_force(at=at)
        document = documents.changed(
            now.own_decisions, section=section.name, place=place, values=values
        )
        return _add(document, actor, reason, at, at, now.number)


def _require_right(actor: Actor, reason: str) -> None:
    if actor.role not in {Role.OWNER, Role.MANAGER}:
        raise errors.MayNotChange("only the owner and managers change the charter")
    if not reason.strip():
        raise errors.NoReason("a change of the charter says why")


def _require_none_waits(at: datetime) -> None:
    waiting = CharterVersion.objects.filter(in_force_from__gt=at).order_by("-in_force_from").first()
    if waiting:
        # A change now would be undone, unseen, when that version comes into force.
        raise errors.OutOfOrder(waiting.in_force_from)


def _add(
    document: Document,
    actor: Actor,
    reason: str,
    at: datetime,
    in_force_from: datetime,
    based_on: int | None,
) -> Charter:
    latest = CharterVersion.objects.order_by("-number").first()
    number = latest.number if latest else 0
    if based_on is not None and based_on != number:
        raise errors.ChangedMeanwhile(f"version {number} was made after version {based_on}")
    earliest = max(at, latest.in_force_from) if latest else at
    if in_force_from < earliest:
        raise errors.OutOfOrder(earliest)
    before = queries.version(number=number).document
    documents.check(document, defaults=before)
    text = documents.canonical(documents.with_defaults(document, before=before))
    row = CharterVersion(
        number=number + 1,
        document=text,
        sha256=documents.digest(text),
        author_id=actor.id,
        reason=reason.strip(),
        made_at=at,
        in_force_from=in_force_from,
    )
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        raise errors.ChangedMeanwhile(f"version {number + 1} was made at the same time") from error
    queries.forget()
    log.publish(
        CharterPutInForce(number=row.number, in_force_from=in_force_from),
        at=at,
        actor_id=actor.id,
        context=Context(charter_version=row.number),
    )
    return queries.version(number=row.number)
