"""The fact log: what is published is read once, in an order that skips nothing."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from tests.cast import MORNING
from tests.parts import ground
from zabota.kernel.facts import log, wires
from zabota.kernel.facts.base import Context, Fact
from zabota.kernel.facts.models import FactRow
from zabota.kernel.jobs.models import Job
from zabota.kernel.jobs.tasks import task


@dataclass(frozen=True, kw_only=True)
class KettleBoiled(Fact):
    conversation_id: int


def boil(number: int) -> int:
    return log.publish(KettleBoiled(conversation_id=number), at=MORNING, actor_id=7)


@pytest.mark.django_db
class TestPublishing:
    def test_stores_who_when_where_and_about_what(self) -> None:
        context = Context(brand_id=1, team_id=2, language="lv", charter_version=3)
        number = log.publish(KettleBoiled(conversation_id=12), at=MORNING, context=context)
        row = log.row(number)
        assert (row.about_kind, row.about_id, row.at, row.team_id, row.language) == (
            "conversation",
            12,
            MORNING,
            2,
            "lv",
        )
        assert row.data == {"conversation_id": 12}

    def test_outside_the_transaction_of_its_change_is_refused(self) -> None:
        in_block = connection.in_atomic_block
        connection.in_atomic_block = False
        try:
            with pytest.raises(RuntimeError, match="outside the transaction"):
                boil(1)
        finally:
            connection.in_atomic_block = in_block

    def test_asks_each_reaction_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        @task(lane="now")
        def sing(*, fact_id: int, **_: object) -> None: ...

        monkeypatch.setattr(wires, "_reactions", {})
        wires.wire({KettleBoiled: (sing,)})
        number = boil(1)
        assert [job.arguments for job in Job.objects.all()] == [{"fact_id": number}]

    def test_a_fact_is_the_same_when_read_again(self) -> None:
        number = boil(12)
        row = log.row(number)
        assert KettleBoiled.from_data(row.data) == KettleBoiled(conversation_id=12)

    def test_old_code_reads_a_newer_row(self) -> None:
        newer = {"conversation_id": 12, "degrees": 100}
        assert KettleBoiled.from_data(newer) == KettleBoiled(conversation_id=12)


def until_read(count: int) -> None:
    """PostgreSQL holds the reader back for transactions of other databases of its cluster as well:
    here for those of tests beside this one, which end.
    """
    ground.wait_until(
        lambda: len(log.after(0)) == count, what="reading all facts", seconds=100, step=0.05
    )


@pytest.mark.django_db(transaction=True)
class TestReadingByACursor:
    def test_gives_each_fact_once_in_order(self) -> None:
        numbers = []
        for number in range(3):
            with transaction.atomic():
                numbers.append(boil(number))
        until_read(3)
        first = log.after(0, limit=2)
        rest = log.after(first[-1].pk)
        assert [row.pk for row in (*first, *rest)] == numbers
        assert log.after(log.last_position()) == []

    @pytest.mark.only_on("postgres")
    def test_skips_no_fact_that_commits_late(self) -> None:
        """A slow transaction began first, took its id last, and commits when others were read."""
        began, go, done = threading.Event(), threading.Event(), threading.Event()

        def slow() -> None:
            with transaction.atomic():
                connection.cursor().execute("SELECT pg_current_xact_id()")
                began.set()
                go.wait(10)
                boil(1)
            connection.close()
            done.set()

        thread = _started(slow)
        began.wait(10)
        with transaction.atomic():
            boil(2)
        assert log.after(0) == []  # the quick one waits for the slow one
        go.set()
        done.wait(10)
        thread.join(10)
        until_read(2)
        read = log.after(0)
        assert [row.about_id for row in read] == [1, 2]
        assert [row.pk for row in read] != sorted(row.pk for row in read)
        assert [row.about_id for row in log.after(read[0].pk)] == [2]
        assert FactRow.objects.count() == 2


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread
