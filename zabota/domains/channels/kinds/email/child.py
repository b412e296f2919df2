"""A parser child: reads raw mails from standard input, says on standard output what they are.

Run as a program only, by `kernel.children`. It knows no Django and no database, opens no files but
its own code and holds itself to limits of memory and work before it looks at the first byte.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from typing import Any, BinaryIO

_LENGTH = 8
_OUT_OF_MEMORY = 3
_READY = b"ready..."


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    # Late: what is imported counts, so that the limit is for the mail alone.
    from zabota.domains.channels.kinds.email import codec

    _limit(memory)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sink.write(_READY)
    sink.flush()
    while head := source.read(_LENGTH):
        asked = json.loads(source.read(int.from_bytes(head, "big")))
        raw = source.read(asked["sizes"][0])
        _allow_work(seconds)
        try:
            said, contents = _told(codec, raw, asked["said"])
        except MemoryError:
            # The heap is in pieces: the next mail gets a fresh child.
            os._exit(_OUT_OF_MEMORY)
        _say(sink, said, contents)


def _limit(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def _allow_work(seconds: int) -> None:
    """So much processor time for the next mail; past it the kernel kills us."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _told(
    codec: Any, raw: bytes, said: dict[str, Any]
) -> tuple[dict[str, object], tuple[bytes, ...]]:
    """What was asked for: the mail's own layout, or all that it says."""
    if "shown_at" in said:
        return _original(codec, raw, said["shown_at"])
    return _answer(codec, raw, datetime.fromisoformat(said["at"]))


def _answer(codec: Any, raw: bytes, at: datetime) -> tuple[dict[str, object], tuple[bytes, ...]]:
    try:
        read = codec.read(raw, at=at)
    except codec.Unparsable as problem:
        unread = {"reason": problem.reason_code, "detail": problem.detail, "final": True}
        return {"unread": unread}, ()
    except RecursionError:
        return {"unread": {"reason": "too_deep", "detail": "", "final": True}}, ()
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001 - a fault of ours must not cost the next mail
        # Where, not what: the text of an exception may hold the mail's words.
        return {"unread": {"reason": "parser_error", "detail": _where(problem)}}, ()
    return {"reading": asdict(read.reading)}, read.contents


def _original(
    codec: Any, raw: bytes, shown_at: dict[str, str]
) -> tuple[dict[str, object], tuple[bytes, ...]]:
    """The mail's own HTML, cleaned; `shown_at` tells where its inline pictures are shown."""
    try:
        document = codec.original(raw, shown_at=shown_at)
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001 - as above
        return {"unread": {"reason": "parser_error", "detail": _where(problem)}}, ()
    return {"blocked": document.blocked}, (document.html.encode(),)


def _where(problem: Exception) -> str:
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(problem).__name__
    code = trace.tb_frame.f_code
    return f"{type(problem).__name__} in {code.co_qualname}, line {trace.tb_lineno}"


def _say(sink: BinaryIO, said: dict[str, object], contents: tuple[bytes, ...]) -> None:
    told = {"said": said, "sizes": [len(content) for content in contents]}
    body = json.dumps(told, default=datetime.isoformat).encode()
    sink.write(len(body).to_bytes(_LENGTH, "big") + body)
    for content in contents:
        sink.write(content)
    sink.flush()


if __name__ == "__main__":
    main()
