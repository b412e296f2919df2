"""Trials of the way out: the sender is killed, and the server that takes our mail is slow, refuses,
takes part of the recipients, or hangs up before it has answered.

Every cycle an agent answers twelve customers. Each answer reaches its customer once; a second copy
is allowed only under the same Message-ID and when the house says that it may have gone twice.
"""

import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable

from tests.parts import ground
from tests.parts.smtp_sink import Command, SmtpSink
from tests.storm.house import ADDRESS, House, let_pass
from tests.storm.tally import Outcome

ANSWERS = 12
_SETTINGS = """
from tests import cast
from zabota.domains.channels.models import Channel
channel = Channel.objects.filter(address={address!r}).first() or cast.gather().mailbox
smtp = {{"host": "127.0.0.1", "port": {port}, "security": "plain", "user": {address!r}}}
channel.settings = {{**channel.settings, "smtp": smtp}}
channel.save()
"""
_ANSWER = """
from datetime import timedelta
from types import SimpleNamespace
from zabota.domains.channels.envelopes import Party
from zabota.domains.channels.models import Channel
from zabota.domains.desk.models import Message
from zabota.domains.desk.services import replies, take_in
from zabota.domains.desk.tests.letters import letter
from zabota.kernel import clock
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.models import User
mailbox = Channel.objects.get(address={address!r})
house = SimpleNamespace(mailbox=mailbox, brand=mailbox.brand, riga=mailbox.team)
marta, now, names = accounts.actor_for(User.objects.get(name__startswith="Marta")), clock.now(), []
for name in {names!r}:
    who = name.replace(" ", "-") + "@kalnina.example"
    cc = tuple(Party(address=one + "-" + who) for one in {copies!r})
    took = letter(house, at=now, subject=name, sender=Party(address=who), cc=cc)
    take_in.take_in([took], at=now)
    talk = Message.objects.get(envelope_id=took.envelope_id).conversation
    reply = replies.Reply(text=name, client_id=name, seen_message_id=10**9)
    replies.send(reply, to=talk.ref, actor=marta, at=now, undo=timedelta(0))
"""
# What waits for its next try tries now: nobody waits an hour in a trial.
_HASTEN = """
from zabota.domains.channels.models import OutboundEnvelope, Outgoing
from zabota.kernel import clock
now = clock.now()
OutboundEnvelope.objects.filter(state="waiting", not_before__gt=now).update(not_before=now)
Outgoing.objects.filter(next_try_at__gt=now).update(next_try_at=now)
"""
_ROWS = """
SELECT m.client_id, o.state, o.perhaps_twice, o.external_id, o.error, o.delivered, o.refused
FROM channels_outboundenvelope o JOIN desk_message m ON m.external_id = o.external_id
WHERE m.direction = 'out'
"""
Plan = Callable[[SmtpSink, list[str]], None]


def killed_while_sending(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F04, F34: killed at any moment while letters leave, and the line cut after the last dot."""

    def plan(sink: SmtpSink, _names: list[str]) -> None:
        sink.fault("DATA", seconds=0.3, times=ANSWERS)

    def fault() -> None:
        let_pass(chance, 2.5)
        house.server.kill()
        house.server.start()

    return _answered(house, cycle, plan, then=fault)


def line_lost_at_the_end(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F34: the server has the letter, and hangs up before it says so."""
    return _answered(
        house, cycle, lambda sink, _: sink.fault("DATA", drop=True, times=chance.randint(1, 5))
    )


def slow_server(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F30: one recipient's server takes seconds for each command; the others do not wait."""

    def plan(sink: SmtpSink, names: list[str]) -> None:
        sink.fault("RCPT", seconds=chance.uniform(5, 15), recipient=_address(names[0]))

    return _answered(house, cycle, plan, last=0)


def not_now(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F31: 4xx at any command, some times; in the end each is there once."""
    commands: tuple[Command, ...] = ("EHLO", "MAIL", "RCPT", "DATA")
    command = chance.choice(commands)
    times = chance.randint(1, ANSWERS)
    return _answered(
        house, cycle, lambda sink, _: sink.fault(command, reply="451 4.3.0 later", times=times)
    )


def never(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F32: 5xx for some: they are told of with the reason and not tried again."""
    command: Command = chance.choice(("RCPT", "DATA"))
    times = chance.randint(1, 6)
    return _answered(
        house, cycle, lambda sink, _: sink.fault(command, reply="550 5.1.1 nobody", times=times),
        refused=times,
    )  # fmt: skip


def some_recipients(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F33: one of three recipients is refused; the others have it once, he is told of."""

    def plan(sink: SmtpSink, names: list[str]) -> None:
        for name in names[:6]:
            victim = _address(chance.choice((name, f"a-{name}", f"b-{name}")))
            sink.fault("RCPT", reply="550 5.1.1 nobody", recipient=victim)

    return _answered(house, cycle, plan, copies=("a", "b"), partly=6)


def database_restarted(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F06: PostgreSQL restarts while letters leave: none goes twice for that."""
    assert house.postgres is not None
    postgres = house.postgres

    def plan(sink: SmtpSink, _names: list[str]) -> None:
        sink.fault("DATA", seconds=0.3, times=ANSWERS)

    def fault() -> None:
        let_pass(chance, 1.0)
        postgres.restart()

    return _answered(house, cycle, plan, then=fault)


def _answered(
    house: House,
    cycle: int,
    plan: Plan,
    *,
    then: Callable[[], None] | None = None,
    copies: tuple[str, ...] = (),
    refused: int = 0,
    partly: int = 0,
    last: int | None = None,
) -> Outcome:
    """Let an agent answer while the fault is planned, and count what came where."""
    # Letters of the ledger are called "storm …": these are asked for by nobody outside.
    series = house.series(cycle).replace("storm", "answer", 1)
    names = [f"{series}-{number}" for number in range(ANSWERS)]
    with SmtpSink(accounts={house.box.address: house.box.password}) as sink:
        house.server.python(_SETTINGS.format(address=ADDRESS, port=sink.port))
        plan(sink, names)
        house.server.python(_ANSWER.format(address=ADDRESS, names=names, copies=copies))
        if then is not None:
            then()
        seconds = _until_settled(house, series)
        notes = list(_wrong(house, sink, series, names))
    rows = _rows(house, series)
    failed = [name for name, row in rows.items() if row[1] == "failed"]
    parts = [name for name, row in rows.items() if row[1] == "sent" and _read(row[6])]
    notes += [f"failed: {failed}"] if len(failed) != refused else []
    notes += [f"refused in part: {parts}"] if len(parts) != partly else []
    order = [one.message["Subject"] for one in sink.sent]
    if last is not None and names[last] not in str(order[-1]):
        notes.append(f"{names[last]} held up others: {order}")
    return Outcome(trials=ANSWERS, lost=len(notes), seconds=seconds, notes=tuple(notes))


def _wrong(house: House, sink: SmtpSink, series: str, names: list[str]) -> list[str]:
    """Answers that are lost, or doubled without saying so."""
    rows = _rows(house, series)
    came = Counter(
        (str(one.message["Message-ID"]), who) for one in sink.sent for who in one.recipients
    )
    wrong = [f"never written: {name}" for name in names if name not in rows]
    for name, (_, state, twice, message_id, error, delivered, _refused) in rows.items():
        got = {who: times for (one, who), times in came.items() if one == message_id}
        if state == "sent" and set(got) != set(_read(delivered)):
            wrong.append(f"{name} says {delivered}, came {got}")
        if state == "failed" and (got or not error):
            wrong.append(f"{name} failed ({error}) and came {got}")
        if state not in {"sent", "failed"}:
            wrong.append(f"{name} is {state}")
        if max(got.values(), default=1) > (2 if twice else 1):
            wrong.append(f"{name} came {got}, said {'perhaps twice' if twice else 'once'}")
    known = {row[3] for row in rows.values()}
    return wrong + [f"nobody wrote {one}" for one, _ in came if one not in known]


def _until_settled(house: House, series: str) -> float:
    began = time.monotonic()

    def settled() -> bool:
        states = {row[1] for row in _rows(house, series).values()}
        if states <= {"sent", "failed"}:
            return True
        if "waiting" in states:
            house.server.python(_HASTEN)
        return False

    with contextlib.suppress(ground.PartNotReadyError):  # whoever is not is told of by name
        ground.wait_until(settled, what="all answers settled", seconds=60, step=0.5)
    return time.monotonic() - began


def _rows(house: House, series: str) -> dict[str, tuple[str, ...]]:
    return {row[0]: row for row in house.query(_ROWS) if row[0].startswith(f"{series}-")}


def _read(value: str | list[str]) -> list[str]:
    """Names in a JSON column, which PostgreSQL gives as a list and SQLite as text."""
    return list(json.loads(value) if isinstance(value, str) else value)


def _address(name: str) -> str:
    return f"{name.replace(' ', '-')}@kalnina.example"
