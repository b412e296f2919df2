"""Raw mail is kept before anything else, and each mail once."""

import pytest

from tests.cast import MORNING, gather
from zabota.domains.channels.models import Channel, InboundEnvelope, RawBytes
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services import storing
from zabota.domains.channels.services.storing import RawMail, Stored
from zabota.domains.channels.tests.letters import letter, mail

pytestmark = pytest.mark.django_db


def store(channel: Channel, *mails: RawMail) -> Stored:
    return storing.store_raw(channel_id=channel.pk, items=mails, at=MORNING)


def states() -> list[tuple[int | None, str, int | None]]:
    rows = InboundEnvelope.objects.order_by("pk")
    return list(rows.values_list("uid", "state", "duplicate_of_id"))


def test_a_mail_is_kept_byte_for_byte_and_waits_to_be_read() -> None:
    cast = gather()
    raw = letter(1) + b"\xff\x00 odd bytes"
    assert store(cast.mailbox, mail(raw, uid=5)) == Stored(stored=1)
    row = InboundEnvelope.objects.get()
    assert row.raw_id is not None
    assert bytes(RawBytes.objects.get(pk=row.raw_id).content) == raw
    assert (row.state, row.uid, row.size) == ("new", 5, len(raw))
    assert row.sender_hint == "Ilze Kalnina <ilze@example.com>"
    assert row.subject_hint == "Order 1"


@pytest.mark.fault("F18")
def test_the_same_mail_ten_times_is_one_mail_and_nine_duplicates_that_name_it() -> None:
    cast = gather()
    store(cast.mailbox, *[mail(letter(1), uid=uid) for uid in range(1, 6)])
    store(cast.mailbox, *[mail(letter(1), uid=uid) for uid in range(6, 11)])
    first = InboundEnvelope.objects.get(uid=1)
    assert states() == [
        (1, "new", None),
        *[(uid, "duplicate", first.pk) for uid in range(2, 11)],
    ]


@pytest.mark.fault("F18")
def test_the_same_uid_again_leaves_no_second_trace() -> None:
    cast = gather()
    store(cast.mailbox, mail(letter(1), uid=1))
    assert store(cast.mailbox, mail(letter(1), uid=1)) == Stored(duplicates=1)
    assert states() == [(1, "new", None)]


@pytest.mark.fault("F18")
def test_one_mail_in_two_mailboxes_is_two_envelopes() -> None:
    cast = gather()
    second = Channel.objects.create(
        brand=cast.brand, address="shop@liepa.example", created_at=MORNING
    )
    store(cast.mailbox, mail(letter(1), uid=1))
    assert store(second, mail(letter(1), uid=1)) == Stored(stored=1)


@pytest.mark.fault("F19")
def test_another_mail_with_a_used_message_id_is_kept() -> None:
    cast = gather()
    first = letter(1, message_id="<same@example.com>", body="Where is it?")
    second = letter(1, message_id="<same@example.com>", body="It has come, thank you.")
    assert store(cast.mailbox, mail(first, uid=1), mail(second, uid=2)) == Stored(stored=2)


@pytest.mark.fault("F20")
def test_two_mails_without_message_id_and_with_equal_words_are_both_kept() -> None:
    cast = gather()
    first = letter(
        1, message_id=None, extra="Received: by mx (a1); Tue, 19 May 2026 08:59:01 +0300"
    )
    second = letter(1, message_id=None, extra="Received: by mx (a2); Tue, 19 May 2026 09:40")
    assert store(cast.mailbox, mail(first, uid=1), mail(second, uid=2)) == Stored(stored=2)


@pytest.mark.fault("F37")
def test_a_mail_over_the_limit_is_refused_with_its_size_and_the_others_are_kept() -> None:
    cast = gather()
    large = letter(2) + b"x" * limits().store.mail_bytes
    outcome = store(cast.mailbox, mail(letter(1)), mail(large), mail(letter(3)))
    assert outcome.stored == 2
    assert [(one.reason, one.size) for one in outcome.refused] == [("too_large", len(large))]


def test_a_copy_from_a_file_leaves_no_row() -> None:
    cast = gather()
    store(cast.mailbox, mail(letter(1), uid=1))
    assert store(cast.mailbox, mail(letter(1).replace(b"\r\n", b"\n"))) == Stored(duplicates=1)
    assert InboundEnvelope.objects.count() == 1


def test_mails_come_in_portions_of_fifty() -> None:
    mails = [mail(letter(number)) for number in range(120)]
    assert [len(batch) for batch in storing.batches(mails)] == [50, 50, 20]
