"""Publishes facts, in the server and in another process."""

from zabota.domains.desk.events import ConversationAssigned, NoteWritten, TagsChanged
from zabota.kernel import clock, tx
from zabota.kernel.accounts.events import RightsChanged
from zabota.kernel.facts import log
from zabota.kernel.facts.base import Context, Fact

CANARY = "canary-9f31"


def publish(name: str, number: int, times: int = 1) -> None:
    """One transaction with that many facts about that conversation or person."""
    fact: Fact = {
        "tags": TagsChanged(conversation_id=number),
        "note": NoteWritten(conversation_id=number, message_id=424242),
        "assigned": ConversationAssigned(conversation_id=number, assignee_id=None, team_id=None),
        "rights": RightsChanged(user_id=number),
    }[name]
    where = Context(segment=CANARY)
    news = [log.News(fact=fact, at=clock.now(), context=where) for _ in range(times)]
    with tx.write():
        log.publish_many(news)
