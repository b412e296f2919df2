"""Everybody knocks at every address, as access.toml says who may use it (T20).

An address that is new is knocked at at once; one with parameters that lead to something gets
values in scene.py.
"""

import json
from typing import cast

import pytest
from django.apps import apps
from django.core import serializers
from django.http import HttpResponse
from django.test import Client

from tests.security.doors import METHODS, Door, all_doors
from tests.security.scene import CANARY, OUTSIDERS, STAFF, Scene

DOORS = list(all_doors())
# No object of a team stands behind these, though they have a parameter.
OPEN_TO_THE_ROLE = {"web:view"}
# Pages of which the scene knows everything that stands in their address.
PAGES = [
    door
    for door in DOORS
    if door.name
    in {
        "web:view",
        "web:unreadable",
        "web:raw",
        "web:conversation",
        "web:own",
        "web:original",
        "web:original-body",
        "web:file",
        "web:questions",
        "portal:matter",
        "owner:people",
        "owner:mailboxes",
        "owner:charter",
        "owner:health",
    }
]
_NOT_WATCHED = {"sessions", "axes", "contenttypes", "auth"}


@pytest.mark.threat("T20", "T21", "T22")
@pytest.mark.fault("F51")
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_who_may_not_use_an_address_learns_and_changes_nothing(door: Door, scene: Scene) -> None:
    before = _everything()
    wrong: list[str] = []
    for person in (*OUTSIDERS, *STAFF):
        if _may(person, door):
            continue
        client, address = scene.client(person), door.address(scene.address_values(person))
        for method in METHODS:
            answer = _knock(client, method, address)
            # An act may be refused in words on the page it came from; nothing changes all the same.
            told = method == "POST" and answer.status_code in {302, 303}
            if not (_refused(answer) or told) or CANARY in _said(answer):
                wrong.append(f"{person} {method} {address}: {answer.status_code}")
        _reset(person, scene)
    assert wrong == []
    assert _everything() == before


@pytest.mark.threat("T20")
@pytest.mark.fault("F51")
@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.name)
def test_who_may_use_a_page_is_let_in(door: Door, scene: Scene) -> None:
    for person in (*OUTSIDERS, *STAFF):
        if not _may(person, door):
            continue
        answer = _knock(scene.client(person), "GET", door.address(scene.address_values(person)))
        assert answer.status_code in {200, 204, 400}, f"{person} {door.name} {answer.status_code}"


@pytest.mark.threat("T20", "T23")
@pytest.mark.fault("F51")
@pytest.mark.parametrize("person", ["anonymous", "neighbour", "former", "stranger"])
def test_nobody_of_another_scope_sees_a_word_of_the_matter_anywhere(
    person: str, scene: Scene
) -> None:
    client, values = scene.client(person), scene.address_values(person)
    asked = {"q": CANARY, "topics": f"conversation-{scene.conversation.pk}", "here": values["ref"]}
    seen = []
    for door in DOORS:
        if "web:picture" in door.name:  # its token is the right, and was made for another
            continue
        for headers in ({}, {"HX-Request": "true"}):
            answer = cast("HttpResponse", client.get(door.address(values), asked, headers=headers))
            own_words = _said(answer).replace(f'value="{CANARY}"', "")
            if f"{CANARY}-" in own_words or f"of {CANARY}" in own_words:
                seen.append(door.name)
    assert seen == []


def _may(person: str, door: Door) -> bool:
    who = door.who
    if "anyone" in who:
        return True
    if "customer" in who:
        return person in {"customer", "neighbour"}
    if person == "stranger":
        return "agent" in who and (not door.parameters or door.name in OPEN_TO_THE_ROLE)
    return person in who


def _knock(client: Client, method: str, address: str) -> HttpResponse:
    return cast("HttpResponse", client.generic(method, address))


def _refused(answer: HttpResponse) -> bool:
    if answer.status_code in {401, 403, 404, 405}:
        return "X-Zabota-File" not in answer.headers
    return answer.status_code in {302, 303} and "/account/login/" in answer.headers["Location"]


def _said(answer: HttpResponse) -> str:
    return str(answer.headers) + answer.content.decode(errors="replace")


def _everything() -> str:
    """All rows of our own tables."""
    ours = [model for model in apps.get_models() if model._meta.app_label not in _NOT_WATCHED]
    return json.dumps(
        {
            model._meta.label: serializers.serialize(
                "json",
                model._default_manager.order_by("pk"),
                # That somebody signed in is no change of the house.
                fields=[one.name for one in model._meta.fields if one.name != "last_login"],
            )
            for model in ours
        }
    )


def _reset(person: str, scene: Scene) -> None:
    if person == "former":
        scene.people["former"].is_active = True
        scene.people["former"].save(update_fields=["is_active"])


def test_each_door_has_its_own_client(scene: Scene) -> None:
    assert isinstance(scene.client("agent"), Client)
