"""Trials of what letters can hold: odd, broken, repeated, out of order, through the command.

Whatever is read must be shown once, as a message or among the unreadable with a reason, and a
second import of the same must store nothing.
"""

import random
import shutil
from collections import Counter
from pathlib import Path

from tests.storm.house import House, letter
from tests.storm.tally import Outcome
from zabota.pure.mailtext.tests import corpus

ODD = 1_000
_STATES = "SELECT state, COUNT(*) FROM channels_inboundenvelope GROUP BY state"
_MESSAGES = "SELECT COUNT(*) FROM desk_message WHERE direction = 'in'"
_NAMELESS = (
    "SELECT COUNT(*) FROM channels_inboundenvelope WHERE state = 'unreadable' AND reason = ''"
)


def odd(house: House, cycle: int, _chance: random.Random) -> Outcome:
    """F35 to F47: a thousand odd mails, each cycle other mutations of them."""
    mails = list(corpus.odd_mails(ODD, seed=cycle))
    with _Folder(house, mails) as folder:
        before = _counts(house)
        figures = house.import_mail(folder)
        after = _counts(house)
        again = house.import_mail(folder)
    new = Counter(after)
    new.subtract(before)
    notes = [
        words
        for words, wrong in (
            (f"the figures do not add up: {figures}", not _adds_up(figures, len(mails))),
            (f"left unread: {new['new']}", new["new"] != 0),
            (f"shown {new['messages']} of {new['done']}", new["messages"] != new["done"]),
            (
                f"{new['done'] + new['unreadable']} of {figures['stored']} stored",
                new["done"] + new["unreadable"] != figures["stored"],
            ),
            (f"unreadable without a reason: {new['nameless']}", new["nameless"] != 0),
            (f"imported again: {again}", again["stored"] != 0 or again["conversations"] != 0),
        )
        if wrong
    ]
    return Outcome(
        trials=len(mails),
        lost=len(notes) and max(1, int(figures["stored"]) - new["done"] - new["unreadable"]),
        doubled=int(again["stored"]),
        seconds=figures["seconds"],
        notes=tuple(notes),
    )


def _adds_up(figures: dict[str, float], sent: int) -> bool:
    parts = figures["stored"] + figures["duplicates"] + figures["refused"]
    return figures["read"] == sent == parts


def _counts(house: House) -> Counter[str]:
    counts = Counter({str(state): int(count) for state, count in house.query(_STATES)})
    counts["messages"] = int(house.query(_MESSAGES)[0][0])
    counts["nameless"] = int(house.query(_NAMELESS)[0][0])
    return counts


def repeated(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F18, F19, F20: the same bytes ten times, another mail under the same id, no id at all.

    Equal bytes are one letter; any difference, in the body or in the hour of sending, is another.
    """
    name = house.series(cycle)
    mails: list[bytes] = []
    for number in range(20):
        raw = letter(f"{name}-same-{number}")
        house.ledger.sending(f"{name}-same-{number}", raw)
        mails += [raw] * 10
        for kind in ("id", "none"):
            called = f"{name}-{kind}-{number}"
            changed = raw.replace(f"{name}-same-{number}".encode(), called.encode())
            if kind == "id":
                kept = f"<{name}-same-{number}@".replace(" ", "-")
                changed = changed.replace(f"<{called}@".replace(" ", "-").encode(), kept.encode())
            else:
                lines = changed.split(b"\r\n")
                changed = b"\r\n".join(one for one in lines if not one.startswith(b"Message-ID"))
            house.ledger.sending(called, changed)
            mails.append(changed)
    chance.shuffle(mails)
    return _imported(house, mails, name)


def out_of_order(house: House, cycle: int, chance: random.Random) -> Outcome:
    """F21: talks of five letters each come shuffled, answers before their questions."""
    name = house.series(cycle)
    mails: list[bytes] = []
    for talk in range(10):
        ids: list[str] = []
        for turn in range(5):
            called = f"{name}-talk-{talk}-{turn}"
            earlier = "".join(f" <{one}@kalnina.example>" for one in ids)
            extra = f"References:{earlier}\r\nIn-Reply-To: <{ids[-1]}@x>\r\n" if ids else ""
            raw = letter(called, extra=extra)
            house.ledger.sending(called, raw)
            mails.append(raw)
            ids.append(called.replace(" ", "-"))
    chance.shuffle(mails)
    return _imported(house, mails, name)


def _imported(house: House, mails: list[bytes], name: str) -> Outcome:
    with _Folder(house, mails) as folder:
        figures = house.import_mail(folder, live=True)
    shown = {called for called in house.shown() if called.startswith(f"{name}-")}
    for called in house.ledger.waiting(f"{name}-"):
        house.ledger.answered(called)
    outcome = house.outcome(len(mails), figures["seconds"])
    if _adds_up(figures, len(mails)) and figures["stored"] == len(shown):
        return outcome
    return Outcome(trials=len(mails), lost=1, notes=(*outcome.notes, f"figures: {figures}"))


class _Folder:
    """The mails as .eml files, in the order given."""

    def __init__(self, house: House, mails: list[bytes]) -> None:
        self.place = house.folder / "mails"
        self.mails = mails

    def __enter__(self) -> Path:
        self.place.mkdir()
        for number, raw in enumerate(self.mails):
            (self.place / f"{number:06}.eml").write_bytes(raw)
        return self.place

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self.place)
