"""What strangers sent is shown so that it can do nothing (T03, T05, T06)."""

import pytest
from django.test import Client

from tests.cast import Cast
from zabota.domains.channels.models import InboundEnvelope, RawBytes
from zabota.domains.desk.models import Attachment, Conversation, Message
from zabota.faces.web.tests.conftest import Visit
from zabota.faces.web.tests.letters import arrive
from zabota.kernel import clock
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def attached(
    conversation: Conversation, data: bytes, *, name: str, media_type: str, content_id: str = ""
) -> tuple[StoredFile, Message]:
    message = conversation.messages.get(direction="in")
    file = store.keep(data, name=name, media_type=media_type)
    Attachment.objects.create(
        message=message, file=file, name=name, content_id=content_id, inline=bool(content_id)
    )
    return file, message


@pytest.mark.threat("T03")
@pytest.mark.parametrize(
    ("data", "name", "declared", "shown_as"),
    [
        (PNG, "a.png", "image/png", "image/png"),
        (PNG, "a.html", "text/html", "image/png"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "image/jpeg", "image/jpeg"),
        (b"GIF89a<script>", "a.js", "text/javascript", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp", "image/webp"),
        (SVG, "a.png", "image/svg+xml", None),
        (SVG, "a.svg", "image/png", None),
        (b"<html><script>alert(1)</script>", "a.png", "image/png", None),
        (b"<?xml version='1.0'?>", "a.xml", "text/xml", None),
        (b"%PDF-1.7", "a.pdf", "application/pdf", None),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", "a.webp", "image/webp", None),
        (b"", "a.gif", "image/gif", None),
    ],
)
def test_only_a_picture_by_its_bytes_is_shown_and_all_else_saved(
    cast: Cast, visit: Visit, data: bytes, name: str, declared: str, shown_as: str | None
) -> None:
    file, message = attached(arrive(cast), data, name=name, media_type=declared)
    response = visit(cast.marta).get(f"/files/{file.ref}/{message.ref}/")
    kind = "inline" if shown_as else "attachment"
    assert response.headers["Content-Disposition"] == f'{kind}; filename="{name}"'
    assert response.headers["Content-Type"] == (shown_as or "application/octet-stream")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Zabota-File"] == file.key


def test_a_name_cannot_leave_its_header(cast: Cast, visit: Visit) -> None:
    file, message = attached(
        arrive(cast), b"x", name='a"\r\nSet-Cookie: x=1; ".txt', media_type="text/plain"
    )
    response = visit(cast.marta).get(f"/files/{file.ref}/{message.ref}/")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''a%22")


@pytest.mark.threat("T22")
def test_a_file_is_for_those_who_see_its_conversation(cast: Cast, visit: Visit) -> None:
    file, message = attached(arrive(cast), PNG, name="a.png", media_type="image/png")
    address = f"/files/{file.ref}/{message.ref}/"
    stranger, nobody = visit(cast.oleg).get(address), Client().get(address)
    assert (stranger.status_code, nobody.status_code) == (404, 302)
    assert "X-Zabota-File" not in stranger.headers


def test_a_file_is_not_had_by_naming_it_with_another_message(cast: Cast, visit: Visit) -> None:
    theirs = arrive(cast, subject="Cita lieta")
    Conversation.objects.filter(pk=theirs.pk).update(team=cast.moscow)
    file, _message = attached(theirs, PNG, name="a.png", media_type="image/png")
    mine = arrive(cast).messages.get(direction="in")
    assert visit(cast.marta).get(f"/files/{file.ref}/{mine.ref}/").status_code == 404


MAIL = b"""From: Ilze <ilze@kalnina.example>
To: help@liepa.example
Subject: Galds
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Kur ir galds?</p><img src="https://spy.example/x.png"><img src="cid:pic@x">
<script>alert(1)</script><form action="https://spy.example"></form>
"""


def lettered(cast: Cast, raw: bytes = MAIL) -> tuple[Conversation, Message]:
    conversation = arrive(cast, has_original=True)
    message = conversation.messages.get(direction="in")
    stored = RawBytes.objects.create(content=raw, stored_at=clock.now())
    InboundEnvelope.objects.filter(pk=message.envelope_id or 0).update(raw_id=stored.pk)
    return conversation, message


@pytest.mark.threat("T05", "T06")
def test_an_original_is_shown_in_a_frame_that_runs_and_loads_nothing(
    cast: Cast, visit: Visit
) -> None:
    conversation, message = lettered(cast)
    file, _message = attached(
        conversation, PNG, name="p.png", media_type="image/png", content_id="<pic@x>"
    )
    client = visit(cast.marta)
    around = client.get(f"/messages/{message.ref}/original/").content.decode()
    body = client.get(f"/messages/{message.ref}/original/text/")
    html = body.content.decode()
    policy = body.headers["Content-Security-Policy"]
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in around
    assert policy.startswith(
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'"
    )
    assert body.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Kur ir galds?" in html
    for evil in ("spy.example", "<script", "<form"):
        assert evil not in html
    assert body.headers["X-Blocked-Pictures"] == "1"
    # The frame has no cookies: its picture comes by a token that says whose it is.
    token = html.split("/pictures/")[1].split("/")[0]
    picture = Client().get(f"/pictures/{token}/")
    assert (picture.status_code, picture.headers["X-Zabota-File"]) == (200, file.key)


def test_a_pictures_token_of_a_former_agent_opens_nothing(cast: Cast, visit: Visit) -> None:
    conversation, message = lettered(cast)
    attached(conversation, PNG, name="p.png", media_type="image/png", content_id="<pic@x>")
    html = visit(cast.marta).get(f"/messages/{message.ref}/original/text/").content.decode()
    address = f"/pictures/{html.split('/pictures/')[1].split('/')[0]}/"
    cast.marta.is_active = False
    cast.marta.save()
    assert Client().get(address).status_code == 404
    assert Client().get("/pictures/forged:token/").status_code == 404


def test_a_letter_without_an_original_has_no_such_page(cast: Cast, visit: Visit) -> None:
    message = arrive(cast).messages.get(direction="in")
    for way in ("original/", "original/text/"):
        assert visit(cast.marta).get(f"/messages/{message.ref}/{way}").status_code == 404


class TestUnreadable:
    def unread(self, cast: Cast) -> InboundEnvelope:
        raw = RawBytes.objects.create(
            content=b"\x00<script>alert(1)</script>", stored_at=clock.now()
        )
        return InboundEnvelope.objects.create(
            channel=cast.mailbox,
            content_hash="0" * 64,
            received_at=clock.now(),
            stored_at=clock.now(),
            state="unreadable",
            reason="not_a_mail",
            raw_id=raw.pk,
            size=27,
        )

    def test_the_reason_stands_in_words_with_the_raw_text_as_text(
        self, cast: Cast, visit: Visit
    ) -> None:
        envelope, client = self.unread(cast), visit(cast.marta)
        page = client.get("/unreadable/").content.decode()
        raw = client.get(f"/unreadable/{envelope.pk}/").content.decode()
        assert "Tā nav vēstule: sākumā nav pasta galvenes." in page
        assert "&lt;script&gt;alert(1)" in raw
        assert "<script>alert" not in raw

    def test_it_is_saved_as_it_came_and_never_shown(self, cast: Cast, visit: Visit) -> None:
        envelope = self.unread(cast)
        saved = visit(cast.marta).get(f"/unreadable/{envelope.pk}/?save=1")
        assert saved.content == b"\x00<script>alert(1)</script>"
        assert saved.headers["Content-Disposition"].startswith("attachment")

    def test_trying_again_puts_it_back_into_the_queue(self, cast: Cast, visit: Visit) -> None:
        envelope = self.unread(cast)
        visit(cast.marta).post(f"/unreadable/{envelope.pk}/again/")
        envelope.refresh_from_db()
        assert envelope.state == "new"
