"""The doors `make test` and `make bench` tell the truth about what went on behind them."""

import sys
from collections import Counter
from pathlib import Path

import pytest

import bench
from bench import __main__ as bench_runner
from tools import suite


def test_the_last_line_sums_both_runs_and_counts_what_failed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    counts = Counter(passed=310, failed=1, skipped=2, errors=1)

    assert suite.report(["types"], counts, only_checks=False) == 1

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "Failed: types",
        "310 passed, 3 failed, 2 skipped",
    ]


def test_a_suite_without_a_passed_test_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert suite.report([], Counter(), only_checks=False) == 1
    assert capsys.readouterr().out == "0 passed, 0 failed, 0 skipped\n"


@pytest.mark.parametrize(
    ("line", "figures"),
    [
        ("151 passed in 29.92s", {"passed": 151}),
        ("== 1 failed, 3 passed, 2 skipped, 1 error in 0.10s ==",
         {"failed": 1, "passed": 3, "skipped": 2, "error": 1}),
        ("3 passed, 96 deselected in 100.21s (0:01:40)", {"passed": 3}),
        ("no tests ran in 0.01s", {}),
    ],
)  # fmt: skip
def test_the_figures_of_a_run_are_read_from_its_closing_line(
    line: str, figures: dict[str, int]
) -> None:
    assert suite.figures_of(f"7 passed in a print\n{line}\n") == Counter(figures)


def test_a_step_that_fails_shows_all_that_it_said(capsys: pytest.CaptureFixture[str]) -> None:
    failing = "print('what is wrong'); raise SystemExit(3)"
    step = suite.Step(name="format", command=[sys.executable, "-c", failing])

    assert not suite.quietly(step, {})

    assert "FAILED" in (output := capsys.readouterr().out)
    assert output.rstrip().endswith("what is wrong")


def test_a_bench_nobody_wrote_is_refused_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(bench.UnknownBenchError, match="teleport"):
        bench.run("teleport")

    assert bench_runner.main(["teleport"]) == 2
    assert "teleport" in capsys.readouterr().err


def test_every_bench_can_be_run_by_its_name() -> None:
    files = {path.stem for path in Path(bench.__file__).parent.glob("[!_]*.py")}
    assert set(bench.names()) == files
