"""What browsers and proxies may keep of our pages: nothing that was for one person."""

import pytest

from tests.security.doors import all_doors
from tests.security.scene import STAFF, Scene

# The same for everybody: the script that a shop's page loads.
PUBLIC = {"chat-script"}


@pytest.mark.threat("T20", "T23")
@pytest.mark.parametrize("person", ["customer", *STAFF])
def test_no_page_for_one_person_is_kept_by_anybody_else(person: str, scene: Scene) -> None:
    client, values = scene.client(person), scene.address_values(person)
    kept = []
    for door in all_doors():
        answer = client.get(door.address(values))
        says = answer.headers.get("Cache-Control", "")
        own = answer.status_code == 200 and door.name not in PUBLIC
        if own and not {"no-store", "private"} & set(says.replace(",", " ").split()):
            kept.append(f"{door.name}: {says or 'nothing said'}")
    assert kept == []
