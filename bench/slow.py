"""Pages while fifty clients are slow: uploads that trickle, downloads nobody reads, open streams.

Twenty send a file byte by byte, fifteen ask for a large file and read nothing, fifteen hold a
stream. Meanwhile an agent's inbox is asked five times a second for BENCH_SECONDS (30).
"""

import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Mapping

from bench import _serving, _wire, live

UPLOADS, DOWNLOADS, STREAMS = 20, 15, 15
PAGES_A_SECOND = 5
VISITORS = 15


def run() -> Mapping[str, object]:
    """Measure, and give the figures of one JSON line."""
    seconds = float(os.environ.get("BENCH_SECONDS", "30"))
    with tempfile.TemporaryDirectory(prefix="zabota-slow-") as folder:
        house = live.filled(folder, VISITORS)
        port = _serving.free_port()
        with _serving.served(folder, page=live.PAGE, port=port):
            times = asyncio.run(_pages(port, house["cookies"][0], house["tokens"], seconds))
    times.sort()
    return {
        "slow_clients": UPLOADS + DOWNLOADS + STREAMS,
        "pages": len(times),
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "max_ms": round(times[-1], 1),
    }


async def _pages(port: int, cookie: str, tokens: list[str], seconds: float) -> list[float]:
    slow = [asyncio.create_task(_upload(port, tokens[n % VISITORS])) for n in range(UPLOADS)]
    slow += [asyncio.create_task(_unread(port)) for _ in range(DOWNLOADS)]
    run_ = live.Run(port=port)
    slow += [asyncio.create_task(live.Visitor(run_, token).listen()) for token in tokens[:STREAMS]]
    await asyncio.sleep(3)
    began = time.perf_counter()
    asked = [
        asyncio.create_task(_page(port, cookie, began + number / PAGES_A_SECOND))
        for number in range(int(seconds * PAGES_A_SECOND))
    ]
    times = await asyncio.gather(*asked)
    run_.over = True
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    return list(times)


async def _page(port: int, cookie: str, due: float) -> float:
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    line = _wire.Line(port)
    answer = await line.ask("GET", "/inbox/mine/", {"Cookie": f"zabota_session={cookie}"})
    line.close()
    if answer.status != 200:
        raise RuntimeError(f"the inbox answered {answer.status}")
    return (time.perf_counter() - due) * 1000


async def _upload(port: int, token: str) -> None:
    """A file of 20 MB from a train: a kilobyte a second. When it is refused, it begins anew."""
    head = (
        f"POST /chat/{live.KEY}/files HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {token}\r\nOrigin: {live.SITE}\r\nContent-Length: 20000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    while True:
        with contextlib.suppress(OSError):
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(head.encode())
                while not writer.is_closing():
                    writer.write(b"x" * 1000)
                    await writer.drain()
                    await asyncio.sleep(1)
            finally:
                writer.close()


async def _unread(port: int) -> None:
    """One who asks for the chat's script again and again, and reads nothing of it."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    request = f"GET /chat.js HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    try:
        while True:
            writer.write(request)
            await asyncio.sleep(1)
    finally:
        writer.close()
