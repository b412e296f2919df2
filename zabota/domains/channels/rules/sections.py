"""The section `mail` of the charter: what may be sent by itself, to whom, and how often."""

from typing import Annotated, ClassVar

from pydantic import Field

from zabota.domains.charter.rules.sections import Part, Section
from zabota.kernel.text.texts import Text

Count = Annotated[int, Field(ge=0, le=1_000)]


class Automatic(Part):
    """How many automatic mails one address gets, so that no loop and no mail cannon can start."""

    window_minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    most_in_window: Count
    most_a_day: Count
    most_a_day_unverified: Count
    # Local parts behind which nobody reads.
    machines: tuple[str, ...]


class Mailings(Part):
    """What each kind of mailing is called on the page that ends it."""

    marketing: Text
    survey: Text


class OfMailbox(Text):
    """Names a mailbox, and leads to the page that says what is wrong."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"mailbox", "link"})


class Trouble(Part):
    """The letter to the owners about a mailbox that fails."""

    subject: OfMailbox
    text: OfMailbox


class Mail(Section):
    """Automatic mail (T14, T15), and the words by which people ask for no more mail (S-730)."""

    name: ClassVar[str] = "mail"

    automatic: Automatic
    # Stands instead of the subject in automatic mail to an address that is not proved.
    neutral_subject: Text
    # Stands before the address of the page that ends a mailing (S-729).
    unsubscribe: Text
    mailings: Mailings
    trouble: Trouble
    # The words of the two buttons of that page: they are kept as what was said (S-716).
    stop: Text
    resume: Text
    # How long the link itself can take its own no back.
    resume_hours: Annotated[int, Field(ge=0, le=24 * 31)]
    # A message that begins with one of these asks for no more mail.
    stop_words: tuple[str, ...]
    # How long a letter is awaited whose answer came before it.
    awaited_days: Annotated[int, Field(ge=1, le=366)]


class WithBrand(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"brand"})


class WithHour(Text):
    """Names the moment when people are there again."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"when"})


class Chat(Section):
    """The chat on a site: its words, how long a browser stays known, and how much it may send."""

    name: ClassVar[str] = "chat"

    title: WithBrand
    intro: Text
    # What is said of the answer: while somebody is there, while nobody is although we are open,
    # and while we are closed.
    open_answer: Text
    away_answer: Text
    closed_answer: WithHour
    # A browser that was away for longer is a new one.
    visitor_days: Annotated[int, Field(ge=1, le=400)]
    # A closed matter is gone on with for so long; later words begin a new one.
    reopen_hours: Annotated[int, Field(ge=0, le=24 * 90)]
    text_characters: Annotated[int, Field(ge=100, le=20_000)]
    file_bytes: Annotated[int, Field(ge=10_000, le=25_000_000)]
    files: Annotated[int, Field(ge=0, le=20)]
    # How many messages and files a minute: of one visitor, of one address, of all together.
    visitor_a_minute: Annotated[int, Field(ge=1, le=1_000)]
    address_a_minute: Annotated[int, Field(ge=1, le=10_000)]
    site_a_minute: Annotated[int, Field(ge=1, le=100_000)]
