"""Pages that say that something cannot be had: in our design, without a word of the inside."""

import pytest
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


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html", "403_csrf.html"])
def test_an_error_page_needs_nothing_that_could_fail_too(name: str) -> None:
    html = render_to_string(name)
    assert '<body class="bare">' in html
    assert 'href="/"' in html
