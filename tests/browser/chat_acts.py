"""What our side of a chat does, in a process of its own beside the server's."""

import re
import time
from datetime import timedelta
from typing import Any

from tests.parts import ground
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.channels.services import chats
from zabota.domains.charter import services as charter
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.enums import State
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import assigning, closings, erasing, leaders, merging, replies
from zabota.domains.people.models import CabinetVisit, Identity
from zabota.kernel import clock, ids
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import User
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log
from zabota.kernel.facts.models import FactRow


def readable_at() -> float:
    """When the server can read what was done here: PostgreSQL holds readers back for transactions
    of other databases of its cluster as well, here for those of tests beside this one.
    """
    newest = FactRow.objects.latest("pk").pk
    ground.wait_until(
        lambda: newest in {row.pk for row in log.after(0, limit=10_000)},
        what="reading the newest fact",
        seconds=100,
    )
    return time.time()


def open_chat(origin: str) -> None:
    """A chat that this site may show."""
    mailbox = Channel.objects.get(kind="email")
    Channel.objects.create(
        kind="webchat",
        address="liepa",
        name="Liepa",
        brand=mailbox.brand,
        team=mailbox.team,
        settings={"origins": [origin]},
        created_at=clock.now(),
    )


def go_home() -> None:
    """Nobody works in the coming week."""
    now = clock.now()
    days = [now.date() + timedelta(days=day) for day in range(-1, 8)]
    charter.change_section(
        section=Hours,
        scope=Scope(),
        values={"dates": {str(day): [] for day in days}},
        actor=_olga(),
        reason="Holidays",
        at=now,
    )


def take() -> None:
    """Marta takes the newest conversation."""
    assigning.take(_ref(), actor=_marta(), at=clock.now())


def answer(text: str) -> None:
    """Marta answers; nothing can be taken back, so it leaves at once."""
    reply = replies.Reply(text=text, client_id=ids.new_ref(), seen_message_id=10**9)
    replies.send(reply, to=_ref(), actor=_marta(), at=clock.now(), undo=timedelta(0))


def propose() -> None:
    """Marta asks whether the matter may be closed."""
    closings.propose(_ref(), actor=_marta(), at=clock.now())


def ask_leader(question: str) -> None:
    """Marta asks her leader."""
    leaders.ask(_ref(), question=question, actor=_marta(), at=clock.now())


def erase() -> float:
    """Vera asks that the customer of the newest conversation be erased, and Olga does it; returns
    when that was so.
    """
    conversation = Conversation.objects.latest("pk")
    conversation.state = State.CLOSED
    conversation.save()
    customer = conversation.customer
    assert customer is not None
    vera = accounts.actor_for(User.objects.get(email="vera@liepa.example"))
    erasing.ask(customer.ref, typed=customer.name, actor=vera, at=clock.now())
    erasing.erase(customer.ref, typed=customer.name, actor=_olga(), at=clock.now())
    return readable_at()


def merge_into_the_one_before() -> float:
    """Marta takes the newest conversation into the one before it."""
    merged, into = Conversation.objects.order_by("-pk")[:2]
    merging.merge(merged.ref, into_ref=into.ref, confirmed=True, actor=_marta(), at=clock.now())
    return readable_at()


def cabinet() -> str:
    """What opens the cabinet of whoever wrote last by mail."""
    identity = Identity.objects.filter(kind="email").latest("pk")
    token, now = ids.new_token(), clock.now()
    CabinetVisit.objects.create(
        identity=identity,
        token_hash=ids.token_hash(token),
        began_at=now,
        expires_at=now + timedelta(days=1),
    )
    return token


def set_chat(origins: list[str], is_active: bool = True) -> float:
    """Olga changes which sites show the chat, or switches it off."""
    row = Channel.objects.get(kind="webchat")
    chat = chats.Chat(
        name="Liepa",
        brand_id=row.brand_id,
        team_id=row.team_id,
        origins=origins,
        is_active=is_active,
    )
    chats.change(ref=row.ref, chat=chat, actor=_olga(), at=clock.now())
    return readable_at()


def told() -> list[str]:
    """What we told the visitors."""
    return list(Message.objects.filter(direction="out").values_list("text", flat=True))


def kept() -> list[str]:
    """What the house has of the visitors' words, in the order of its own numbers."""
    rows = Message.objects.filter(direction="in").order_by("pk")
    return list(rows.values_list("text", flat=True))


def letters_to() -> list[str]:
    """To whom letters leave."""
    letters = OutboundEnvelope.objects.order_by("pk")
    return [party["address"] for letter in letters for party in letter.payload["to"]]


def link_sent_to(address: str) -> str:
    """The address in the newest letter to somebody."""
    return str(_letter_to(address)["links"][0][1])


def code_sent_to(address: str) -> str:
    """The code in the newest letter to somebody."""
    found = re.search(r"\b\d{6}\b", _letter_to(address)["text"])
    assert found
    return found[0]


def state() -> str:
    """How the newest conversation stands."""
    return str(Conversation.objects.latest("pk").state)


def ref() -> str:
    """The newest conversation."""
    return _ref()


def _letter_to(address: str) -> dict[str, Any]:
    letters = OutboundEnvelope.objects.order_by("-pk").values_list("payload", flat=True)
    to = ([party["address"] for party in letter["to"]] for letter in letters)
    return next(letter for letter, whom in zip(letters, to, strict=True) if whom == [address])


def _ref() -> str:
    return Conversation.objects.latest("pk").ref


def _olga() -> Actor:
    return accounts.actor_for(User.objects.get(email="olga@liepa.example"))


def _marta() -> Actor:
    return accounts.actor_for(User.objects.get(email="marta@liepa.example"))
