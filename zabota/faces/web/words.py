"""Codes of the domains in words of the reader: one clear sentence each, in three languages.

Domains refuse with a code and data; what a person reads stands here. `tests/test_words.py` walks
all codes, so that none is met without a sentence.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zabota.domains.desk.enums import ClosedBy, State
from zabota.domains.desk.rules.cards import Next, Now
from zabota.faces.design import hours
from zabota.kernel.refusals import Refused

Words = Mapping[str, str | Promise]

REFUSALS: Words = {
    "email": _("This is no e-mail address. Look at it once more."),
    "no_mailbox": _("No mailbox is connected to send letters from. The owner connects one."),
    "refused": _("This cannot be done now."),
    "not_found": _("This is not here, or not for you."),
    "not_allowed": _("Your role does not allow this."),
    "conflict": _("Somebody was faster. Look at the conversation and try again."),
    "incomplete": _("Something is missing. Fill it in and try again."),
    "may_not_answer": _("Your role may read and write notes, not answer customers."),
    "leader_only": _("Only a leader of this team may do this."),
    "answered_meanwhile": _("A colleague has answered meanwhile. Read it before you send yours."),
    "already_closed": _("This conversation is closed already."),
    "already_proposed": _("The customer was asked already and has not answered yet."),
    "not_closed": _("This conversation is open already."),
    "not_proposed": _("The customer was not asked whether we may close."),
    "no_reply_to_confirm": _("There is no reply of the customer that could mean yes."),
    "no_tie": _("Note on the customer's page first that he orders for this person."),
    "nobody_to_write_to": _("Nobody here can be written to. Add a participant first."),
    "drop_unconfirmed": _("Confirm that these people shall not get the reply."),
    "handover_unread": _("Confirm first that you have read the handover."),
    "text_empty": _("Write something first."),
    "reason_needed": _("Write the reason in a few words."),
    "reminders_first": _("The customer must be reminded before we close on silence."),
    "customer_wrote": _("The customer has written since we asked. Read it and answer first."),
    "tasks_open": _("Tasks are still open. Finish or drop them first."),
    "tasks_unreported": _("A finished task was not reported to the customer yet."),
    "problem_unresolved": _("A linked problem has no recorded resolution yet."),
    "reply_undelivered": _("A reply did not arrive. Send it again or correct the address first."),
    "never_answered": _("The customer has had no answer yet."),
    "advice_empty": _("Write your advice."),
    "already_asked": _("The leader was asked already and has not decided yet."),
    "already_decided": _("This question is decided already."),
    "already_done": _("This task is done already."),
    "already_refused": _("This customer is not served any more."),
    "already_resolved": _("This problem is resolved already."),
    "decision_unknown": _("Choose one of the decisions."),
    "different_customers": _("The two conversations are with different customers."),
    "evidence_needed": _("Write down what happened: the evidence is kept."),
    "kind_unknown": _("Choose whether this is a reply or a note."),
    "leader_or_assignee": _("Only who looks after it, or a leader, may give it away."),
    "leave_a_message": _("One message at least must stay in this conversation."),
    "messages_needed": _("Choose the messages that are to move."),
    "next_step_needed": _("Write the next step: without it nobody can go on."),
    "no_customer": _("This conversation has no customer."),
    "not_an_address": _("This is not an e-mail address."),
    "not_in_thread": _("Only somebody named in these letters can be taken in."),
    "not_receiver": _("The handover is for somebody else."),
    "nothing_handed_over": _("Nothing is handed over here."),
    "only_conversation": _(
        "No other conversation tells of this problem. Resolve it instead, and say how."
    ),
    "other_brand": _("Conversations of two brands cannot be merged."),
    "own_address": _("This is one of our own addresses."),
    "owner_may_not_answer": _("This colleague cannot answer here."),
    "private_letter": _("A letter to the director stays with the director."),
    "question_empty": _("Write your question."),
    "receiver_is_giver": _("You have it already. Choose a colleague."),
    "receiver_may_not_answer": _("This colleague cannot answer in this conversation."),
    "receiver_needed": _("Choose a colleague or a team."),
    "resolution_needed": _("Write how the problem was resolved."),
    "review_date_needed": _("Write when this decision is to be looked at again."),
    "same_conversation": _("This is the same conversation."),
    "subject_not_telling": _(
        "The subject must name the customer's matter, so that it can be found."
    ),
    "tag_too_long": _("A tag may have 40 characters."),
    "taken": _("A colleague looks after it already."),
    "task_dropped": _("This task was dropped."),
    "portfolio_full": _(
        "This agent has as many own customers as the charter allows. Approve it, or choose one "
        "who has room."
    ),
    "moved_meanwhile": _("Somebody else looks after this customer by now."),
    "title_needed": _("Give the problem a name."),
    "warning_first": _("The customer must be warned before service is refused."),
    "already_so": _("It is so already."),
    "author_or_leader": _("Only its author or a leader may take it away."),
    "controllers_needed": _("Name who keeps the data."),
    "language_unknown": _("Choose one of the languages."),
    "name_empty": _("Write the name."),
    "not_a_company": _("This customer is not a company."),
    "page_needed": _("Name the page on which the consent was given."),
    "reason_not_allowed": _("A single slip is no reason to end a relationship."),
    "rhythm_unclear": _("Write the rhythm in days."),
    "same_customer": _("This is the same customer."),
    "kinds_differ": _("A person and a company are not the same customer."),
    "address_unknown": _("Nobody with this address has written to us."),
    "stage_empty": _("Write the stage."),
    "time_zone_unknown": _("Choose one of the time zones."),
    "wording_needed": _("Write the words to which the customer agreed."),
    "text_long": _("This is longer than one message may be."),
    "nothing_to_take_back": _("There is nothing to take back."),
    "agent_unknown": _("Choose somebody who works here."),
    "deputy_without_agent": _("Choose the customer's own agent first, then who stands in."),
    "dates_unclear": _("The last day is before the first."),
    "consent_needed": _("The customer has not agreed to it yet. Note his consent first."),
    "date_unclear": _("There is no such day."),
    "field_unknown": _("There is no such field any more."),
    "field_unpublished": _("This field is not in use."),
    "value_unfitting": _("The value does not fit its field."),
    "representative_needed": _(
        "The customer is under age. Write down who speaks for him by law: name, relation and how "
        "to reach him."
    ),
    "label_needed": _("Name the field in all three languages."),
    "key_unfitting": _("A short name has up to 32 Latin letters, digits and underscores."),
    "options_needed": _("Name two choices at least."),
    "purpose_needed": _("Say what the field is for: without a purpose it is not used."),
    "field_known": _("There is a field of that name already."),
    "kind_stays": _("Values of another kind are kept in this field. Make a new one."),
    "name_unconfirmed": _("What you typed is not the customer's name."),
    "second_needed": _("Another manager or owner must ask for it first."),
    "matters_open": _("A conversation with the customer is still open. Close it first."),
    "too_large": _(
        "These files weigh %(size)s together; a reply carries %(most)s at most. Send fewer of "
        "them, or a link."
    ),
    "files_gone": _("A file was kept too long for this reply and is removed. Attach it again."),
}

# Why a letter did not leave or came back.
DELIVERY: Words = {
    "returned": _("The letter came back: the recipient's server does not deliver to this address."),
    "delayed_there": _("The recipient's server is still trying to deliver it."),
    "timeout": _("The mail server did not answer in time."),
    "refused": _("The mail server refused the letter."),
    "recipient_refused": _("The recipient's server refused this address."),
    "address_unknown": _("The recipient's server knows no such address."),
    "address_invalid": _("The address is not written as an address."),
    "address_unusable": _("Letters to this address have come back before."),
    "mailbox_full": _("The recipient's mailbox is full."),
    "too_large": _("The letter is larger than the recipient's server takes."),
    "refused_by_policy": _("The recipient's server refused the letter by its rules."),
    "sender_refused": _("The mail server does not let us send from this address."),
    "try_later": _("The recipient's server asks to try later."),
    "unwritable": _("The letter could not be composed. This is our fault; it is written down."),
    "connection_lost": _("The connection to the mail server broke off."),
    "no_consent": _("The customer has not agreed to such letters."),
    "no_recipient": _("Nobody is left to whom the letter may go."),
    "own_address": _("The letter would go to one of our own addresses."),
    "too_many_today": _("This address got as many automatic letters today as it may."),
    "too_often": _("This address got automatic letters too often just now."),
}

# Why no conversation could be made of a mail.
UNREADABLE: Words = {
    "too_large": _("The letter is larger than we take."),
    "empty": _("The letter is empty."),
    "not_a_mail": _("This is not a letter: it does not begin with a mail's header."),
    "headers_too_large": _("The letter's header is longer than any real one."),
    "too_many_encoded_words": _("The letter's header is built to exhaust the reader."),
    "too_many_parts": _("The letter has more parts than any real one."),
    "too_deep": _("The letter's parts are nested too deeply."),
    "parser_error": _("Our reader stumbled over this letter. It may be read after an update."),
    "crashed": _("Our reader broke down at this letter. It may be read after an update."),
    "too_slow": _("Reading this letter took too long and was stopped."),
    "too_much_memory": _("Reading this letter took too much memory and was stopped."),
    "raw_missing": _("The bytes of this letter are missing in the database."),
    "take_in_failed": _("The letter was read, and storing it failed. Try again."),
}

STATES: Mapping[State, str | Promise] = {
    State.WAITING_US: _("Waits for us"),
    State.WAITING_CUSTOMER: _("Waits for the customer"),
    State.AWAITING_CONSENT: _("Waits for consent to close"),
    State.CLOSED: _("Closed"),
}

NOW: Mapping[Now, str | Promise] = {
    Now.WAITS_FOR_AGENT: _("Nobody has taken it yet"),
    Now.AGENT_WORKS: _("We are preparing the answer"),
    Now.REPLY_LEAVES: _("Our reply is leaving"),
    Now.REPLY_FAILED: _("Our reply did not arrive"),
    Now.ANSWERED: _("We have answered"),
    Now.ASKED_TO_CLOSE: _("We asked whether we may close"),
    Now.CLOSED: _("Closed"),
}

NEXT: Mapping[Next, str | Promise] = {
    Next.FIRST_ANSWER: _("The first answer"),
    Next.ANSWER: _("Our answer"),
    Next.CUSTOMER_ANSWERS: _("The customer answers"),
    Next.CUSTOMER_AGREES: _("The customer agrees, or says what is missing"),
    Next.NOTHING: _("Nothing more"),
}

CLOSED_BY: Mapping[ClosedBy, str | Promise] = {
    ClosedBy.BUTTON: _("The customer agreed on the matter's page"),
    ClosedBy.REPLY: _("The customer agreed in a reply"),
    ClosedBy.VERBAL: _("The customer agreed aloud"),
    ClosedBy.SILENCE: _("Closed on silence, after reminders"),
    ClosedBy.NO_ANSWER_NEEDED: _("Closed, no answer needed"),
}

PROMISES: Words = {
    "first_answer": pgettext_lazy("promise", "First answer"),
}

# What a letter lacks by its channel's standard (S-055).
LACKS: Words = {
    "greeting_missing": _("No greeting yet."),
    "questions_loose": _("Questions are answered better as a numbered list."),
    "line_long": _("Long for a chat: cut it into several messages."),
}

CHANNELS: Words = {
    "email": pgettext_lazy("channel", "mail"),
    "webchat": pgettext_lazy("channel", "chat"),
}

# How a customer wants to be reached (S-046).
WAYS: Words = {
    "": pgettext_lazy("way to reach", "As he writes himself"),
    "email": pgettext_lazy("way to reach", "By mail"),
    "phone": pgettext_lazy("way to reach", "By phone"),
}

TASK_STATES: Words = {
    "open": pgettext_lazy("task", "open"),
    "done": pgettext_lazy("task", "done, not reported yet"),
    "reported": pgettext_lazy("task", "done and reported"),
    "dropped": pgettext_lazy("task", "dropped"),
}

FORMALITY: Words = {
    "formal": _("formally"),
    "informal": _("informally"),
}

NOTE_KINDS: Words = {
    "worry": pgettext_lazy("kind of note", "Worry"),
    "task": pgettext_lazy("kind of note", "Task"),
    "quirk": pgettext_lazy("kind of note", "Habit"),
    "expectation": pgettext_lazy("kind of note", "Expectation"),
    "attitude": pgettext_lazy("kind of note", "Attitude"),
}

PURPOSES: Words = {
    "service": _("Letters about own matters"),
    "survey": _("Questions about our service"),
    "marketing": _("News and offers"),
    "greeting": _("Congratulations on important days"),
    "care": _("Notes on people dear to the customer"),
}

RELATIONSHIP_TYPES: Words = {
    "personal": pgettext_lazy("way to serve", "Personally, by whoever is free"),
    "dedicated": pgettext_lazy("way to serve", "By an own agent"),
    "self_service": pgettext_lazy("way to serve", "Serves himself, a person in reach"),
}

NEEDS: Words = {
    "open": pgettext_lazy("need", "open"),
    "met": pgettext_lazy("need", "met"),
    "exceeded": pgettext_lazy("need", "exceeded"),
    "declined": pgettext_lazy("need", "declined"),
}

ENTITLEMENTS: Words = {
    "due": pgettext_lazy("entitlement", "to be given"),
    "given": pgettext_lazy("entitlement", "given"),
    "missed": pgettext_lazy("entitlement", "missed"),
}

DAY_KINDS: Words = {
    "birthday": pgettext_lazy("important day", "Birthday"),
    "holiday": pgettext_lazy("important day", "Another day"),
}

CARE_KINDS: Words = {
    "greeting": pgettext_lazy("task of care", "Congratulate"),
    "ask_again": pgettext_lazy("task of care", "Ask whether it is still wanted"),
    "confirm_data": pgettext_lazy("task of care", "Ask whether the data are still right"),
}

SOURCES: Words = {
    "customer": pgettext_lazy("who said so", "stated by the customer"),
    "staff": pgettext_lazy("who said so", "written down by us"),
}

TIERS: Words = {
    "": pgettext_lazy("tier of value", "Not judged"),
    "a": pgettext_lazy("tier of value", "A: among the most valuable"),
    "b": pgettext_lazy("tier of value", "B: valuable"),
    "c": pgettext_lazy("tier of value", "C: seldom buys"),
}

PROPOSALS: Words = {
    "new": pgettext_lazy("proposal", "waits for a leader"),
    "taken": pgettext_lazy("proposal", "taken up"),
    "declined": pgettext_lazy("proposal", "declined"),
}

FIELD_KINDS: Words = {
    "text": pgettext_lazy("kind of field", "Text"),
    "number": pgettext_lazy("kind of field", "Number"),
    "date": pgettext_lazy("kind of field", "Date"),
    "choice": pgettext_lazy("kind of field", "Choice"),
    "yes_no": pgettext_lazy("kind of field", "Yes or no"),
}

DATA_PURPOSES: Words = {
    "contract": pgettext_lazy("purpose of data", "Contract"),
    "service": pgettext_lazy("purpose of data", "Organising the service"),
    "notices": pgettext_lazy("purpose of data", "Notices"),
    "promotions": pgettext_lazy("purpose of data", "News and offers"),
    "identification": pgettext_lazy("purpose of data", "Knowing with whom we deal"),
    "requests": pgettext_lazy("purpose of data", "Handling requests"),
}

BASES: Words = {
    "contract": pgettext_lazy("ground for keeping data", "Contract"),
    "consent": pgettext_lazy("ground for keeping data", "Consent"),
    "law": pgettext_lazy("ground for keeping data", "Duty by law"),
    "interest": pgettext_lazy("ground for keeping data", "Legitimate interest"),
}

CONTACT_KINDS: Words = {
    "buyer": pgettext_lazy("kind of contact", "Buyer"),
    "partner": pgettext_lazy("kind of contact", "Partner"),
    "supplier": pgettext_lazy("kind of contact", "Supplier"),
    "colleague": pgettext_lazy("kind of contact", "Colleague"),
    "candidate": pgettext_lazy("kind of contact", "Candidate"),
}

RELATIONSHIP: Words = {
    "active": pgettext_lazy("relationship", "active"),
    "at_risk": pgettext_lazy("relationship", "at risk"),
    "paused": pgettext_lazy("relationship", "paused"),
    "ended": pgettext_lazy("relationship", "ended"),
}

CUSTOMER_KINDS: Words = {
    "person": pgettext_lazy("kind of customer", "Person"),
    "company": pgettext_lazy("kind of customer", "Company"),
}

# The only reasons for which a relationship ends (S-043).
END_REASONS: Words = {
    "abuse": pgettext_lazy("why a relationship ends", "Abuse of our people"),
    "threats": pgettext_lazy("why a relationship ends", "Threats"),
    "fraud": pgettext_lazy("why a relationship ends", "Fraud"),
    "debts": pgettext_lazy("why a relationship ends", "Unpaid debts"),
    "customers_wish": pgettext_lazy("why a relationship ends", "The customer's own wish"),
    "unlawful": pgettext_lazy("why a relationship ends", "Unlawful demands"),
}

TIE_KINDS: Words = {
    "relative": pgettext_lazy("tie", "relative"),
    "secretary": pgettext_lazy("tie", "secretary"),
    "employee": pgettext_lazy("tie", "employee"),
}

NEWS_TO: Words = {
    "orderer": _("who orders"),
    "beneficiary": _("for whom it is"),
    "both": _("both"),
}

LANGUAGES: Words = {
    "ru": _("Russian"),
    "lv": _("Latvian"),
    "en": _("English"),
    "et": _("Estonian"),
    "lt": _("Lithuanian"),
    "de": _("German"),
    "uk": _("Ukrainian"),
    "pl": _("Polish"),
    "fr": _("French"),
}


def refusal(refused: Refused) -> str:
    """Why not, in one sentence; sizes in it as people read them."""
    said = str(REFUSALS.get(refused.code) or REFUSALS[type(refused).code])
    if "%(size)s" not in said:
        return said
    sizes = {name: int(str(refused.data.get(name, 0))) for name in ("size", "most")}
    return said % {name: hours.size(value, language=_language()) for name, value in sizes.items()}


def _language() -> str:
    return (get_language() or "en").split("-")[0]


def delivery(code: str, *, waits: bool = False) -> str:
    """Why a letter waits or did not arrive. Codes of the mailbox itself are told to its owner; the
    agent reads that our mailbox does not send.
    """
    if said := str(DELIVERY.get(code, "")):
        return said
    if waits:
        return gettext("Our mailbox does not send now. The letter waits and will leave by itself.")
    return gettext("The letter could not be delivered.")


def unreadable(reason: str) -> str:
    return str(UNREADABLE.get(reason, "")) or gettext("The letter could not be read.")


def promise(kind: str) -> str:
    return str(PROMISES.get(kind, kind))


def channel(kind: str) -> str:
    return str(CHANNELS.get(kind, kind))


def sender(name: str, *, in_chat: bool = False) -> str:
    """Whose it is, also where nobody has told a name."""
    return name or (gettext("Visitor") if in_chat else gettext("Unknown sender"))


def language(code: str) -> str:
    """The language's name, or the code itself for one we have no word for."""
    return str(LANGUAGES.get(code, code))
