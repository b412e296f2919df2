"""Everything that CI runs, in one order, with one summary: `make test`.

First what needs no tests (format, lint, types, import contracts, Django's own checks, message
catalogues), then pytest on SQLite, then on PostgreSQL what a database can change. Each step is
named with its time; the last line sums both pytest runs and counts each failed step.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("zabota", "tests", "tools", "bench")
PROCESSES = str(min(os.cpu_count() or 2, 4))
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)\b")
_CLOSING_LINE = re.compile(
    r"^=*\s*(?:(?:\d+ \w+, )*\d+ \w+|no tests ran) in [\d.]+s.*$", re.MULTILINE
)
_PASSED = {"passed", "xfailed"}
_FAILED = {"failed", "error", "errors", "xpassed"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command; it is fine when it exits with 0."""

    name: str
    command: Sequence[str]


def checks() -> list[Step]:
    """The steps that need no tests, quickest first."""
    python = sys.executable
    return [
        Step(name="format", command=[python, "-m", "ruff", "format", "--check", "."]),
        Step(name="lint", command=[python, "-m", "ruff", "check", "."]),
        Step(name="messages", command=[python, "-m", "tools.messages", "check"]),
        Step(name="imports", command=[str(Path(python).with_name("lint-imports"))]),
        Step(name="django", command=_django("check", "--fail-level", "WARNING")),
        Step(name="migrations", command=_django("makemigrations", "--check", "--dry-run")),
        Step(name="types", command=[python, "-m", "mypy", *FOLDERS]),
    ]


def main() -> int:
    """Run all steps, also after a failed one; print what failed; 0 only when nothing did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="stop before the tests")
    only_checks: bool = parser.parse_args().check
    with tempfile.TemporaryDirectory(prefix="zabota-suite-") as folder:
        env = _environment(Path(folder))
        failed = [step.name for step in checks() if not quietly(step, env)]
        counts: Counter[str] = Counter()
        if not only_checks:
            failed += _tests(env, counts)
    return report(failed, counts, only_checks=only_checks)


def _tests(env: dict[str, str], counts: Counter[str]) -> list[str]:
    """Both pytest runs; the names of steps that failed without a failed test to show for it."""
    failed = []
    python = sys.executable
    parts = Step(name="parts", command=[python, "-m", "tests.parts.debian"])
    if not quietly(parts, env):
        failed.append(parts.name)
    pytest = [python, "-m", "pytest", "-q", "-n", PROCESSES, "--dist", "loadfile"]
    for name, command, extra in (
        ("tests on SQLite", pytest, {}),
        ("tests on PostgreSQL", [*pytest, "--only-database"], {"ZABOTA_TEST_DB": "postgres"}),
        (
            "jobs on Procrastinate",
            [*pytest, "zabota/kernel/jobs/tests/test_conformance.py"],
            {"ZABOTA_TEST_DB": "postgres", "ZABOTA_JOBS": "procrastinate"},
        ),
    ):
        ended, found = _pytest(Step(name=name, command=command), {**env, **extra})
        counts.update(found)
        if ended != 0 and not any(found[word] for word in _FAILED):
            failed.append(name)
    return failed


def quietly(step: Step, env: dict[str, str]) -> bool:
    """Run with one line of output; all of it when it failed."""
    started = time.monotonic()
    done = subprocess.run(
        step.command,
        cwd=ROOT,
        env=env,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    fine = done.returncode == 0
    _tell(step.name, "ok" if fine else "FAILED", time.monotonic() - started)
    if not fine:
        _say(done.stdout)
    return fine


def _pytest(step: Step, env: dict[str, str]) -> tuple[int, Counter[str]]:
    """Run with its output passing through; the exit code, and the figures of its last line."""
    started = time.monotonic()
    lines = []
    with subprocess.Popen(
        step.command,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            _say(line.rstrip("\n"))
            lines.append(line)
    _tell(step.name, "ok" if process.returncode == 0 else "FAILED", time.monotonic() - started)
    return process.returncode, figures_of("".join(lines))


def figures_of(output: str) -> Counter[str]:
    """How many tests passed, failed and so on, by pytest's closing line."""
    closing = _CLOSING_LINE.findall(output)
    found: Counter[str] = Counter()
    for number, word in _COUNT.findall(closing[-1]) if closing else ():
        found[word] += int(number)
    return found


def report(failed: list[str], counts: Counter[str], *, only_checks: bool) -> int:
    """Name what failed, sum what was counted, on the last line; the exit code."""
    if failed:
        _say(f"\nFailed: {', '.join(failed)}")
    passed = sum(counts[word] for word in _PASSED)
    bad = sum(counts[word] for word in _FAILED) + len(failed)
    if not only_checks:
        _say(f"{passed} passed, {bad} failed, {counts['skipped']} skipped")
    return 1 if bad or not (passed or only_checks) else 0


def _environment(folder: Path) -> dict[str, str]:
    """No step may read the settings or touch the data of an installation standing here."""
    ours = {
        "ZABOTA_DATA": str(folder),
        "ZABOTA_SECRET_KEY": "only-for-tests-" + "0" * 50,
        "PYTHONPATH": str(ROOT),
    }
    left_out = ("DATABASE_URL", "VALKEY_URL", "S3_URL")
    base = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**base, **ours}


def _django(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "django", *arguments, "--settings", "zabota.config.settings"]


def _tell(name: str, outcome: str, seconds: float) -> None:
    _say(f"{name:<22}{outcome:<8}{seconds:7.1f} s")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
