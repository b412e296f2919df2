"""The command line: what it says, and what it answers to a wrong setting."""

import signal
import socket
from pathlib import Path

import pytest

from tests.serving.served import Served, until, zabota


def said(*words: str, data: Path, **env: str) -> tuple[int, str, str]:
    done = zabota(*words, data=data, **env)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def one_sentence(text: str) -> bool:
    lines = text.strip().splitlines()
    return len(lines) == 1 and lines[0].startswith("zabota: ") and "Traceback" not in text


@pytest.mark.parametrize(
    ("name", "value", "names_it"),
    [
        ("ZABOTA_URL", "care.example.com", "ZABOTA_URL"),
        ("ZABOTA_TRUSTED_PROXIES", "10.0.0.1,nonsense", "ZABOTA_TRUSTED_PROXIES"),
        ("ZABOTA_THREADS", "many", "ZABOTA_THREADS"),
        ("ZABOTA_SECRET_KEY", "short", "secret key"),
        ("DATABASE_URL", "mysql://user:canary-password@host/db", "DATABASE_URL"),
        ("ZABOTA_LISTEN", "everywhere", "ZABOTA_LISTEN"),
        ("PORT", "eighty", "PORT is"),
        ("ZABOTA_DATA", "/dev/null/data", "ZABOTA_DATA"),
    ],
)
def test_a_wrong_setting_is_one_sentence_that_names_it(
    tmp_path: Path, name: str, value: str, names_it: str
) -> None:
    done = zabota("run", "--no-demo", data=tmp_path, **{name: value})
    said_wrong = done.stderr.decode()
    assert done.returncode in {1, 78}
    assert one_sentence(said_wrong), said_wrong
    assert names_it in said_wrong
    assert "canary-password" not in said_wrong


def test_a_database_that_does_not_answer_is_one_sentence_without_the_password(
    tmp_path: Path,
) -> None:
    url = "postgres://someone:canary-password@127.0.0.1:1/zabota"
    code, _out, wrong = said("migrate", data=tmp_path, DATABASE_URL=url)
    assert code == 69
    assert one_sentence(wrong), wrong
    assert "canary-password" not in wrong


def test_a_taken_port_is_one_sentence_and_nothing_is_touched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _out, wrong = said("run", "--no-demo", data=tmp_path, PORT=port)
    assert code == 1
    assert one_sentence(wrong), wrong
    assert port in wrong
    assert not (tmp_path / "zabota.sqlite3").exists()


def test_pages_and_jobs_are_not_run_on_tables_of_another_version(tmp_path: Path) -> None:
    for command in ("web", "worker"):
        code, _out, wrong = said(command, data=tmp_path)
        assert (code, one_sentence(wrong)) == (1, True), wrong
        assert "zabota migrate" in wrong


def test_run_makes_everything_on_the_first_start_and_ends_with_zero(tmp_path: Path) -> None:
    with Served(tmp_path, ("run", "--no-demo")) as server:
        until(lambda: server.get("/readyz").status_code == 200, what="readiness")
        assert f"Zabota is open on {server.url}" in server.said()
        assert server.get("/account/login/").status_code == 200
        assert server.stop() == 0
    assert "Traceback" not in server.said()


def test_worker_ends_with_zero_when_told(data: Path) -> None:
    worker = Served(data, ("worker",))
    worker.launch()
    until(lambda: "runs jobs" in worker.said(), what="a worker")
    assert worker.stop(signal.SIGTERM) == 0
    assert "Traceback" not in worker.said()


def test_doctor_says_one_line_each_and_fails_when_something_is_wrong(
    tmp_path: Path, data: Path
) -> None:
    code, out, _wrong = said("doctor", data=data)
    assert code == 0, out
    names = [line.split(": ")[0] for line in out.splitlines()]
    assert names == [
        f"ok    {name}"
        for name in (
            "settings",
            "data folder",
            "disk",
            "database",
            "migrations",
            "clock",
            "conditions",
        )
    ]
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o700)
    code, out, _wrong = said("doctor", data=empty)
    assert code == 1
    assert "WRONG migrations: " in out


def test_doctor_names_a_key_that_others_can_read(data: Path) -> None:
    (data / "secret-key").chmod(0o644)
    code, out, _wrong = said("doctor", data=data)
    assert code == 1
    assert f"chmod go-rwx {data / 'secret-key'}" in out


def test_bench_lists_its_names_and_refuses_others(data: Path) -> None:
    code, out, _wrong = said("bench", "--list", data=data)
    assert code == 0
    assert {"idle", "worktime"} <= set(out.split())
    code, _out, wrong = said("bench", "nothing", data=data)
    assert (code, one_sentence(wrong)) == (64, True)


def test_help_names_every_command(data: Path) -> None:
    code, out, _wrong = said("--help", data=data)
    assert code == 0
    for command in (
        "run",
        "web",
        "worker",
        "migrate",
        "demo",
        "doctor",
        "import-mail",
        "pipe-mail",
    ):
        assert f"\n    {command}" in out
