"""A bounce says which mail to whom, and whether it is lost or only late."""

import pytest

from zabota.pure import mailtext
from zabota.pure.mailtext import Action
from zabota.pure.mailtext.tests import corpus

BASE = corpus.base()


def _report(name: str) -> mailtext.DeliveryReport | None:
    return mailtext.parse(BASE[name]).delivery_report


@pytest.mark.fault("F35")
def test_a_standard_bounce_is_read_in_full() -> None:
    assert _report("f35-report-failed") == mailtext.DeliveryReport(
        recipients=(
            mailtext.RecipientReport(
                addr="ilze@example.lv",
                action=Action.FAILED,
                status="5.1.1",
                diagnostic="550 5.1.1 no such user",
                remote_mta="mx.example.lv",
            ),
        ),
        original_message_id="<sent@shop.lv>",
        standard=True,
    )


@pytest.mark.fault("F35")
@pytest.mark.parametrize("action", ["failed", "delayed", "delivered", "relayed", "expanded"])
def test_late_is_not_lost(action: str) -> None:
    report = _report(f"f35-report-{action}")
    assert report is not None
    assert report.action == Action(action)


def test_an_action_that_is_none_leaves_the_recipient_out() -> None:
    report = _report("f35-report-nonsense")
    assert report is not None
    assert (report.recipients, report.action) == ((), None)


@pytest.mark.fault("F35")
@pytest.mark.parametrize(("name", "status"), [("f35-exim", ""), ("f35-qmail", "5.1.1")])
def test_a_bounce_in_prose_is_recognised_by_its_wording(name: str, status: str) -> None:
    report = _report(name)
    assert report is not None
    assert report.recipients == (
        mailtext.RecipientReport(addr="ilze@example.lv", action=Action.FAILED, status=status),
    )
    assert (report.original_message_id, report.standard) == ("<sent@shop.lv>", False)


@pytest.mark.threat("T14")
@pytest.mark.parametrize("name", ["f35-vacation", "f35-list", "f35-read-receipt", "f47-forwarded"])
def test_automatic_mail_that_is_no_bounce_is_no_report(name: str) -> None:
    assert _report(name) is None


@pytest.mark.threat("T14")
def test_a_persons_words_about_a_bounce_are_no_report() -> None:
    prose = "I'm afraid I wasn't able to deliver your message.\r\n<ilze@example.lv>:\r\nno mailbox"
    assert mailtext.parse(corpus.letter(prose)).delivery_report is None


@pytest.mark.threat("T43")
def test_a_report_of_thousands_is_read_up_to_a_limit() -> None:
    report = _report("f35-report-of-5000")
    assert report is not None
    assert len(report.recipients) == 200


@pytest.mark.threat("T14")
def test_the_headers_that_tell_automatic_mail_are_kept() -> None:
    raw = corpus.letter(
        Auto_Submitted="auto-replied (vacation)",
        Precedence="bulk",
        List_Unsubscribe="<mailto:x@y.lv>",
        Return_Path="<>",
        X_Secret="never kept",
    )
    assert mailtext.parse(raw).headers == {
        "auto-submitted": "auto-replied (vacation)",
        "precedence": "bulk",
        "list-unsubscribe": "<mailto:x@y.lv>",
        "return-path": "<>",
        "content-type": "text/plain; charset=utf-8",
    }
