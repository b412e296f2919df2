"""From raw mail to the desk, each once; what can't be read hinders nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection

from tests.cast import MORNING, Cast, gather
from zabota.domains.channels.envelopes import Inbound, TakenIn
from zabota.domains.channels.models import InboundEnvelope
from zabota.domains.channels.queries import inbound as asked
from zabota.domains.channels.services import inbound, reading, storing
from zabota.domains.channels.tests.letters import Desk, letter, mail
from zabota.kernel import children
from zabota.kernel.facts.models import FactRow
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile

pytestmark = pytest.mark.django_db
WALL_SECONDS = 4.0


@pytest.fixture
def mutant(monkeypatch: pytest.MonkeyPatch) -> Iterator[children.Pool]:
    """The pool with a parser that breaks at a word, and short limits."""
    allowed = children.Allowed(
        processes=2,
        wall_seconds=WALL_SECONDS,
        cpu_seconds=1,
        memory_bytes=300_000_000,
        answer_bytes=1 << 20,
        idle_seconds=30,
    )
    pool = children.Pool(module="zabota.domains.channels.tests.mutant_child", allowed=allowed)
    monkeypatch.setattr(reading, "pool", lambda: pool)
    yield pool
    pool.stop()


def arrive(cast: Cast, *contents: bytes) -> None:
    mails = [mail(content, uid=uid) for uid, content in enumerate(contents, start=1)]
    storing.store_raw(channel_id=cast.mailbox.pk, items=mails, at=MORNING)


def process(desk: Desk, *, minutes: float = 0) -> inbound.Counts:
    return inbound.process_new(at=MORNING + timedelta(minutes=minutes), receive=desk.take_in)


def states() -> dict[str, tuple[str, str, int]]:
    rows = InboundEnvelope.objects.all()
    return {row.subject_hint: (row.state, row.reason, row.attempts) for row in rows}


@pytest.mark.req("S-075")
def test_a_mail_goes_up_as_an_envelope_with_who_wrote_what() -> None:
    cast = gather()
    arrive(cast, letter(1))
    desk = Desk()
    assert process(desk) == inbound.Counts(taken=1, conversations=1)
    (envelope,) = desk.taken
    assert envelope.sender is not None
    assert (envelope.sender.name, envelope.sender.address) == ("Ilze Kalnina", "ilze@example.com")
    assert [party.address for party in envelope.to] == ["help@liepa.example"]
    assert (envelope.subject, envelope.language) == ("Order 1", "lv")
    assert envelope.text.strip() == "Labdien! Kur ir mans pasūtījums 1?"
    assert (envelope.channel_id, envelope.brand_id, envelope.team_id) == (
        cast.mailbox.pk,
        cast.brand.pk,
        cast.riga.pk,
    )
    assert envelope.external_id == "<letter-1@example.com>"
    assert not envelope.sender_verified


def test_what_was_taken_in_is_not_given_again() -> None:
    cast = gather()
    arrive(cast, letter(1), letter(2))
    desk = Desk()
    process(desk)
    assert process(desk, minutes=60) == inbound.Counts()
    assert desk.subjects == ["Order 1", "Order 2"]


@pytest.mark.fault("F15")
def test_attachments_are_files_of_ours_before_the_desk_hears_of_them() -> None:
    cast = gather()
    raw = (
        b"From: ilze@example.com\r\nTo: help@liepa.example\r\nSubject: Photo\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n"
        b"--b\r\nContent-Type: image/png\r\n"
        b'Content-Disposition: attachment; filename="../../photo.png"\r\n\r\n'
        b"not really a picture\r\n--b--\r\n"
    )
    arrive(cast, raw)
    desk = Desk()
    process(desk)
    (file,) = desk.taken[0].files
    row = StoredFile.objects.get(pk=file.file_id)
    assert store.read(row) == b"not really a picture"
    assert (file.media_type, file.size) == ("image/png", 20)
    assert "/" not in file.name


def test_a_mail_that_the_desk_refuses_is_isolated_and_unreadable_after_three_tries() -> None:
    cast = gather()
    arrive(cast, letter(1), letter(2, subject="Poison"), letter(3))
    desk = Desk(refuses={"Poison"})
    process(desk)
    assert desk.subjects == ["Order 1", "Order 3"]
    assert states()["Poison"] == ("new", "take_in_failed", 1)
    assert process(desk) == inbound.Counts()  # it rests
    process(desk, minutes=1)
    process(desk, minutes=2)
    assert states()["Poison"] == ("unreadable", "take_in_failed", 3)
    assert desk.subjects == ["Order 1", "Order 3"]


def test_an_unreadable_mail_is_shown_with_its_reason_and_can_be_tried_again() -> None:
    cast = gather()
    arrive(cast, letter(2, subject="Poison"))
    desk = Desk(refuses={"Poison"})
    for minutes in (0, 1, 2):
        process(desk, minutes=minutes)
    marta = cast.actor(cast.marta)
    (shown,) = asked.unreadable(actor=marta)
    assert (shown.reason, shown.subject_hint, shown.can_try_again) == (
        "take_in_failed",
        "Poison",
        True,
    )
    raw = asked.raw_bytes(envelope_id=shown.envelope_id, actor=marta)
    assert raw == letter(2, subject="Poison")
    assert FactRow.objects.filter(name="channels.EnvelopeUnreadable").count() == 1

    desk.refuses.clear()
    inbound.try_again(envelope_id=shown.envelope_id, actor=marta, at=MORNING)
    process(desk, minutes=3)
    assert desk.subjects == ["Poison"]
    assert asked.unreadable(actor=marta) == []


def test_a_colleague_sees_no_raw_post_and_a_mail_that_was_taken_in_is_nobodys_raw_post() -> None:
    cast = gather()
    arrive(cast, letter(1), letter(2, subject="Poison"))
    desk = Desk(refuses={"Poison"})
    for minutes in (0, 1, 2):
        process(desk, minutes=minutes)
    done, poison = InboundEnvelope.objects.order_by("pk").values_list("pk", flat=True)
    kolja, marta = cast.actor(cast.kolja), cast.actor(cast.marta)
    assert asked.unreadable(actor=kolja) == []
    assert asked.raw_bytes(envelope_id=poison, actor=kolja) is None
    assert asked.raw_bytes(envelope_id=done, actor=marta) is None
    with pytest.raises(inbound.NotUnreadable):
        inbound.try_again(envelope_id=poison, actor=kolja, at=MORNING)
    with pytest.raises(inbound.NotUnreadable):
        inbound.try_again(envelope_id=done, actor=marta, at=MORNING)


@pytest.mark.fault("F36")
@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("HANG", "too_slow"),
        ("SPIN", "too_slow"),
        ("EAT", "too_much_memory"),
        ("CRASH", "crashed"),
        ("FAULT", "parser_error"),
    ],
)
def test_a_poison_among_good_mails_hinders_nobody(
    word: str, reason: str, mutant: children.Pool
) -> None:
    cast = gather()
    good = [letter(number) for number in range(1, 11)]
    arrive(cast, *good[:5], letter(99, subject=word), *good[5:])
    desk = Desk()
    assert process(desk).taken == 10
    assert states()[word] == ("new", reason, 1)
    process(desk, minutes=1)
    process(desk, minutes=2)
    assert states()[word] == ("unreadable", reason, 3)
    assert sorted(desk.subjects) == sorted(f"Order {number}" for number in range(1, 11))
    detail = InboundEnvelope.objects.get(subject_hint=word).detail
    assert "secret words" not in detail


@pytest.mark.fault("F36")
def test_a_mail_that_is_none_is_unreadable_at_once() -> None:
    cast = gather()
    arrive(cast, b"\0\0\0", letter(1))
    desk = Desk()
    counts = process(desk)
    assert (counts.taken, counts.unreadable) == (1, 1)
    assert states()[""] == ("unreadable", "empty", 1)


def test_a_claim_that_was_taken_away_takes_nothing_in() -> None:
    cast = gather()
    arrive(cast, letter(1))
    desk = Desk()
    claim = inbound.new_claim(at=MORNING)
    assert inbound.claim_new(claim=claim, at=MORNING) == 1
    late = inbound.start_reading(claim=claim, at=MORNING)
    assert inbound.release_claims() == 1
    assert process(desk).taken == 1
    assert inbound.finish(late, at=MORNING, receive=desk.take_in) == inbound.Counts()
    assert desk.subjects == ["Order 1"]


def test_a_claim_of_a_dead_reader_runs_out() -> None:
    cast = gather()
    arrive(cast, letter(1))
    desk = Desk()
    inbound.claim_new(claim=inbound.new_claim(at=MORNING), at=MORNING)
    assert process(desk) == inbound.Counts()
    assert process(desk, minutes=10).taken == 1


@pytest.mark.only_on("postgres")
@pytest.mark.fault("F06")
@pytest.mark.django_db(transaction=True)
def test_what_the_databases_absence_left_claimed_is_taken_in_when_it_is_back() -> None:
    cast = gather()
    arrive(cast, letter(1), letter(2))

    def cut_off(envelopes: Sequence[Inbound], *, at: datetime) -> TakenIn:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        raise AssertionError(envelopes, at)

    with pytest.raises((OperationalError, InterfaceError)):
        inbound.process_new(at=MORNING, receive=cut_off)
    connection.close()
    assert process(Desk()).taken == 2
