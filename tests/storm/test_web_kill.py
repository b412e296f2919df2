"""F03: the web process is killed in the middle of a reply that an agent sends.

The browser repeats the reply under the same `client_id` until it is answered: one message, never
two, never none. ZABOTA_STORM_CYCLES is the number of kills (500 at full size).
"""

import os
import random
import re
import threading
import uuid
from collections.abc import Callable
from functools import partial

import httpx
import pytest

from tests.browser.conftest import _CAST, _LETTER
from tests.parts import ground
from tests.parts.server import Server

CYCLES = int(os.environ.get("ZABOTA_STORM_CYCLES", "6"))
_COUNT = """
from zabota.domains.desk.models import Message
sent = Message.objects.filter(direction="out").order_by("pk")
print(json.dumps(list(sent.values_list("client_id", flat=True))))
"""


@pytest.mark.storm
@pytest.mark.fault("F03")
def test_a_reply_that_met_a_killed_server_is_there_once(serve: Callable[..., Server]) -> None:
    server = serve()
    keys = server.python(_CAST)
    assert isinstance(keys, dict)
    made = server.python(_LETTER.replace("{what!r}", "{}"))
    assert isinstance(made, list)
    dice, wanted = random.Random(3), []
    for number in range(CYCLES):
        client_id = str(uuid.UUID(int=number + 1, version=4))
        wanted.append(client_id)
        once = threading.Thread(target=_send, args=(server.url, keys["marta"], made[0], client_id))
        once.start()
        once.join(dice.uniform(0, 0.25))
        server.kill()
        once.join()
        server.start()
        repeated = partial(_send, server.url, keys["marta"], made[0], client_id)
        ground.wait_until(repeated, what="an answer to the repeated reply")
    assert server.python(_COUNT) == wanted


def _send(url: str, key: str, ref: str, client_id: str) -> bool:
    """Send the form as a browser does; whether it was answered."""
    try:
        with httpx.Client(base_url=url, cookies={"zabota_session": key}, timeout=10) as browser:
            page = browser.get(f"/conversations/{ref}/").text
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
            seen = re.search(r'name="seen_message_id" value="(\d+)"', page)
            assert token
            assert seen
            answer = browser.post(
                f"/conversations/{ref}/write/",
                data={
                    "csrfmiddlewaretoken": token[1],
                    "seen_message_id": seen[1],
                    "client_id": client_id,
                    "kind": "reply",
                    "text": f"Reply {client_id}",
                },
            )
    except httpx.HTTPError:
        return False
    return answer.status_code in {200, 302, 303}
