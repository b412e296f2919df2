"""Mailboxes read from a real Dovecot: nothing lost, nothing twice, no trace left."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.cast import Cast, gather
from tests.parts.dovecot import Dovecot, Mailbox
from tests.parts.scripted_imap import Answer, ScriptedImap, Step
from tests.parts.tcp_proxy import TcpProxy
from zabota.domains.channels.kinds.email import imap, intake
from zabota.domains.channels.kinds.email.config import MailServer
from zabota.domains.channels.kinds.email.imap import Access, Session
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.models import Cursor, InboundEnvelope, RawBytes
from zabota.domains.channels.queries import inbound as asked
from zabota.domains.channels.rules.limits import limits
from zabota.domains.channels.services import mailboxes
from zabota.domains.channels.services.storing import Stored
from zabota.domains.channels.tests.letters import letter
from zabota.kernel.facts.models import FactRow
from zabota.kernel.health.models import Condition

BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return datetime(2040, 1, 1, tzinfo=UTC)


def access(box: Mailbox, *, port: int | None = None, security: str = "tls") -> Access:
    server = MailServer.model_validate(
        {
            "host": "127.0.0.1",
            "port": port or box.tls_port,
            "security": security,
            "user": box.address,
        }
    )
    return Access(
        server=server, password=box.password, private_allowed=True, ca_file=str(box.ca_file)
    )


def look(cast: Cast, reached: Access, *, connected_at: datetime = BEFORE) -> Stored:
    with Session(reached, folder="INBOX") as session:
        return intake.look(
            session,
            channel_id=cast.mailbox.pk,
            folder="INBOX",
            connected_at=connected_at,
            clock=now,
        )


def kept() -> list[bytes]:
    numbers = InboundEnvelope.objects.order_by("uid", "pk").values_list("raw_id", flat=True)
    return [bytes(RawBytes.objects.get(pk=number).content) for number in numbers if number]


@pytest.mark.req("S-075")
@pytest.mark.django_db
def test_new_mails_are_stored_byte_for_byte_once_and_stay_unread(dovecot: Dovecot) -> None:
    cast = gather()
    box = dovecot.create("bytes@liepa.example")
    dovecot.deliver(box.address, letter(1))
    dovecot.deliver(box.address, letter(2) + b"\xe5\xf0\xee\r\n")
    assert look(cast, access(box)) == Stored(stored=2)
    assert look(cast, access(box)) == Stored()
    assert kept() == [letter(1), letter(2) + b"\xe5\xf0\xee\r\n"]
    with Session(access(box), folder="INBOX") as session:
        _status, found = session._box.client.uid("SEARCH", "UNSEEN")
    assert found == [b"1 2"]


@pytest.mark.django_db
def test_what_lay_in_the_mailbox_before_it_was_connected_is_history(dovecot: Dovecot) -> None:
    cast = gather()
    box = dovecot.create("history@liepa.example")
    dovecot.deliver(box.address, letter(1))
    look(cast, access(box), connected_at=now())
    assert list(InboundEnvelope.objects.values_list("history", flat=True)) == [True]


@pytest.mark.fault("F27")
@pytest.mark.django_db
def test_under_a_new_uidvalidity_new_mails_come_and_old_ones_not_twice(dovecot: Dovecot) -> None:
    cast = gather()
    box = dovecot.create("validity@liepa.example")
    dovecot.deliver(box.address, letter(1))
    dovecot.deliver(box.address, letter(2))
    look(cast, access(box))
    validity = dovecot.recreate(box.address)
    dovecot.deliver(box.address, letter(3))
    assert look(cast, access(box)) == Stored(stored=1, duplicates=2)
    assert InboundEnvelope.objects.filter(state="new").count() == 3
    cursor = Cursor.objects.get(channel=cast.mailbox)
    assert (cursor.uidvalidity, cursor.last_uid) == (validity, dovecot.uids(box.address)[-1])


@pytest.mark.fault("F59")
@pytest.mark.django_db
def test_after_a_restore_the_gap_is_fetched_again_and_nothing_twice(dovecot: Dovecot) -> None:
    cast = gather()
    box = dovecot.create("restored@liepa.example")
    for number in (1, 2, 3):
        dovecot.deliver(box.address, letter(number))
    look(cast, access(box))
    # A backup from before the third mail, with a cursor from before the second.
    InboundEnvelope.objects.filter(uid=3).delete()
    Cursor.objects.update(last_uid=1)
    assert look(cast, access(box)) == Stored(stored=1, duplicates=1)
    assert kept() == [letter(1), letter(2), letter(3)]


@pytest.mark.fault("F28")
@pytest.mark.django_db
def test_a_mail_that_another_program_deletes_meanwhile_hinders_no_other(dovecot: Dovecot) -> None:
    cast = gather()
    box = dovecot.create("parallel@liepa.example")
    for number in (1, 2, 3):
        dovecot.deliver(box.address, letter(number))
    with Session(access(box), folder="INBOX") as session:
        listed = session.listed(session.uids_after(0))
        with imap._Box(access(box)) as other:
            other.login_utf8(box.address, box.password)
            other.delete(["2"])
        got = [fetched.listed.uid for fetched in session.fetch(listed)]
    assert got in ([1, 3], [1, 2, 3])
    look(cast, access(box))
    assert kept() == [letter(1), letter(3)]


@pytest.mark.fault("F28")
@pytest.mark.django_db
def test_mails_that_others_read_and_move_about_meanwhile_come_once_each(dovecot: Dovecot) -> None:
    cast = gather()
    box = dovecot.create("moved@liepa.example")
    for number in (1, 2, 3):
        dovecot.deliver(box.address, letter(number))
    with Session(access(box), folder="INBOX") as session:
        listed = session.listed(session.uids_after(0))
        with imap._Box(access(box)) as other:
            other.login_utf8(box.address, box.password)
            other.flag(["1"], "\\Seen", True)
            other.folder.create("Archive")
            other.move(["2"], "Archive")
        list(session.fetch(listed))
    look(cast, access(box))
    with imap._Box(access(box)) as other:
        other.login_utf8(box.address, box.password)
        other.folder.set("Archive")
        other.move(other.uids(), "INBOX")  # it comes back under another number
    look(cast, access(box))
    look(cast, access(box))
    stored = InboundEnvelope.objects.filter(state="new").order_by("uid")
    assert [row.subject_hint for row in stored] == ["Order 1", "Order 3", "Order 2"]
    assert sorted(kept()) == [letter(1), letter(2), letter(3)]


@pytest.mark.fault("F02")
@pytest.mark.django_db
def test_what_was_kept_before_the_cursor_moved_is_not_loaded_again(
    dovecot: Dovecot, tcp_proxy: Callable[[int], TcpProxy]
) -> None:
    cast = gather()
    box = dovecot.create("reused@liepa.example")
    dovecot.deliver(box.address, letter(1) + b"x" * 70 + b"\r\n" + b"y" * 300_000 + b"\r\n")
    look(cast, access(box))
    Cursor.objects.update(last_uid=0)  # as a death between the two leaves it
    proxy = tcp_proxy(box.tls_port)
    proxy.cut_after = 50_000
    assert look(cast, access(box, port=proxy.port)) == Stored(duplicates=1)
    assert proxy.cuts == 0


@pytest.mark.fault("F37")
@pytest.mark.django_db
def test_a_mail_over_the_limit_is_never_loaded_and_shown_among_the_unreadable(
    dovecot: Dovecot,
) -> None:
    cast = gather()
    box = dovecot.create("large@liepa.example")
    large = letter(1) + b"x" * 77 + b"\r\n"
    large += (b"x" * 76 + b"\r\n") * (limits().store.mail_bytes // 78 + 1)
    dovecot.deliver(box.address, large)
    dovecot.deliver(box.address, letter(2))
    assert look(cast, access(box)) == Stored(stored=1)
    assert look(cast, access(box)) == Stored()
    (shown,) = asked.unreadable(actor=cast.actor(cast.marta))
    assert (shown.reason, shown.can_try_again) == ("too_large", False)
    assert shown.size >= len(large)


@pytest.mark.fault("F24")
@pytest.mark.parametrize("cut_after", [3_000, 9_000, 30_000, 60_000])
@pytest.mark.django_db
def test_a_mail_that_was_cut_on_the_way_is_not_stored_and_comes_whole_later(
    cut_after: int, dovecot: Dovecot, tcp_proxy: Callable[[int], TcpProxy]
) -> None:
    cast = gather()
    box = dovecot.create(f"cut{cut_after}@liepa.example")
    mails = [letter(number) + b"line of text\r\n" * 4_000 for number in (1, 2)]
    for raw in mails:
        dovecot.deliver(box.address, raw)
    proxy = tcp_proxy(box.tls_port)
    proxy.cut_after = cut_after
    with pytest.raises(Trouble) as told:
        look(cast, access(box, port=proxy.port))
    assert told.value.passing or told.value.code == "tls_failed"
    assert kept() == []
    proxy.heal()
    assert look(cast, access(box, port=proxy.port)) == Stored(stored=2)
    assert kept() == mails


@pytest.mark.threat("T19")
def test_without_starttls_no_password_is_sent(scripted_imap: Callable[..., ScriptedImap]) -> None:
    server = scripted_imap({})
    reached = Access(
        server=MailServer(
            host="127.0.0.1", port=server.port, security="starttls", user="help@liepa.example"
        ),
        password="secret-of-the-mailbox",
        private_allowed=True,
    )
    with pytest.raises(Trouble) as told:
        Session(reached, folder="INBOX")
    assert told.value.code == "no_tls"
    assert "secret-of-the-mailbox" not in str(server.commands)


@pytest.mark.threat("T19")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_ends_the_connection(
    security: str, dovecot: Dovecot
) -> None:
    box = dovecot.create("untrusted@liepa.example")
    port = box.tls_port if security == "tls" else box.port
    trusting = access(box, port=port, security=security)
    stranger = Access(server=trusting.server, password=box.password, private_allowed=True)
    with pytest.raises(Trouble) as told:
        Session(stranger, folder="INBOX")
    assert told.value.code == "certificate_self_signed"
    with Session(trusting, folder="INBOX") as session:
        assert session.uids_after(0) == []


def test_a_wrong_password_and_a_missing_folder_are_told_apart(dovecot: Dovecot) -> None:
    box = dovecot.create("apart@liepa.example")
    good = access(box)
    wrong = Access(server=good.server, password="wrong", private_allowed=True, ca_file=good.ca_file)
    with pytest.raises(Trouble) as told:
        Session(wrong, folder="INBOX")
    assert told.value.code == "login_refused"
    with pytest.raises(Trouble) as told:
        Session(good, folder="No such folder")
    assert told.value.code == "folder_missing"


def test_a_token_opens_a_mailbox_without_a_password(dovecot: Dovecot) -> None:
    box = dovecot.create("token@liepa.example")
    good = access(box)
    reached = Access(
        server=good.server,
        token=lambda: dovecot.token(box.address),
        private_allowed=True,
        ca_file=good.ca_file,
    )
    with Session(reached, folder="INBOX") as session:
        assert session.uids_after(0) == []


def test_news_end_the_waiting(dovecot: Dovecot) -> None:
    box = dovecot.create("idle@liepa.example")
    with Session(access(box), folder="INBOX") as session:
        assert session.idles
        timer = threading.Timer(0.5, dovecot.deliver, (box.address, letter(1)))
        timer.start()
        session.wait(60, lambda _pause: False)
        timer.join()
        assert session.uids_after(0) == [1]


def scripted(server: ScriptedImap) -> Access:
    reached = MailServer(
        host="127.0.0.1", port=server.port, security="plain", user="help@liepa.example"
    )
    return Access(server=reached, password="parole", private_allowed=True)


NEWS = {
    "UID SEARCH": [b"* SEARCH 1", b"{tag} OK done"],
    "UID FETCH": [b"* 1 FETCH (UID 1 RFC822.SIZE 100)", b"{tag} OK done"],
}


@pytest.mark.fault("F26")
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("script", "code"),
    [
        ({"GREETING": [b"SSH-2.0-OpenSSH"]}, "protocol"),
        ({"GREETING": [Step(raw=b"\xff" * 1_000, drop=True)]}, "lost"),
        ({"LOGIN": [b"{tag} NO go away"]}, "login_refused"),
        ({"EXAMINE": [b"{tag} NO no such folder"]}, "folder_missing"),
        ({"EXAMINE": [b"{tag} OK done"]}, "protocol"),
        ({"UID SEARCH": [b"{tag} BAD what"]}, "protocol"),
        ({"UID SEARCH": [b"* SEARCH one two", b"{tag} OK done"]}, "protocol"),
        ({**NEWS, "UID FETCH": [b"{tag} NO later"]}, "protocol"),
        (
            {**NEWS, "UID FETCH": [Step(raw=b"* 1 FETCH (UID 1 BODY[] {4294967295}\r\n")]},
            "protocol",
        ),
        (NEWS, "protocol"),  # listed and never given
        (
            {**NEWS, "UID FETCH": [Step(raw=b"* 1 FETCH (UID 1 BODY[] {9}\r\nabc", drop=True)]},
            "lost",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_server_that_talks_nonsense_fails_its_own_mailbox_and_stores_nothing(
    script: dict[str, Answer], code: str, scripted_imap: Callable[..., ScriptedImap]
) -> None:
    cast = gather()
    with pytest.raises(Trouble) as told:
        look(cast, scripted(scripted_imap(script)))
    assert told.value.code in ({"connection_lost"} if code == "lost" else {code})
    assert not InboundEnvelope.objects.exists()
    assert not Cursor.objects.exists()


@pytest.mark.fault("F26")
@pytest.mark.django_db
def test_a_flood_of_unasked_lines_ends_before_it_fills_the_memory(
    scripted_imap: Callable[..., ScriptedImap],
) -> None:
    cast = gather()
    line = b"* OK " + b"x" * 60_000 + b"\r\n"
    script = {"UID SEARCH": [Step(raw=line, repeat=2_000), b"{tag} OK done"]}
    with pytest.raises(Trouble) as told:
        look(cast, scripted(scripted_imap(script)))
    assert told.value.code == "protocol"


@pytest.mark.fault("F25")
@pytest.mark.django_db
def test_a_server_that_falls_silent_is_given_up_in_time(
    dovecot: Dovecot, tcp_proxy: Callable[[int], TcpProxy], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits().mailbox.timeout_seconds <= 60
    short = replace(limits(), mailbox=replace(limits().mailbox, timeout_seconds=0.5))
    monkeypatch.setattr(imap, "limits", lambda: short)
    cast = gather()
    box = dovecot.create("silent@liepa.example")
    dovecot.deliver(box.address, letter(1))
    proxy = tcp_proxy(box.tls_port)
    proxy.hang_after = 3_000
    with pytest.raises(Trouble) as told:
        look(cast, access(box, port=proxy.port))
    assert told.value.code == "timeout"
    proxy.heal()
    assert look(cast, access(box, port=proxy.port)) == Stored(stored=1)


@pytest.mark.django_db
@pytest.mark.fault("F29")
def test_a_refused_mailbox_is_left_alone_ever_longer_and_told_of_once() -> None:
    cast = gather()
    waits = []
    for _ in range(7):
        until = mailboxes.failed(
            channel_id=cast.mailbox.pk,
            folder="INBOX",
            code="login_refused",
            detail="",
            passing=False,
            at=now(),
        )
        waits.append((until - now()).total_seconds() / 60)
    assert waits == [1, 2, 5, 15, 60, 60, 60]
    assert Condition.objects.get().code == "mailbox_login_refused"
    assert FactRow.objects.filter(name="channels.MailboxFailed").count() == 1
    mailboxes.read_well(
        channel_id=cast.mailbox.pk, folder="INBOX", uidvalidity=1, last_uid=5, at=now()
    )
    assert not Condition.objects.exists()
    assert FactRow.objects.filter(name="channels.MailboxRecovered").count() == 1
