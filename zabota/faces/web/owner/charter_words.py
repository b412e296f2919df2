"""The sections of the charter and their values in words. A value without words here shows its
name; `tests/test_charter.py` lets none stay so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zabota.domains.charter.errors import Problem

LANGUAGES: Mapping[str, str] = {"ru": "Русский", "lv": "Latviešu", "en": "English"}


@dataclass(frozen=True, kw_only=True)
class Word:
    label: str | Promise
    help: str | Promise = ""


SECTIONS: Mapping[str, Word] = {
    "hours": Word(label=_("Hours"), help=_("When you work, and which days are free.")),
    "answers": Word(
        label=_("Times of answers"), help=_("How soon a customer is answered, in working time.")
    ),
    "replies": Word(label=_("Replies"), help=_("How letters of your people leave.")),
    "letters": Word(label=_("Letters"), help=_("How a letter is built, and when it leaves.")),
    "talks": Word(
        label=_("Talk in a chat"), help=_("How we write where answers are read at once.")
    ),
    "closing": Word(label=_("Closing"), help=_("How often a silent customer is asked.")),
    "notices": Word(
        label=_("Letters of the house"), help=_("What Zabota writes to customers by itself.")
    ),
    "handover": Word(
        label=_("Handover"), help=_("Whether the next agent introduces himself to the customer.")
    ),
    "refusal": Word(label=_("Refusing service"), help=_("The warning, and a leader's last word.")),
    "routing": Word(
        label=_("Who gets what"), help=_("Who gets a conversation, and when it goes to another.")
    ),
    "hard_moment": Word(
        label=_("Difficult moment"), help=_("What helps when a conversation becomes hard.")
    ),
    "situations": Word(
        label=_("Situations"), help=_("What customers come with, and the steps that fit.")
    ),
    "mail": Word(label=_("Automatic mail"), help=_("What may be sent by itself, and how often.")),
    "customers": Word(
        label=_("Customers"), help=_("Groups of customers, and what we do for them by ourselves.")
    ),
    "vip": Word(label=_("VIP levels"), help=_("What a customer of each level is entitled to.")),
    "personal_data": Word(
        label=_("Personal data"), help=_("Words of consents, the law, and when data are erased.")
    ),
    "chat": Word(label=_("Chat"), help=_("The words of the chat on your site, and its limits.")),
    "cabinet": Word(
        label=_("Customer's page"),
        help=_(
            "How a customer confirms his address, signs in with a code, and writes by the form."
        ),
    ),
}

FIELDS: Mapping[str, Word] = {
    "first.ideal_minutes": Word(
        label=_("First answer, what you aim at (minutes)"), help=_("Working minutes.")
    ),
    "first.limit_minutes": Word(
        label=_("First answer, what you promise (minutes)"),
        help=_("Working minutes. The customer sees this time on the matter's page."),
    ),
    "director.ideal_minutes": Word(
        label=_("Answer of the director, what you aim at (minutes)"),
        help=_("For letters by the direct line. Working minutes."),
    ),
    "director.limit_minutes": Word(
        label=_("Answer of the director, what you promise (minutes)"),
        help=_("For letters by the direct line. Working minutes."),
    ),
    "chat.limit_seconds": Word(
        label=_("First answer in a chat (seconds)"),
        help=_("What you promise while somebody is there."),
    ),
    "chat.step_in_seconds": Word(
        label=_("Others are called to a chat after (seconds)"),
        help=_("When nobody has answered by then, whoever is on duty is called."),
    ),
    "title": Word(label=_("Name of the chat's window")),
    "intro": Word(label=_("First words of the chat")),
    "open_answer": Word(label=_("What is said of the answer while somebody is there")),
    "away_answer": Word(
        label=_("What is said of the answer while you are open and nobody sits at the chat")
    ),
    "closed_answer": Word(label=_("What is said of the answer while nobody is there")),
    "visitor_days": Word(
        label=_("A browser stays known (days)"),
        help=_("One that was away for longer is a new visitor."),
    ),
    "reopen_hours": Word(
        label=_("A closed chat is gone on with for (hours)"),
        help=_("Later words begin a new conversation."),
    ),
    "text_characters": Word(label=_("Longest message in a chat (characters)")),
    "file_bytes": Word(label=_("Largest file in a chat (bytes)")),
    "files": Word(label=_("Files with one message")),
    "visitor_a_minute": Word(label=_("Messages a minute of one visitor")),
    "address_a_minute": Word(label=_("Messages a minute from one internet address")),
    "site_a_minute": Word(label=_("Messages a minute from the whole site")),
    "confirm_days": Word(label=_("The link that confirms an address works for (days)")),
    "code_minutes": Word(label=_("A code for the customer's page works for (minutes)")),
    "code_tries": Word(label=_("Tries for one code")),
    "codes_an_hour": Word(label=_("Codes for one address in an hour")),
    "visit_days": Word(label=_("A customer stays signed in for (days)")),
    "mail_after_minutes": Word(
        label=_("An unseen answer in a chat goes by mail after (minutes)"),
        help=_("Only to an address that its owner has confirmed."),
    ),
    "asked_a_minute": Word(
        label=_("Letters and forms a minute from one internet address"),
    ),
    "form_seconds": Word(
        label=_("Shortest time for filling in the form (seconds)"),
        help=_("What comes back sooner was filled in by a machine."),
    ),
    "confirm_subject": Word(label=_("Subject of the letter that confirms an address")),
    "confirm_text": Word(label=_("The letter that confirms an address")),
    "confirm_button": Word(label=_("Button in that letter")),
    "receipt_text": Word(label=_("The letter after the form")),
    "code_subject": Word(label=_("Subject of the letter with the code")),
    "code_text": Word(label=_("The letter with the code")),
    "warn_at_percent": Word(
        label=_("Warn when so much of the time is gone (percent)"),
        help=_("Whose promise it is gets the warning."),
    ),
    "greet": Word(
        label=_("A letter begins with a greeting"), help=_("Who writes is told when it is missing.")
    ),
    "line_characters": Word(
        label=_("Longest stretch in a chat (characters)"),
        help=_("Who writes more at once is told to cut it into several messages."),
    ),
    "silence_seconds": Word(
        label=_("Longest silence in a chat (seconds)"),
        help=_("Then who leads it is asked to say what he is doing and when he is back."),
    ),
    "number_questions": Word(
        label=_("Questions as a numbered list"), help=_("Asked before a letter with two or more.")
    ),
    "only_in_hours": Word(
        label=_("Letters leave in working hours only"),
        help=_("What is written at night waits until the hours begin."),
    ),
    "tone": Word(label=_("How we write"), help=_("Shown to who writes.")),
    "introduce": Word(
        label=_("The next agent introduces himself"),
        help=_("Else the customer need not notice that somebody else writes."),
    ),
    "introduction": Word(
        label=_("Words of the introduction"), help=_("{agent} is who writes from now on.")
    ),
    "undo_seconds": Word(
        label=_("Time to take a reply back (seconds)"), help=_("0 to 120; 0 sends at once.")
    ),
    "files_megabytes": Word(
        label=_("Files of one reply together, at most (MB)"),
        help=_("1 to 25. Most mail servers take letters of 25 MB, wrapping included."),
    ),
    "files_kept_hours": Word(
        label=_("Keep files of replies that were not sent (hours)"),
        help=_("24 to 2160; after it they are removed."),
    ),
    "sender_name": Word(
        label=_("Name of the sender"), help=_("{agent} is who writes, {brand} your brand.")
    ),
    "signature": Word(label=_("Signature"), help=_("{agent} is who writes, {brand} your brand.")),
    "direct_line": Word(
        label=_("Direct line to the director"),
        help=_("Under each letter when the brand has such an address; {address} is the address."),
    ),
    "quote_introduction": Word(
        label=_("Line above a quoted letter"),
        help=_("{name} is who wrote it, {when} the moment."),
    ),
    "empty_subjects": Word(
        label=_("Words that tell nothing as a subject"), help=_("With commas between.")
    ),
    "remind_after_hours": Word(
        label=_("Remind after so many hours"),
        help=_("After the question, then after each reminder; with commas between."),
    ),
    "reminders_before_silence": Word(label=_("Reminders before a leader may close on silence")),
    "closing_question": Word(
        label=_("Question whether the matter may be closed"),
        help=_("{name} is the customer's name. A link to two buttons stands under it."),
    ),
    "closing_reminder": Word(
        label=_("Reminder of that question"), help=_("{name} is the customer's name.")
    ),
    "your_matter": Word(label=_("Words of the link to the customer's page")),
    "asked_to_stop": Word(
        label=_("Note when a customer asks for no more mailings"),
        help=_("For your own people; {address} is the customer's address."),
    ),
    "not_theirs": Word(
        label=_("Note when a letter went to somebody else"),
        help=_("For your own people; {address} is the wrong address."),
    ),
    "neutral_subject": Word(
        label=_("Subject for an address that is not verified"),
        help=_("It must say nothing of the matter."),
    ),
    "warning": Word(
        label=_("Warning"), help=_("{name} is the customer's name, {brand} your brand.")
    ),
    "refusal": Word(
        label=_("Refusal"), help=_("{name} is the customer's name, {brand} your brand.")
    ),
    "unsubscribe": Word(
        label=_("Words before the link that ends mailings"), help=_("For mailings only.")
    ),
    "mailings.marketing": Word(
        label=_("What news and offers are called on the page that ends them")
    ),
    "mailings.survey": Word(label=_("What surveys are called on that page")),
    "trouble.subject": Word(
        label=_("Subject of the letter to owners when a mailbox fails"),
        help=_("{mailbox} is its address."),
    ),
    "trouble.text": Word(
        label=_("Letter to owners when a mailbox fails"),
        help=_("{mailbox} is its address, {link} the page that says what to do."),
    ),
    "stop": Word(label=_("Button of that page"), help=_("Kept as what the customer said.")),
    "resume": Word(label=_("Button that takes it back"), help=_("Kept as what the customer said.")),
    "resume_hours": Word(
        label=_("Hours in which the link can take it back"),
        help=_("Later only the customer himself can, by a new consent."),
    ),
    "awaited_days": Word(
        label=_("Await the letter before an answer (days)"),
        help=_("An answer may come first; 1 to 366 days a place is kept for what it answers."),
    ),
    "stop_words": Word(
        label=_("Words that ask for no more mail"),
        help=_("Small letters, with commas between; * stands for any ending."),
    ),
    "letters_to_all": Word(
        label=_("Letters go to whoever has least to do"),
        help=_("Else they are taken from the list. Customers with an agent of their own get him."),
    ),
    "most_chats": Word(label=_("Chats of one person at once")),
    "most_letters": Word(
        label=_("Letters waiting with one person, at most"),
        help=_("When letters go to people by themselves."),
    ),
    "offline_after_seconds": Word(
        label=_("Somebody counts as gone after (seconds)"),
        help=_("60 to 3600. Open pages speak up twice a minute."),
    ),
    "give_back_after_seconds": Word(
        label=_("A chat goes to another after (seconds)"),
        help=_("When its visitor waits and its agent is not there."),
    ),
    "recent_answer_minutes": Word(
        label=_("Who answered so recently keeps the chat (minutes)"),
    ),
    "missed_after_minutes": Word(
        label=_("A chat counts as missed after (minutes)"),
        help=_("It stands on the leader's board until somebody answers."),
    ),
    "hard_a_day": Word(
        label=_("Hard contacts of one person a day"), help=_("Further ones go to colleagues.")
    ),
    "pause_minutes": Word(label=_("Length of a pause (minutes)")),
    "weights.waiting_us": Word(
        label=_("Weight: a letter that waits for an answer"),
        help=_("0 to 100. Who has the smallest sum gets the next conversation."),
    ),
    "weights.waiting_customer": Word(label=_("Weight: a letter that waits for the customer")),
    "weights.chat": Word(label=_("Weight: an open chat")),
    "weights.promise_due": Word(label=_("Weight: a promise due within the hour")),
    "weights.portfolio": Word(label=_("Weight: a customer of one's own")),
    "weights.contact_today": Word(label=_("Weight: a conversation answered today")),
    "portfolio.aim": Word(
        label=_("Customers of one dedicated agent, what you aim at"),
        help=_("Who has fewer has room."),
    ),
    "portfolio.most": Word(
        label=_("Customers of one dedicated agent, at most"),
        help=_("More only by a leader, with a reason."),
    ),
    "portfolio.same_segment_percent": Word(
        label=_("One segment is too much of a portfolio from (percent)")
    ),
    "steps": Word(label=_("Steps"), help=_("One a line, in this order.")),
    "concessions": Word(label=_("What an agent may give without asking"), help=_("One a line.")),
    "urgent": Word(
        label=_("Words that tell of hurry"),
        help=_("Small letters, with commas between; * stands for any ending."),
    ),
    "known.*.name": Word(label=_("Name of the situation")),
    "known.*.skill": Word(
        label=_("Skill that it wants"), help=_("Empty: anybody can. The name of a skill.")
    ),
    "known.*.words": Word(
        label=_("Words by which it is recognised"),
        help=_("Small letters, with commas between; * stands for any ending."),
    ),
    "known.*.steps": Word(label=_("Steps that fit"), help=_("One a line, in this order.")),
    "segments": Word(label=_("Groups of customers"), help=_("Their names, with commas between.")),
    "dedicated_segments": Word(
        label=_("Groups whose customers have an own agent"), help=_("Some of the groups above.")
    ),
    "self_service_segments": Word(
        label=_("Groups that serve themselves"),
        help=_("Some of the groups above; a way to a person stays in sight."),
    ),
    "greet_days_before": Word(label=_("Greetings are laid before you so many days ahead")),
    "wanted_days": Word(
        label=_("Something counts as wanted right now for (days)"),
        help=_("Then somebody is asked to find out whether it still is."),
    ),
    "confirm_data_days": Word(label=_("Customers are asked about their data every (days)")),
    "greeting_birthday": Word(
        label=_("Draft of a birthday greeting"),
        help=_("{name} is the customer's name, {brand} your brand."),
    ),
    "greeting_holiday": Word(
        label=_("Draft of a greeting on another day"),
        help=_("{day} is the name of the day, {name} the customer's, {brand} your brand."),
    ),
    "ask_again": Word(
        label=_("Draft of the question whether something is still wanted"),
        help=_("{what} is what was wanted, {name} the customer's name, {brand} your brand."),
    ),
    "confirm_data": Word(
        label=_("Draft of the question whether the data are right"),
        help=_("{name} is the customer's name, {brand} your brand."),
    ),
    "apology": Word(
        label=_("Task when an entitlement was missed"), help=_("{what} is the entitlement.")
    ),
    "silver.first_answer_minutes": Word(label=_("Silver: first answer within (working minutes)")),
    "silver.name": Word(label=_("Silver: what the level is called")),
    "silver.entitlements": Word(
        label=_("Silver: entitlements"),
        help=_("One a line, the same number in each language; the first is the first answer."),
    ),
    "gold.first_answer_minutes": Word(label=_("Gold: first answer within (working minutes)")),
    "gold.name": Word(label=_("Gold: what the level is called")),
    "gold.entitlements": Word(
        label=_("Gold: entitlements"),
        help=_("One a line, the same number in each language; the first is the first answer."),
    ),
    "platinum.first_answer_minutes": Word(
        label=_("Platinum: first answer within (working minutes)")
    ),
    "platinum.name": Word(label=_("Platinum: what the level is called")),
    "platinum.entitlements": Word(
        label=_("Platinum: entitlements"),
        help=_("One a line, the same number in each language; the first is the first answer."),
    ),
    "adult_age": Word(
        label=_("Age from which a customer speaks for himself"),
        help=_("Data of younger ones need a legal representative."),
    ),
    "erase_after_days": Word(
        label=_("Erase customers after so many days without a matter"),
        help=_("0: nobody is erased by itself."),
    ),
    "erase_by_two": Word(
        label=_("Two decide that a customer is erased"),
        help=_("A manager or owner asks, another one agrees; who is alone decides alone."),
    ),
    "looks_kept_days": Word(
        label=_("Keep who saw which customer (days)"), help=_("30 to 3660; owners read it.")
    ),
    "law_ru": Word(label=_("Law in Russia")),
    "law_lv": Word(label=_("Law in Latvia")),
    "law_other": Word(label=_("Law in other countries")),
    "of_age": Word(label=_("Words of the box of age"), help=_("It is never ticked beforehand.")),
    "consent_marketing": Word(
        label=_("Consent to news and offers"),
        help=_("{company} is who keeps the data, {law} the law of the brand's country."),
    ),
    "consent_survey": Word(
        label=_("Consent to questions about our service"),
        help=_("{company} is who keeps the data, {law} the law of the brand's country."),
    ),
    "consent_greeting": Word(
        label=_("Consent to congratulations"),
        help=_("{company} is who keeps the data, {law} the law of the brand's country."),
    ),
    "consent_care": Word(
        label=_("Consent to notes on people dear to the customer"),
        help=_("{company} is who keeps the data, {law} the law of the brand's country."),
    ),
    "automatic.window_minutes": Word(label=_("Window for counting (minutes)")),
    "automatic.most_in_window": Word(label=_("Automatic letters to one address in a window")),
    "automatic.most_a_day": Word(label=_("Automatic letters to one address in a day")),
    "automatic.most_a_day_unverified": Word(
        label=_("The same for an address that is not verified")
    ),
    "automatic.machines": Word(
        label=_("Addresses behind which nobody reads"),
        help=_("What stands before the @, with commas between."),
    ),
}


def section(name: str) -> Word:
    return SECTIONS.get(name, Word(label=name))


def of(path: str) -> Word:
    """The words for a value of a section; `known.*.name` speaks for that of each situation."""
    first, _dot, rest = path.partition(".")
    any_key = f"{first}.*.{rest.partition('.')[2]}"
    return FIELDS.get(path) or FIELDS.get(any_key) or Word(label=path)


def problem(found: Problem) -> str:
    """Why a value was refused."""
    plain: dict[str, Any] = {"text": found.message}
    return gettext("This value is not possible: %(text)s") % plain
