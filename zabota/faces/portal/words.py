"""The status card and the promises in words for a customer: codes come in, sentences go out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zabota.domains.desk.rules.cards import Next, Now
from zabota.domains.people.enums import Purpose
from zabota.domains.promises.enums import PromiseKind

NOW: Mapping[Now, str | Promise] = {
    Now.WAITS_FOR_AGENT: _("We have your letter; the next of us who is free takes it"),
    Now.AGENT_WORKS: _("We are preparing your answer"),
    Now.REPLY_LEAVES: _("Our answer is on its way to your mailbox"),
    Now.REPLY_FAILED: _("Our answer did not reach your mailbox; we are looking for the reason"),
    Now.ANSWERED: _("We have answered you"),
    Now.ASKED_TO_CLOSE: _("We have asked you whether everything is done"),
    Now.CLOSED: _("The matter is closed"),
}

# The same of a matter that is led in a chat, where no letters go.
IN_CHAT: Mapping[Now, str | Promise] = {
    Now.WAITS_FOR_AGENT: _("We have your message; the next of us who is free takes it"),
    Now.REPLY_LEAVES: _("We have answered you"),
}

NEXT: Mapping[Next, str | Promise] = {
    Next.FIRST_ANSWER: _("You get our first answer"),
    Next.ANSWER: _("You get our next answer"),
    Next.CUSTOMER_ANSWERS: _("When you write, we go on"),
    Next.CUSTOMER_AGREES: _("You decide whether we may close it"),
    Next.NOTHING: _("Nothing more. If something comes up, write below"),
}

FROM_YOU: Mapping[Next, str | Promise] = {
    Next.CUSTOMER_ANSWERS: _("A few words, if something is still open"),
    Next.CUSTOMER_AGREES: _("Your yes, or what is missing"),
}
NOTHING = _("Nothing is needed")

PROMISES: Mapping[PromiseKind, str | Promise] = {
    PromiseKind.FIRST_ANSWER: _("We answer your letter"),
}

# What is sent without being an answer.
MAILINGS: Mapping[Purpose, str | Promise] = {
    Purpose.MARKETING: _("News and offers"),
    Purpose.SURVEY: _("Questions about how we served you"),
}
