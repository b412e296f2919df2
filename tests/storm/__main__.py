"""python -m tests.storm: the trials at full size, one line each, added up over runs.

`--only F01` chooses by fault (may be repeated), `--cycles` says how many there shall be in all,
those of earlier runs counted in; the figures are kept in `--tally` (storm.jsonl).
"""

import argparse
import sys
from pathlib import Path

from tests.storm import trials
from tests.storm.house import House
from tests.storm.tally import Tally, table


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="F01")
    parser.add_argument("--cycles", type=int, default=0, help="instead of each trial's own number")
    parser.add_argument("--tally", type=Path, default=Path("storm.jsonl"))
    options = parser.parse_args(arguments)
    wanted = trials.chosen(options.only)
    if not wanted:
        print(f"No trial injects {', '.join(options.only)}.", file=sys.stderr)
        return 64
    tally = Tally(options.tally)
    for trial in wanted:
        _run(trial, options.cycles or trial.cycles, tally)
    names = {trial.name: trial.title for trial in wanted}
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


if __name__ == "__main__":
    sys.exit(main())
