"""An mbox of more than a thousand odd mails, through the command that users run.

Every character set, broken structures, impossible dates, endless headers, loops, empty and binary
ones: each is in a conversation or among the unreadable with its reason, the figures add up, and a
second import stores nothing.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.parts.server import Server
from zabota.pure.mailtext.tests import corpus

MAILS = 1_200
_CAST = "from tests.cast import gather\ngather()"
# Who holds what, and whether a person can see and save each of the unreadable ones.
_FOUND = """
from collections import Counter
from django.db.models import Count
from django.test import Client, override_settings
from zabota.domains.channels.models import InboundEnvelope
from zabota.domains.desk.models import Conversation, Message
from zabota.kernel.accounts.models import User
envelopes, messages = InboundEnvelope.objects, Message.objects.filter(envelope_id__isnull=False)
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(
    User.objects.get(name__startswith="Kira"), backend="django.contrib.auth.backends.ModelBackend"
)
left = envelopes.filter(state="unreadable")
shown = Counter(client.get(f"/unreadable/{one.pk}/").status_code for one in left)
done = set(envelopes.filter(state="done").values_list("pk", flat=True))
print(json.dumps({
    "states": dict(envelopes.values_list("state").annotate(Count("pk")).order_by()),
    "without a message": len(done - set(messages.values_list("envelope_id", flat=True))),
    "messages": messages.count(),
    "without words for why": left.filter(reason="").count(),
    "shown": dict(shown),
    "conversations": Conversation.objects.count(),
    "empty conversations": Conversation.objects.filter(messages__isnull=True).count(),
}))
"""


@pytest.mark.storm
@pytest.mark.timeout(600)
@pytest.mark.fault("F36", "F38", "F39", "F40", "F41", "F42", "F43", "F44", "F45", "F46", "F47")
def test_each_of_a_thousand_odd_mails_is_in_a_conversation_or_among_the_unreadable(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    server = serve()
    server.python(_CAST)
    mails = [*loops(), *corpus.odd_mails(MAILS, seed=2)]
    box = written(tmp_path / "odd.mbox", mails)

    first = imported(server, box)

    assert first["read"] == len(mails)
    assert first["stored"] > 1_000
    found = server.python(_FOUND)
    assert isinstance(found, dict)
    states = found["states"]
    assert states == {"done": first["stored"] - first["unreadable"],
                      "unreadable": first["unreadable"]}  # fmt: skip
    assert found["messages"] == states["done"]
    assert found["shown"] == {"200": states["unreadable"]}
    assert found["conversations"] == first["conversations"]
    for nothing in ("without a message", "without words for why", "empty conversations"):
        assert found[nothing] == 0, nothing

    again = imported(server, box)
    assert (again["read"], again["stored"], again["conversations"]) == (len(mails), 0, 0)
    assert server.python(_FOUND) == found


def imported(server: Server, box: Path) -> dict[str, float]:
    """Its one line, which must add up; whoever was refused has a line on standard error."""
    done = server.run("import-mail", str(box), check=False)
    lines = done.stdout.decode().splitlines()
    assert len(lines) == 1
    figures: dict[str, float] = json.loads(lines[0])
    parts = figures["stored"] + figures["duplicates"] + figures["refused"]
    assert figures["read"] == parts
    assert done.returncode == (1 if figures["refused"] else 0)
    complaints = done.stderr.decode().splitlines()
    assert len([line for line in complaints if str(box) in line]) == figures["refused"]
    return figures


def written(place: Path, mails: list[bytes]) -> Path:
    """The mails as one mbox, lines that begin with From quoted as mboxrd does."""
    with place.open("wb") as file:
        for raw in mails:
            quoted = b"\n".join(
                b">" + line if line.lstrip(b">").startswith(b"From ") else line
                for line in raw.split(b"\n")
            )
            file.write(b"From odd@example.lv Tue May 19 09:00:00 2026\n" + quoted + b"\n\n")
    return place


def loops() -> Iterator[bytes]:
    """Mails that answer themselves, one another, or us; and some that are no mails."""
    for number in range(10):
        me, other = f"<loop-{number}@example.lv>", f"<loop-{(number + 1) % 10}@example.lv>"
        yield corpus.letter(
            f"in a ring {number}", Message_ID=me, In_Reply_To=other, References=other
        )
    yield corpus.letter("to myself", Message_ID="<me@x>", In_Reply_To="<me@x>", References="<me@x>")
    yield corpus.letter("from you", From="help@liepa.example", To="help@liepa.example")
    yield corpus.letter("by hand", From="help@liepa.example", Auto_Submitted="auto-replied")
    hops = "\r\nReceived: ".join(f"by relay{number}.example" for number in range(500))
    yield corpus.letter("round and round", Received=hops)
    yield corpus.letter("delivered", Delivered_To="help@liepa.example\r\n" * 3)
    yield bytes(range(256)) * 64
    yield b"\x00" * 5_000
    yield b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256))
    yield b"\xff\xfeF\x00r\x00o\x00m\x00:\x00"
    yield b"just words, no header"
