"""Words about our people at work: who is there, why somebody got a conversation, what it is."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zabota.domains.desk.enums import Kind, Phase, Presence
from zabota.domains.desk.rules.routing import Because, Nobody

PRESENCE: Mapping[Presence, str | Promise] = {
    Presence.AVAILABLE: pgettext_lazy("presence", "available"),
    Presence.PAUSED: pgettext_lazy("presence", "pause"),
    Presence.AWAY: pgettext_lazy("presence", "away"),
    Presence.OFFLINE: pgettext_lazy("presence", "not here"),
}

BECAUSE: Mapping[Because, str | Promise] = {
    Because.PREFERRED: pgettext_lazy("why somebody got it", "the customer prefers this person"),
    Because.DEDICATED: pgettext_lazy("why somebody got it", "the customer's own agent"),
    Because.DEPUTY: pgettext_lazy("why somebody got it", "deputy of the customer's own agent"),
    Because.WAITS_FOR_OWN: pgettext_lazy(
        "why somebody got it", "the customer's own agent, who is not here now"
    ),
    Because.LANGUAGE: pgettext_lazy("why somebody got it", "speaks the customer's language"),
    Because.SKILL: pgettext_lazy("why somebody got it", "has the skill"),
    Because.VIP: pgettext_lazy("why somebody got it", "looks after VIPs"),
    Because.ONLY_ONE: pgettext_lazy("why somebody got it", "the only one who can now"),
    Because.LEAST_LOAD: pgettext_lazy("why somebody got it", "has least to do"),
    Because.LEADER: pgettext_lazy("why somebody got it", "no agent is free, the leader steps in"),
}

NOBODY: Mapping[Nobody, str | Promise] = {
    Nobody.NOBODY_THERE: _("Nobody of the team is here."),
    Nobody.ALL_BUSY: _("Everybody has as much as one can do at once."),
    Nobody.ALL_HAD_ENOUGH: _("It is a hard contact, and everybody had his share of them today."),
    Nobody.ON_THE_LIST: _("Letters are taken from the list."),
}

PHASES: Mapping[Phase, str | Promise] = {
    Phase.BEFORE: _("before the purchase"),
    Phase.DURING: _("during the purchase"),
    Phase.AFTER: _("after the purchase"),
}

KINDS: Mapping[Kind, str | Promise] = {
    Kind.MATTER: _("a matter of ours"),
    Kind.TALK: _("a talk, outside our business"),
}


def because(codes: Iterable[str]) -> str:
    """The reasons in one line; codes of an older rule that have no words any more are left out."""
    known = {code.value: words for code, words in BECAUSE.items()}
    return ", ".join(str(known[code]) for code in codes if code in known)
