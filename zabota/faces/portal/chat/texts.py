"""The words of the chat's window, and the sentences by which a call is refused."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zabota.domains.channels.rules.sections import Chat

# {name}, {n} and {size} are filled in by the script.
WORDS: Mapping[str, str | Promise] = {
    "launcher": _("Write to us"),
    "open": _("Open the chat"),
    "close": _("Close the chat"),
    "unread": _("Unread messages: {n}"),
    "thread": _("Messages"),
    "earlier": _("Earlier messages"),
    "newer": _("New messages"),
    "you": _("You"),
    "we": _("We"),
    "here": _("{name} is here"),
    "away": _("{name} is not here right now"),
    "typing": _("{name} is writing"),
    "typing_nobody": _("An answer is being written"),
    "message": _("Your message"),
    "placeholder": _("Write your question"),
    "send": _("Send"),
    "attach": _("Attach files"),
    "drop": _("Drop files here"),
    "detach": _("Take out {name}"),
    "uploading": _("Uploading"),
    "upload_failed": _("Not uploaded yet"),
    "too_big": _("{name} is larger than {size}. Send a smaller file."),
    "too_many": _("Files in one message: {n} at most."),
    "too_long": _(
        "The message is longer than {n} characters. Shorten it, or send it in two parts."
    ),
    "sending": _("Sending"),
    "unsent": _("Not sent yet. It will be sent when the connection is back."),
    "refused": _("Not sent."),
    "again": _("Try now"),
    "take_back": _("Take back"),
    "seen": _("Seen"),
    "picture": _("Open the picture {name}"),
    "download": _("Download {name}"),
    "back": _("Back to the messages"),
    "offline": _("No connection. Write on: your words are kept here and sent when it is back."),
    "asks_to_close": _("Is everything settled? We close the matter only with your consent."),
    "agree": _("Yes, close it"),
    "not_yet": _("Not yet"),
    "missing": _("What is still missing? Write it here."),
    "closed": _("The matter is closed. If something is left, write here: it opens again."),
    "contact_title": _("Shall we answer by e-mail?"),
    "contact_intro": _(
        "Leave your address and the answer comes there too, even when this page is closed. First "
        "we send a letter to confirm it."
    ),
    "contact_email": _("E-mail address"),
    "contact_name": _("Your name"),
    "contact_send": _("Send the letter"),
    "contact_later": _("Not now"),
    "card": _("How your matter stands"),
    "card_who": _("Who"),
    "card_now": _("Now"),
    "card_next": _("Next"),
    "card_by_when": _("By when"),
    "failed": _("That did not work. Try again in a minute."),
    "cannot_reach": _("The chat cannot be reached right now. We keep trying."),
    "retry": _("Try now"),
}

SENTENCES: Mapping[str, str | Promise] = {
    "token": _("Your visit has ended here. Go on writing: the chat begins anew."),
    "site": _(
        "This chat is not set up for this site. The owner adds the site's address on the page of "
        "the chat."
    ),
    "no_chat": _("There is no such chat, or it is switched off."),
    "method": _("This cannot be done in this way."),
    "body": _("The message came damaged. Send it again."),
    "too_long": _("The message is too long. Send it in several parts."),
    "too_often": _("That was a lot at once. Wait a minute, then send on."),
    "text_empty": _("Write a few words first."),
    "text_long": _("The message is too long. Send it in several parts."),
    "client_id": _("The message came damaged. Send it again."),
    "file": _("This file did not arrive. Choose it once more."),
    "file_size": _("This file is too large. Send a smaller one."),
    "files": _("These are too many files for one message. Send them in several messages."),
    "file_gone": _("This file is no longer here."),
    "not_asked": _("There is nothing to agree to at the moment: the matter is open."),
    "no_matter": _("There is no conversation here yet. Write a message first."),
    "no_mailbox": _("We cannot send letters from here yet. Write on in the chat: we answer here."),
    "email": _("This does not look like an e-mail address. Look at it once more."),
}


def words(section: Chat, *, language: str, brand: str) -> dict[str, str]:
    """All words that the script shows, in the language that is active; the charter's first."""
    found = {name: str(text) for name, text in WORDS.items()}
    found["title"] = section.title.say(language, brand=brand)
    found["intro"] = section.intro.say(language)
    return found


def sentence(code: str) -> str:
    """The sentence of that code, in the language that is active."""
    return gettext(str(SENTENCES[code]))


def letter_left() -> str:
    """After an address was left, in the language that is active."""
    return gettext("A letter is on its way. Open it and confirm the address: then we answer there.")
