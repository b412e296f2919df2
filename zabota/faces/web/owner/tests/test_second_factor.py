"""A role may need a second factor: who has none sets it up before anything else."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel.accounts import queries, second_factor
from zabota.kernel.accounts.errors import AccountError
from zabota.kernel.accounts.models import User
from zabota.kernel.accounts.roles import Role
from zabota.kernel.facts.models import FactRow

SET_UP = "/account/2fa/totp/activate/"
PASSWORD = "a long way to Riga"
LEADING = (Role.LEADER, Role.MANAGER, Role.OWNER)


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    return visit(cast.olga)


def need(cast: Cast, *roles: Role) -> None:
    second_factor.require(roles=roles, actor=cast.actor(cast.olga), at=MORNING)


def sign_in(user: User) -> Client:
    """By the form, as in life."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    client = Client()
    client.post("/account/login/", {"login": user.email, "password": PASSWORD})
    return client


def set_up(client: Client) -> None:
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = client.get(SET_UP).context["form"].secret
    counter = next(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    response = client.post(SET_UP, {"code": code})
    assert response["Location"] == "/account/2fa/recovery-codes/"


def test_the_owner_says_which_roles_need_one_and_sees_who_has_it(cast: Cast, owner: Client) -> None:
    Authenticator.objects.create(user=cast.olga, type=Authenticator.Type.TOTP, data={})
    owner.post("/owner/people/second-factor/", {"roles": [role.value for role in LEADING]})
    assert queries.roles_with_second_factor() == set(LEADING)
    bound = User.objects.filter(needs_second_factor=True).values_list("name", flat=True)
    assert set(bound) == {"Kira Zimina", "Vera Manager", "Olga Owner"}
    html = owner.get("/owner/people/").content.decode()
    assert (html.count("set up"), html.count("missing")) == (1, 2)


@pytest.mark.parametrize("who", ["vera", "kira", "marta"])
def test_nobody_but_the_owner_says_so(cast: Cast, visit: Visit, who: str) -> None:
    user: User = getattr(cast, who)
    assert visit(user).post("/owner/people/second-factor/", {"roles": []}).status_code == 404
    with pytest.raises(AccountError, match="owner_only"):
        second_factor.require(roles=[], actor=cast.actor(user), at=MORNING)


def test_who_has_none_is_led_to_set_it_up_and_can_do_nothing_else(cast: Cast, visit: Visit) -> None:
    need(cast, *LEADING)
    kira = sign_in(cast.kira)
    for page in ("/", "/inbox/mine/", "/search/?q=x", "/own/", "/live/ticket/", "/questions/"):
        assert kira.get(page)["Location"] == SET_UP
    for page in ("/conversations/abc/write/", "/account/password/change/", "/live/ticket/"):
        assert kira.post(page)["Location"] == SET_UP
    partial = kira.get("/inbox/mine/", headers={"HX-Request": "true"})
    assert partial["HX-Redirect"] == SET_UP
    assert "Вашей роли нужен второй шаг входа" in kira.get(SET_UP, follow=True).content.decode()
    # Those of another role, and customers, notice nothing.
    assert visit(cast.marta).get("/inbox/mine/").status_code == 200
    assert kira.get("/unsubscribe/x").status_code == 404
    assert kira.post("/account/logout/")["Location"] != SET_UP


def test_once_it_is_set_up_everything_is_open_and_the_next_sign_in_asks_for_it(
    cast: Cast,
) -> None:
    need(cast, Role.LEADER)
    kira = sign_in(cast.kira)
    set_up(kira)
    assert kira.get("/inbox/mine/").status_code == 200
    again = Client()
    response = again.post("/account/login/", {"login": cast.kira.email, "password": PASSWORD})
    assert response["Location"] == "/account/2fa/authenticate/"
    assert again.get("/")["Location"].startswith("/account/login/")


def test_who_turns_it_off_is_led_to_set_it_up_again(cast: Cast) -> None:
    need(cast, Role.LEADER)
    kira = sign_in(cast.kira)
    set_up(kira)
    kira.post("/account/2fa/totp/deactivate/")
    assert kira.get("/")["Location"] == SET_UP


def test_the_rule_follows_a_person_into_and_out_of_a_role(cast: Cast, owner: Client) -> None:
    need(cast, Role.LEADER)
    sent = {"name": "Marta Ozola", "email": cast.marta.email, "language": "lv"}
    sent |= {"time_zone": "Europe/Riga"}
    for role, needs in (("leader", True), ("agent", False)):
        owner.post(f"/owner/people/{cast.marta.ref}/", {**sent, "role": role})
        cast.marta.refresh_from_db()
        assert cast.marta.needs_second_factor is needs


@pytest.mark.threat("T22")
def test_whoever_lacks_it_has_no_stream_open_from_that_moment(cast: Cast) -> None:
    Authenticator.objects.create(user=cast.vera, type=Authenticator.Type.TOTP, data={})
    need(cast, Role.MANAGER, Role.LEADER)
    closed = FactRow.objects.filter(name="accounts.RightsChanged")
    assert [row.data["user_id"] for row in closed] == [cast.kira.pk]


class TestRecovery:
    def test_by_an_owner_for_somebody_who_has_lost_everything(
        self, cast: Cast, owner: Client
    ) -> None:
        need(cast, Role.LEADER)
        kira = sign_in(cast.kira)
        set_up(kira)
        page = f"/owner/people/{cast.kira.ref}/"
        assert "forget-second-factor" in owner.get(page).content.decode()
        owner.post(f"{page}forget-second-factor/")
        assert not Authenticator.objects.exists()
        assert kira.get("/")["Location"].startswith("/account/login/")
        assert sign_in(cast.kira).get("/")["Location"] == SET_UP

    @pytest.mark.parametrize("who", ["vera", "kira", "kolja"])
    def test_by_nobody_else(self, cast: Cast, visit: Visit, who: str) -> None:
        Authenticator.objects.create(user=cast.olga, type=Authenticator.Type.TOTP, data={})
        page = f"/owner/people/{cast.olga.ref}/forget-second-factor/"
        visit(getattr(cast, who)).post(page)
        assert Authenticator.objects.count() == 1

    def test_not_of_ones_own_for_a_session_may_be_stolen(self, cast: Cast, owner: Client) -> None:
        Authenticator.objects.create(user=cast.olga, type=Authenticator.Type.TOTP, data={})
        owner.post(f"/owner/people/{cast.olga.ref}/forget-second-factor/")
        assert Authenticator.objects.count() == 1
