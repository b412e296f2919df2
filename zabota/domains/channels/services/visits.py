"""Who a visitor is: a signed token names him, within one chat, and nothing else does (T28).

The token is given before anything is stored, so looking at a page leaves no row. It is signed with
the house's key and kept by the browser alone; what it names is made with the first message.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from zabota.domains.channels.events import VisitEnded
from zabota.domains.channels.models import Channel, Visit
from zabota.domains.channels.rules.chats import KIND, ChatSettings
from zabota.kernel import ids, tx
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context

SALT = "zabota.chat.visitor"


class NoChat(Exception):
    """There is no chat of that key, or it is switched off."""


class ForeignSite(Exception):
    """The page that asks belongs to no site on the chat's list."""


class BadToken(Exception):
    """Forged, too old, of another chat, ended, or none at all: the answer is the same."""


@dataclass(frozen=True, kw_only=True)
class Chat:
    """One chat: whose it is, and which sites may show it. `key` stands in its tag."""

    channel_id: int
    ref: str
    key: str
    team_id: int | None
    brand_id: int
    brand_name: str
    time_zone: str
    country: str
    sites: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """A browser that holds a token of this chat. `read_up_to` is the last message it has shown;
    `visit_id` is known once something was written.
    """

    chat: Chat
    ref: str
    language: str
    visit_id: int | None = None
    read_up_to: int = 0


def chat(key: str) -> Chat:
    """The chat of that key. Raises NoChat."""
    found = (
        Channel.objects.select_related("brand")
        .filter(kind=KIND, address=key, is_active=True)
        .first()
    )
    if found is None:
        raise NoChat
    return Chat(
        channel_id=found.pk,
        ref=found.ref,
        key=key,
        team_id=found.team_id,
        brand_id=found.brand_id,
        brand_name=found.brand.name,
        time_zone=found.brand.time_zone,
        country=found.brand.country,
        sites=frozenset(_sites(found)),
    )


def chat_of(brand_id: int) -> Chat | None:
    """The brand's first chat."""
    rows = Channel.objects.filter(kind=KIND, brand_id=brand_id, is_active=True).order_by("pk")
    found = rows.values_list("address", flat=True).first()
    return chat(found) if found else None


def admit(chat: Chat, origin: str) -> None:
    """Raises ForeignSite for a page that is not on the list."""
    if origin not in chat.sites:
        raise ForeignSite


def origins() -> frozenset[str]:
    """All sites that may show some chat of ours."""
    rows = Channel.objects.filter(kind=KIND, is_active=True)
    return frozenset(origin for row in rows for origin in _sites(row))


def _sites(channel: Channel) -> tuple[str, ...]:
    return ChatSettings.model_validate(channel.settings).origins


def new_token(chat: Chat, *, language: str) -> str:
    """A token for a browser that has none."""
    return _signed(chat, ids.new_ref() + ids.new_ref(), language)


def renewed(visitor: Visitor, *, language: str) -> str:
    """A token for the same visitor whose time begins anew."""
    return _signed(visitor.chat, visitor.ref, language)


def _signed(chat: Chat, ref: str, language: str) -> str:
    return signing.dumps([chat.ref, ref, language], salt=SALT)


def read(token: str, *, chat: Chat, lasts: timedelta) -> Visitor:
    """Whose token it is. Raises BadToken."""
    try:
        name, ref, language = signing.loads(token, salt=SALT, max_age=lasts)
    except (signing.BadSignature, ValueError, TypeError) as problem:
        raise BadToken from problem
    if name != chat.ref:
        raise BadToken
    names = (ref, forgotten(ref))
    visit = Visit.objects.filter(ref__in=names, channel_id=chat.channel_id).first()
    if visit is None:
        return Visitor(chat=chat, ref=ref, language=language)
    if visit.ended_at is not None:
        raise BadToken
    return Visitor(
        chat=chat, ref=ref, language=language, visit_id=visit.pk, read_up_to=visit.read_up_to
    )


def begin(visitor: Visitor, *, page: str, at: datetime) -> None:
    """The visit is made with the first message, refreshed with each, and locked by it: what the
    same visitor sends at the same moment waits.
    """
    now = {"language": visitor.language, "page": page[:500], "seen_at": at}
    rows = Visit.objects.filter(ref=visitor.ref)
    if rows.update(**now):
        return
    began = {"channel_id": visitor.chat.channel_id, "began_at": at, **now}
    _row, made = Visit.objects.get_or_create(ref=visitor.ref, defaults=began)
    if not made:
        rows.update(**now)  # it was made at the same moment


def mark_read(visitor: Visitor, message_id: int, *, at: datetime) -> bool:
    """These messages were shown in his browser. False when that is no news."""
    changed = Visit.objects.filter(ref=visitor.ref, read_up_to__lt=message_id).update(
        read_up_to=message_id, seen_at=at
    )
    return changed == 1


def read_up_to(refs: Collection[str]) -> int:
    """The last message that one of these visitors' browsers has shown; 0 for none."""
    rows = Visit.objects.filter(ref__in=refs)
    return max(rows.values_list("read_up_to", flat=True), default=0)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a visitor's browser told last: its page, when, and which message it has shown."""

    page: str
    at: datetime
    read_up_to: int


def last_seen(refs: Collection[str]) -> Seen | None:
    """The newest of these visits."""
    row = Visit.objects.filter(ref__in=refs).order_by("-seen_at").first()
    return Seen(page=row.page, at=row.seen_at, read_up_to=row.read_up_to) if row else None


def end(visits: QuerySet[Visit], *, at: datetime) -> None:
    """The tokens of these visits open nothing any more, and their streams end. In the caller's
    transaction or its own.
    """
    with tx.within():
        for visit in visits.filter(ended_at__isnull=True).select_related("channel"):
            visit.ended_at = at
            visit.save(update_fields=["ended_at"])
            channel = visit.channel
            where = Context(
                brand_id=channel.brand_id, channel_id=channel.pk, team_id=channel.team_id
            )
            log.publish(VisitEnded(visit_id=visit.pk), at=at, context=where)


def forget(visits: QuerySet[Visit], *, at: datetime) -> None:
    """These visits end, and nothing of them stays but that their tokens are worth nothing: else a
    browser would come back under the name that was erased.
    """
    rows = list(visits)
    end(visits, at=at)
    for visit in rows:
        Visit.objects.filter(pk=visit.pk).update(
            ref=forgotten(visit.ref), language="", page="", email="", read_up_to=0
        )


def forgotten(ref: str) -> str:
    """What stands in the place of an erased visitor's name: it leads back to nobody."""
    return salted_hmac("zabota.chat.forgotten", ref, algorithm="sha256").hexdigest()[:32]
