"""Acts that end a conversation, take the question back, or open it again."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zabota.domains.desk.enums import Direction
from zabota.domains.desk.queries.thread import Thread
from zabota.domains.desk.services import closings
from zabota.faces.web.acts.base import Act, ActForm, is_open, may_answer, sentences
from zabota.kernel.accounts.roles import Actor


class Reason(ActForm):
    reason = sentences(_("Reason"))


def _can_propose(actor: Actor, found: Thread) -> bool:
    return is_open(actor, found) and found.proposal is None


def _can_end_unanswered(actor: Actor, found: Thread) -> bool:
    person = any(one.direction is Direction.IN and not one.automatic for one in found.entries)
    return is_open(actor, found) and (not person or actor.leads(found.team_id))


CLOSING: dict[str, Act] = {
    "propose": Act(
        name=_("Propose to close"),
        icon="check",
        key="e",
        is_near=True,
        does=lambda asked: closings.propose(asked.ref, actor=asked.actor, at=asked.at),
        done=_("The customer is asked whether we may close."),
        fits=_can_propose,
    ),
    "agreed": Act(
        name=_("Close: the customer agrees"),
        icon="check",
        key="e",
        is_notice=True,
        does=lambda asked: closings.confirm_agreement(asked.ref, actor=asked.actor, at=asked.at),
        done=_("Closed with the customer's consent."),
        fits=is_open,
    ),
    "withdraw": Act(
        name=_("There is more to do"),
        icon="undo",
        is_notice=True,
        does=lambda asked: closings.withdraw(asked.ref, actor=asked.actor, at=asked.at),
        done=_("The question about closing is taken back."),
        fits=is_open,
    ),
    "spoken": Act(
        name=_("The customer agreed aloud"),
        icon="person",
        text=_("Write when the customer agreed, and in which words. It stays with the closing."),
        form=Reason,
        does=lambda asked: closings.close_on_spoken_word(
            asked.ref, reason=asked.answers["reason"], actor=asked.actor, at=asked.at
        ),
        done=_("Closed with the customer's consent."),
        fits=is_open,
    ),
    "silence": Act(
        name=_("Close on silence"),
        icon="leader",
        is_notice=True,
        text=_("Only a leader closes on silence, after the reminders. The reason is kept."),
        form=Reason,
        does=lambda asked: closings.close_on_silence(
            asked.ref, reason=asked.answers["reason"], actor=asked.actor, at=asked.at
        ),
        done=_("Closed on silence."),
        fits=is_open,
    ),
    "unanswered": Act(
        name=_("No answer needed"),
        icon="archive",
        text=_("For letters of machines, lists and advertisements: nobody is there to agree."),
        form=Reason,
        does=lambda asked: closings.close_unanswered(
            asked.ref, reason=asked.answers["reason"], actor=asked.actor, at=asked.at
        ),
        done=_("Closed without an answer."),
        fits=_can_end_unanswered,
    ),
    "reopen": Act(
        name=_("Open again"),
        icon="undo",
        is_notice=True,
        does=lambda asked: closings.reopen(asked.ref, actor=asked.actor, at=asked.at),
        done=pgettext_lazy("conversation", "Opened again."),
        fits=may_answer,
    ),
}
