"""What is sent to an address: by a foreign page (T31), with more fields than its form has (T24).

Every address is tried, also one that was added yesterday. The customers' pages borrow nothing from
a browser: the token in their address is the right, and no cookie is believed.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.http import HttpResponse
from django.test import Client

from tests.cast import PASSWORD
from tests.security.doors import Door, all_doors
from tests.security.scene import STAFF, Scene
from zabota.faces.web import acts

# Columns of our own people that a person changes herself, on her page.
OWN = {"name", "language", "time_zone", "signature"}
# What is never changed by a form of the desk, however it is filled in.
_FIXED_TABLES = {
    "accounts.Team", "accounts.Membership", "brands.Brand", "brands.LegalEntity",
    "channels.Channel",
    "channels.RawBytes", "charter.CharterVersion", "files.StoredFile", "people.Identity",
    "secrets.SigningKey", "desk.PortalLink", "desk.Attachment",
}  # fmt: skip
_FIXED_COLUMNS = {
    "desk.Message": {
        "direction", "text", "subject", "trust", "automatic", "external_id", "ref", "created_at",
        "author", "customer", "by_system", "internal",
    },
    "desk.Conversation": {"ref", "brand", "channel", "opened_at", "number"},
    "channels.InboundEnvelope": {"channel", "content_hash", "received_at", "raw", "external_id"},
    "people.Customer": {"ref", "created_at"},
}  # fmt: skip
Rows = Mapping[str, Mapping[int, Mapping[str, Any]]]


@pytest.mark.threat("T31")
@pytest.mark.parametrize("how", ["no token", "foreign origin", "foreign referer"])
def test_a_foreign_page_makes_nobodys_browser_change_anything(how: str, scene: Scene) -> None:
    before, wrong = _rows(), []
    for person in STAFF:
        values = scene.address_values(person)
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.cookies.update(scene.client(person).cookies)
        for door in _doors(person):
            answer = _from_elsewhere(client, door.address(values), how)
            if answer.status_code not in {403, 404, 405}:
                wrong.append(f"{person} {door.name}: {answer.status_code}")
    assert wrong == []
    assert _rows() == before


def _from_elsewhere(client: Client, address: str, how: str) -> HttpResponse:
    """A form that another site sends; with a token, as if it had got hold of one."""
    headers: dict[str, str] = {}
    secure, said = False, {"text": "x", "answer": "x"}
    if how != "no token":
        said["csrfmiddlewaretoken"] = "a" * 32
        client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    if how == "foreign origin":
        headers["Origin"] = "https://evil.example"
    if how == "foreign referer":
        headers["Referer"], secure = "https://evil.example/trap", True
    return cast("HttpResponse", client.post(address, said, headers=headers, secure=secure))


@pytest.mark.threat("T31", "T34")
def test_our_cookies_are_not_sent_along_by_other_sites_nor_read_by_scripts(scene: Scene) -> None:
    client = scene.client("anonymous")
    client.get("/account/login/")
    client.post("/account/login/", {"login": scene.cast.marta.email, "password": PASSWORD})
    cookies = {name: (one["samesite"], one["httponly"]) for name, one in client.cookies.items()}
    assert cookies == {
        settings.SESSION_COOKIE_NAME: ("Lax", True),
        settings.CSRF_COOKIE_NAME: ("Lax", True),
    }


@pytest.mark.threat("T24")
@pytest.mark.timeout(300)
def test_no_form_of_the_desk_changes_what_it_does_not_offer(scene: Scene) -> None:
    names = {column.name for model in apps.get_models() for column in model._meta.get_fields()} | {
        f"{name}_id" for name in ("assignee", "team", "customer", "author", "brand", "channel")
    }
    client, values = scene.client("agent"), scene.address_values("agent")
    before = _rows()
    for door in _doors("agent"):
        addresses = [door.address(values)]
        if door.name == "web:act":
            addresses = [f"/conversations/{values['ref']}/{name}/" for name in acts.ACTS]
        for address in addresses:
            for value in ("1", "owner"):
                client.post(address, dict.fromkeys(names, value))
    after = _rows()
    assert [what for what in sorted(_changes(before, after)) if _fixed(what)] == []
    assert {"desk.Draft", "desk.Message"} <= {name for name in after if after[name] != before[name]}


def _fixed(change: str) -> bool:
    table, column = change.rsplit(".", 1)
    if table == "accounts.User":
        return column not in OWN
    return table in _FIXED_TABLES or column in _FIXED_COLUMNS.get(table, set())


def _changes(before: Rows, after: Rows) -> set[str]:
    """`app.Model.column` of each cell of an old row that is another now, or gone with its row."""
    return {
        f"{table}.{column}"
        for table, rows in before.items()
        for pk, row in rows.items()
        for column, value in row.items()
        if after[table].get(pk, {}).get(column, "gone") != value
    }


def _doors(person: str) -> list[Door]:
    role = "agent" if person == "stranger" else person
    return [door for door in all_doors() if role in door.who or "anyone" in door.who]


def _rows() -> Rows:
    """All rows of our own tables but those of sessions and what counts wrong passwords."""
    ours = [model for model in apps.get_models() if model.__module__.startswith("zabota.")]
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for model in ours:
        text = serializers.serialize("json", model._default_manager.order_by("pk"))
        rows = {row["pk"]: row["fields"] for row in json.loads(text)}
        for row in rows.values():
            row.pop("last_login", None)
        found[model._meta.label] = rows
    return found
