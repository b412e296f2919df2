"""python -m tests.storm: the trials at full size, one line each, added up over runs.

`--only F01` chooses by fault (may be repeated), `--cycles` says how many there shall be in all,
those of earlier runs counted in; the figures are kept in `--tally` (storm.jsonl).
"""

import argparse
import logging
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

from tests.storm import trials
from tests.storm.house import House
from tests.storm.tally import Outcome, Tally, table

# The sink says of itself that it asks for a password on a bare line; it listens on loopback.
warnings.filterwarnings("ignore", "Requiring AUTH")
logging.getLogger("mail").setLevel(logging.ERROR)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="F01")
    parser.add_argument("--cycles", type=int, default=0, help="instead of each trial's own number")
    parser.add_argument("--tally", type=Path, default=Path("storm.jsonl"))
    options = parser.parse_args(arguments)
    wanted, many = trials.chosen(options.only), trials.many(options.only)
    if not wanted and not many:
        print(f"No trial injects {', '.join(options.only)}.", file=sys.stderr)
        return 64
    tally = Tally(options.tally)
    for trial in wanted:
        _run(trial, options.cycles or trial.cycles, tally)
    for tests in many:
        _run_often(tests, options.cycles or tests.cycles, tally)
    names = {one.name: one.title for one in wanted} | {one.name: one.title for one in many}
    print(table(tally.sums, names, names))
    return int(any(tally.sums[name].wrong for name in names if name in tally.sums))


def _run(trial: trials.Trial, cycles: int, tally: Tally) -> None:
    """The cycles that are still missing, in one house."""
    if tally.done(trial.name) >= cycles:
        return
    with House(on_postgres=trial.on_postgres) as house:
        while (number := tally.done(trial.name)) < cycles:
            outcome = trial.cycle(house, number, trials.chance_of(trial, number))
            tally.record(trial.name, outcome)
            print(f"\r{trial.name} {number + 1} of {cycles}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def _run_often(tests: trials.Many, cycles: int, tally: Tally) -> None:
    """The tests once, each as often as wanted; what failed is in what pytest prints."""
    if tally.done(tests.name):
        return
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "--timeout", "36000", tests.tests]
    env = {**os.environ, "ZABOTA_STORM_CYCLES": str(cycles)}
    failed = subprocess.run(command, env=env, check=False).returncode
    notes = (f"{tests.tests} failed",) if failed else ()
    seconds = time.monotonic() - began
    tally.record(
        tests.name, Outcome(trials=cycles, lost=int(bool(failed)), seconds=seconds, notes=notes)
    )


if __name__ == "__main__":
    sys.exit(main())
