"""Sections of the charter that the desk executes: `replies`, `closing`, and the texts of
`notices`.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from zabota.domains.charter.rules.sections import Part, Section
from zabota.kernel.text.texts import Text

Hours = Annotated[int, Field(ge=1, le=24 * 60)]
Weight = Annotated[int, Field(ge=0, le=100)]


class Signature(Text):
    """What stands under each reply; the agent's own lines come first."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"agent", "brand"})


class DirectLine(Text):
    """The line that tells how to reach the director (S-087)."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"address"})


class QuoteIntroduction(Text):
    placeholders: ClassVar[frozenset[str]] = frozenset({"name", "when"})


class Replies(Section):
    """How replies leave.

    `undo_seconds` is the time in which a reply can be taken back; `sender_name` shows who writes.
    `files_megabytes` is what all files of one reply weigh at most, before they are wrapped for mail
    (a third more); `files_kept_hours` how long files of a reply that was not sent are kept.
    """

    name: ClassVar[str] = "replies"

    undo_seconds: Annotated[int, Field(ge=0, le=120)]
    files_megabytes: Annotated[int, Field(ge=1, le=25)]
    files_kept_hours: Annotated[int, Field(ge=24, le=24 * 90)]
    sender_name: Signature
    signature: Signature
    direct_line: DirectLine
    quote_introduction: QuoteIntroduction
    # Words that tell nothing as a subject (S-118).
    empty_subjects: tuple[str, ...]


class Letters(Section):
    """How a letter of ours is built and when it leaves: the standard of a channel (S-055, S-070).

    `greet`: it begins with a greeting; `number_questions`: two questions or more are a numbered
    list (S-120); `only_in_hours`: it leaves within the working hours alone; `tone`: how we write,
    told to who writes. Its close is the signature of the section `replies`. What always holds for
    letters (subject, participants, tasks) is no setting: the desk does so.
    """

    name: ClassVar[str] = "letters"

    greet: bool
    number_questions: bool
    only_in_hours: bool
    tone: Text


class Talks(Section):
    """How we write in a chat (S-071).

    `greet`: our first words greet; `line_characters`: a longer stretch is told to who writes, to be
    cut into several messages; `silence_seconds`: after so long without a word of ours the writer is
    asked to say what he is doing and when he is back; `tone`: the rules, told to who writes.
    """

    name: ClassVar[str] = "talks"

    greet: bool
    line_characters: Annotated[int, Field(ge=80, le=4_000)]
    silence_seconds: Annotated[int, Field(ge=15, le=3_600)]
    tone: Text


class Closing(Section):
    """When a matter is closed (S-100): reminders to a silent customer, in hours after each step."""

    name: ClassVar[str] = "closing"

    remind_after_hours: tuple[Hours, ...]
    reminders_before_silence: Annotated[int, Field(ge=1, le=10)]


class Question(Text):
    """A text that may greet by name."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"name"})


class AboutAddress(Text):
    """A note of the house for those who work on a matter."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"address"})


class Notices(Section):
    """What the house itself writes: to a customer, with the words of its buttons, and as a note."""

    name: ClassVar[str] = "notices"

    closing_question: Question
    closing_reminder: Question
    your_matter: Text
    neutral_subject: Text
    asked_to_stop: AboutAddress
    not_theirs: AboutAddress


class FirmWords(Text):
    """A polite, firm text to a customer whose conduct we cannot accept."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"name", "brand"})


class Introduction(Text):
    """The line by which a new agent introduces himself."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"agent"})


class Handovers(Section):
    """How a conversation passes from one agent to another.

    `introduce`: whether the new agent's first reply begins with a line that introduces him; by
    default the customer need not notice (S-113).
    """

    name: ClassVar[str] = "handover"

    introduce: bool
    introduction: Introduction


class Refusals(Section):
    """How service is refused (S-131): a warning first, then a leader's last word."""

    name: ClassVar[str] = "refusal"

    warning: FirmWords
    refusal: FirmWords


class LoadWeights(Part):
    """How heavy each thing is that an agent has to do (S-106)."""

    waiting_us: Weight
    waiting_customer: Weight
    chat: Weight
    promise_due: Weight
    portfolio: Weight
    contact_today: Weight


class Portfolio(Part):
    """How many customers one dedicated agent has: what we aim at, and at most (S-103).

    `same_segment_percent` is the share of one segment above which the mix is told to be one-sided
    (S-104).
    """

    aim: Annotated[int, Field(ge=1, le=200)]
    most: Annotated[int, Field(ge=1, le=200)]
    same_segment_percent: Annotated[int, Field(ge=10, le=100)]


class Routing(Section):
    """Who gets a conversation, and when it goes to another (S-103, S-106, S-109, S-132).

    `letters_to_all`: letters too go to whoever has least to do; else they are taken from the list,
    where the word due next stands first. `offline_after_seconds`: silence after which somebody
    counts as gone. `give_back_after_seconds`: how long a visitor waits for one who is not there;
    `recent_answer_minutes`: whoever answered so recently keeps his chat. `missed_after_minutes`: a
    chat whose visitor waits longer counts as missed (S-083).
    """

    name: ClassVar[str] = "routing"

    letters_to_all: bool
    most_chats: Annotated[int, Field(ge=1, le=20)]
    most_letters: Annotated[int, Field(ge=1, le=500)]
    offline_after_seconds: Annotated[int, Field(ge=60, le=3600)]
    give_back_after_seconds: Annotated[int, Field(ge=5, le=3600)]
    recent_answer_minutes: Annotated[int, Field(ge=0, le=240)]
    missed_after_minutes: Annotated[int, Field(ge=1, le=240)]
    hard_a_day: Annotated[int, Field(ge=0, le=50)]
    pause_minutes: Annotated[int, Field(ge=1, le=120)]
    weights: LoadWeights
    portfolio: Portfolio


class HardMoment(Section):
    """The panel of each conversation for a difficult moment (S-133): one step a line, in order, and
    what an agent may give without asking, one a line.
    """

    name: ClassVar[str] = "hard_moment"

    steps: Text
    concessions: Text


class Situation(Part):
    """One kind of situation: its name, the skill it wants ("" for none), words by which it is
    recognised, and the first steps, one a line; an agent may deviate from them (S-124).
    """

    name: Text
    skill: Annotated[str, Field(max_length=40)]
    words: tuple[str, ...]
    steps: Text


class Situations(Section):
    """The situations in which customers come to us, by code. `urgent` are words that tell of
    hurry (S-123).
    """

    name: ClassVar[str] = "situations"

    urgent: tuple[str, ...]
    known: dict[Annotated[str, Field(pattern=r"^[a-z_]{2,24}$")], Situation]


class Letter(Text):
    """A letter of the house that names the brand."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"brand"})


class ConfirmLetter(Text):
    """The letter with the link that confirms an address."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"brand", "days"})


class CodeLetter(Text):
    """The letter with the code for the cabinet."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"brand", "code", "minutes"})


class Receipt(Text):
    """What is said to who has written by the form: when he is answered."""

    placeholders: ClassVar[frozenset[str]] = frozenset({"brand", "when"})


Minutes = Annotated[int, Field(ge=1, le=24 * 60)]
Days = Annotated[int, Field(ge=1, le=365)]


class Cabinet(Section):
    """The customer's doors: how an address is confirmed, how his cabinet opens, how often both may
    be asked for, and when an answer in a chat goes by mail as well.
    """

    name: ClassVar[str] = "cabinet"

    confirm_days: Days
    code_minutes: Minutes
    code_tries: Annotated[int, Field(ge=1, le=10)]
    codes_an_hour: Annotated[int, Field(ge=1, le=60)]
    visit_days: Days
    # An answer in a chat that was not seen for so long goes by mail, too.
    mail_after_minutes: Minutes
    # Letters that one internet address may ask for in a minute, and messages by the form.
    asked_a_minute: Annotated[int, Field(ge=1, le=1_000)]
    # A form that comes back sooner was filled in by no person.
    form_seconds: Annotated[int, Field(ge=0, le=60)]

    confirm_subject: Letter
    confirm_text: ConfirmLetter
    confirm_button: Text
    receipt_text: Receipt
    code_subject: Letter
    code_text: CodeLetter
