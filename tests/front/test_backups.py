"""A backup holds everything, can be checked, and comes back as it was (S-732)."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from tests.cast import MORNING
from tests.serving.served import zabota
from zabota.config import backups
from zabota.config.errors import Sentence

LETTER = b"""From: Ilze <ilze@kalnina.example>\r
To: help@liepa.example\r
Subject: Terases galds\r
Message-ID: <one@kalnina.example>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
\r
Kur ir mans galds?\r
--b\r
Content-Type: text/plain; name=logo.txt\r
Content-Disposition: attachment; filename=logo.txt\r
\r
canary-of-a-file\r
--b--\r
"""


def run(*words: object, data: Path) -> tuple[int, str]:
    done = zabota(*(str(word) for word in words), data=data)
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that holds one letter with a file."""
    data = tmp_path_factory.mktemp("shop")
    (data / "one.eml").write_bytes(LETTER)
    assert run("migrate", data=data)[0] == 0
    code, said = run("import-mail", "one.eml", data=data)
    assert (code, json.loads(said)["stored"]) == (0, 1)
    return data


@pytest.mark.req("S-732")
def test_an_installation_comes_back_from_one_file_as_it_was(shop: Path, tmp_path: Path) -> None:
    backup, fresh = tmp_path / "zabota.tar", tmp_path / "fresh"
    fresh.mkdir()
    assert run("backup", backup, data=shop)[0] == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    code, said = run("verify-backup", backup, data=fresh)
    assert (code, "is whole" in said) == (0, True), said
    code, said = run("restore", backup, data=fresh)
    assert code == 0, said
    code, said = run("import-mail", shop / "one.eml", data=fresh)
    assert (code, json.loads(said)["duplicates"]) == (0, 1)
    assert (fresh / "secret-key").read_bytes() == (shop / "secret-key").read_bytes()
    files = [path.read_bytes() for path in (fresh / "files").rglob("*") if path.is_file()]
    assert any(b"canary-of-a-file" in one for one in files)


@pytest.mark.req("S-732")
def test_a_backup_that_lost_a_byte_is_found_out_and_changes_nothing(
    shop: Path, tmp_path: Path
) -> None:
    backup, fresh = tmp_path / "zabota.tar", tmp_path / "fresh"
    fresh.mkdir()
    backups.make(shop, backup, at=MORNING)
    whole = backup.read_bytes()
    for broken in (
        whole.replace(b"canary-of-a-file", b"canary-of-a-fake"),
        whole[: len(whole) // 2],
        b"Dear all, here is the backup.",
        b"",
    ):
        backup.write_bytes(broken)
        with pytest.raises(Sentence):
            backups.check(backup)
        with pytest.raises(Sentence):
            backups.restore(backup, fresh)
        assert list(fresh.iterdir()) == []


@pytest.mark.req("S-732")
def test_a_file_that_the_database_names_is_missed(shop: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(shop, copy)
    shutil.rmtree(copy / "files")
    backups.make(copy, tmp_path / "zabota.tar", at=MORNING)
    with pytest.raises(Sentence, match="lacks 1 files"):
        backups.check(tmp_path / "zabota.tar")


@pytest.mark.req("S-732")
def test_nothing_that_is_there_is_written_over(shop: Path, tmp_path: Path) -> None:
    backup = tmp_path / "zabota.tar"
    backups.make(shop, backup, at=MORNING)
    with pytest.raises(Sentence, match="is there already"):
        backups.make(shop, backup, at=MORNING)
    with pytest.raises(Sentence, match="holds data already"):
        backups.restore(backup, shop)
