"""Each trial of the storm in a few cycles: nothing lost, nothing twice, nobody let in."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.storm import trials
from tests.storm.__main__ import main
from tests.storm.house import House
from tests.storm.ledger import Difference, Ledger
from tests.storm.tally import Outcome, Tally, table

CYCLES = {"F01": 10, "F02": 7, "F05": 2, "F06": 3, "F18": 1, "F21": 1, "F24": 3, "F26": 2}
CYCLES |= {"F27": 2, "F28": 1, "F29": 1, "F35": 1, "F04": 2, "F06B": 1, "F31": 1, "F32": 1}
CYCLES |= {"F33": 1, "F34": 1}
IN_CI = [trial for trial in trials.TRIALS if trial.name in CYCLES]


@pytest.fixture(scope="module")
def houses() -> Iterator[dict[bool, House]]:
    """Two houses, on SQLite and on PostgreSQL, started when they are asked for."""
    with ExitStack() as stack:

        class Houses(dict[bool, House]):
            def __missing__(self, on_postgres: bool) -> House:
                self[on_postgres] = stack.enter_context(House(on_postgres=on_postgres))
                return self[on_postgres]

        yield Houses()


@pytest.mark.storm
@pytest.mark.fault("F01", "F02", "F05", "F06", "F15", "F18", "F19", "F20", "F21", "F24", "F26")
@pytest.mark.fault("F27", "F28", "F29", "F35", "F36", "F37", "F38", "F39", "F40", "F41", "F42")
@pytest.mark.fault("F43", "F44", "F45", "F46", "F47", "F04", "F31", "F32", "F33", "F34")
@pytest.mark.parametrize("trial", IN_CI, ids=lambda trial: trial.name)
@pytest.mark.timeout(300)
def test_nothing_is_lost_doubled_or_let_in(trial: trials.Trial, houses: dict[bool, House]) -> None:
    house = houses[trial.on_postgres]
    for cycle in range(CYCLES[trial.name]):
        outcome = trial.cycle(house, cycle, trials.chance_of(trial, cycle))
        assert (outcome.lost, outcome.doubled, outcome.let_in, outcome.notes) == (0, 0, 0, ())
        assert outcome.trials > 0


def test_the_ledger_tells_lost_doubled_and_strange_apart(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for name in ("kept", "lost", "doubled", "uncertain"):
        ledger.sending(name, name.encode())
        if name != "uncertain":
            ledger.answered(name)
    read_again = Ledger(tmp_path / "ledger.jsonl")
    found = Counter({"kept": 1, "doubled": 2, "never sent": 1})
    assert read_again.compare(found) == Difference(
        lost=("lost",), doubled=("doubled",), strange=("never sent",)
    )
    assert not read_again.compare(Counter(kept=1, lost=1, doubled=1, uncertain=1))


def test_figures_of_an_interrupted_run_are_added_up(tmp_path: Path) -> None:
    path = tmp_path / "storm.jsonl"
    Tally(path).record("F01", Outcome(trials=20, seconds=2.5))
    later = Tally(path)
    later.record("F01", Outcome(trials=20, lost=1, seconds=1.5, notes=("lost: storm 7",)))
    assert later.done("F01") == 2
    shown = table(Tally(path).sums, {"F01": "killed"}, ["F01"])
    assert shown.splitlines()[1].split() == ["F01", "2", "40", "1", "0", "0", "2.5s", "killed"]
    assert shown.splitlines()[2].strip() == "! lost: storm 7"


def test_a_fault_that_no_trial_injects_is_refused_by_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--only", "F99"]) == 64
    assert "F99" in capsys.readouterr().err
