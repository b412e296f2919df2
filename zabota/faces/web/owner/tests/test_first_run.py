"""The first run: one page, once, for whoever knows the setup code."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast
from zabota.faces.web.owner import setup_code
from zabota.kernel.accounts.models import User
from zabota.kernel.brands.models import Brand

WELCOME = "/owner/welcome/"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path


def answers(**what: object) -> dict[str, object]:
    return {
        "code": setup_code.current(),
        "name": "Olga Owner",
        "email": "Olga@Liepa.example",
        "password": "red chair drinks tea",
        "brand": "Liepa",
        "language": "lv",
        "languages": ["lv", "ru"],
        "country": "LV",
        "time_zone": "Europe/Riga",
    } | what


@pytest.mark.django_db(transaction=True)
def test_of_two_who_know_the_code_and_press_at_once_one_is_the_owner() -> None:
    start = threading.Barrier(2)
    answered = [answers(), answers(email="kira@liepa.example", name="Kira")]

    def press(said: dict[str, object]) -> int:
        start.wait()
        try:
            return Client().post(WELCOME, said).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as hands:
        codes = sorted(hands.map(press, answered))
    assert (codes, User.objects.count()) == ([302, 404], 1)


@pytest.mark.django_db
class TestWhileNobodyHasAnAccount:
    @pytest.mark.parametrize("path", ["/", "/own/", "/account/login/", "/owner/people/", "/x"])
    def test_every_page_leads_to_the_first(self, client: Client, path: str) -> None:
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, WELCOME)

    def test_the_code_makes_the_owner_and_the_brand_and_signs_in(self, client: Client) -> None:
        response = client.post(WELCOME, answers())
        user, brand = User.objects.get(), Brand.objects.get()
        assert response["Location"] == "/owner/mailboxes/add/"
        assert (user.email, user.role, user.check_password("red chair drinks tea")) == (
            "olga@liepa.example",
            "owner",
            True,
        )
        assert (brand.name, brand.languages, brand.country) == ("Liepa", ["lv", "ru"], "LV")
        assert client.get("/owner/mailboxes/").status_code == 200

    @pytest.mark.parametrize("wrong", ["", "guess", "00000-00000-00000"])
    def test_a_stranger_without_the_code_becomes_nobody(self, client: Client, wrong: str) -> None:
        response = client.post(WELCOME, answers(code=wrong))
        assert (response.status_code, User.objects.count()) == (422, 0)

    @pytest.mark.parametrize("weak", ["short", "password123", "olga@liepa.example"])
    def test_a_weak_password_is_told_so_and_nothing_is_made(
        self, client: Client, weak: str
    ) -> None:
        assert client.post(WELCOME, answers(password=weak)).status_code == 422
        assert User.objects.count() == 0

    def test_the_page_speaks_three_languages(self, client: Client) -> None:
        told = {
            language: client.get(f"{WELCOME}?language={language}").content.decode()
            for language in ("ru", "lv", "en")
        }
        assert "Код установки" in told["ru"]
        assert "Uzstādīšanas kods" in told["lv"]
        assert "Setup code" in told["en"]


def test_afterwards_the_page_is_gone_and_the_code_is_spent(client: Client, cast: Cast) -> None:
    assert cast.olga.pk
    assert client.get(WELCOME).status_code == 404
    assert client.post(WELCOME, answers(email="second@liepa.example")).status_code == 404
    assert User.objects.filter(email="second@liepa.example").count() == 0


class TestTheCode:
    def test_is_the_same_at_each_asking_and_for_the_owners_eyes_only(self, tmp_path: Path) -> None:
        code = setup_code.current()
        file = tmp_path / "setup-code"
        assert setup_code.current() == code == file.read_text().strip()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_may_be_typed_as_people_type(self) -> None:
        code = setup_code.current()
        assert setup_code.is_right(f" {code.upper().replace('-', ' ')} ")
        assert not setup_code.is_right("")
