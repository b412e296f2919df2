"""Versions of the charter: put in force, read at a moment, never changed."""

import contextlib
import hashlib
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from tests import cast as people
from tests.cast import MORNING, Cast
from zabota.domains.charter import errors, queries, services
from zabota.domains.charter.events import CharterPutInForce
from zabota.domains.charter.models import CharterVersion
from zabota.domains.charter.rules.hours import Hours
from zabota.domains.charter.rules.standard import Charter, Scope
from zabota.kernel.accounts.roles import Actor
from zabota.kernel.facts import log

pytestmark = pytest.mark.django_db
NINE_TO_NINE = {"week": {"monday": ["09:00-21:00"]}}
HOUR = timedelta(hours=1)


@pytest.fixture
def cast() -> Cast:
    return people.gather()


@pytest.fixture
def olga(cast: Cast) -> Actor:
    return cast.actor(cast.olga)


def put(document: dict[str, Any], olga: Actor, **more: Any) -> Charter:
    given = {"actor": olga, "reason": "We answer longer.", "at": MORNING, **more}
    return services.put_in_force(document=document, **given)


def monday(now: Charter, **scope: Any) -> tuple[str, ...]:
    return now.section(Hours, scope=Scope(**scope)).week.monday


def test_without_any_version_the_defaults_are_in_force_as_version_0() -> None:
    now = queries.in_force(at=MORNING)
    assert (now.number, now.in_force_from, now.own_decisions) == (0, None, {})
    assert monday(now) == ("09:00-18:00",)
    assert queries.version(number=0) == now


def test_a_version_is_in_force_from_its_moment_and_the_one_before_until_then(olga: Actor) -> None:
    put({"hours": {"company": NINE_TO_NINE}}, olga)
    put({}, olga, at=MORNING + HOUR, in_force_from=MORNING + 24 * HOUR, reason="Back to normal.")
    moments = [MORNING - HOUR, MORNING, MORNING + 23 * HOUR, MORNING + 24 * HOUR]
    found = [queries.in_force(at=moment) for moment in moments]
    assert [version.number for version in found] == [0, 1, 1, 2]
    assert [monday(version)[0] for version in found] == [
        "09:00-18:00",
        "09:00-21:00",
        "09:00-21:00",
        "09:00-18:00",
    ]


def test_a_version_keeps_who_when_why_and_a_hash_of_its_canonical_document(olga: Actor) -> None:
    now = put({"hours": {"company": NINE_TO_NINE}}, olga)
    row = CharterVersion.objects.get()
    assert row.sha256 == hashlib.sha256(row.document.encode()).hexdigest() == now.sha256
    whole = json.loads(row.document)
    assert row.document == json.dumps(
        whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert whole["hours"] == {"default": Hours.defaults(), "company": NINE_TO_NINE}
    assert queries.history() == [
        queries.Entry(
            number=1,
            author_id=olga.id,
            reason="We answer longer.",
            made_at=MORNING,
            in_force_from=MORNING,
        )
    ]


def test_putting_in_force_is_told_as_a_fact(olga: Actor) -> None:
    put({}, olga)
    [row] = log.history("charter", 1)
    assert (row.actor_id, row.at, row.charter_version) == (olga.id, MORNING, 1)
    assert log.fetch(CharterPutInForce, row.pk) == CharterPutInForce(
        number=1, in_force_from=MORNING
    )


def test_a_wrong_document_changes_nothing(olga: Actor) -> None:
    with pytest.raises(errors.InvalidCharter) as caught:
        put({"hours": {"company": {"week": {"monday": ["18:00-09:00"]}}}}, olga)
    assert str(caught.value) == (
        "Section hours, field week.monday (company): 18:00-09:00 does not end after it starts; "
        "write a night as two intervals, up to 24:00 and from 00:00 on the next day."
    )
    with pytest.raises(errors.UnknownSection):
        put({"horoscope": {"company": {}}}, olga)
    assert queries.history() == []
    assert list(log.history("charter", 1)) == []


def test_one_section_is_changed_and_all_else_stays(cast: Cast, olga: Actor) -> None:
    def change(scope: Scope, values: dict[str, Any], hour: int) -> Charter:
        return services.change_section(
            section=Hours,
            scope=scope,
            values=values,
            actor=olga,
            reason="We open on Saturday.",
            at=MORNING + hour * HOUR,
        )

    change(Scope(), {"dates": {"2026-12-24": ["09:00-13:00"]}}, 0)
    change(Scope(brand=cast.brand.pk), {"week": {"saturday": ["10:00-14:00"]}}, 1)
    now = change(Scope(brand=cast.brand.pk), {"dates": {"2026-12-31": []}}, 2)
    assert now.number == 3
    assert now.own_decisions == {
        "hours": {
            "company": {"dates": {"2026-12-24": ["09:00-13:00"]}},
            "brand": {
                str(cast.brand.pk): {
                    "week": {"saturday": ["10:00-14:00"]},
                    "dates": {"2026-12-31": []},
                }
            },
        }
    }
    assert monday(now, brand=cast.brand.pk) == ("09:00-18:00",)


def test_the_document_shown_to_an_editor_can_be_put_in_force_again(olga: Actor) -> None:
    first = put({"hours": {"company": NINE_TO_NINE}}, olga)
    second = put(dict(first.own_decisions), olga, at=MORNING + HOUR, based_on=1)
    assert (second.number, second.sha256) == (2, first.sha256)


@pytest.mark.django_db(transaction=True)
def test_of_changes_made_at_the_same_time_none_is_lost() -> None:
    cast = people.gather()
    start = threading.Barrier(2)

    def change(actor: Actor, days: Sequence[str]) -> list[str]:
        done = []
        start.wait()
        for day in days:
            with contextlib.suppress(errors.ChangedMeanwhile):
                services.change_section(
                    section=Hours,
                    scope=Scope(),
                    values={"dates": {day: []}},
                    actor=actor,
                    reason="Closed.",
                    at=MORNING,
                )
                done.append(day)
        connection.close()
        return done

    with ThreadPoolExecutor(2) as threads:
        owner = threads.submit(
            change, cast.actor(cast.olga), [f"2026-07-0{n}" for n in range(1, 8)]
        )
        manager = threads.submit(
            change, cast.actor(cast.vera), [f"2026-08-0{n}" for n in range(1, 8)]
        )
        done = owner.result() + manager.result()
    now = queries.in_force(at=MORNING)
    assert now.number == len(done) > 0
    assert sorted(now.own_decisions["hours"]["company"]["dates"]) == sorted(done)


def test_an_editor_who_began_with_an_older_version_overwrites_nobody(olga: Actor) -> None:
    put({"hours": {"company": NINE_TO_NINE}}, olga, based_on=0)
    with pytest.raises(errors.ChangedMeanwhile):
        put({}, olga, at=MORNING + HOUR, based_on=0)
    assert queries.in_force(at=MORNING + HOUR).number == 1


def test_versions_come_into_force_in_their_order_and_never_in_the_past(olga: Actor) -> None:
    with pytest.raises(errors.OutOfOrder):
        put({}, olga, in_force_from=MORNING - HOUR)
    put({}, olga, in_force_from=MORNING + 24 * HOUR)
    with pytest.raises(
        errors.OutOfOrder, match="A new version cannot be in force before 2026-05-20 06:00 UTC"
    ):
        services.change_section(
            section=Hours,
            scope=Scope(),
            values=NINE_TO_NINE,
            actor=olga,
            reason="We answer longer.",
            at=MORNING + HOUR,
        )


@pytest.mark.parametrize("name", ["olga", "vera"])
def test_the_owner_and_managers_change_the_charter(cast: Cast, name: str) -> None:
    assert put({}, cast.actor(getattr(cast, name))).number == 1


@pytest.mark.parametrize("name", ["marta", "kira", "kolja"])
def test_agents_leaders_and_colleagues_do_not_change_the_charter(cast: Cast, name: str) -> None:
    with pytest.raises(errors.MayNotChange):
        put({}, cast.actor(getattr(cast, name)))
    assert queries.history() == []


def test_a_change_says_why(olga: Actor) -> None:
    with pytest.raises(errors.NoReason):
        put({}, olga, reason="  ")


def test_a_version_is_never_changed_or_deleted(olga: Actor) -> None:
    put({}, olga)
    row = CharterVersion.objects.get()
    row.reason = "Another."
    for attempt in (
        row.save,
        row.delete,
        CharterVersion.objects.all().delete,
        lambda: CharterVersion.objects.update(reason="Another."),
    ):
        with pytest.raises(TypeError, match="a version of the charter is never"):
            attempt()
    assert CharterVersion.objects.get().reason == "We answer longer."


def test_a_version_that_was_rolled_back_is_not_remembered(olga: Actor) -> None:
    with transaction.atomic():
        services._add({"hours": {"company": NINE_TO_NINE}}, olga, "x", MORNING, MORNING, None)
        transaction.set_rollback(True)
    assert monday(put({}, olga)) == ("09:00-18:00",)


def test_reading_again_costs_one_small_query(
    cast: Cast, olga: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    put({"hours": {"company": NINE_TO_NINE}}, olga)
    with django_assert_num_queries(1):
        assert monday(queries.in_force(at=MORNING)) == ("09:00-21:00",)
    with django_assert_num_queries(1):
        first = queries.calendar(brand=cast.brand, at=MORNING)
    assert queries.calendar(brand=cast.brand, at=MORNING) is first


def test_while_a_request_is_answered_one_moment_is_read_once_until_the_charter_changes(
    olga: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with queries.steady():
        with django_assert_num_queries(1):
            read = [monday(queries.in_force(at=MORNING)) for _time in range(3)]
        put({"hours": {"company": NINE_TO_NINE}}, olga)
        assert [*read, monday(queries.in_force(at=MORNING))] == [
            *[("09:00-18:00",)] * 3,
            ("09:00-21:00",),
        ]
    put({}, olga, at=MORNING + timedelta(hours=1))
    with queries.steady():
        assert monday(queries.in_force(at=MORNING + timedelta(hours=1))) == ("09:00-18:00",)


def test_a_version_that_is_not_there_is_unknown() -> None:
    with pytest.raises(errors.UnknownVersion):
        queries.version(number=7)
