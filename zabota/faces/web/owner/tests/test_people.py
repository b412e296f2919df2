"""People and teams, as their owner changes them."""

import re

import pytest
from django.test import Client

from tests.cast import MORNING, PASSWORD, Cast
from zabota.domains.desk.models import Conversation
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel.accounts import services
from zabota.kernel.accounts.errors import AccountError
from zabota.kernel.accounts.models import Membership, Team, User
from zabota.kernel.accounts.roles import Role
from zabota.kernel.facts.models import FactRow

ANNA = {"name": "Anna Jauna", "email": "Anna@Liepa.example", "role": "agent", "language": "lv",
        "time_zone": "Europe/Riga"}  # fmt: skip


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    return visit(cast.olga)


def typed(user: User, **changes: object) -> dict[str, object]:
    names = ("name", "email", "role", "language", "time_zone")
    return {name: getattr(user, name) for name in names} | changes


def test_a_new_account_gets_a_link_by_which_its_person_sets_a_password(
    cast: Cast, owner: Client
) -> None:
    response = owner.post("/owner/people/add/", ANNA | {"teams": [cast.riga.pk]})
    anna = User.objects.get(email="anna@liepa.example")
    link = re.search(r'value="http://[^/]+(/[^"]+)"', response.content.decode())
    assert link
    assert not anna.has_usable_password()
    assert [one.team for one in Membership.objects.filter(user=anna)] == [cast.riga]
    assert Client().get(link[1], follow=True).status_code == 200
    assert response["Cache-Control"] == "no-store"


@pytest.mark.threat("T24")
def test_only_the_fields_of_the_form_can_be_sent(cast: Cast, owner: Client) -> None:
    extra = {"is_active": "", "is_superuser": "1", "password": "x", "id": "1", "ref": "r",
             "signature": "x", "joined_at": "2000-01-01"}  # fmt: skip
    before: dict[str, object] = {**User.objects.values().get(pk=cast.marta.pk)}
    owner.post(f"/owner/people/{cast.marta.ref}/", typed(cast.marta, role="leader") | extra)
    after: dict[str, object] = {**User.objects.values().get(pk=cast.marta.pk)}
    assert {name for name in before if before[name] != after[name]} == {"role"}


@pytest.mark.threat("T22")
def test_a_former_colleague_is_out_at_once_and_what_she_held_is_listed(
    cast: Cast, owner: Client, visit: Visit
) -> None:
    Conversation.objects.create(
        brand=cast.brand, channel=cast.mailbox, subject="Terases galds", assignee=cast.marta,
        opened_at=MORNING, order_at=MORNING, last_message_at=MORNING,
    )  # fmt: skip
    hers = visit(cast.marta)
    assert hers.get("/own/").status_code == 200
    page = owner.post(f"/owner/people/{cast.marta.ref}/end/", follow=True).content.decode()
    cast.marta.refresh_from_db()
    assert "Terases galds" in page
    assert hers.get("/own/").status_code == 302
    assert not cast.marta.check_password(PASSWORD)
    assert Membership.objects.filter(user=cast.marta, until__isnull=True).count() == 0
    told = set(FactRow.objects.values_list("name", flat=True))
    assert {"accounts.PersonLeft", "accounts.RightsChanged"} <= told


def test_a_team_has_a_name_of_its_own_and_a_leader_who_may_lead(cast: Cast, owner: Client) -> None:
    owner.post("/owner/teams/add/", {"name": "Tallinn", "leader": cast.kira.ref})
    assert Team.objects.get(name="Tallinn").leader == cast.kira
    again = owner.post("/owner/teams/add/", {"name": "tallinn", "leader": ""})
    agent = owner.post("/owner/teams/add/", {"name": "Oslo", "leader": cast.marta.ref})
    assert (again.status_code, agent.status_code) == (422, 422)
    assert Team.objects.count() == 3


class TestWhoIsRefused:
    def test_nobody_but_an_owner_changes_accounts(self, cast: Cast) -> None:
        for other in (cast.marta, cast.kira, cast.vera, cast.kolja):
            with pytest.raises(AccountError, match="owner_only"):
                services.deactivate(ref=cast.oleg.ref, actor=cast.actor(other), at=MORNING)
        assert User.objects.filter(is_active=False).count() == 0

    def test_the_last_owner_stays_one(self, cast: Cast, owner: Client) -> None:
        response = owner.post(f"/owner/people/{cast.olga.ref}/", typed(cast.olga, role="agent"))
        ended = owner.post(f"/owner/people/{cast.olga.ref}/end/")
        cast.olga.refresh_from_db()
        assert (response.status_code, ended.status_code) == (422, 303)
        assert (cast.olga.role, cast.olga.is_active) == (Role.OWNER, True)

    def test_an_address_that_is_taken_is_told_so(self, cast: Cast, owner: Client) -> None:
        response = owner.post("/owner/people/add/", ANNA | {"email": cast.oleg.email.upper()})
        assert response.status_code == 422
        assert User.objects.filter(email__iexact=cast.oleg.email).count() == 1

    def test_pages_are_not_there_for_others(self, cast: Cast, visit: Visit) -> None:
        for other in (cast.marta, cast.kira, cast.vera, cast.kolja):
            for path in ("people/", f"people/{cast.oleg.ref}/", "mailboxes/", "health/"):
                assert visit(other).get(f"/owner/{path}").status_code == 404
        assert Client().get("/owner/people/").status_code == 302

    def test_a_manager_looks_after_the_charter_and_an_agent_does_not(
        self, cast: Cast, visit: Visit
    ) -> None:
        paths = ("/owner/hours/", "/owner/charter/", "/owner/charter/answers/", "/owner/facts.csv")
        assert [visit(cast.vera).get(path).status_code for path in paths] == [200] * 4
        assert [visit(cast.marta).get(path).status_code for path in paths] == [404] * 4


def test_a_former_colleague_can_come_back_without_the_old_password(
    cast: Cast, owner: Client
) -> None:
    owner.post(f"/owner/people/{cast.oleg.ref}/end/")
    assert owner.post(f"/owner/people/{cast.oleg.ref}/link/").status_code == 404
    owner.post(f"/owner/people/{cast.oleg.ref}/reopen/")
    cast.oleg.refresh_from_db()
    assert (cast.oleg.is_active, cast.oleg.has_usable_password()) == (True, False)


def test_moving_between_teams_is_dated(cast: Cast, owner: Client) -> None:
    sent = typed(cast.oleg, teams=[cast.riga.pk])
    owner.post(f"/owner/people/{cast.oleg.ref}/", sent)
    rows = Membership.objects.filter(user=cast.oleg).order_by("pk")
    assert [(one.team, one.until is None) for one in rows] == [
        (cast.moscow, False),
        (cast.riga, True),
    ]
