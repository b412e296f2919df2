"""What leaves: once, in order, and what becomes of it when the server says no."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.cast import MORNING, gather
from tests.parts.certificates import self_signed
from tests.parts.smtp_sink import Command, SmtpSink
from zabota.domains.channels.envelopes import Party
from zabota.domains.channels.kinds.email import config, posting
from zabota.domains.channels.kinds.email.carrying import Ways
from zabota.domains.channels.kinds.email.trouble import Trouble
from zabota.domains.channels.models import Channel, OutboundEnvelope
from zabota.domains.channels.services import outbound, outgoing, sending
from zabota.domains.channels.tests.outgoing import ILZE, IRINA, OLEG, connect, letter, queue, send
from zabota.kernel.facts.models import FactRow
from zabota.kernel.health import conditions

pytestmark = pytest.mark.django_db


def mailbox(sink: SmtpSink, **settings: object) -> Channel:
    return connect(gather().mailbox, sink, **settings)


def told() -> list[tuple[str, Mapping[str, object]]]:
    return list(FactRow.objects.order_by("pk").values_list("name", "data"))


def kinds() -> list[str]:
    return [name.rpartition(".")[2] for name, _data in told()]


def test_a_reply_leaves_under_its_name_with_the_signed_id_and_its_thread(
    smtp_sink: SmtpSink,
) -> None:
    channel = mailbox(smtp_sink, plus_addressing=True)
    row = queue(letter(channel))
    token = row.external_id[1:].partition("@")[0]

    assert send() == 1

    (sent,) = smtp_sink.sent
    message: EmailMessage = sent.message
    assert (sent.sender, sent.recipients) == ("help@liepa.example", ("ilze@example.org",))
    assert message["From"] == '"Marta Ozola, Liepa" <help@liepa.example>'
    assert message["Message-ID"] == row.external_id
    assert message["In-Reply-To"] == "<question@example.org>"
    assert message["References"].split() == [
        f"<{token}@thread.liepa.example>",
        "<question@example.org>",
    ]
    assert message["Reply-To"].addresses[0].addr_spec == f"help+{token}@liepa.example"
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.perhaps_twice) == ("sent", MORNING, False)
    assert kinds() == ["DeliveryConfirmed"]


def test_the_second_message_of_a_conversation_waits_for_the_first(smtp_sink: SmtpSink) -> None:
    channel = mailbox(smtp_sink)
    later = MORNING + timedelta(seconds=10)
    outbound.queue_outbound(letter(channel, 1), at=MORNING, not_before=later)
    queue(letter(channel, 2))
    queue(letter(channel, 3, group="conversation:2"))

    send(MORNING)
    assert [one.message["Message-ID"] for one in smtp_sink.sent] == ids("message:3")
    send(later)
    assert [one.message["Message-ID"] for one in smtp_sink.sent] == ids(
        "message:3", "message:1", "message:2"
    )


def ids(*keys: str) -> list[str]:
    rows = dict(OutboundEnvelope.objects.values_list("key", "external_id"))
    return [rows[key] for key in keys]


@pytest.mark.fault("F31")
@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_message_that_is_not_taken_now_goes_later_with_the_same_id(
    smtp_sink: SmtpSink, command: Command
) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    smtp_sink.fault(command, reply="451 4.7.1 greylisted,\r\n", times=2)

    send()
    row.refresh_from_db()
    assert (row.state, row.error, row.not_before) == (
        "waiting",
        "try_later",
        MORNING + timedelta(minutes=1),
    )
    assert row.error_detail == "451 4.7.1 greylisted,"
    assert send(MORNING + timedelta(seconds=59)) == 0
    send(MORNING + timedelta(minutes=1))
    send(MORNING + timedelta(minutes=6))

    row.refresh_from_db()
    assert (row.state, row.attempts, row.perhaps_twice) == ("sent", 3, False)
    assert [one.message["Message-ID"] for one in smtp_sink.sent] == [row.external_id]
    assert kinds() == ["DeliveryDelayed", "DeliveryDelayed", "DeliveryConfirmed"]


@pytest.mark.fault("F31")
def test_a_server_that_does_not_talk_now_holds_the_mailbox_and_fails_no_message(
    smtp_sink: SmtpSink,
) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    smtp_sink.fault("EHLO", reply="451 4.3.2 later")

    send()

    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == ("waiting", "try_later", 0)
    send(MORNING + timedelta(seconds=6))
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 1)


def test_an_old_server_that_knows_no_ehlo_is_greeted_as_it_wants(smtp_sink: SmtpSink) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    smtp_sink.fault("EHLO", reply="502 5.5.1 what?")

    send()

    row.refresh_from_db()
    assert row.state == "sent"


@pytest.mark.fault("F31")
def test_after_five_days_of_not_now_a_message_has_failed(smtp_sink: SmtpSink) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    smtp_sink.fault("RCPT", reply="450 4.2.2 mailbox full", times=1000)
    moment, tries = MORNING, 0
    while OutboundEnvelope.objects.filter(state="waiting").exists():
        moment = OutboundEnvelope.objects.get().not_before
        tries += send(moment)

    row.refresh_from_db()
    assert (row.state, row.error, tries) == ("failed", "mailbox_full", 123)
    assert timedelta(days=4, hours=23) < moment - MORNING < timedelta(days=5)
    assert kinds()[-1] == "DeliveryFailed"


@pytest.mark.fault("F32")
@pytest.mark.parametrize(
    ("command", "code"),
    [("MAIL", "sender_refused"), ("RCPT", "refused_by_policy"), ("DATA", "refused_by_policy")],
)
def test_a_message_that_is_refused_for_good_is_not_tried_again(
    smtp_sink: SmtpSink, command: Command, code: str
) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    smtp_sink.fault(command, reply="550 5.7.1 not wanted here")

    send()

    row.refresh_from_db()
    assert (row.state, row.error, row.error_detail) == (
        "failed",
        code,
        "550 5.7.1 not wanted here",
    )
    assert send(MORNING + timedelta(days=1)) == 0
    assert smtp_sink.sent == []
    assert kinds() == ["DeliveryFailed"]


@pytest.mark.fault("F33")
def test_one_refused_recipient_of_three_is_told_of_and_the_others_have_it_once(
    smtp_sink: SmtpSink,
) -> None:
    row = queue(letter(mailbox(smtp_sink), to=(ILZE, IRINA), cc=(OLEG,)))
    smtp_sink.fault("RCPT", reply="550 5.1.1 nobody here", recipient="irina@example.org")

    send()

    row.refresh_from_db()
    assert [one.recipients for one in smtp_sink.sent] == [("ilze@example.org", "oleg@example.org")]
    assert row.state == "sent"
    assert row.refused == {"irina@example.org": ["address_unknown", "550 5.1.1 nobody here"]}
    assert kinds() == ["DeliveryConfirmed", "RecipientRefused"]


@pytest.mark.fault("F33")
def test_a_recipient_who_is_refused_for_now_is_tried_again_alone(smtp_sink: SmtpSink) -> None:
    row = queue(letter(mailbox(smtp_sink), to=(ILZE, IRINA)))
    smtp_sink.fault("RCPT", reply="451 4.3.0 later", recipient="irina@example.org")

    send()
    send(MORNING + timedelta(minutes=1))

    row.refresh_from_db()
    assert [one.recipients for one in smtp_sink.sent] == [
        ("ilze@example.org",),
        ("irina@example.org",),
    ]
    assert row.state == "sent"
    assert kinds() == ["DeliveryConfirmed"]


@pytest.mark.fault("F34")
def test_a_line_lost_after_the_last_dot_sends_again_under_the_same_id_and_says_so(
    smtp_sink: SmtpSink,
) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    smtp_sink.fault("DATA", drop=True)

    send()
    send(MORNING + timedelta(minutes=1))

    row.refresh_from_db()
    assert [one.message["Message-ID"] for one in smtp_sink.sent] == [row.external_id] * 2
    assert (row.state, row.perhaps_twice) == ("sent", True)


@pytest.mark.fault("F04")
def test_an_attempt_without_a_result_is_made_again_and_flagged(smtp_sink: SmtpSink) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    claimed = sending.claim(channel_id=row.channel_id, at=MORNING)
    assert claimed is not None
    assert sending.begin(claimed, at=MORNING) is not None

    assert send(MORNING + timedelta(minutes=10)) == 0
    assert send(MORNING + timedelta(minutes=12)) == 1

    row.refresh_from_db()
    assert (row.state, row.perhaps_twice) == ("sent", True)
    assert len(smtp_sink.sent) == 1


def test_a_claim_that_was_never_begun_is_made_again_without_a_flag(smtp_sink: SmtpSink) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    assert sending.claim(channel_id=row.channel_id, at=MORNING) is not None

    sending.resume(at=MORNING)
    send()

    row.refresh_from_db()
    assert (row.state, row.perhaps_twice) == ("sent", False)


def test_a_server_that_is_away_holds_the_mailbox_and_blames_no_message(
    smtp_sink: SmtpSink,
) -> None:
    row = queue(letter(mailbox(smtp_sink)))
    queue(letter(Channel.objects.get(), 2, group="conversation:2"))
    smtp_sink.stop()

    assert send() == 1

    row.refresh_from_db()
    assert (row.state, row.error, row.attempts) == ("waiting", "refused", 0)
    assert list(conditions.standing().values_list("key", "code")) == [
        (f"outgoing:{row.channel_id}", "outgoing_refused")
    ]
    smtp_sink.start()
    assert send(MORNING + timedelta(seconds=6)) == 2
    assert not conditions.standing().exists()
    assert len(smtp_sink.sent) == 2


def test_nothing_leaves_while_the_clock_is_in_doubt(smtp_sink: SmtpSink) -> None:
    queue(letter(mailbox(smtp_sink)))
    conditions.tell("clock", code="clock_moved", at=MORNING)

    assert send() == 0
    conditions.clear("clock")
    assert send() == 1


def test_a_message_taken_back_does_not_leave(smtp_sink: SmtpSink) -> None:
    later = MORNING + timedelta(seconds=10)
    outbound.queue_outbound(letter(mailbox(smtp_sink)), at=MORNING, not_before=later)

    assert outbound.cancel_outbound("message:1", at=MORNING) is True
    assert send(later) == 0
    assert outbound.cancel_outbound("message:1", at=later) is False


def test_a_mailbox_with_a_wrong_password_is_left_alone_and_its_owner_told(
    tls_smtp_sink: SmtpSink,
) -> None:
    channel = secured(tls_smtp_sink, password="parole-2")
    row = queue(letter(channel))
    queue(letter(channel, 2, group="conversation:2"))
    ways = Ways(now=lambda: MORNING, ca_file=str(tls_smtp_sink.ca_file))

    assert posting.send_due(ways=ways) == 1
    assert posting.send_due(ways=ways) == 0

    row.refresh_from_db()
    assert (row.state, row.error) == ("waiting", "login_refused")
    assert kinds() == ["MailboxFailed", "DeliveryDelayed"]
    channel.sealed = config.sealed(config.EmailSecrets(password="parole-1"))
    channel.save()
    outgoing.forget_troubles(channel_id=channel.pk, at=MORNING)
    assert posting.send_due(ways=ways) == 2
    assert [(one.user, one.encrypted) for one in tls_smtp_sink.sent] == [
        ("anna@example.com", True)
    ] * 2


@pytest.mark.threat("T19")
def test_a_password_is_never_shown_to_a_server_that_cannot_prove_itself(
    tls_smtp_sink: SmtpSink,
) -> None:
    row = queue(letter(secured(tls_smtp_sink, password="parole-1")))

    assert send() == 1

    row.refresh_from_db()
    assert (row.state, row.error) == ("waiting", "certificate_self_signed")
    assert tls_smtp_sink.sent == []


@pytest.mark.threat("T19")
def test_a_password_is_never_sent_when_the_offer_of_tls_is_gone(smtp_sink: SmtpSink) -> None:
    channel = secured(smtp_sink, password="parole-1")
    row = queue(letter(channel))

    assert send() == 1

    row.refresh_from_db()
    assert (row.state, row.error) == ("waiting", "no_tls")
    assert smtp_sink.attempts == ["EHLO"]


def secured(sink: SmtpSink, *, password: str) -> Channel:
    channel = mailbox(sink)
    channel.settings["smtp"] = {
        "host": "localhost",
        "port": sink.port,
        "security": "starttls",
        "user": "anna@example.com",
    }
    channel.sealed = config.sealed(config.EmailSecrets(password=password))
    channel.save()
    return channel


@pytest.fixture
def token_sink(tmp_path: Path) -> Iterator[SmtpSink]:
    """A server that wants an access token, as Google's and Microsoft's do."""
    tokens = {"help@liepa.example": "good-token"}
    with SmtpSink(tokens=tokens, certificate=self_signed(tmp_path)) as running:
        yield running


def with_token(sink: SmtpSink, tokens: Callable[[int], str]) -> Ways:
    channel = mailbox(sink, auth="google")
    channel.settings["smtp"] = {"host": "localhost", "port": sink.port, "security": "starttls"}
    channel.save()
    queue(letter(channel))
    return Ways(now=lambda: MORNING, ca_file=str(sink.ca_file), tokens=tokens)


def test_a_mailbox_at_a_provider_signs_in_with_its_access_token(token_sink: SmtpSink) -> None:
    ways = with_token(token_sink, lambda _channel: "good-token")

    posting.send_due(ways=ways)

    assert [(one.user, one.encrypted) for one in token_sink.sent] == [("help@liepa.example", True)]


def test_a_token_that_is_refused_and_one_that_cannot_be_had_hold_the_mailbox(
    token_sink: SmtpSink,
) -> None:
    ways = with_token(token_sink, lambda _channel: "old-token")
    posting.send_due(ways=ways)
    assert OutboundEnvelope.objects.get().error == "login_refused"

    def gone(_channel: int) -> str:
        raise Trouble("consent_missing")

    outgoing.forget_troubles(channel_id=Channel.objects.get().pk, at=MORNING)
    posting.send_due(ways=dataclasses.replace(ways, tokens=gone))

    assert OutboundEnvelope.objects.get().error == "consent_missing"
    assert conditions.standing().get().code == "outgoing_consent_missing"
    assert token_sink.sent == []


def test_a_line_that_the_server_closed_between_two_mails_is_opened_anew(
    smtp_sink: SmtpSink,
) -> None:
    channel = mailbox(smtp_sink)
    queue(letter(channel, 1))
    queue(letter(channel, 2, group="conversation:2"))
    smtp_sink.fault("MAIL", seconds=0.01)
    smtp_sink.fault("MAIL", drop=True)

    assert send() == 2

    states = OutboundEnvelope.objects.order_by("key").values_list("state", "perhaps_twice")
    assert list(states) == [("sent", False)] * 2
    assert len(smtp_sink.sent) == 2


EVIL = ["\r\nBcc: victim@example.org\r\n", "\nX: y", "\r.\r", "\u2028Bcc: a@b.example", "\0"]


@pytest.mark.threat("T16")
@pytest.mark.parametrize("evil", EVIL)
def test_no_value_of_a_message_adds_a_header_a_recipient_or_a_mail(
    smtp_sink: SmtpSink, evil: str
) -> None:
    channel = mailbox(smtp_sink)
    queue(
        letter(
            channel,
            to=(dataclasses.replace(ILZE, name=f"Ilze{evil}"),),
            from_name=f"Marta{evil}",
            subject=f"Order{evil}",
            text=f"Labdien{evil}\r\n.\r\nMAIL FROM:<a@b.example>\r\n",
            quote=f"head{evil}\n> quoted{evil}",
            signature=evil,
        )
    )
    queue(letter(channel, 2, group="conversation:2", to=(Party(address=f"a{evil}@b.example"),)))

    send()

    (sent,) = smtp_sink.sent
    assert sent.recipients == ("ilze@example.org",)
    assert {name.lower() for name in sent.message.keys()} <= {  # noqa: SIM118 - headers repeat
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
        "content-type",
    }
    assert OutboundEnvelope.objects.get(key="message:2").error == "unwritable"


@pytest.mark.threat("T53")
def test_no_password_token_or_words_of_a_letter_reach_the_log(
    tls_smtp_sink: SmtpSink, caplog: pytest.LogCaptureFixture
) -> None:
    channel = secured(tls_smtp_sink, password="canary-password")
    queue(letter(channel, text="canary text", subject="canary subject"))
    tls_smtp_sink.fault("EHLO", reply="250 canary banner", times=0)

    posting.send_due(ways=Ways(now=lambda: MORNING, ca_file=str(tls_smtp_sink.ca_file)))

    assert OutboundEnvelope.objects.get().error == "login_refused"
    assert caplog.text.count("login_refused") == 1
    assert "canary" not in caplog.text
    assert "ilze" not in caplog.text
