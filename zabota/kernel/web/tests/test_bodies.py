"""A body that finds no room on the disk is refused, and nobody behind it sees half of it."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest

from zabota.kernel.web.asgi import Message, Said, Scope
from zabota.kernel.web.bodies import Limits, Spool

SIZE = 300_000


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file may grow beyond that size, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def words(_status: HTTPStatus, code: str, _scope: Scope) -> Said:
    return Said(media_type=b"text/plain", body=code.encode())


def sent(size: int) -> tuple[list[Message], list[bytes]]:
    """What a client that sends a body of that size is answered, and what the pages got of it."""
    answers: list[Message] = []
    arrived: list[bytes] = []
    length = str(size).encode()
    scope: Scope = {"type": "http", "headers": [(b"content-length", length)]}
    pieces = [b"x" * 10_000] * (size // 10_000)

    async def receive() -> Message:
        if not pieces:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": pieces.pop(), "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        answers.append(message)

    async def pages(scope: Scope, _receive: object, _send: object) -> None:
        arrived.append(scope["zabota.body"].read())

    spool = Spool(pages, limits=Limits(memory=20_000), words=words)
    asyncio.run(spool(scope, receive, send))
    assert spool.under_way == 0
    return answers, arrived


@pytest.mark.fault("F37")
def test_an_upload_that_finds_no_room_is_refused_whole_and_taken_when_there_is_room() -> None:
    with room(100_000):
        answers, arrived = sent(SIZE)
    assert (answers[0]["status"], answers[1]["body"]) == (507, b"storage_full")
    assert arrived == []
    answers, arrived = sent(SIZE)
    assert (answers, [len(body) for body in arrived]) == ([], [SIZE])
