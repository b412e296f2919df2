"""What parsing costs: a plain mail, one with a file, the odd ones, and how the cost grows."""

import base64
import contextlib
import itertools
import random
import time
from collections.abc import Callable

from zabota.pure import mailtext
from zabota.pure.mailtext.tests import corpus, test_growth

_SENTENCES = (
    "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ?\r\n"
    "Labdien! Vai varat atsūtīt rēķinu ar uzņēmuma rekvizītiem?\r\n"
)
_DOUBLINGS = (5_000, 10_000, 20_000)
_ODD_MAILS = 1_500


def run() -> dict[str, object]:
    """Milliseconds of processor time a mail; the growth is the worst ratio of a doubling."""
    plain = corpus.letter(_SENTENCES * 10)
    with_file = _with_file()
    undeclared = corpus.letter((_SENTENCES[:66] * 25).encode("koi8_r"), kind="text/plain")
    return {
        "plain_2kb_ms": _each(lambda: mailtext.parse(plain), 2_000),
        "plain_2kb_koi8_undeclared_ms": _each(lambda: mailtext.parse(undeclared), 1_000),
        "with_100kb_file_ms": _each(lambda: mailtext.parse(with_file), 300),
        "content_hash_140kb_ms": _each(lambda: mailtext.content_hash(with_file), 300),
        **_odd(),
        **_growth(),
    }


def _with_file(size: int = 100_000) -> bytes:
    content = base64.encodebytes(random.Random(1).randbytes(size)).replace(b"\n", b"\r\n")
    file = corpus.part(
        content,
        "Content-Type: application/pdf; name=a.pdf",
        "Content-Transfer-Encoding: base64",
    )
    return corpus.several(corpus.part(_SENTENCES * 10, "Content-Type: text/plain"), file)


def _each(work: Callable[[], object], times: int) -> float:
    work()
    started = time.process_time()
    for _ in range(times):
        work()
    return round((time.process_time() - started) / times * 1_000, 3)


def _seconds(raw: bytes, limits: mailtext.Limits) -> float:
    started = time.process_time()
    with contextlib.suppress(mailtext.Unparsable):
        mailtext.parse(raw, limits=limits)
    return time.process_time() - started


def _odd() -> dict[str, object]:
    limits = mailtext.Limits()
    took = {name: _seconds(raw, limits) for name, raw in corpus.base().items()}
    worst = max(took, key=took.__getitem__)
    wounded = sorted(_seconds(raw, limits) for raw in corpus.odd_mails(_ODD_MAILS, seed=1))
    return {
        "odd_worst_ms": round(took[worst] * 1_000, 1),
        "odd_worst": worst,
        "wounded_mails": len(wounded),
        "wounded_p99_ms": round(wounded[int(len(wounded) * 0.99)] * 1_000, 2),
    }


def _growth() -> dict[str, object]:
    ratios: dict[str, float] = {}
    for name, shape in test_growth.SHAPES.items():
        took = [
            max(min(_seconds(shape(n), test_growth.LIMITS) for _ in range(3)), 0.001)
            for n in _DOUBLINGS
        ]
        ratios[name] = max(later / before for before, later in itertools.pairwise(took))
    worst = max(ratios, key=ratios.__getitem__)
    return {"growth_worst_ratio": round(ratios[worst], 2), "growth_worst": worst}
