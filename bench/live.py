"""Many visitors' streams at one server, and fifty of us who talk with a few of them.

2,000 visitors listen (BENCH_VISITORS), one in twenty talks; ten messages a second go each way for
BENCH_SECONDS (60; the figure of record is 600), and the server is restarted twice meanwhile. A
message counts from the moment when its sender presses the key until its text is in the other's
hands: hint, then the ordinary page asked. Around a restart, for ten seconds, times do not count;
losses and doubles always do. A browser that has no answer sends the same again, as ours do.
"""

import asyncio
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench import _serving, _wire

VISITORS, AGENTS = 2_000, 50
ACTIVE_SHARE = 0.05
EACH_WAY = 10.0
RESTARTS = 2
SETTLE_SECONDS = 10.0
PAGE = "/account/login/"
SITE = "https://liepa.example"
KEY = "liepashop"


@dataclass
class Sent:
    """One message on its way. `text` is told apart from all others."""

    text: str
    at: float
    seen: list[float] = field(default_factory=list)


@dataclass
class Run:
    """The clients' side of it: what was sent, when the server was being restarted."""

    port: int
    sent: dict[str, Sent] = field(default_factory=dict)
    restarts: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    over: bool = False

    def note(self, what: str) -> None:
        self.refused[what] = self.refused.get(what, 0) + 1

    def seen(self, body: str) -> None:
        now = time.perf_counter()
        for word in set(WORD.findall(body)):
            if word in self.sent:
                self.sent[word].seen.append(now)

    def figures(self, way: str) -> dict[str, float]:
        times = sorted(
            (one.seen[0] - one.at) * 1000
            for one in self.sent.values()
            if one.text.startswith(way) and one.seen and self._counts(one)
        )
        if not times:
            return {"n": 0}
        return {
            "n": len(times),
            "p50_ms": round(times[len(times) // 2], 1),
            "p95_ms": round(times[int(len(times) * 0.95)], 1),
            "max_ms": round(times[-1], 1),
        }

    def _counts(self, one: Sent) -> bool:
        return not any(at - 1 <= one.at <= at + SETTLE_SECONDS for at in self.restarts)


WORD = re.compile(r"(?:in|out)-[0-9a-f]{32}")


class Visitor:
    """A browser with the chat open: its stream, and its talk asked anew at each hint."""

    def __init__(self, run: Run, token: str) -> None:
        self.run, self.token = run, token
        self.line = _wire.Line(run.port)
        self.position, self.last = 0, 0
        self.headers = {"Authorization": f"Bearer {token}", "Origin": SITE}

    async def call(self, method: str, path: str, body: object = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        headers = {**self.headers, "Content-Type": "application/json"}
        answer = await self.line.ask(method, f"/chat/{KEY}/{path}", headers, content)
        if answer.status >= 400:
            self.run.note(f"{path.split('?', maxsplit=1)[0]} {answer.status}")
            raise _wire.Broken(str(answer.status))
        return answer.json()

    async def listen(self) -> None:
        while not self.run.over:
            try:
                ticket = (await self.call("POST", "ticket", {}))["ticket"]
                if not self.position:
                    await self.look()
                await self._hear(ticket)
            except _wire.Broken:
                await asyncio.sleep(random.uniform(0.2, 1.5))

    async def _hear(self, ticket: str) -> None:
        headers = {"Authorization": f"Bearer {ticket}", "X-Visit": self.token, "Origin": SITE}
        headers["Last-Event-ID"] = str(self.position)
        async for block in _wire.stream(self.run.port, "/live/chat", headers):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            self.position = int(fields.get("id", self.position))
            if fields.get("event") in {"hint", "reload"}:
                await self.look()
            elif fields.get("event") == "renew":
                return

    async def look(self) -> None:
        found = await self.call("GET", f"thread?after={self.last}")
        self.position = (
            max(self.position, found["position"]) if not self.position else self.position
        )
        for one in found["messages"]:
            self.last = max(self.last, one["id"])
            if not one["mine"]:
                self.run.seen(one["text"])

    async def say(self) -> None:
        one = _new(self.run, "in")
        body = {"client_id": str(uuid.uuid4()), "text": f"Vai {one.text} ir gatavs?"}
        await _until_taken(lambda: self.call("POST", "messages", body))


class Agent:
    """One of us with two chats open: one stream for both pages, each asked anew at its hint."""

    def __init__(self, run: Run, cookie: str, refs: list[tuple[int, str]]) -> None:
        self.run = run
        self.refs = {f"conversation-{number}": ref for number, ref in refs}
        self.line, self.writing = _wire.Line(run.port), _wire.Line(run.port)
        self.csrf = uuid.uuid4().hex[:32]
        self.headers = {
            "Cookie": f"zabota_session={cookie}; zabota_csrf={self.csrf}",
            "X-CSRFToken": self.csrf,
            "HX-Request": "true",
        }
        self.position: int | None = None
        self.seen = dict.fromkeys(self.refs, "0.0")

    async def ask(self, line: _wire.Line, method: str, path: str, body: bytes = b"") -> str:
        headers = {**self.headers, "Content-Type": "application/x-www-form-urlencoded"}
        answer = await line.ask(method, path, headers, body)
        if answer.status >= 400:
            self.run.note(f"{path.split('?', maxsplit=1)[0].split('/')[1]} {answer.status}")
            raise _wire.Broken(str(answer.status))
        return answer.body.decode()

    async def listen(self) -> None:
        while not self.run.over:
            try:
                topics = "+".join([*self.refs, "inbox"])
                text = await self.ask(self.line, "GET", f"/live/ticket/?topics={topics}")
                await self._hear(json.loads(text)["ticket"])
            except _wire.Broken:
                await asyncio.sleep(random.uniform(0.2, 1.5))

    async def _hear(self, ticket: str) -> None:
        headers = {"Authorization": f"Bearer {ticket}", "Cookie": self.headers["Cookie"]}
        if self.position is not None:
            headers["Last-Event-ID"] = str(self.position)
        async for block in _wire.stream(self.run.port, "/live", headers):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            self.position = int(fields.get("id", self.position or 0))
            if fields.get("event") in {"hint", "reload"}:
                topics = json.loads(fields["data"]).get("topics", list(self.refs))
                for topic in topics:
                    await self.look(topic)
            elif fields.get("event") == "renew":
                return

    async def look(self, topic: str) -> None:
        if topic in self.refs:
            address = f"/conversations/{self.refs[topic]}/?seen={self.seen[topic]}"
            self.shown(topic, await self.ask(self.line, "GET", address))
        elif LISTS:
            await self.ask(self.line, "GET", f"/inbox/mine/?here={next(iter(self.refs.values()))}")

    def shown(self, topic: str, page: str) -> None:
        """What a browser puts into its page, and remembers as shown."""
        found = re.search(r'id="thread-seen"[^>]*value="([0-9.]+)"', page)
        self.seen[topic] = found[1] if found else self.seen[topic]
        self.run.seen(page)

    async def say(self, topic: str) -> None:
        one = _new(self.run, "out")
        body = f"kind=reply&text=Labdien+{one.text}&seen_message_id=9999999"
        body += f"&client_id={uuid.uuid4()}&seen={self.seen[topic]}"
        path = f"/conversations/{self.refs[topic]}/write/"

        async def send() -> None:
            self.shown(topic, await self.ask(self.writing, "POST", path, body.encode()))

        await _until_taken(send)


LISTS = os.environ.get("BENCH_LISTS", "") == "1"


def _new(run: Run, way: str) -> Sent:
    one = Sent(text=f"{way}-{uuid.uuid4().hex}", at=time.perf_counter())
    run.sent[one.text] = one
    return one


async def _until_taken(call: Any) -> None:
    for pause in itertools.chain((0.3, 0.6, 1.0), itertools.repeat(2.0, 20)):
        try:
            await call()
        except _wire.Broken:
            await asyncio.sleep(pause)
        else:
            return


def run() -> Mapping[str, object]:
    """Measure, and give the figures of one JSON line."""
    visitors = int(os.environ.get("BENCH_VISITORS", str(VISITORS)))
    seconds = float(os.environ.get("BENCH_SECONDS", "60"))
    _allow_many_connections()
    with tempfile.TemporaryDirectory(prefix="zabota-live-") as folder:
        house = filled(folder, visitors)
        run_ = Run(port=_serving.free_port())
        figures = asyncio.run(_talks(run_, folder, house, seconds))
        kept = _kept(folder)
    never = [one for one in run_.sent.values() if kept.get(one.text, 0) == 0]
    return {
        "visitors": visitors,
        "agents": AGENTS,
        "seconds": seconds,
        "restarts": len(run_.restarts),
        "sent": len(run_.sent),
        "to_us": run_.figures("in"),
        "to_visitors": run_.figures("out"),
        **figures,
        "lost": len(never),
        "unseen": sum(not one.seen for one in run_.sent.values()) - len(never),
        "double": sum(count > 1 for count in kept.values()),
        "asked_again": run_.refused,
    }


async def _talks(
    run_: Run, folder: str, house: dict[str, Any], seconds: float
) -> dict[str, object]:
    visitors = [Visitor(run_, token) for token in house["tokens"]]
    active = max(AGENTS, int(len(visitors) * ACTIVE_SHARE))
    talks = house["refs"][:active]
    agents = [
        Agent(run_, cookie, [tuple(one) for one in talks[place::AGENTS]])
        for place, cookie in enumerate(house["cookies"])
    ]
    tasks: list[asyncio.Task[None]] = []
    memory: dict[str, object] = {}
    for part in range(RESTARTS + 1):
        if part:
            run_.restarts.append(time.perf_counter())
        opening = _serving.served(folder, page=PAGE, port=run_.port)
        server = await asyncio.to_thread(opening.__enter__)
        try:
            if not part:
                tasks = [asyncio.create_task(one.listen()) for one in agents]
                memory = await _opened(server, visitors, tasks)
            await _speak(visitors[:active], agents, seconds / (RESTARTS + 1))
        finally:
            if part == RESTARTS:
                await asyncio.wait(SPEAKING, timeout=90)
                await asyncio.sleep(5)
                run_.over = True
            else:
                run_.restarts.append(time.perf_counter())
            await asyncio.to_thread(opening.__exit__, None, None, None)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    run_.restarts = run_.restarts[::2]
    return memory


async def _opened(
    server: _serving.Served, visitors: list[Visitor], tasks: list[asyncio.Task[None]]
) -> dict[str, object]:
    """All visitors' streams opened; what one costs the server."""
    await asyncio.sleep(3)
    before = await asyncio.to_thread(server.megabytes)
    began = time.perf_counter()
    for place in range(0, len(visitors), 20):
        tasks += [asyncio.create_task(one.listen()) for one in visitors[place : place + 20]]
        while sum(not one.position for one in visitors[: place + 20]) > 40:
            await asyncio.sleep(0.02)
    while any(not one.position for one in visitors):
        await asyncio.sleep(0.1)
    opened = time.perf_counter() - began
    for one in visitors:
        one.line.close()
    await asyncio.sleep(5)
    after = await asyncio.to_thread(server.megabytes)
    return {
        "kb_a_visitor": round((after - before) * 1024 / len(visitors), 1),
        "mb": round(after),
        "opening_s": round(opened, 1),
    }


async def _speak(visitors: list[Visitor], agents: list[Agent], seconds: float) -> None:
    """So many messages a second each way, on the beat, whether the former came through or not."""
    chance = random.Random(3)
    began, under_way = time.perf_counter(), []
    for number in range(int(seconds * EACH_WAY)):
        await asyncio.sleep(max(0.0, began + number / EACH_WAY - time.perf_counter()))
        agent = chance.choice(agents)
        under_way.append(asyncio.create_task(chance.choice(visitors).say()))
        under_way.append(asyncio.create_task(agent.say(chance.choice(list(agent.refs)))))
    # Some are still on their way when the server stops, as in life.
    SPEAKING.extend(under_way)


SPEAKING: list[asyncio.Task[None]] = []


def _allow_many_connections() -> None:
    """The bench's own, and the server's by inheritance, which raises its limit itself as well."""
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def filled(folder: str, visitors: int) -> dict[str, Any]:
    """A house in that folder with so many visitors: their tokens, refs, and agents' sessions."""
    found: dict[str, Any] = json.loads(_in_house(folder, "fill", str(visitors)))
    return found


def _kept(folder: str) -> dict[str, int]:
    """How often the house has each word."""
    found: dict[str, int] = json.loads(_in_house(folder, "kept"))
    return found


def _in_house(folder: str, *words: str) -> str:
    env = {**os.environ, "ZABOTA_DATA": folder, "BENCH_FOLDER": folder, "DATABASE_URL": ""}
    env["DJANGO_SETTINGS_MODULE"] = "zabota.config.settings"
    command = [sys.executable, "-m", "bench.live", *words]
    return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def _fill(count: int) -> None:
    """In a process of its own: the cast, fifty agents, a chat, and so many visitors' matters."""
    from bench import _database

    _database.fresh()
    from tests.cast import gather
    from zabota.domains.channels.models import Channel
    from zabota.domains.channels.services import visits
    from zabota.domains.desk.models import Conversation
    from zabota.domains.desk.services import chatting
    from zabota.kernel import clock

    cast, now = gather(), clock.now()
    Channel.objects.create(
        kind="webchat",
        address=KEY,
        name="Liepa",
        brand=cast.brand,
        team=cast.riga,
        settings={"origins": [SITE]},
        created_at=now,
    )
    _allow_floods(cast)
    chat, tokens, refs = visits.chat(KEY), [], []
    agents = [_agent(cast, number) for number in range(AGENTS)]
    for number in range(count):
        token = visits.new_token(chat, language="lv")
        visitor = visits.read(token, chat=chat, lasts=_long())
        words = chatting.Words(text="Labdien!", client_id=uuid.uuid4().hex)
        heard = chatting.write(visitor, words, at=now)
        row = heard.message.conversation
        Conversation.objects.filter(pk=row.pk).update(assignee=agents[number % AGENTS])
        tokens.append(token)
        refs.append((row.pk, row.ref))
    cookies = [_session(agent) for agent in agents]
    print(json.dumps({"tokens": tokens, "refs": refs, "cookies": cookies}))


def _allow_floods(cast: Any) -> None:
    """All visitors of the bench sit behind one internet address."""
    from zabota.domains.channels.rules.sections import Chat
    from zabota.domains.charter import services as charter
    from zabota.domains.charter.rules.standard import Scope
    from zabota.kernel import clock

    charter.change_section(
        section=Chat,
        scope=Scope(),
        values={"address_a_minute": 10_000, "site_a_minute": 100_000, "visitor_a_minute": 1_000},
        actor=cast.actor(cast.olga),
        reason="Bench",
        at=clock.now(),
    )


def _long() -> Any:
    from datetime import timedelta

    return timedelta(days=30)


def _agent(cast: Any, number: int) -> Any:
    from zabota.kernel import clock
    from zabota.kernel.accounts.models import Membership, User

    user = User.objects.create(
        email=f"agent{number}@liepa.example", name=f"Agent {number}", role="agent", language="lv"
    )
    Membership.objects.create(user=user, team=cast.riga, since=clock.now())
    return user


def _session(user: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _tell_kept() -> None:
    import django

    from bench import _database  # noqa: F401  the same folder

    django.setup()
    from zabota.domains.desk.models import Message

    counts: dict[str, int] = {}
    for text in Message.objects.values_list("text", flat=True):
        for word in set(WORD.findall(text)):
            counts[word] = counts.get(word, 0) + 1
    print(json.dumps(counts))


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        _fill(int(sys.argv[2]))
    else:
        _tell_kept()
