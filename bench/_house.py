"""A house filled in bulk: so many conversations of five messages, in three languages.

States, teams and times are spread as in a shop of three years: nine in ten are closed.
"""

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cast import Cast
    from zabota.domains.desk.models import Conversation, Message
    from zabota.kernel.search import index

NOW = datetime(2026, 5, 19, 6, 0, tzinfo=UTC)
MESSAGES_EACH = 5
MESSAGES_LONG = 30
BATCH = 2_000
OPEN_SHARE = 0.1
LINES = (
    "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ A-{n}? Курьер не звонил.",
    "Labdien! Vai varat pateikt, kad būs mans pasūtījums A-{n}? Kurjers vēl nav zvanījis.",
    "Hello! Could you tell me when my order A-{n} will arrive? The courier has not called.",
)
LANGUAGES = ("ru", "lv", "en")


def fill(conversations: int, *, long: int = 0, with_search: bool = True) -> "Cast":
    """The cast, and so many conversations for them. Django must be set up, the tables empty.

    `long` of the conversations have thirty messages, the others five.
    """
    from tests.cast import gather
    from zabota.domains.desk.models import Conversation, Message
    from zabota.domains.people.models import Customer, Identity
    from zabota.kernel.search import index

    cast = gather()
    chance = random.Random(7)
    people = Customer.objects.bulk_create(
        (
            Customer(name=f"Customer {n}", language=LANGUAGES[n % 3], created_at=NOW)
            for n in range(max(conversations // 5, 1))
        ),
        batch_size=BATCH,
    )
    identities = Identity.objects.bulk_create(
        (
            Identity(
                customer=person,
                kind="email",
                value=f"c{n}@example.com",
                shown=f"c{n}@example.com",
                created_at=NOW,
            )
            for n, person in enumerate(people)
        ),
        batch_size=BATCH,
    )
    made = _conversations(cast, identities, conversations, long, chance)
    for batch in _batches(made):
        rows = Conversation.objects.bulk_create(batch)
        messages = Message.objects.bulk_create(
            message for row in rows for message in _messages(row, identities, chance)
        )
        if with_search:
            index.put_many([_entry(message) for message in messages])
    return cast


def _conversations(
    cast: "Cast", identities: Sequence[object], count: int, long: int, chance: random.Random
) -> "Iterator[Conversation]":
    from zabota.domains.desk.models import Conversation

    agents = (cast.marta, cast.janis, cast.oleg)
    for n in range(count):
        opened = NOW - timedelta(minutes=chance.randrange(3 * 365 * 24 * 60))
        is_open = chance.random() < OPEN_SHARE
        state = (
            chance.choice(("waiting_us", "waiting_customer", "awaiting_consent"))
            if is_open
            else "closed"
        )
        identity = identities[n % len(identities)]
        yield Conversation(
            ref=uuid.uuid4().hex[:12],
            brand=cast.brand,
            channel=cast.mailbox,
            customer=identity.customer,  # type: ignore[attr-defined]  # an Identity, imported late
            subject=f"Order A-{n}",
            team=chance.choice((cast.riga, cast.moscow)),
            assignee=chance.choice((*agents, None)),
            state=state,
            opened_at=opened,
            language=LANGUAGES[n % 3],
            waiting_since=opened if state == "waiting_us" else None,
            last_message_at=opened,
            order_at=opened,
            preview=LINES[n % 3].format(n=n),
            message_count=MESSAGES_LONG if long and n % (count // long) == 0 else MESSAGES_EACH,
        )


def _messages(
    row: "Conversation", identities: Sequence[object], chance: random.Random
) -> "Iterator[Message]":
    from zabota.domains.desk.models import Message

    for k in range(row.message_count):
        ours = k % 2 == 1
        yield Message(
            ref=uuid.uuid4().hex[:12],
            conversation=row,
            direction="out" if ours else "in",
            author_id=row.assignee_id if ours else None,
            identity=None if ours else identities[row.pk % len(identities)],  # type: ignore[misc]
            channel_id=row.channel_id,
            at=row.opened_at + timedelta(minutes=k),
            text=f"{chance.choice(LINES).format(n=row.pk)} {_words(chance)}",
            delivery="sent" if ours else "",
        )


def _words(chance: random.Random) -> str:
    return " ".join(chance.choices(VOCABULARY, WEIGHTS, k=25))


def _vocabulary() -> list[str]:
    chance = random.Random(11)
    syllables = ("ba", "re", "ли", "но", "ka", "ти", "ru", "ше", "vi", "до", "me", "га", "pī")
    return ["".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000)]


VOCABULARY = _vocabulary()
WEIGHTS = [1 / rank for rank in range(1, len(VOCABULARY) + 1)]


def _entry(message: "Message") -> "index.Entry":
    from zabota.kernel.search import index

    return index.Entry(
        kind="message",
        object_id=message.pk,
        group_id=message.conversation_id,
        text=message.text,
        at=message.at,
        space_id=message.conversation.team_id,
        owner_id=message.conversation.assignee_id,
    )


def _batches(rows: "Iterator[Conversation]") -> "Iterator[list[Conversation]]":
    while batch := list(islice(rows, BATCH)):
        yield batch
