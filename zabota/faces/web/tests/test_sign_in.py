"""Signing in: with a password, with a second factor, and what happens to other sessions."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from tests.cast import PASSWORD, Cast
from zabota.faces.web.tests.conftest import Visit

LOGIN = "/account/login/"


def sign_in(client: Client, cast: Cast, password: str = PASSWORD) -> int:
    form = {"login": cast.marta.email, "password": password}
    return client.post(LOGIN, form).status_code


def test_the_right_password_opens_and_a_wrong_one_says_why(cast: Cast) -> None:
    client = Client()
    assert sign_in(client, cast, "not it at all") == 200
    assert sign_in(client, cast) == 302
    assert client.get("/inbox/mine/").status_code == 200


@pytest.mark.threat("T34")
def test_the_session_gets_a_new_id_at_sign_in(cast: Cast) -> None:
    client = Client()
    client.session.save()
    before = client.session.session_key
    sign_in(client, cast)
    assert client.session.session_key != before


@pytest.mark.threat("T34")
def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(cast: Cast) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, cast)
    changed = here.post(
        "/account/password/change/",
        {
            "oldpassword": PASSWORD,
            "password1": "four other new words",
            "password2": "four other new words",
        },
    )
    assert changed.status_code == 302
    assert here.get("/inbox/mine/").status_code == 200
    assert there.get("/inbox/mine/").headers["Location"].startswith(LOGIN)


@pytest.mark.threat("T34")
def test_turning_the_second_factor_on_asks_for_a_code_and_ends_the_other_sessions(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, cast)
    asked = here.get("/account/2fa/totp/activate/")
    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    here.post("/account/reauthenticate/", {"password": PASSWORD})
    page = here.get("/account/2fa/totp/activate/")
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/account/2fa/totp/activate/", {"code": _code(secret)})
    assert there.get("/inbox/mine/").headers["Location"].startswith(LOGIN)
    fresh = Client()
    answer = fresh.post(LOGIN, {"login": cast.marta.email, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/account/2fa/authenticate/")
    assert fresh.get("/inbox/mine/").status_code == 302


@pytest.mark.threat("T36")
def test_too_many_wrong_passwords_close_the_door_for_that_address_from_there_alone(
    cast: Cast,
) -> None:
    client = Client()
    answers = [sign_in(client, cast, f"wrong {number}") for number in range(12)]
    assert 429 in answers
    assert sign_in(client, cast) == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere, cast) == 302


@pytest.mark.threat("T35")
def test_a_known_and_an_unknown_address_get_the_same_words(cast: Cast) -> None:
    known = Client().post("/account/password/reset/", {"email": cast.marta.email})
    unknown = Client().post("/account/password/reset/", {"email": "nobody@liepa.example"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )


def test_nobody_makes_an_account_for_himself(cast: Cast) -> None:
    form = {"email": "new@liepa.example", "password1": PASSWORD, "password2": PASSWORD}
    Client().post("/account/signup/", form)
    assert not type(cast.marta).objects.filter(email="new@liepa.example").exists()


@pytest.mark.parametrize(
    "address",
    [
        LOGIN,
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/done/",
        "/account/password/reset/key/1-abc/",
        "/account/signup/",
        "/account/inactive/",
    ],
)
@pytest.mark.parametrize("language", ["ru", "lv", "en"])
def test_each_page_before_the_sign_in_wears_our_design(
    db: None, address: str, language: str
) -> None:
    page = Client().get(address, headers={"Accept-Language": language}, follow=True)
    html = page.content.decode()
    assert '<body class="bare">' in html
    assert f'<html lang="{language}"' in html


@pytest.mark.parametrize(
    "address",
    [
        "/own/",
        "/account/2fa/",
        "/account/password/change/",
        "/account/2fa/totp/activate/",
        "/account/reauthenticate/",
        "/account/logout/",
    ],
)
def test_each_page_of_ones_own_account_wears_our_design(cast: Cast, address: str) -> None:
    client = Client()
    sign_in(client, cast)
    html = client.get(address, follow=True).content.decode()
    assert "design/design.css" in html
    assert "Zabota" in html


def test_ones_own_language_and_name_change_the_pages(cast: Cast, visit: Visit) -> None:
    client = visit(cast.marta)
    form = {"name": "Marta O.", "language": "ru", "time_zone": "Europe/Riga", "signature": ""}
    page = client.post("/own/", form, follow=True).content.decode()
    assert "Настройки сохранены." in page
    assert "Marta O." in page


@pytest.mark.threat("T24")
def test_nobody_changes_his_own_role_by_writing_more_fields(cast: Cast, visit: Visit) -> None:
    form = {"name": "Marta", "language": "lv", "time_zone": "Europe/Riga", "signature": ""}
    more = {"role": "owner", "email": "x@y.example", "is_active": "", "ref": "000000000000"}
    visit(cast.marta).post("/own/", form | more)
    before = (cast.marta.role, cast.marta.email, cast.marta.is_active, cast.marta.ref)
    cast.marta.refresh_from_db()
    assert (cast.marta.role, cast.marta.email, cast.marta.is_active, cast.marta.ref) == before


def _code(secret: str) -> str:
    return str(
        totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time())))
    )
