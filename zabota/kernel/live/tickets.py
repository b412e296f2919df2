"""Stream tickets: what an ordinary, authorising page gives a browser so that it may open /live.

A ticket is signed, lives for a minute, and names the person, the topics that the page allowed, and
the session it was made in: the stream is opened with the same session's cookie, so a ticket that
somebody else got hold of opens nothing. It travels in a header, never in an address (T28).
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing

SALT = "zabota.live.ticket"
SECONDS = 60
TOPICS_MAX = 60
TOPIC = re.compile(r"[a-z]+(-[a-z0-9]+)*", re.ASCII)
TOPIC_LENGTH = 60


class BadTicket(Exception):
    """Forged, too old, of another session, or none at all: the answer is the same."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Who may listen to what. `who` names all streams of one listener, a person's or a visitor's;
    `session` is the fingerprint of what he proved himself by.
    """

    who: str
    topics: frozenset[str]
    session: str


def issue(*, who: str, topics: Iterable[str], session_key: str) -> str:
    """A ticket for topics that the caller has authorised; `session_key` is a session's or a token.

    Raises ValueError for a word that is no topic, for more than TOPICS_MAX, and without a session.
    """
    chosen = sorted(set(topics))
    if not session_key:
        raise ValueError("a ticket belongs to a session")
    if len(chosen) > TOPICS_MAX or not all(is_topic(topic) for topic in chosen):
        raise ValueError("no such topics")
    return signing.dumps([who, fingerprint(session_key), *chosen], salt=SALT)


def read(text: str, *, session_key: str) -> Ticket:
    """The ticket again. Raises BadTicket."""
    try:
        who, session, *topics = signing.loads(text, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as problem:
        raise BadTicket from problem
    if not session_key or session != fingerprint(session_key):
        raise BadTicket
    return Ticket(who=who, topics=frozenset(topics), session=session)


def is_topic(word: str) -> bool:
    return len(word) <= TOPIC_LENGTH and TOPIC.fullmatch(word) is not None


def fingerprint(session_key: str) -> str:
    """Tells sessions apart and gives none away."""
    return hashlib.sha256(f"{SALT}:{session_key}".encode()).hexdigest()[:32]
