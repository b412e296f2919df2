"""A house in which every text that anybody can write is hostile, and the addresses to look at.

Letters bring a payload in each field of theirs; then every free text of every table is replaced by
one, so that a new column is looked at without anybody remembering to. Run within the house.
"""

import base64
import itertools
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import models

from tests.security import payloads, scene
from zabota.domains.channels.models import Channel, InboundEnvelope
from zabota.domains.channels.services import inbound, reading, storing
from zabota.domains.channels.services.storing import RawMail
from zabota.domains.desk.models import Attachment, Conversation
from zabota.domains.desk.services import closings, leaders, problems, take_in, tasks_of
from zabota.domains.people.models import Customer
from zabota.kernel import clock
from zabota.kernel.accounts.models import Team, User

MARK = "kanarijputnins"
_SHORTEST = 40
_SHORT = '"><img src=x onerror=alert(9)>'
# Columns that a program writes and reads: codes, languages, times, digests. All other texts are
# taken for somebody's words.
_MACHINE = frozenset(
    [
        "password",
        "state",
        "kind",
        "lane",
        "task",
        "error",
        "lease",
        "key",
        "sha256",
        "language",
        "media_type",
        "time_zone",
        "purpose",
        "key_id",
        "code",
        "level",
        "stems",
        "document",
        "group",
        "content_hash",
        "external_id",
        "sealed",
        "delivery",
        "direction",
        "client_id",
        "verifier",
        "redirect_uri",
        "state_hash",
        "session_hash",
        "token_hash",
        "unique",
        "about_kind",
        "calendar",
        "segment",
        "channel_kind",
        "host",
        "address",
        "value",
        "email",
        "director_address",
    ]
)
_MACHINES = {"FactRow", "Job", "SigningKey", "Condition", "Document", "CharterVersion", "Promise"}


def fill(turn: int, letters: int) -> Mapping[str, Any]:
    """Fill the house with other payloads each turn; values for addresses, session keys, links."""
    built = scene.build()
    corpus = list(dict(payloads.running()).values())
    start = turn * letters * 12 % len(corpus)
    words = itertools.cycle([*corpus[start:], *corpus[:start]])
    at = clock.now()
    storing.store_raw(
        channel_id=built.cast.mailbox.pk,
        items=[RawMail(content=_letter(n, words), received_at=at) for n in range(letters)],
        at=at,
    )
    inbound.process_new(at=at, receive=take_in.take_in)
    reading.pool().stop()
    _work(built, at=at)
    tokens = _links(built, at=at)
    _replace(words)
    return {
        "values": {**built.values, **_values()},
        "mark": MARK,
        "tokens": tokens,
        "keys": {name: _session(built.people[name]) for name in ("agent", "leader", "owner")},
        "conversations": list(Conversation.objects.values_list("ref", flat=True)),
        "messages": list(
            Attachment.objects.values_list("message__ref", flat=True).distinct().order_by("pk")
        ),
        "files": list(Attachment.objects.values_list("file__ref", "message__ref")),
        "customers": list(Customer.objects.values_list("ref", flat=True)),
    }


def _letter(number: int, words: Iterator[str]) -> bytes:
    """Another payload in each field that a stranger fills in."""

    def next_line() -> str:
        return next(words).replace("\n", " ").replace("\f", " ")

    def encoded() -> str:
        return f"=?utf-8?b?{_base64(f'{MARK} {next_line()}')}?="

    quoted = next_line().replace("\\", "\\\\").replace('"', '\\"')
    return (
        f"From: {encoded()} <ilze@kalnina.example>\r\n"
        f"To: {encoded()} <help@liepa.example>, {encoded()} <other{number}@kalnina.example>\r\n"
        f"Cc: {encoded()} <third{number}@kalnina.example>\r\n"
        f"Subject: {encoded()}\r\nMessage-ID: <flood-{number}@kalnina.example>\r\n"
        f"List-Unsubscribe: <javascript:alert(1)>, <https://x.example/{_base64(quoted)}>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="part"\r\n\r\n'
        f"--part\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>{MARK}</p>{next(words)}"
        f'<img src="cid:{number}{_base64(quoted)}"><img src=//127.0.0.2/x.png>\r\n'
        f'--part\r\nContent-Type: image/svg+xml; name="{quoted}"\r\n'
        f"Content-ID: <{number}{_base64(quoted)}>\r\n"
        f'Content-Disposition: attachment; filename="{MARK} {quoted}"\r\n\r\n'
        f"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>\r\n--part--\r\n"
    ).encode()


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _work(built: scene.Scene, *, at: datetime) -> None:
    """What only people of ours make, so that its tables have rows."""
    marta = built.cast.actor(built.cast.marta)
    ref = built.conversation.ref
    closings.withdraw(ref, actor=marta, at=at)
    tasks_of.add(ref, text="Call", actor=marta, at=at)
    leaders.ask(ref, question="May I?", actor=marta, at=at)
    problems.open(ref, title="All tables are late", actor=marta, at=at)


def _links(built: scene.Scene, *, at: datetime) -> list[str]:
    """A customer's link to each hostile letter's matter, besides the scene's own."""
    marta = built.cast.actor(built.cast.marta)
    hostile = Conversation.objects.filter(subject__startswith=MARK)
    for one in hostile:
        scene.answer(one, built.cast, f"{MARK} {_SHORT}")
        closings.propose(one.ref, actor=marta, at=at)
    return [built.tokens["customer"], *(scene.link_of(one) for one in hostile)]


def _replace(words: Iterator[str]) -> None:
    """Write a payload into every free text of every row."""
    for model in apps.get_models():
        if not model.__module__.startswith("zabota.") or model.__name__ in _MACHINES:
            continue
        for column in filter(_is_free, model._meta.fields):
            for pk in list(model._default_manager.values_list("pk", flat=True)):
                room = (column.max_length or 2_000) - len(MARK) - 1
                some = (*itertools.islice(words, 20), _SHORT)
                fitting = next((f"{MARK} {one}" for one in some if len(one) <= room), _SHORT)
                text = f"{pk} {_SHORT}" if column.unique else fitting
                model._default_manager.filter(pk=pk).update(**{column.name: text})


def _is_free(column: "models.Field[Any, Any]") -> bool:
    return (
        isinstance(column, models.CharField | models.TextField)
        and not isinstance(column, models.EmailField | models.URLField | models.SlugField)
        and not column.choices
        and (column.max_length or _SHORTEST) >= _SHORTEST
        and column.name not in _MACHINE
    )


def _values() -> dict[str, str]:
    """What stands in addresses besides the scene's own."""
    customer = Customer.objects.earliest("pk").ref
    return {
        "web:customer.ref": customer,
        "owner:mailbox.ref": Channel.objects.earliest("pk").ref,
        "owner:person.ref": User.objects.earliest("pk").ref,
        "owner:team.ref": Team.objects.earliest("pk").ref,
        "number": str(InboundEnvelope.objects.filter(state="unreadable").earliest("pk").pk),
        "form": "json",
    }


def _session(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = scene.BACKEND
    session[HASH_SESSION_KEY] = User.objects.get(pk=user.pk).get_session_auth_hash()
    session.create()
    return str(session.session_key)
