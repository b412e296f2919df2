"""What the chat's answers look like: rows go in, JSON values come out."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.desk.queries import staff
from zabota.domains.desk.queries.talk import Line, Matter
from zabota.faces.design import hours
from zabota.faces.portal import words
from zabota.faces.portal.chat.calls import Call
from zabota.kernel.files.pictures import picture_type
from zabota.kernel.files.store import beginning, by_ref
from zabota.kernel.live import hub
from zabota.pure import worktime

Json = dict[str, Any]


def duty(call: Call) -> Json:
    """Whether somebody is there, and what may be said of the answer: the truth (AS-60)."""
    chat = call.chat
    scope = Scope(brand=chat.brand_id, channel=chat.channel_id)
    calendar = (
        charter.in_force(at=call.at)
        .section(Hours, scope=scope)
        .calendar(time_zone=chat.time_zone, country=chat.country)
    )
    if worktime.is_open(calendar, at=call.at):
        if staff.is_anybody_available(chat.team_id, at=call.at):
            return {"is_open": True, "answer": call.section.open_answer.say(call.language)}
        return {"is_open": False, "answer": call.section.away_answer.say(call.language)}
    opens = worktime.next_opening(calendar, at=call.at)
    when = _moment(opens, call) if opens else ""
    return {
        "is_open": False,
        "answer": call.section.closed_answer.say(call.language, when=when),
    }


def state(call: Call, matter: Matter | None, *, position: int) -> Json:
    """What stands around the talk: who answers, the card, whether an address is wished.

    `position` is where the log stood before the talk was read: the window hears what came behind.
    """
    on_duty = duty(call)
    return {
        **on_duty,
        "conversation": conversation(matter, call) if matter else None,
        "agent": _agent(matter),
        "wants_contact": matter is not None and not on_duty["is_open"] and not matter.has_address,
        "position": position,
        "now": call.at.isoformat(),
    }


def conversation(matter: Matter, call: Call) -> Json:
    """The visitor's matter, with its card in words (S-150)."""
    card = matter.card
    return {
        "ref": matter.ref,
        "state": matter.state,
        "asks_to_close": matter.asks_to_close,
        "card": {
            "who": matter.agent_name,
            "now": str(words.IN_CHAT.get(card.now) or words.NOW[card.now]),
            "next": str(words.NEXT[card.next]),
            "by_when": _moment(card.by_when, call) if card.by_when else "",
        },
    }


def line(one: Line) -> Json:
    """One message."""
    return {
        "id": one.id,
        "client_id": one.client_id or None,
        "mine": one.is_mine,
        "kind": "text",
        "author": one.author,
        "at": one.at.isoformat(),
        "text": one.text,
        "files": [file(each.ref, each.name, each.size) for each in one.files],
        "seen": one.is_seen,
    }


def file(ref: str, name: str, size: int) -> Json:
    """One file; a picture by its bytes, not by its name."""
    stored = by_ref(ref)
    is_picture = stored is not None and picture_type(beginning(stored)) is not None
    return {"ref": ref, "name": name, "size": size, "is_picture": is_picture}


def _agent(matter: Matter | None) -> Json | None:
    if matter is None or matter.agent_id is None:
        return None
    return {"name": matter.agent_name, "is_here": hub.is_heard(hub.person(matter.agent_id))}


def _moment(at: datetime, call: Call) -> str:
    """A moment as the shop's clock says it, in the visitor's language."""
    with timezone.override(call.chat.time_zone):
        local, here = timezone.localtime(at), timezone.localtime(call.at)
    return hours.moment(local, now=here, language=get_language() or "en")
