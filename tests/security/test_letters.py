"""Letters that pretend to be ours, or somebody else's, through the whole way in: raw bytes, parser,
desk (T10, T11, T12, T26).
"""

import stat
from pathlib import Path

import pytest
from django.conf import settings

from tests.security.scene import CANARY, Scene
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.channels.services import inbound, reading, storing
from zabota.domains.channels.services.storing import RawMail
from zabota.domains.desk.models import Attachment, Message, Participant
from zabota.domains.desk.services import take_in
from zabota.kernel import clock
from zabota.kernel.files.models import StoredFile

NO_MORE = (
    "X-Zabota-Conversation: {ref}\r\nX-Zabota-Author: marta@liepa.example\r\n"
    "X-Zabota-Command: close\r\nX-Zabota-Direction: out\r\nX-Zabota-Internal: 1\r\n"
    "Reply-To: marta@liepa.example\r\nSender: marta@liepa.example\r\n"
)
OUR_OWN = ("marta@liepa.example", "olga@liepa.example", "help@liepa.example")


def arrive(scene: Scene, *raws: bytes) -> list[Message]:
    """The messages that came of letters, received just now."""
    known = set(Message.objects.values_list("pk", flat=True))
    at = clock.now()
    items = [RawMail(content=raw, received_at=at) for raw in raws]
    storing.store_raw(channel_id=scene.cast.mailbox.pk, items=items, at=at)
    inbound.process_new(at=at, receive=take_in.take_in)
    reading.pool().stop()
    return list(Message.objects.exclude(pk__in=known).filter(envelope_id__isnull=False))


def letter(sender: str, *, subject: str = "Hello", extra: str = "", body: str = "Do it.") -> bytes:
    return (
        f"From: {sender}\r\nTo: help@liepa.example\r\nSubject: {subject}\r\n{extra}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


def forged(external_id: str) -> str:
    """An id of ours with another end: the right form, the wrong proof."""
    left, at, right = external_id.strip("<>").partition("@")
    return f"<{left[:-4]}{'aaaa' if left[-4:] != 'aaaa' else 'bbbb'}{at}{right}>"


@pytest.mark.threat("T11")
@pytest.mark.parametrize("sender", OUR_OWN)
def test_a_letter_from_outside_is_never_one_of_ours_whoever_it_says_it_is_from(
    scene: Scene, sender: str
) -> None:
    ours = scene.conversation
    ours.refresh_from_db()
    answer = ours.messages.filter(direction="out").latest("pk")
    before = list(OutboundEnvelope.objects.values_list("pk", flat=True))
    extra = NO_MORE.format(ref=ours.ref)
    guessed = forged(answer.external_id)
    extra += f"In-Reply-To: {guessed}\r\nReferences: {guessed}\r\n"
    state, assignee = ours.state, ours.assignee

    (came,) = arrive(scene, letter(f"Marta Ozola <{sender}>", extra=extra))

    assert (came.direction, came.author) == ("in", None)
    assert came.conversation != ours
    assert came.trust != "participant"
    ours.refresh_from_db()
    assert (ours.state, ours.assignee) == (state, assignee)
    sent = OutboundEnvelope.objects.exclude(pk__in=before)
    to = {party["address"] for row in sent for party in row.payload["to"]}
    assert "ilze@kalnina.example" not in to
    assert not any("Do it." in str(row.payload) for row in sent)


@pytest.mark.threat("T10", "T11")
@pytest.mark.parametrize("sender", OUR_OWN)
def test_even_with_an_id_that_we_gave_it_is_somebody_else_and_gets_no_answer(
    scene: Scene, sender: str
) -> None:
    ours = scene.conversation
    ours.refresh_from_db()
    answer = ours.messages.filter(direction="out").latest("pk")
    before = list(OutboundEnvelope.objects.values_list("pk", flat=True))
    extra = NO_MORE.format(ref=ours.ref) + f"In-Reply-To: {answer.external_id}\r\n"
    state = ours.state

    (came,) = arrive(scene, letter(f"Marta Ozola <{sender}>", extra=extra))

    assert (came.conversation, came.direction, came.author) == (ours, "in", None)
    assert came.trust == "someone_else"
    ours.refresh_from_db()
    assert ours.state in {state, "waiting_us"}
    assert list(OutboundEnvelope.objects.exclude(pk__in=before)) == []


@pytest.mark.threat("T10")
def test_who_is_copied_in_by_a_forged_customer_reads_nothing(scene: Scene) -> None:
    ours = scene.conversation
    ours.refresh_from_db()
    answer = ours.messages.filter(direction="out").latest("pk")
    extra = (
        "Authentication-Results: mx.liepa.example; dmarc=fail header.from=kalnina.example\r\n"
        f"Cc: mallory@evil.example\r\nReferences: {forged(answer.external_id)}\r\n"
    )
    arrive(scene, letter("Ilze <ilze@kalnina.example>", subject=f"Re: {ours.subject}", extra=extra))
    people = Participant.objects.filter(conversation=ours)
    assert not people.filter(identity__value__contains="mallory").exists()
    sent = OutboundEnvelope.objects.filter(payload__icontains="mallory")
    assert not any(CANARY in str(row.payload) for row in sent)


@pytest.mark.threat("T12")
@pytest.mark.parametrize("shape", ["[#{n}]", "Re: #{n}", "[Ticket {ref}]", "Re: {subject} ({ref})"])
def test_a_number_or_a_ref_in_the_subject_joins_nothing(scene: Scene, shape: str) -> None:
    ours = scene.conversation
    subject = shape.format(n=ours.pk, ref=ours.ref, subject=ours.subject)
    (came,) = arrive(scene, letter("Mallory <mallory@evil.example>", subject=subject))
    assert came.conversation != ours


@pytest.mark.threat("T26")
def test_an_attachments_name_is_never_a_place_on_our_disk(scene: Scene) -> None:
    names = [
        "../../../../tmp/zabota-was-here", "..\\..\\evil.bat", "/etc/cron.d/evil", ".htaccess",
        "\u200b.htaccess", "CON", "aux.txt", "ends with a dot.", "a" * 1_000 + ".txt",
        "nul\x00.php", "shell.php", "%2e%2e%2fescape", "C:\\evil.exe", "~root/.ssh/authorized_keys",
    ]  # fmt: skip
    parts = "".join(
        f"--part\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment;"
        f" filename*=utf-8''{''.join(f'%{byte:02x}' for byte in name.encode())}\r\n\r\n{n}\r\n"
        for n, name in enumerate(names)
    )
    raw = (
        "From: Ilze <ilze@kalnina.example>\r\nTo: help@liepa.example\r\nSubject: Files\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="part"\r\n\r\n{parts}'
        "--part--\r\n"
    ).encode()
    (came,) = arrive(scene, raw)
    kept = Attachment.objects.filter(message=came)
    assert kept.count() == len(names)
    root = Path(settings.FILES_ROOT).resolve()
    on_disk = {path.name: path for path in root.rglob("*") if path.is_file()}
    for file in StoredFile.objects.filter(pk__in=kept.values("file")):
        place = on_disk[Path(file.key).name]
        assert place.resolve().is_relative_to(root)
        assert Path(file.key).name.isalnum()
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert not any("/" in one.name or "\\" in one.name or "\0" in one.name for one in kept)
    assert all(one.name.isprintable() and len(one.name) <= 255 for one in kept)
