"""Pages that say that something cannot be had: in our design, without a word of the inside."""

import pytest
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client

from tests.cast import Cast
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import arrive


def test_an_address_that_leads_nowhere_says_so_and_leads_back(cast: Cast, visit: Visit) -> None:
    page = visit(cast.marta).get("/nowhere/")
    assert page.status_code == 404
    assert "Šeit nekā nav" in page.content.decode()
    assert 'href="/"' in page.content.decode()


@pytest.mark.threat("T31")
def test_a_form_without_its_token_changes_nothing_and_says_what_to_do(cast: Cast) -> None:
    conversation = arrive(cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.marta, backend="django.contrib.auth.backends.ModelBackend")
    for act in ("take/", "write/", "propose/", "draft/"):
        answer = client.post(f"/conversations/{conversation.ref}/{act}", {"text": "Nē"})
        assert answer.status_code == 403
        assert "design/design.css" in answer.content.decode()
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.messages.count()) == (None, 1)


@pytest.mark.parametrize(
    "name", ["403.html", "404.html", "500.html", "503.html", "507.html", "403_csrf.html"]
)
def test_an_error_page_needs_nothing_that_could_fail_too(name: str) -> None:
    html = render_to_string(name)
    assert '<body class="bare">' in html
    assert 'href="/"' in html


@pytest.mark.only_on("postgres")
@pytest.mark.fault("F06")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Load the page again"), ("ru", "Обновите страницу"), ("lv", "ielādējiet lapu")],
)
def test_while_the_database_is_away_a_page_asks_to_be_tried_again(
    cast: Cast, language: str, words: str
) -> None:
    client = Client(raise_request_exception=False, headers={"Accept-Language": language})
    client.force_login(cast.marta, backend="django.contrib.auth.backends.ModelBackend")
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    page = client.get("/own/")
    connection.close()
    assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
    assert words in page.content.decode()
