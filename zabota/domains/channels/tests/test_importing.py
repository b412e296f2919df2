"""Mails from files: every one is stored, a duplicate or refused, and the sums add up."""

import json
from pathlib import Path

import pytest

from tests.cast import MORNING, Cast, gather
from zabota.domains.channels.kinds.email import files, importing, piping
from zabota.domains.channels.kinds.email.importing import Imported
from zabota.domains.channels.models import Channel, InboundEnvelope
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services.storing import Refused
from zabota.domains.channels.tests.letters import Desk, letter
from zabota.pure.mailtext.tests import corpus

pytestmark = pytest.mark.django_db


def run(
    *paths: Path, desk: Desk | None = None, channel: str | None = None, live: bool = False
) -> tuple[Imported, list[Refused]]:
    refused: list[Refused] = []
    found = importing.import_mail(
        paths,
        receive=(desk or Desk()).take_in,
        clock=lambda: MORNING,
        channel=channel,
        live=live,
        complain=refused.append,
    )
    assert found.read == found.stored + found.duplicates + found.refused
    assert found.refused == len(refused)
    return found, refused


def counts(found: Imported) -> dict[str, float]:
    return {name: value for name, value in json.loads(found.line()).items() if name != "seconds"}


def write(folder: Path, **mails: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in mails.items():
        (folder / name.replace("__", ".")).write_bytes(raw)
    return folder


def test_a_folder_of_letters_is_taken_in_once(tmp_path: Path) -> None:
    gather()
    folder = write(tmp_path / "mails", a__eml=letter(1), b__eml=letter(2), c__txt=letter(1))
    found, _ = run(folder)
    expected = {"read": 3, "stored": 2, "duplicates": 1, "refused": 0, "unreadable": 0}
    assert counts(found) == {**expected, "conversations": 2}
    again, _ = run(folder)
    assert counts(again) == {
        **expected,
        "stored": 0,
        "duplicates": 3,
        "conversations": 0,
    }


def test_an_import_is_history_unless_it_is_live(tmp_path: Path) -> None:
    gather()
    past, present = Desk(), Desk()
    run(write(tmp_path / "a", a__eml=letter(1)), desk=past)
    run(write(tmp_path / "b", b__eml=letter(2)), desk=present, live=True)
    assert [one.history for one in past.taken] == [True]
    assert past.taken[0].received_at < MORNING  # when it was sent, not when it was imported
    assert [(one.history, one.received_at) for one in present.taken] == [(False, MORNING)]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_is_split_at_its_separators_only(end: bytes, tmp_path: Path) -> None:
    gather()
    body = (
        "Before\r\n\r\nFrom now on it is 12:30, Mon or Tue.\r\n>From a quoted line\r\n\r\nFrom: x"
    )
    mails = [letter(1, body=body), letter(2)]
    box = tmp_path / "box"
    with box.open("wb") as file:
        for raw in mails:
            file.write(b"From ilze@example.com Tue May 19 09:00:00 2026" + end)
            file.write(raw.replace(b"\r\n", end).replace(end + b"From a", end + b">From a") + end)
    found = list(files.mails(box, mail_bytes=10_000))
    assert [one.content.replace(b"\r\n", b"\n") for one in found] == [
        raw.replace(b"\r\n", b"\n").replace(b">From a", b"From a") for raw in mails
    ]


def test_a_maildir_gives_new_and_seen_mails_and_no_half_written_one(tmp_path: Path) -> None:
    gather()
    box = tmp_path / "Maildir"
    write(box / "cur", **{"1:2,S": letter(1)})
    write(box / "new", **{"2": letter(2)})
    write(box / "tmp", **{"3": letter(3)[:20]})
    write(box / ".Sent" / "cur", **{"4": letter(4)})
    write(box / ".Sent" / "new")
    desk = Desk()
    run(box, desk=desk)
    assert sorted(desk.subjects) == ["Order 1", "Order 2", "Order 4"]


@pytest.mark.fault("F37")
def test_refused_ones_are_named_with_their_reason(tmp_path: Path) -> None:
    gather()
    large = letter(2) + b"x" * limits().store.mail_bytes
    folder = write(tmp_path / "mails", a__eml=letter(1), b__eml=large, c__eml=b"")
    found, refused = run(folder, tmp_path / "nowhere.eml")
    assert (found.stored, found.refused) == (1, 3)
    assert [(Path(one.source).name, one.reason) for one in refused] == [
        ("b.eml", "too_large"),
        ("c.eml", "empty"),
        ("nowhere.eml", "missing"),
    ]


def second(cast: Cast) -> Channel:
    return Channel.objects.create(
        brand=cast.brand, address="shop@liepa.example", created_at=MORNING
    )


def test_with_several_mailboxes_a_mail_goes_to_the_one_it_was_written_to(tmp_path: Path) -> None:
    cast = gather()
    shop = second(cast)
    folder = write(
        tmp_path / "mails",
        a__eml=letter(1, to="Liepa <SHOP+z1@liepa.example>"),
        b__eml=letter(2),
        c__eml=letter(3, to="somebody@example.com"),
    )
    desk = Desk()
    found, refused = run(folder, desk=desk)
    assert [one.channel_id for one in desk.taken] == [shop.pk, cast.mailbox.pk] or [
        one.channel_id for one in desk.taken
    ] == [cast.mailbox.pk, shop.pk]
    assert [one.reason for one in refused] == ["no_channel"]
    assert found.stored == 2
    named, _ = run(tmp_path / "mails" / "c.eml", channel="Shop@liepa.example")
    assert named.stored == 1
    with pytest.raises(importing.UnknownChannel):
        run(folder, channel="nobody@liepa.example")


def test_without_any_mailbox_a_channel_imported_is_made_once(tmp_path: Path) -> None:
    run(write(tmp_path / "a", a__eml=letter(1)))
    run(write(tmp_path / "b", b__eml=letter(2)))
    assert list(Channel.objects.values_list("kind", "address")) == [("imported", "imported")]
    assert InboundEnvelope.objects.filter(state="done").count() == 2


@pytest.mark.fault("F36", "F38", "F39", "F40", "F41")
def test_every_odd_mail_is_in_a_conversation_or_shown_as_unreadable(tmp_path: Path) -> None:
    gather()
    folder = tmp_path / "odd"
    folder.mkdir()
    for number, raw in enumerate(corpus.odd_mails(200, seed=7)):
        (folder / f"{number:04}.eml").write_bytes(raw)
    desk = Desk()
    found, _ = run(folder, desk=desk)
    assert found.read == 200
    assert found.stored == len(desk.taken) + found.unreadable
    assert not InboundEnvelope.objects.filter(state="new").exists()
    assert run(folder)[0].stored == 0
    reasons = set(InboundEnvelope.objects.values_list("reason", flat=True))
    assert not reasons & {"parser_error", "crashed", "too_slow", "too_much_memory"}


def test_a_piped_mail_is_refused_when_it_is_nobodys_or_too_large() -> None:
    gather()
    with pytest.raises(piping.NotKept) as told:
        piping.spool(letter(1), channel="nobody@liepa.example")
    assert told.value.reason == "unknown_channel"
    with pytest.raises(piping.NotKept) as told:
        piping.spool(b"x" * piping.mail_bytes(), channel="help@liepa.example")
    assert told.value.reason == "too_large"


def test_a_piped_mail_is_stored_by_the_next_tick() -> None:
    gather()
    piping.spool(letter(1), channel="Help@liepa.example")
    assert piping.take_in_spool(at=MORNING).stored == 1
    assert piping.take_in_spool(at=MORNING).stored == 0


def test_a_file_that_holds_nothing_but_a_postmark_is_refused_as_empty(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(b"From ilze@kalnina.example Tue May 19 08:59:00 2026\n")
    found, refused = run(tmp_path / "1.eml")
    assert (found.read, found.stored, found.refused) == (1, 0, 1)
    assert [one.reason for one in refused] == ["empty"]
