"""The list of conversations: views, groups, marks, what an empty one says, and what it hides."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.cast import Cast
from zabota.domains.desk.services import assigning
from zabota.domains.promises.models import Promise
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import answer, arrive
from zabota.kernel import clock


def test_the_first_page_is_ones_own_conversations(cast: Cast, visit: Visit) -> None:
    response = visit(cast.marta).get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/inbox/mine/")


def test_a_new_letter_stands_in_the_list_unread_with_its_promise(cast: Cast, visit: Visit) -> None:
    conversation = arrive(cast)
    page = visit(cast.marta).get("/inbox/unassigned/")
    row = page.context["inbox"].groups[0].rows[0]
    assert (row.ref, row.who, row.what, row.is_new) == (
        conversation.ref,
        "Ilze Kalniņa",
        "Terases galds",
        True,
    )
    assert row.due is not None
    assert f"/conversations/{conversation.ref}/" in page.content.decode()


def test_the_list_of_another_team_is_empty_and_says_what_will_appear(
    cast: Cast, visit: Visit
) -> None:
    arrive(cast)
    page = visit(cast.oleg).get("/inbox/unassigned/")
    assert page.context["inbox"].groups == []
    assert "Terases galds" not in page.content.decode()
    assert page.context["inbox"].empty.title != ""


def test_an_answered_conversation_waits_for_the_customer(cast: Cast, visit: Visit) -> None:
    answer(cast, arrive(cast), cast.marta)
    page = visit(cast.marta).get("/inbox/waiting_customer/")
    assert [row.by for group in page.context["inbox"].groups for row in group.rows] == ["Marta"]


def test_an_open_list_that_is_as_it_was_gets_nothing_new(cast: Cast, visit: Visit) -> None:
    arrive(cast)
    client = visit(cast.marta)
    mark = client.get("/inbox/unassigned/").context["inbox"].mark
    same = client.get("/inbox/unassigned/", {"mark": mark}, headers={"HX-Request": "true"})
    arrive(cast, subject="Krēsls")
    news = client.get("/inbox/unassigned/", {"mark": mark}, headers={"HX-Request": "true"})
    assert (same.status_code, news.status_code) == (204, 200)
    assert news.content.decode().lstrip().startswith('<div id="list"')


def test_a_long_list_goes_on_where_the_page_ended(cast: Cast, visit: Visit) -> None:
    for number in range(27):
        arrive(cast, subject=f"Galds {number}")
    client = visit(cast.marta)
    first = client.get("/inbox/unassigned/").context["inbox"]
    second = client.get(first.more_url).context["inbox"]
    refs = [row.ref for page in (first, second) for group in page.groups for row in group.rows]
    assert (len(refs), len(set(refs)), second.more_url) == (27, 27, "")


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_number_of_queries_whatever_its_length(
    cast: Cast,
    visit: Visit,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(count):
        arrive(cast, subject=f"Galds {number}")
    client = visit(cast.marta)
    client.get("/own/")  # who comes is noted once
    with django_assert_num_queries(QUERIES):
        client.get("/inbox/unassigned/")


# Session, person, teams; rows with their marks and drafts, promises, mentions; the counts,
# the unreadable; whether I am there and who waits; the place in the log.
QUERIES = 12


def test_a_place_that_is_none_shows_the_beginning(cast: Cast, visit: Visit) -> None:
    arrive(cast)
    page = visit(cast.marta).get("/inbox/unassigned/", {"after": "1.2.3'; drop table"})
    assert len(page.context["inbox"].groups) == 1


def test_a_view_nobody_made_is_not_there(cast: Cast, visit: Visit) -> None:
    assert visit(cast.marta).get("/inbox/everything/").status_code == 404


def test_somebody_signed_out_is_led_to_the_sign_in_and_back(cast: Cast) -> None:
    response = Client().get("/inbox/unassigned/?after=1.2")
    assert response.headers["Location"] == (
        "/account/login/?next=%2Finbox%2Funassigned%2F%3Fafter%3D1.2"
    )


def test_an_open_page_whose_session_ended_goes_to_the_sign_in_as_a_whole(cast: Cast) -> None:
    response = Client().get(
        "/inbox/mine/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/conversations/abc/"},
    )
    assert response.headers["HX-Redirect"] == "/account/login/?next=%2Fconversations%2Fabc%2F"
    assert response.content == b""


def test_a_former_agent_is_signed_out_at_once(cast: Cast, visit: Visit) -> None:
    client = visit(cast.marta)
    cast.marta.is_active = False
    cast.marta.save()
    assert client.get("/inbox/mine/").headers["Location"].startswith("/account/login/")


def test_a_colleague_sees_no_raw_post(cast: Cast, visit: Visit) -> None:
    assert visit(cast.kolja).get("/unreadable/").status_code == 404


@pytest.mark.req("S-145")
def test_answers_that_came_late_or_not_at_all_stand_in_a_list_with_whose_they_were(
    cast: Cast, visit: Visit
) -> None:
    owed, kept = arrive(cast, subject="Krēsls"), arrive(cast, subject="Galds")
    arrive(cast, subject="Svešs", team_id=cast.moscow.pk)
    due = clock.now() - timedelta(minutes=5)
    assigning.take(kept.ref, actor=cast.actor(cast.marta), at=due)
    Promise.objects.update(due_at=due, state="broken")
    Promise.objects.filter(subject_id=kept.pk).update(ended_at=clock.now())
    page = visit(cast.kira).get("/late/").context["page"]
    assert sorted((row.subject, row.owner, row.kept_at is None) for row in page.rows) == [
        ("Galds", "Marta Ozola", False),
        ("Krēsls", "ничья", True),
    ]
    assert owed.subject == "Krēsls"
    assert [tab.name for tab in page.tabs if tab.is_here] == ["Поздние ответы"]
