"""What channels do by themselves: the ticks of the intake, and a reaction. One call each, safe to
repeat.
"""

from datetime import datetime

from zabota.domains.channels.envelopes import Receive
from zabota.domains.channels.events import MailboxFailed
from zabota.domains.channels.kinds.email import piping
from zabota.domains.channels.kinds.webchat import keeping
from zabota.domains.channels.services import gate, inbound, sending, telling
from zabota.domains.charter import queries as charter
from zabota.kernel.facts import log as facts
from zabota.kernel.jobs.tasks import task


@task(lane="soon")
def tell_owners(*, fact_id: int, **_: object) -> None:
    """A mailbox fails: its owners read it in a letter, too."""
    fact, row = facts.fetch(MailboxFailed, fact_id), facts.row(fact_id)
    telling.tell_owners(fact.channel_id, fact.code, at=row.at)


def take_in(*, at: datetime, receive: Receive) -> inbound.Counts:
    """Spooled mails are stored, then what is new is read and given to `receive`, until none is."""
    piping.take_in_spool(at=at)
    total = inbound.Counts()
    with charter.steady():
        while (counts := inbound.process_new(at=at, receive=receive)).all:
            total += counts
    return total


def keep_chats(*, at: datetime) -> None:
    """What was sent by a chat has arrived: it lies where the visitor's browser reads."""
    keeping.keep_due(at=at)


def resume() -> None:
    """When the server of one machine starts: what a dead one was reading is read now."""
    inbound.release_claims()


def resume_sending(*, at: datetime) -> None:
    """When the server of one machine starts: what a dead one was sending is sent again."""
    sending.resume(at=at)


def sweep(*, at: datetime) -> None:
    """Half-written spool files of writers that died are removed, and counts nobody looks at."""
    piping.sweep(at=at)
    gate.forget(before=at - 2 * gate.DAY)
