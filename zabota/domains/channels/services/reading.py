"""Readings from parser children: asked here, checked here, used by `inbound`."""

import atexit
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.rules.readings import Read, Reading, Unread
from zabota.kernel import children

# A kind's codec is above us; the child that runs it is known by its name only.
CHILD = "zabota.domains.channels.kinds.email.child"
Asked = Future[children.Answer | children.Death]
_reading = TypeAdapter(Reading)


@lru_cache(maxsize=1)
def pool() -> children.Pool:
    """The one pool of this process; its children start with the first mail."""
    made = children.Pool(module=CHILD, allowed=children.Allowed(**asdict(limits().child)))
    atexit.register(made.stop)
    return made


def ask(raw: bytes, *, at: datetime) -> Asked:
    """Have a mail read; does not wait."""
    return pool().ask({"at": at.isoformat()}, raw)


def answer(asked: Asked) -> Read | Unread:
    """What the mail is; waits for it.

    A child was shown what a stranger wrote, so what it says is checked like a stranger's word.
    """
    told = asked.result()
    if isinstance(told, children.Death):
        return Unread(reason=told.reason, detail=told.detail)
    try:
        if "unread" in told.said:
            return Unread(**told.said["unread"])
        reading = _reading.validate_python(told.said["reading"])
    except (ValidationError, KeyError, TypeError):
        return Unread(reason="crashed", detail="the answer made no sense")
    if [file.size for file in reading.files] != [len(body) for body in told.bodies]:
        return Unread(reason="crashed", detail="the answer made no sense")
    return Read(reading=reading, contents=told.bodies)


@dataclass(frozen=True, kw_only=True)
class Original:
    """A mail's own HTML, cleaned, and how many pictures of other servers were left out."""

    html: str
    blocked: int


def original(raw: bytes, *, shown_at: Mapping[str, str]) -> Original | None:
    """The mail as its sender laid it out, for a frame without rights; None when it cannot be read.

    `shown_at` is the address of each inline picture by its Content-ID. Waits for a child.
    """
    told = pool().ask({"shown_at": dict(shown_at)}, raw).result()
    if isinstance(told, children.Death) or len(told.bodies) != 1:
        return None
    blocked = told.said.get("blocked")
    return Original(
        html=told.bodies[0].decode("utf-8", "replace"),
        blocked=blocked if isinstance(blocked, int) else 0,
    )
