"""The page behind the link beneath a mailing: one button, no sign-in, at once."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from tests.parts.smtp_sink import SmtpSink
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.channels.services import optout
from zabota.domains.channels.services.optout import OptOut
from zabota.domains.channels.tests.outgoing import ILZE, connect, letter, queue, send
from zabota.domains.channels.tests.test_gate import known, say
from zabota.domains.people.models import Consent, Customer, Identity
from zabota.domains.people.queries import permissions
from zabota.kernel import clock

ADDRESS = "ilze@example.org"


@pytest.fixture
def page(cast: Cast) -> str:
    """The link in an offer that Ilze, who had agreed to offers, got from us."""
    say(known(ILZE), yes=True, at=MORNING - timedelta(days=3))
    return link(cast)


def link(cast: Cast, *, purpose: str = "marketing", language: str = "lv") -> str:
    asked = OptOut(address=ADDRESS, purpose=purpose, brand_id=cast.brand.pk, language=language)
    return optout.PATH + optout.token(asked)


def allowed() -> set[str]:
    return set(permissions.of_addresses([ADDRESS])[ADDRESS].given)


@pytest.mark.req("S-729")
class TestThePage:
    def test_says_who_writes_what_will_stop_and_to_whom_without_naming_him(
        self, client: Client, page: str
    ) -> None:
        response = client.get(page)
        html = response.content.decode()
        assert response["Content-Language"] == "lv"
        for words in ("Liepa", "Jaunumi un piedāvājumi", "i…@example.org", "Vairs nesūtiet man"):
            assert words in html
        assert ADDRESS not in html

    @pytest.mark.parametrize(("language", "words"), [("ru", "Новости и предложения"),
                                                     ("en", "News and offers")])  # fmt: skip
    def test_speaks_the_language_of_the_letter_and_another_when_asked(
        self, client: Client, cast: Cast, page: str, language: str, words: str
    ) -> None:
        assert words in client.get(link(cast, language=language)).content.decode()
        client.get(f"{page}?language={language}")
        assert words in client.get(page).content.decode()

    def test_is_opened_by_scanners_without_changing_anything(
        self, client: Client, page: str
    ) -> None:
        for path in ("", "/resume/", "/not-mine/"):
            for ask in (client.get, client.head, client.options):
                ask(page + path, {"List-Unsubscribe": "One-Click"})
        assert (allowed(), Consent.objects.count()) == ({"marketing"}, 1)
        assert Identity.objects.get().unusable_since is None

    @pytest.mark.threat("T21")
    @pytest.mark.parametrize("odd", ["x", "x" * 3_000, "ы", "AAAA", "%00", "gAAAAABo-cut"])
    def test_of_a_link_that_was_cut_or_made_up_is_one_clear_sentence(
        self, client: Client, page: str, odd: str
    ) -> None:
        found = [
            ask(f"/unsubscribe/{odd}{path}")
            for ask, path in ((client.get, ""), (client.post, ""), (client.post, "/resume/"))
        ]
        assert [one.status_code for one in found] == [404] * 3
        assert all("This link is not whole" in one.content.decode() for one in found)
        assert client.get(page[:-3]).status_code == 404
        assert allowed() == {"marketing"}

    def test_is_kept_nowhere_and_told_to_nobody(self, client: Client, page: str) -> None:
        for response in (client.get(page), client.post(page), client.get("/unsubscribe/x")):
            assert response["Cache-Control"] == "no-store"
            assert response["Referrer-Policy"] == "no-referrer"


@pytest.mark.req("S-729", "S-731")
class TestTheButton:
    def test_ends_it_at_once_and_twice_is_once(self, client: Client, page: str) -> None:
        for _ in range(2):
            response = client.post(page)
            assert (response.status_code, response["Location"]) == (303, page)
        html = client.get(page).content.decode()
        assert "Šīs vēstules vairs nepienāk" in html
        assert (allowed(), Consent.objects.count()) == (set(), 2)

    def test_is_pressed_by_a_mail_program_without_cookie_token_or_redirect(self, page: str) -> None:
        program = Client(enforce_csrf_checks=True)
        response = program.post(page, {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, response.content, response.cookies) == (200, b"", {})
        assert allowed() == set()
        assert Consent.objects.latest("pk").wording == "List-Unsubscribe=One-Click"

    def test_is_pressed_by_a_person_whose_browser_has_no_token_either(self, page: str) -> None:
        assert Client(enforce_csrf_checks=True).post(page).status_code == 303

    @pytest.mark.req("S-716")
    def test_keeps_who_said_what_when_where_and_in_which_words(
        self, client: Client, page: str
    ) -> None:
        client.get(f"{page}?language=ru")
        client.post(page, REMOTE_ADDR="192.0.2.7")
        row = Consent.objects.latest("pk")
        assert (row.given, row.at, row.purpose, row.channel_kind) == (
            False, MORNING, "marketing", "email",
        )  # fmt: skip
        assert (row.wording, row.wording_version, row.language) == (
            "Больше не присылайте мне такие письма", "0", "ru",
        )  # fmt: skip
        assert (row.origin, row.ip, row.identity) == (
            "unsubscribe_link", "192.0.2.7", Identity.objects.get(),
        )  # fmt: skip
        # The page is named, the secret in its address is not.
        assert row.origin_page.endswith("/unsubscribe/")

    def test_ends_what_is_queued_already_and_leaves_answers_and_other_mailings(
        self, client: Client, cast: Cast, page: str, smtp_sink: SmtpSink
    ) -> None:
        channel = connect(cast.mailbox, smtp_sink)
        queue(letter(channel, 1, purpose="marketing", group="a"))
        queue(letter(channel, 2, group="b"))
        client.post(page)
        send()
        states = OutboundEnvelope.objects.order_by("key").values_list("state", "error")
        assert list(states) == [("held", "no_consent"), ("sent", "")]


@pytest.mark.req("S-729", "S-716", "S-718")
class TestTakingItBack:
    def test_is_one_button_and_a_new_yes_with_the_same_companies(
        self, client: Client, page: str
    ) -> None:
        client.post(page)
        assert "Atkal sūtiet man šādas vēstules" in client.get(page).content.decode()
        client.post(f"{page}/resume/")
        row = Consent.objects.latest("pk")
        assert (allowed(), row.given, row.wording) == (
            {"marketing"}, True, "Atkal sūtiet man šādas vēstules",
        )  # fmt: skip
        assert row.controllers == Consent.objects.earliest("pk").controllers
        assert "Vairs nesūtiet man" in client.get(page).content.decode()

    def test_ends_after_a_day_because_the_link_may_be_in_other_hands(
        self, client: Client, page: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.post(page)
        monkeypatch.setattr(clock, "now", lambda: MORNING + timedelta(hours=24))
        assert "Atkal sūtiet" not in client.get(page).content.decode()
        response = client.post(f"{page}/resume/")
        assert (response.status_code, allowed()) == (409, set())
        assert "uzrakstiet mums" in response.content.decode()

    def test_does_not_undo_a_no_that_was_said_in_another_way(
        self, client: Client, page: str
    ) -> None:
        say(Customer.objects.get(), yes=False, at=MORNING)
        assert client.post(f"{page}/resume/").status_code == 409
        assert allowed() == set()


@pytest.mark.req("S-717")
class TestAReaderWhoIsNotOurCustomer:
    def test_is_written_to_no_more_whatever_it_is_for(
        self, client: Client, cast: Cast, page: str, smtp_sink: SmtpSink
    ) -> None:
        client.post(f"{page}/not-mine/")
        channel = connect(cast.mailbox, smtp_sink)
        queue(letter(channel, 1, purpose="marketing", group="a"))
        queue(letter(channel, 2, group="b"))
        send()
        assert set(OutboundEnvelope.objects.values_list("error", flat=True)) == {"address_unusable"}
        assert smtp_sink.sent == []
        assert "Mēs vairs nerakstām uz šo adresi" in client.get(page).content.decode()
        assert client.post(f"{page}/resume/").status_code == 409
