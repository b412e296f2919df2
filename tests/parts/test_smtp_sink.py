"""What a test may rely on when it sends into the SMTP sink."""

import smtplib
import ssl

import pytest

from tests.parts.smtp_sink import SmtpSink

LETTER = b"Subject: =?utf-8?b?0JfQtNGA0LDQstGB0YLQstGD0LnRgtC1?=\r\n\r\n.dot\r\nLabdien!\r\n"


def test_a_mail_is_kept_with_its_envelope_and_bytes(smtp_sink: SmtpSink) -> None:
    _send(smtp_sink, ["ilze@example.org", "oleg@example.org"])

    (sent,) = smtp_sink.sent
    assert sent.sender == "shop@example.com"
    assert sent.recipients == ("ilze@example.org", "oleg@example.org")
    assert sent.raw == LETTER
    assert sent.message["Subject"] == "Здравствуйте"


def test_a_fault_is_used_as_often_as_it_was_asked_for(smtp_sink: SmtpSink) -> None:
    smtp_sink.fault("DATA", reply="451 4.3.0 later", times=2)

    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError, match="later"):
            _send(smtp_sink, ["ilze@example.org"])
    _send(smtp_sink, ["ilze@example.org"])

    assert len(smtp_sink.sent) == 1
    assert smtp_sink.attempts.count("DATA") == 3


def test_one_refused_recipient_leaves_the_others(smtp_sink: SmtpSink) -> None:
    smtp_sink.fault("RCPT", reply="550 5.1.1 nobody here", recipient="Gone@example.org")

    refused = _send(smtp_sink, ["ilze@example.org", "gone@example.org"])

    assert set(refused) == {"gone@example.org"}
    assert smtp_sink.sent[0].recipients == ("ilze@example.org",)


def test_a_line_dropped_after_the_final_dot_keeps_the_mail_unconfirmed(
    smtp_sink: SmtpSink,
) -> None:
    smtp_sink.fault("DATA", drop=True)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        _send(smtp_sink, ["ilze@example.org"])

    assert len(smtp_sink.wait_for(1)) == 1


def test_a_sink_with_accounts_takes_nothing_without_sign_in_over_tls(
    tls_smtp_sink: SmtpSink,
) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused):
        _send(tls_smtp_sink, ["ilze@example.org"])

    with smtplib.SMTP("localhost", tls_smtp_sink.port) as client:
        client.starttls(context=ssl.create_default_context(cafile=tls_smtp_sink.ca_file))
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("anna@example.com", "parole-2")
        client.login("anna@example.com", "parole-1")
        client.sendmail("shop@example.com", ["ilze@example.org"], LETTER)

    assert [(sent.user, sent.encrypted) for sent in tls_smtp_sink.sent] == [
        ("anna@example.com", True)
    ]


def test_a_restarted_sink_listens_where_it_did_and_remembers(smtp_sink: SmtpSink) -> None:
    _send(smtp_sink, ["ilze@example.org"])
    port = smtp_sink.port
    smtp_sink.stop()
    with pytest.raises(ConnectionRefusedError):
        _send(smtp_sink, ["ilze@example.org"])

    smtp_sink.start()
    _send(smtp_sink, ["ilze@example.org"])

    assert smtp_sink.port == port
    assert len(smtp_sink.sent) == 2


def _send(sink: SmtpSink, recipients: list[str]) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=10) as client:
        return client.sendmail("shop@example.com", recipients, LETTER)
