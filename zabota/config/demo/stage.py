"""Performs the steps of the demo, each at its moment, through the services of the house."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from django.db.models import Max

from zabota.config import wiring
from zabota.config.demo import letters, plot
from zabota.config.demo.house import Person, Shop
from zabota.config.demo.letters import Ours
from zabota.config.demo.plot import Step, Story
from zabota.domains.channels.events import DeliveryConfirmed
from zabota.domains.channels.kinds.email import posting
from zabota.domains.channels.kinds.email.carrying import Ways
from zabota.domains.channels.kinds.webchat import keeping
from zabota.domains.channels.services import inbound, outbound, storing, visits
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import (
    assigning,
    chatting,
    closings,
    contact,
    customer,
    drafts,
    handovers,
    leaders,
    notes,
    problems,
    replies,
    tags,
    tasks_of,
)
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.promises import services as promises
from zabota.kernel import ids
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts.models import FactRow
from zabota.kernel.files import store
from zabota.pure import worktime

UNDO = timedelta(seconds=10)
FOLDER = Path(__file__).parent
MATTER = "/c/"
SENDS = {"reply", "propose", "leaves"}


def perform(steps: Sequence[Step], shop: Shop, hours: worktime.Calendar, *, at: datetime) -> None:
    """Let everything happen until the moment of loading."""
    stage = _Stage(shop, hours)
    for step in steps:
        stage.meanwhile(at=step.at)
        stage.act(step)
    stage.meanwhile(at=at)


class _By(TypedDict):
    actor: Actor
    at: datetime


class _Stage:
    """What has happened so far: which conversation each story became, what was last sent in it."""

    def __init__(self, shop: Shop, hours: worktime.Calendar) -> None:
        self.shop = shop
        self.hours = hours
        self.refs: dict[str, str] = {}
        self.numbers: dict[int, str] = {}
        self.seen: dict[str, int] = {}
        self.last: dict[str, Ours] = {}
        self.made: dict[str, Any] = {}
        self.visitors: dict[str, visits.Visitor] = {}
        self.reactions = {kind.name(): tasks for kind, tasks in wiring.REACTIONS.items()}

    def meanwhile(self, *, at: datetime) -> None:
        """What the house does by itself until then: warns, reminds, sends."""
        promises.look_at_due(at=at)
        if closings.remind_due(at=at):
            self.deliver(at=at)

    def deliver(self, *, at: datetime) -> None:
        """What is due leaves, and the desk hears of it, as from the worker."""
        before = _last_fact()
        posting.send_due(ways=Ways(now=lambda: at))
        keeping.keep_due(at=at)
        for row in FactRow.objects.filter(pk__gt=before).order_by("pk"):
            for reaction in self.reactions.get(row.name, ()):
                reaction(fact_id=row.pk)
            if row.name == DeliveryConfirmed.name():
                self._remember(row.data["envelope_id"], at)

    def _remember(self, envelope_id: int, at: datetime) -> None:
        external_id, letter = outbound.sent(envelope_id)
        kind, _, number = letter.group.partition(":")
        if kind != "conversation":  # a letter that asks an address for its word
            return
        story = self.numbers[int(number)]
        self.last[story] = Ours(external_id=external_id, sent_at=at, letter=letter)

    def act(self, step: Step) -> None:
        acts: Mapping[str, Callable[[Step], object]] = {
            "mail": self.mail,
            "raw": self.raw,
            "returned": self.returned,
            "says": self.says,
            "leaves": self.leaves,
            "reply": self.reply,
            "propose": partial(self.desk, closings.propose),
            "confirm": partial(self.desk, closings.confirm_agreement),
            "spoken": partial(self.desk, closings.close_on_spoken_word, words="reason"),
            "silence": partial(self.desk, closings.close_on_silence, words="reason"),
            "unanswered": partial(self.desk, closings.close_unanswered, words="reason"),
            "note": self.note,
            "take": partial(self.desk, assigning.take),
            "draft": self.draft,
            "tags": self.tags,
            "task": self.task,
            "handover": self.handover,
            "problem": self.problem,
            "link": self.link,
            "ask": self.ask,
            "decide": self.decide,
            "agree": self.agree,
            "decline": self.decline,
        }
        acts[step.does](step)
        if step.does in SENDS:
            self.deliver(at=step.at + UNDO)

    # --- letters come ----------------------------------------------------------------------------

    def mail(self, step: Step) -> None:
        """A letter from the customer, or from whoever `from` names."""
        self._arrive(step, letters.written(self._letter(step), self.shop))

    def returned(self, step: Step) -> None:
        """A server's report that our last letter did not arrive."""
        letter = self._letter(step)
        self._arrive(step, letters.returned(letter, self.shop, self.last[step.story.name]))

    def raw(self, step: Step) -> None:
        """Bytes that are no letter."""
        self._arrive(step, step.told["raw"].encode())

    def _arrive(self, step: Step, content: bytes) -> None:
        before = _last_fact()
        mail = storing.RawMail(content=content, received_at=step.at, source=step.story.name)
        storing.store_raw(channel_id=self.shop.channel_id, items=[mail], at=step.at)
        inbound.process_new(at=step.at, receive=take_in)
        for row in FactRow.objects.filter(pk__gt=before, name="desk.MessageReceived"):
            if row.about_id is not None:
                self.numbers[row.about_id] = step.story.name
                self.refs[step.story.name] = self._ref(row.about_id)
                self.seen[step.story.name] = row.data["message_id"]

    def _ref(self, number: int) -> str:
        owner = self.shop.staff["aija"]
        found: str = access.conversations_for(owner).values_list("ref", flat=True).get(pk=number)
        return found

    # --- a visitor writes ------------------------------------------------------------------------

    def says(self, step: Step) -> None:
        """Words in the chat of the shop's page."""
        name, visitor = step.story.name, self._visitor(step)
        words = chatting.Words(
            text=self._words(step, step.told["says"]),
            client_id=f"demo-{step.number}",
            page=step.story.page,
        )
        message = chatting.write(visitor, words, at=step.at).message
        self.numbers[message.conversation_id] = name
        self.refs[name] = self._ref(message.conversation_id)
        self.seen[name] = message.pk

    def leaves(self, step: Step) -> None:
        """Name and address, not confirmed yet."""
        told = step.told
        visitor = self._visitor(step)
        contact.leave_address(visitor, email=told["leaves"], name=told["name"], at=step.at)

    def _visitor(self, step: Step) -> visits.Visitor:
        chat = visits.chat(self.shop.chat_key)
        made = visits.Visitor(
            chat=chat, ref=ids.new_ref() + ids.new_ref(), language=step.story.language
        )
        return self.visitors.setdefault(step.story.customer, made)

    def _letter(self, step: Step) -> letters.Letter:
        story, told = step.story, step.told
        sender = self.shop.people[told.get("from", story.customer)]
        answers = None if told.get("anew") else self.last.get(story.name)
        return letters.Letter(
            name=f"{story.name}.{step.number}",
            sender=sender,
            at=step.at,
            subject=told.get("subject", story.subject),
            text=self._words(step, told[step.does]),
            language=story.language,
            program=told.get("program", story.program),
            to=told.get("to", ""),
            copies=[self._person(name) for name in told.get("copies", ())],
            answers=answers,
            quotes=told.get("quotes", True),
            files=told.get("files", ()),
            charset=told.get("charset", "utf-8"),
            headers=[tuple(pair) for pair in told.get("headers", ())],
        )

    def _person(self, name: str) -> Person:
        return self.shop.people[name]

    def _words(self, step: Step, text: str) -> str:
        return plot.filled(text.strip(), step.story.language, self.hours, at=step.at)

    # --- we act ----------------------------------------------------------------------------------

    def reply(self, step: Step) -> None:
        actor, ref = self._actor(step), self.refs[step.story.name]
        message = replies.send(
            replies.Reply(
                text=self._words(step, step.told["reply"]),
                client_id=f"demo-{step.story.name}-{step.number}"[:36],
                seen_message_id=self.seen[step.story.name],
                file_ids=[self._kept(name) for name in step.told.get("files", ())],
                reports=[self.made[name] for name in step.told.get("reports", ())],
            ),
            to=ref,
            actor=actor,
            at=step.at,
            undo=UNDO,
        )
        self.seen[step.story.name] = message.pk

    def desk(self, act: Callable[..., object], step: Step, words: str = "") -> None:
        """An act on the conversation; its words, if it has any, go into the argument `words`."""
        values = {words: self._words(step, step.told[step.does])} if words else {}
        ref = self.refs[step.story.name]
        act(ref, actor=self._actor(step), at=step.at, **values)

    def note(self, step: Step) -> None:
        notes.write(self._ref_of(step), text=self._words(step, step.told["note"]), **self._by(step))

    def draft(self, step: Step) -> None:
        text = self._words(step, step.told["draft"])
        drafts.keep(self._ref_of(step), text=text, kind="reply", **self._by(step))

    def tags(self, step: Step) -> None:
        tags.set(self._ref_of(step), names=step.told["tags"], **self._by(step))

    def task(self, step: Step) -> None:
        owner = self.shop.number(step.told["by"])
        made = tasks_of.add(
            self._ref_of(step), text=step.told["task"], owner_id=owner, **self._by(step)
        )
        self.made[step.told["name"]] = made.pk

    def handover(self, step: Step) -> None:
        handovers.offer(
            self._ref_of(step),
            to_user_id=self.shop.number(step.told["to"]),
            next_step=step.told["handover"],
            known=step.told["known"],
            mood=step.told["mood"],
            **self._by(step),
        )

    def problem(self, step: Step) -> None:
        told = step.told
        made = problems.open(
            self._ref_of(step),
            title=told["problem"],
            description=told["description"],
            **self._by(step),
        )
        self.made[told["name"]] = made.ref

    def link(self, step: Step) -> None:
        problems.link(self.made[step.told["link"]], self._ref_of(step), **self._by(step))

    def ask(self, step: Step) -> None:
        request = leaders.ask(self._ref_of(step), question=step.told["ask"], **self._by(step))
        self.made[f"{step.story.name} question"] = request.pk

    def decide(self, step: Step) -> None:
        number = self.made[f"{step.story.name} question"]
        leaders.decide(number, decision="advised", advice=step.told["decide"], **self._by(step))

    def _ref_of(self, step: Step) -> str:
        return self.refs[step.story.name]

    def _by(self, step: Step) -> "_By":
        return {"actor": self._actor(step), "at": step.at}

    def _actor(self, step: Step) -> Actor:
        return self.shop.staff[step.told["by"]]

    def _kept(self, name: str) -> int:
        data = (FOLDER / "files" / name).read_bytes()
        return store.keep(data, name=name, media_type=letters.media_type(name)).pk

    # --- the customer acts on his page -----------------------------------------------------------

    def agree(self, step: Step) -> None:
        customer.agree(self._token(step.story), at=step.at)

    def decline(self, step: Step) -> None:
        customer.decline(
            self._token(step.story), words=self._words(step, step.told["decline"]), at=step.at
        )

    def _token(self, story: Story) -> str:
        """He opens the link in the last letter he got."""
        link = self.last[story.name].letter.links[0][1]
        return link.rpartition(MATTER)[2].strip("/")


def _last_fact() -> int:
    # By number, not as cursor readers do: we are the only writer, and may be in a transaction.
    return FactRow.objects.aggregate(last=Max("pk"))["last"] or 0
