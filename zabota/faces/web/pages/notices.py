"""What stands above the composer: the question about closing, and hints what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zabota.domains.desk.enums import ClosedBy, Direction, State
from zabota.domains.desk.queries import work
from zabota.domains.desk.queries.about import About
from zabota.domains.desk.queries.thread import Thread
from zabota.faces.web import words
from zabota.faces.web.acts import Offer, offer
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A sentence, a second one, and what can be done about it."""

    icon: str
    title: str
    text: str
    offers: Sequence[Offer]
    tone: str = ""


def notices(actor: Actor, found: Thread, told: About) -> Sequence[Notice]:
    """What is to be said of this conversation now, most urgent first."""
    said = [
        *_called(told),
        *_handed_over(actor, found),
        *_asked(actor, found),
        *_closed(found),
        *_proposed(actor, found),
        *_thanked(found),
    ]
    if not actor.may_answer:
        return [Notice(icon=one.icon, title=one.title, text=one.text, offers=()) for one in said]
    return said


def _called(told: About) -> Sequence[Notice]:
    """The visitor waits and the time of the first answer runs out (S-146)."""
    if not told.needs_somebody:
        return []
    return [
        Notice(
            icon="alert",
            title=_("The visitor needs somebody now"),
            text=_("Whoever is free answers; nobody needs to ask first."),
            offers=(),
            tone="is-risk",
        )
    ]


def _handed_over(actor: Actor, found: Thread) -> Sequence[Notice]:
    """What the giver wrote, until it is confirmed as read (S-112)."""
    given = work.handed_over(actor, found.ref)
    if given is None or not given.awaits_me:
        return []
    known = "; ".join(given.known)
    lines = [_("Next step: %(step)s") % {"step": given.next_step}]
    lines += [_("Known already: %(facts)s") % {"facts": known}] if known else []
    lines += [_("Mood: %(mood)s") % {"mood": given.mood}] if given.mood else []
    return [
        Notice(
            icon="hand-over",
            title=_("%(who)s hands this over to you") % {"who": given.giver_name},
            text="\n".join(lines),
            offers=[offer(found, "read", is_main=True)],
        )
    ]


def _asked(actor: Actor, found: Thread) -> Sequence[Notice]:
    """Questions that wait for this person's decision as a leader (S-130)."""
    if not actor.leads(found.team_id):
        return []
    return [
        Notice(
            icon="leader",
            title=_("%(who)s asks you") % {"who": one.asked_by_name},
            text=one.question,
            offers=[offer(found, "decide", query=f"question={one.id}")],
        )
        for one in work.questions_of(actor, found.ref)
        if not one.decision
    ]


def _closed(found: Thread) -> Sequence[Notice]:
    if found.closure is None:
        return []
    how = str(words.CLOSED_BY[ClosedBy(found.closure.how)])
    text = found.closure.reason
    kind_word = ""
    if _thanks_alone(found):
        kind_word = _("He has thanked us. A last kind word is welcome; it does not reopen.")
    return [
        Notice(
            icon="check",
            title=f"{how}. {found.closure.by_name}".strip(". "),
            text=kind_word or text,
            offers=[offer(found, "reopen")],
        )
    ]


def _proposed(actor: Actor, found: Thread) -> Sequence[Notice]:
    proposal = found.proposal
    if proposal is None:
        return []
    if proposal.may_confirm:
        return [
            Notice(
                icon="check",
                title=_("The reply may mean yes"),
                text=_("Read it. If the customer agrees, close; if there is more to do, go on."),
                offers=[offer(found, "agreed", is_main=True), offer(found, "withdraw")],
            )
        ]
    reminded = ngettext("Reminded %(n)s time.", "Reminded %(n)s times.", proposal.reminders) % {
        "n": proposal.reminders
    }
    more = [offer(found, "silence")] if actor.leads(found.team_id) and proposal.reminders else []
    return [
        Notice(
            icon="clock",
            title=_("We asked whether we may close"),
            text=reminded if proposal.reminders else _("The customer has not answered yet."),
            offers=[offer(found, "withdraw"), *more],
        )
    ]


def _thanked(found: Thread) -> Sequence[Notice]:
    if found.state is not State.WAITING_US or not _thanks_alone(found) or found.proposal:
        return []
    return [
        Notice(
            icon="check",
            title=_("The customer only says thank you"),
            text=_("If everything is done, propose to close."),
            offers=[offer(found, "propose")],
        )
    ]


def _thanks_alone(found: Thread) -> bool:
    heard = [entry for entry in found.entries if entry.direction is not Direction.NOTE]
    return bool(heard) and heard[-1].direction is Direction.IN and heard[-1].thanks_only
