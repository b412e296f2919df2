"""What the charter says for one conversation: clocks, texts, names. Everything the desk does not
decide itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from babel.dates import format_datetime, get_timezone
from django.conf import settings

from zabota.domains.channels.queries import addresses
from zabota.domains.channels.rules.chats import KIND as CHAT
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.standard import Charter, Scope
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.rules.sections import Closing, Letters, Notices, Replies, Situations, Talks
from zabota.domains.promises import rules as promise_rules
from zabota.domains.promises.rules.sections import Answers
from zabota.kernel.accounts.models import User
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.brands.models import Brand
from zabota.pure import worktime

QUOTED = 20_000


@dataclass(frozen=True, kw_only=True)
class FirstAnswer:
    """The clock of a first answer, and of which charter it is."""

    clock: promise_rules.Clock
    charter_version: int


class Standards:
    """The charter at one moment, with the brands: made once for a batch."""

    def __init__(self, *, at: datetime) -> None:
        self.charter: Charter = charter.in_force(at=at)

    @cached_property
    def brands(self) -> Mapping[int, Brand]:
        """By id; read when the first of them is asked for."""
        return {brand.pk: brand for brand in Brand.objects.all()}

    @cached_property
    def chats(self) -> frozenset[int]:
        """Channels in which people talk; read when first asked."""
        return addresses.chats()

    @cached_property
    def urgent_words(self) -> tuple[str, ...]:
        """Words that tell of hurry (S-123)."""
        return self.charter.section(Situations).urgent

    def first_answer(self, conversation: Conversation, *, given_at: datetime) -> FirstAnswer:
        """When the first answer is ideally given, due, and warned about (S-145); a letter to the
        director has a clock of its own (S-087).
        """
        answers = self.charter.section(Answers, scope=scope_of(conversation))
        if self.is_chat(conversation):
            terms = answers.terms_in_chat()
        else:
            terms = answers.terms(to_director=conversation.private_to_id is not None)
        return FirstAnswer(
            clock=promise_rules.clock_of(terms, self._calendar(conversation), given_at),
            charter_version=self.charter.number,
        )

    def answers_by(self, brand: Brand, *, in_chat: bool, at: datetime) -> datetime:
        """When somebody who writes to the brand at that moment is answered at the latest."""
        scope = Scope(brand=brand.pk)
        answers = self.charter.section(Answers, scope=scope)
        terms = answers.terms_in_chat() if in_chat else answers.terms(to_director=False)
        hours = self.charter.section(Hours, scope=scope)
        calendar = hours.calendar(time_zone=brand.time_zone, country=brand.country)
        return promise_rules.clock_of(terms, calendar, at).due_at

    def working_minutes_after(
        self, since: datetime, minutes: int, conversation: Conversation
    ) -> datetime:
        """The moment so many minutes later, by the hours in which we work."""
        calendar = self._calendar(conversation)
        return worktime.due(calendar, start=since, duration=timedelta(minutes=minutes))

    def is_chat(self, conversation: Conversation) -> bool:
        """Whether it is led in the chat of a site: what is sent is there at once."""
        if Conversation.channel.is_cached(conversation):
            return conversation.channel.kind == CHAT
        return conversation.channel_id in self.chats

    def brand(self, conversation: Conversation) -> Brand:
        """Whose customer it is."""
        if Conversation.brand.is_cached(conversation):
            return conversation.brand
        return self.brands[conversation.brand_id]

    # --- closing ---------------------------------------------------------------------------------

    def next_reminder(
        self, conversation: Conversation, *, number: int, after: datetime
    ) -> datetime | None:
        """When the reminder of that number (0 is the first) is due; None when there is none."""
        hours = self.charter.section(Closing, scope=scope_of(conversation)).remind_after_hours
        return after + timedelta(hours=hours[number]) if number < len(hours) else None

    def reminders_before_silence(self, conversation: Conversation) -> int:
        section = self.charter.section(Closing, scope=scope_of(conversation))
        return section.reminders_before_silence

    def leaves_at(self, conversation: Conversation, *, at: datetime) -> datetime:
        """When a letter ready at that moment leaves: at once, or when the hours begin (S-055)."""
        if self.is_chat(conversation) or not self.letters(conversation).only_in_hours:
            return at
        calendar = self._calendar(conversation)
        if worktime.is_open(calendar, at=at):
            return at
        return worktime.next_opening(calendar, at=at) or at

    def letters(self, conversation: Conversation) -> Letters:
        """How letters of this conversation's channel are built."""
        return self.charter.section(Letters, scope=scope_of(conversation))

    def talks(self, conversation: Conversation) -> Talks:
        """How we write in this conversation's chat."""
        return self.charter.section(Talks, scope=scope_of(conversation))

    def _calendar(self, conversation: Conversation) -> worktime.Schedule:
        brand = self.brand(conversation)
        hours = self.charter.section(Hours, scope=scope_of(conversation))
        return hours.calendar(time_zone=brand.time_zone, country=brand.country)

    # --- texts -----------------------------------------------------------------------------------

    def undo(self, conversation: Conversation) -> timedelta:
        """How long a reply can be taken back; in a chat it is read at once."""
        if self.is_chat(conversation):
            return timedelta(0)
        return timedelta(seconds=self.charter.section(Replies).undo_seconds)

    def sender_name(self, conversation: Conversation, actor: Actor) -> str:
        brand = self.brand(conversation).name
        if actor.is_system:
            return brand
        text = self._replies(conversation).sender_name
        return text.say(language_of(conversation), agent=actor.name, brand=brand)

    def signature(self, conversation: Conversation, actor: Actor) -> str:
        """The agent's own lines or the charter's, and the direct line to the director (S-087)."""
        brand = self.brand(conversation)
        replies, language = self._replies(conversation), language_of(conversation)
        agent = brand.name if actor.is_system else actor.name
        own = User.objects.filter(pk=actor.person_id).values_list("signature", flat=True).first()
        lines = own or replies.signature.say(language, agent=agent, brand=brand.name)
        if brand.director_address:
            address = brand.director_address
            lines += "\n" + replies.direct_line.say(language, address=address)
        return lines

    def quoted(self, conversation: Conversation, message: Message | None) -> str:
        """The message we answer, as a quotation with who wrote it and when."""
        if message is None:
            return ""
        language = language_of(conversation)
        zone = get_timezone(self.brand(conversation).time_zone)
        name = message.identity.name or message.identity.shown if message.identity else ""
        when = format_datetime(message.at, "long", tzinfo=zone, locale=language)
        head = self._replies(conversation).quote_introduction.say(language, name=name, when=when)
        lines = message.text[:QUOTED].splitlines()
        return "\n".join([head, *(f"> {line}" for line in lines)])

    def notice(self, which: str, conversation: Conversation, *, name: str = "") -> str:
        """One of the texts of the section `notices`."""
        text = getattr(self.charter.section(Notices, scope=scope_of(conversation)), which)
        values = {"name": name} if "name" in text.placeholders else {}
        words: str = text.say(language_of(conversation), **values)
        return words

    def _replies(self, conversation: Conversation) -> Replies:
        return self.charter.section(Replies, scope=scope_of(conversation))


def scope_of(conversation: Conversation) -> Scope:
    return Scope(
        brand=conversation.brand_id,
        channel=conversation.channel_id,
        customer=conversation.customer_id,
    )


def language_of(conversation: Conversation) -> str:
    """The customer's language, the last message's, the brand's, English (architecture,
    "Decided").
    """
    customer = conversation.customer
    for language in (
        customer.language if customer else "",
        conversation.language,
        conversation.brand.language,
    ):
        if language in {"ru", "lv", "en"}:
            return language
    return "en"


def portal_address(token: str) -> str:
    """The customer's page of one matter, under the configured address, never a request's Host."""
    return f"{settings.ZABOTA_URL}/c/{token}/"
