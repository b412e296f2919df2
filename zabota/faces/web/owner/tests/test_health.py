"""Health and exports: what is wrong in words, what failed again, figures as files."""

import csv
import io
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.cast import MORNING, Cast
from zabota.domains.desk.models import Conversation
from zabota.domains.desk.services.take_in import take_in
from zabota.domains.desk.tests.letters import answered, letter
from zabota.domains.promises.models import Promise
from zabota.faces.web.owner import cells, words
from zabota.faces.web.tests.conftest import Visit
from zabota.kernel.facts.models import FactRow
from zabota.kernel.health import clockguard, conditions
from zabota.kernel.jobs.models import Job

CODE = Path(__file__).resolve().parents[4]


@pytest.fixture
def owner(cast: Cast, visit: Visit) -> Client:
    cast.olga.language = "en"
    cast.olga.save()
    return visit(cast.olga)


def body(client: Client, path: str) -> str:
    response = client.get(path)
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_a_house_in_order_says_so(owner: Client) -> None:
    assert "Nothing is wrong." in owner.get("/owner/health/").content.decode()


def test_what_is_wrong_is_told_with_what_to_do_and_about_which_mailbox(
    cast: Cast, owner: Client
) -> None:
    conditions.tell(f"mailbox:{cast.mailbox.pk}", code="mailbox_login_refused", at=MORNING)
    html = owner.get("/owner/health/").content.decode()
    assert "help@liepa.example" in html
    assert words.trouble("login_refused") in html


def test_every_condition_that_the_code_tells_has_words() -> None:
    told = set()
    for path in CODE.rglob("*.py"):
        if "tests" not in path.parts:
            text = path.read_text("utf-8")
            told |= set(re.findall(r'conditions\.tell\((?:[^()]|\([^()]*\))*?code="(\w+)"', text))
    assert told - set(words.CONDITIONS) == set()


def test_the_owner_says_that_the_time_is_right(owner: Client) -> None:
    conditions.tell(clockguard.KEY, code="clock_moved", level="error", at=MORNING, seconds=90)
    assert clockguard.holding()
    owner.post("/owner/health/clock/")
    assert not clockguard.holding()


def test_failed_work_is_tried_again(owner: Client) -> None:
    job = Job.objects.create(
        task="desk.record_delivery", lane="now", run_at=MORNING, created_at=MORNING,
        failed_at=MORNING, error="TimeoutError", attempts=8,
    )  # fmt: skip
    assert "TimeoutError" in owner.get("/owner/health/").content.decode()
    owner.post(f"/owner/health/jobs/{job.pk}/again/")
    job.refresh_from_db()
    assert (job.failed_at, job.attempts) == (None, 0)
    assert owner.post(f"/owner/health/jobs/{job.pk}/again/").status_code == 404


@pytest.mark.req("S-740")
@pytest.mark.django_db(transaction=True)  # the log is read up to what is committed
class TestFacts:
    def test_come_as_one_line_each_in_both_forms(self, cast: Cast, owner: Client) -> None:
        take_in([letter(cast)], at=MORNING)
        rows = list(csv.DictReader(io.StringIO(body(owner, "/owner/facts.csv").lstrip("\ufeff"))))
        lines = [json.loads(line) for line in body(owner, "/owner/facts.json").splitlines()]
        names = list(FactRow.objects.order_by("pk").values_list("name", flat=True))
        # The first does not tell of the second: both say that they were taken.
        assert [row["name"] for row in rows] == names[:-1]
        assert [line["name"] for line in lines] == names
        assert lines[0]["at"] == rows[0]["at"] == MORNING.isoformat()

    @pytest.mark.req("S-732")
    def test_say_who_took_them(self, cast: Cast, owner: Client) -> None:
        body(owner, "/owner/facts.csv")
        fact = FactRow.objects.get(name="accounts.FactsExported")
        assert (fact.actor_id, fact.data["form"]) == (cast.olga.pk, "csv")

    def test_give_the_figures_of_answers_anew(self, cast: Cast, owner: Client) -> None:
        """How many first answers were given, kept in time, kept late, and how fast: from facts
        alone the same as from the tables.
        """
        hour = timedelta(hours=1)
        for number, waited in enumerate((hour, 3 * hour, None)):
            take_in([letter(cast, subject=f"Galds {number}")], at=MORNING)
            conversation = Conversation.objects.latest("pk")
            if waited:
                answered(cast, conversation, at=MORNING + waited, client_id=f"c-{number}")
        given: dict[int, datetime] = {}
        late: dict[int, bool] = {}
        took: dict[int, timedelta] = {}
        for line in body(owner, "/owner/facts.json").splitlines():
            fact = json.loads(line)
            if fact["name"] == "promises.PromiseGiven":
                given[fact["data"]["promise_id"]] = datetime.fromisoformat(fact["at"])
            if fact["name"] == "promises.PromiseKept":
                promise = fact["data"]["promise_id"]
                late[promise] = fact["data"]["late"]
                took[promise] = datetime.fromisoformat(fact["at"]) - given[promise]
        rows = {row.pk: row for row in Promise.objects.all()}
        assert given == {number: row.given_at for number, row in rows.items()}
        assert late == {n: row.state == "broken" for n, row in rows.items() if row.ended_at}
        assert took == {n: row.ended_at - row.given_at for n, row in rows.items() if row.ended_at}
        assert sorted(late.values()) == [False, True]

    def test_hold_no_names_no_texts_and_no_addresses(self, cast: Cast, owner: Client) -> None:
        take_in([letter(cast, text="CANARY", subject="CANARY")], at=MORNING)
        both = body(owner, "/owner/facts.csv") + body(owner, "/owner/facts.json")
        assert [each for each in ("CANARY", "ilze", "Ilze", "@") if each in both] == []


@pytest.mark.threat("T42")
class TestCells:
    @pytest.mark.parametrize(
        "said",
        ["=1+1", "+371", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x",
         " =1", "\u00a0=1", "\ufeff=1", "|cmd", "%0A", "'=1", '";=1'],
    )  # fmt: skip
    def test_that_a_spreadsheet_would_run_are_words_and_come_back_the_same(self, said: str) -> None:
        cell = cells.safe(said)
        assert cell[0] not in cells.RUNS
        assert not cell.lstrip().startswith(tuple(cells.RUNS))
        assert cells.plain(cell) == said

    @pytest.mark.parametrize("number", [0, -5, 3.25, None, "2026-05-19T06:00:00+00:00", "Anna"])
    def test_that_are_harmless_stay_as_they_are(self, number: object) -> None:
        assert cells.safe(number) == ("" if number is None else str(number))
