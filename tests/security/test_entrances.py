"""Doors that let somebody in, and addresses that lead away: sign-in, reset, frames, redirects."""

import ast
import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from tests.cast import MORNING, PASSWORD, Cast, gather
from tests.house.sources import sources
from tests.security.doors import all_doors
from tests.security.scene import OUTSIDERS, STAFF, Scene
from zabota.domains.channels.envelopes import Party, ThreadClue
from zabota.domains.channels.models import OutboundEnvelope
from zabota.domains.desk.models import Conversation, Message
from zabota.domains.desk.services import closings
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import answered, letter

LOGIN = "/account/login/"
_HOSTS = ("evil.example", "evil%2eexample", "evil\u3002example", "127.0.0.1@evil.example")
_STARTS = (
    "//{}", "///{}", "////{}", "\\\\{}", "/\\{}", "\\/{}", "/\t/{}", "/%09/{}", "/%5c{}",
    "//\u200b{}",
    "http:{}", "http:/{}", "http://{}", "HTTPS://{}", "https:\\\\{}", "ftp://{}", "\x00//{}",
    " //{}",
    "\r\n//{}", "//{}/..;/", "//user:pass@{}", "/.//{}", "/..//{}", "./\\{}",
    "https://{}#@testserver",
    "https://{}?testserver", "//{}\\@testserver", "https://testserver.{}", "https://testserver@{}",
    "javascript://{}/%0aalert(1)", "data:text/html,{}", "vbscript:{}", "view-source:http://{}",
)  # fmt: skip
MANY_EVIL = [start.format(host) for start in _STARTS for host in _HOSTS]
EVIL = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "\\\\evil.example",
    "/\\evil.example",
    "http:evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2f%2fevil.example",
    "/%09/evil.example",
    "\t//evil.example",
    "https://127.0.0.1:8000@evil.example/",
    "https://127.0.0.1.evil.example/",
    "//evil%E3%80%82example",
)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def stays_here(answer: object) -> bool:
    """Whether a browser that follows the answer stays on our host, as browsers read addresses."""
    target = str(getattr(answer, "headers", {}).get("Location", "/"))
    read = target.strip().replace("\\", "/")
    leads = urlsplit(urljoin("http://testserver/account/login/", read))
    return leads.scheme == "http" and leads.netloc == "testserver" and target.isprintable()


@pytest.mark.threat("T33")
def test_no_page_may_be_framed(scene: Scene) -> None:
    framed = []
    for person in (*OUTSIDERS, *STAFF):
        client, values = scene.client(person), scene.address_values(person)
        for door in all_doors():
            answer = client.get(door.address(values))
            policy = answer.headers.get("Content-Security-Policy", "")
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            # The original of a letter is shown in a frame of our own page, and of no other.
            ours = "'self'" if door.name == "web:original-body" else "'none'"
            if answer.status_code == 200 and is_page and f"frame-ancestors {ours}" not in policy:
                framed.append(f"{person} {door.name} {policy}")
    assert framed == []


@pytest.mark.threat("T27")
def test_nothing_is_unpacked_that_could_run() -> None:
    found = [
        f"{source.path}: {word}"
        for source in sources()
        for word in ("pickle", "marshal.loads", "yaml.load", "shelve", "eval(", "exec(")
        if re.search(rf"(?<![\w.\"'`]){re.escape(word)}", source.text)
        and not source.is_test
        and "bench" not in str(source.path)
    ]
    assert found == []
    assert settings.SESSION_SERIALIZER.endswith("JSONSerializer")
    assert settings.MESSAGE_STORAGE.startswith("django.contrib.messages")


@pytest.mark.threat("T25")
def test_no_value_of_a_request_becomes_part_of_a_database_query() -> None:
    """Names of columns come from us; raw statements stand in the kernel and the commands alone, or
    are constants that the kernel carries out.
    """
    ours = [source for source in sources() if not source.is_test]
    found = [
        f"{source.path}: {word}"
        for source in ours
        for word in (
            r"\.extra\(",
            r"RawSQL\(",
            r"\*\*request\.",
            r"\*\*self\.request\.",
            r"kernel\.statements import",
        )
        if re.search(word, source.text)
    ]
    raw = {
        str(source.path)
        for source in ours
        if re.search(r"\.raw\(|cursor\.execute", source.text)
        and not re.search(r"zabota/(kernel|config)/|bench/|tools/", str(source.path))
    }
    composed = [source.name for source in ours if _composed_statements(source.tree)]
    assert (found, raw, composed) == ([], set(), [])


def _composed_statements(tree: ast.Module) -> list[str]:
    """Statements given to the kernel that are no text constant of their module."""
    constants = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "statements.row"
        if not (isinstance(node.args[0], ast.Name) and node.args[0].id in constants)
    ]


def test_a_statement_that_is_put_together_is_found() -> None:
    asked = 'SQL = "SELECT 1"\nstatements.row(SQL, {})\nstatements.row(f"SELECT {name}", {})'
    assert _composed_statements(ast.parse(asked)) == ["statements.row(f'SELECT {name}', {})"]


@pytest.mark.threat("T39")
@pytest.mark.parametrize("address", EVIL, ids=repr)
def test_after_signing_in_nobody_is_led_away(cast: Cast, address: str) -> None:
    for place in ("query", "form"):
        client = Client()
        said = {"login": cast.marta.email, "password": PASSWORD}
        if place == "query":
            answer = client.post(LOGIN, said, QUERY_STRING="next=" + address)
        else:
            answer = client.post(LOGIN, {**said, "next": address})
        assert stays_here(answer)


@pytest.mark.threat("T39")
@pytest.mark.parametrize("address", EVIL, ids=repr)
def test_after_choosing_a_language_nobody_is_led_away(db: None, address: str) -> None:
    gather()
    answer = Client().post("/language/", {"language": "lv", "next": address})
    assert stays_here(answer)


@pytest.mark.threat("T39")
@pytest.mark.usefixtures("cast")
def test_no_way_of_writing_an_address_leads_away() -> None:
    away = []
    for address in MANY_EVIL:
        for door, said in (
            ("/language/", {"language": "lv", "next": address}),
            ("/account/logout/", {"next": address}),
        ):
            answer = Client().post(door, said)
            if not stays_here(answer):
                away.append(f"{door} {address!r}: {answer.headers['Location']!r}")
    assert away == []


class TestReset:
    """T37: the way back in is the owner's of the address alone, once, for a while."""

    @pytest.mark.threat("T37")
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000.evil.example"])
    def test_names_the_configured_address_whatever_the_request_says(
        self, cast: Cast, host: str
    ) -> None:
        Client().post(
            "/account/password/reset/",
            {"email": cast.marta.email},
            headers={"X-Forwarded-Host": host},
        )
        sent = [str(row.payload) for row in OutboundEnvelope.objects.all()]
        sent += [one.body if isinstance(one.body, str) else "" for one in mail.outbox]
        assert sent
        assert not any("evil" in text for text in sent)

    @pytest.mark.threat("T37")
    @pytest.mark.usefixtures("cast")
    def test_goes_only_to_the_stored_address(self) -> None:
        for tried in ("MARTA@liepa.example", "mаrta@liepa.example", "marta@lıepa.example"):
            Client().post("/account/password/reset/", {"email": tried})
        to = {
            party["address"]
            for row in OutboundEnvelope.objects.all()
            for party in row.payload["to"]
        }
        to |= {address for one in mail.outbox for address in one.to}
        assert to <= {"marta@liepa.example"}

    @pytest.mark.threat("T37")
    @pytest.mark.parametrize("key", ["1-x", "1-%25", "1-*", "zzzz-set-password", "1-"])
    @pytest.mark.usefixtures("cast")
    def test_is_not_opened_by_a_key_that_was_not_given(self, key: str) -> None:
        answer = Client().get(f"/account/password/reset/key/{key}/", follow=True)
        assert b'name="password1"' not in answer.content


class TestManyTries:
    @pytest.mark.fault("F56")
    @pytest.mark.threat("T36")
    def test_are_counted_and_stopped_and_the_right_password_waits_too(self, cast: Cast) -> None:
        client = Client()
        answers = [
            client.post(LOGIN, {"login": cast.marta.email, "password": f"wrong-{n}"}).status_code
            for n in range(settings.AXES_FAILURE_LIMIT + 1)
        ]
        assert answers[-1] == 429
        late = client.post(LOGIN, {"login": cast.marta.email, "password": PASSWORD})
        assert late.status_code == 429

    @pytest.mark.fault("F56")
    @pytest.mark.threat("T36")
    def test_from_one_place_lock_nobody_out_elsewhere(self, cast: Cast) -> None:
        for number in range(settings.AXES_FAILURE_LIMIT + 1):
            Client(REMOTE_ADDR="203.0.113.9").post(
                LOGIN, {"login": cast.marta.email, "password": f"wrong-{number}"}
            )
        answer = Client(REMOTE_ADDR="198.51.100.7").post(
            LOGIN, {"login": cast.marta.email, "password": PASSWORD}
        )
        assert answer.status_code == 302

    def test_of_a_megabyte_each_are_answered_like_others(self, cast: Cast) -> None:
        answer = Client().post(LOGIN, {"login": cast.marta.email, "password": "x" * 1_000_000})
        assert answer.status_code in {200, 400, 413, 422}


class TestTheTicketTrick:
    """A stranger's verification letter to our address must not reach the customer who planned
    it.
    """

    CODE = "Your verification code is 731-904"

    @pytest.fixture
    def page(self, cast: Cast) -> str:
        take_in([letter(cast)], at=MORNING)
        answered(cast, Conversation.objects.get())
        closings.propose(Conversation.objects.get().ref, actor=cast.actor(cast.marta), at=MORNING)
        asked = OutboundEnvelope.objects.order_by("-pk")[0]
        found = re.search(r"/c/[^/]+/", str(asked.payload["links"]))
        assert found
        return found[0]

    @pytest.mark.threat("T09")
    @pytest.mark.parametrize("joined", [True, False])
    def test_it_is_not_on_her_page(self, cast: Cast, page: str, joined: bool) -> None:
        ours = Message.objects.filter(direction="out", by_system=True).get()
        clue = ThreadClue(
            conversation_id=ours.conversation_id, message_id=ours.pk, from_recipient=False
        )
        robot = letter(
            cast,
            sender=Party(address="noreply@slack.example", name="Slack"),
            automatic="machine",
            text=self.CODE,
            clue=clue if joined else None,
            references=(ours.external_id,),
        )
        with override_settings(ALLOWED_HOSTS=["*"]):
            take_in([robot], at=MORNING)
            assert Message.objects.filter(text=self.CODE).count() == 1
            assert "731-904" not in Client().get(page).content.decode()
