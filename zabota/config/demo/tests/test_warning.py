"""Everybody knows the demo shop's passwords: where strangers can reach it, it says so."""

import pytest

from tests.cast import MORNING
from zabota.config import demo
from zabota.config.commands import demo as command
from zabota.config.demo import house
from zabota.kernel.accounts.models import User

HERE = ("127.0.0.1:8000", "http://127.0.0.1:8000")


@pytest.fixture
def _shop(db: None) -> None:
    house.build(password=demo.PASSWORD, at=MORNING)


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize(
    ("listen", "url"),
    [
        ("0.0.0.0:8000", HERE[1]),
        ("192.168.1.5:8000", HERE[1]),
        ("[::]:8000", HERE[1]),
        (HERE[0], "https://care.liepa.example"),
    ],
)
def test_one_sentence_warns_where_other_machines_reach_it(
    listen: str, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command.warn(listen, url)
    said = capsys.readouterr().err
    assert said.startswith("zabota: warning: ")
    assert "everybody knows the demo shop's passwords" in said
    assert len(said.splitlines()) == 1


@pytest.mark.usefixtures("_shop")
@pytest.mark.parametrize("listen", ["127.0.0.1:8000", "[::1]:8000", "localhost:8000"])
def test_nothing_is_said_where_only_this_machine_does(
    listen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command.warn(listen, HERE[1])
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("_shop")
def test_nothing_is_said_once_nobody_signs_in_by_that_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    User.objects.update(password="!")
    command.warn("0.0.0.0:8000", HERE[1])
    assert capsys.readouterr().err == ""


@pytest.mark.django_db
def test_nothing_is_said_in_a_house_without_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    command.warn("0.0.0.0:8000", HERE[1])
    assert capsys.readouterr().err == ""
