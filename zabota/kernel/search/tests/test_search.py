"""Finding and forgetting, on the database of the run."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import MORNING
from zabota.kernel.search import index, lookup, tasks
from zabota.kernel.search.models import Document

pytestmark = pytest.mark.django_db
RIGA, MOSCOW = 1, 2
MARTA, OLEG = 11, 12


def _put(
    number: int,
    text: str,
    *,
    group: int | None = None,
    space: int | None = RIGA,
    owner: int | None = None,
    at: datetime = MORNING,
) -> None:
    index.put(
        kind="message",
        object_id=number,
        group_id=number if group is None else group,
        text=text,
        at=at,
        space_id=space,
        owner_id=owner,
    )


def _found(
    query: str, *, spaces: Sequence[int] | None = None, owner: int | None = None
) -> list[int]:
    wanted = None if spaces is None else frozenset(spaces)
    return [hit.object_id for hit in lookup.find(query, spaces=wanted, owner_id=owner)]


def test_each_language_finds_its_own_forms_and_the_last_word_may_be_unfinished() -> None:
    _put(1, "Добрый день! Где мой заказ? Ещё не пришёл.")
    _put(2, "Labdien, kur ir mans pasūtījums?")
    _put(3, "Where are my orders A-1042?")
    assert _found("заказы") == [1]
    assert _found("еще заказ") == [1]
    assert _found("pasutijumi") == [2]
    assert _found("PASŪTĪJUMAM") == [2]
    assert _found("order") == [3]
    assert _found("a-1042") == [3]
    assert _found("зак") == [1]
    assert _found("kur pasū") == [2]
    assert _found("where заказ") == []


def test_a_document_of_another_team_is_never_found() -> None:
    _put(1, "canary of Riga", space=RIGA)
    _put(2, "canary of Moscow", space=MOSCOW)
    _put(3, "canary of everybody", space=None)
    _put(4, "canary of Marta's own in Moscow", space=MOSCOW, owner=MARTA)
    assert set(_found("canary", spaces=[RIGA])) == {1, 3}
    assert set(_found("canary", spaces=[MOSCOW], owner=OLEG)) == {2, 3, 4}
    assert set(_found("canary", spaces=[RIGA], owner=MARTA)) == {1, 3, 4}
    assert set(_found("canary", spaces=[])) == {3}
    assert set(_found("canary", spaces=None)) == {1, 2, 3, 4}


def test_rights_cannot_be_searched_for() -> None:
    _put(2, "canary of Moscow", space=MOSCOW)
    for query in ("_s2", "s2", "canary OR _s2", '") OR ("_s2', "_all"):
        assert _found(query, spaces=[RIGA]) == []
    assert _found("_s2") == []


def test_a_reassigned_matter_is_found_by_its_new_team_only() -> None:
    _put(1, "canary one", group=5, owner=MARTA)
    _put(2, "canary two", group=5, owner=MARTA)
    _put(3, "canary three", group=6)
    index.set_space(5, space_id=MOSCOW, owner_id=OLEG)
    assert set(_found("canary", spaces=[RIGA], owner=MARTA)) == {3}
    assert set(_found("canary", spaces=[MOSCOW])) == {1, 2}
    assert set(_found("canary", spaces=[], owner=OLEG)) == {1, 2}


def test_a_merged_matter_is_found_under_the_other() -> None:
    _put(1, "canary", group=5)
    _put(2, "canary", group=6)
    index.move_group(5, 6)
    hits = lookup.find("canary", spaces=None, owner_id=None)
    assert [hit.group_id for hit in hits] == [6, 6]


def test_the_newest_come_first_whatever_the_order_of_arrival() -> None:
    days = list(range(30))
    random.Random(7).shuffle(days)
    for day in days:
        _put(day, "canary", at=MORNING - timedelta(days=day))
    assert _found("canary") == list(range(30))


def test_moments_out_of_the_calendar_are_taken_in() -> None:
    _put(1, "canary", at=datetime(1970, 1, 1, tzinfo=UTC))
    _put(2, "canary", at=datetime(9999, 1, 1, tzinfo=UTC))
    hits = lookup.find("canary", spaces=None, owner_id=None)
    assert [(hit.object_id, hit.at.year) for hit in hits] == [(2, 9999), (1, 1970)]


def test_one_of_each_matter_and_no_more_than_asked_for() -> None:
    for number in range(40):
        _put(number, "canary", group=number % 7, at=MORNING + timedelta(seconds=number))
    hits = lookup.find("canary", spaces=None, owner_id=None, limit=5, one_each=True)
    assert [hit.object_id for hit in hits] == [39, 38, 37, 36, 35]
    assert len(lookup.find("canary", spaces=None, owner_id=None, one_each=True)) == 7
    assert len(lookup.find("canary", spaces=None, owner_id=None, limit=3)) == 3


def test_whole_words_come_before_beginnings_only_when_there_are_enough_of_them() -> None:
    _put(1, "port", at=MORNING)
    _put(2, "portfolio", at=MORNING + timedelta(days=1))
    assert _found("port") == [2, 1]
    hits = lookup.find("port", spaces=None, owner_id=None, limit=1)
    assert [hit.object_id for hit in hits] == [1]


def test_at_most_two_hundred_are_found() -> None:
    index.put_many([_entry(number) for number in range(230)])
    assert len(lookup.find("canary", spaces=None, owner_id=None, limit=1000)) == 200


def _entry(number: int) -> index.Entry:
    return index.Entry(
        kind="message",
        object_id=number,
        group_id=number,
        text="canary",
        at=MORNING,
        space_id=None,
        owner_id=None,
    )


def test_putting_again_replaces_and_removing_forgets() -> None:
    _put(1, "first words")
    _put(1, "second words", at=MORNING + timedelta(days=1))
    assert _found("first") == []
    assert _found("second") == [1]
    assert index.remove("message", [1, 99]) == 1
    assert _found("second") == []
    assert index.remove("message", [1]) == 0


def test_a_kind_that_nobody_declared_is_refused() -> None:
    with pytest.raises(ValueError, match="tuple"):
        index.put_many([index.Entry(**{**vars(_entry(1)), "kind": "other"})])


ODD = [
    *('"', "'", "''", '"""', "NEAR(", "NEAR(a b, 1)", "*", "a*", "* a", ":", "stems:a", "-a"),
    *("a AND", "OR", "NOT a", "AND AND", "a OR OR b", "(", ")", "((((", "^a", "{a b}:c", "a + b"),
    *("\0", "a\0b", "%", "%s", "%(a)s", "_", "\\", "a\\'b", "'; DROP TABLE search_document; --"),
    *("' OR 1=1 --", '" OR ""="', "1) UNION SELECT * FROM accounts_user --", "!", "!!a", "&", "|"),
    *("a & b", "a | !b", "a:*", "a:ABCD", "<->", "a <2> b", "🙂", "\u202e", "\ud800", " ", ""),
    *("a" * 10_000, "a " * 5_000, '"' * 10_000, "(" * 10_000, "т" * 10_000, "1" * 10_000),
]


@pytest.mark.threat("T25")
@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
def test_no_query_is_an_error_or_finds_what_is_not_meant(query: str) -> None:
    _put(1, "canary")
    assert _found(query) == []
    assert _found(f"{query} canary", spaces=[MOSCOW]) == []
    assert Document.objects.count() == 1


@pytest.mark.threat("T25")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=60))
def test_any_text_can_be_put_searched_and_removed(text: str) -> None:
    _put(1, text)
    assert set(_found(text)) <= {1}
    assert index.remove("message", [1]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_removed_document_leaves_no_byte_in_the_files() -> None:
    if connection.vendor != "sqlite":
        return _vacuumed()
    for number in range(300):
        _put(number, f"ordinary words {number}")
    _put(999, "zyxwvutcanary")
    assert b"zyxwvutcanar" in _bytes()
    index.remove("message", [999])
    tasks.scrub()
    assert b"zyxwvutcanar" not in _bytes()
    assert len(_found("ordinary")) == 200
    return None


def _bytes() -> bytes:
    file = Path(connection.settings_dict["NAME"])
    return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def _vacuumed() -> None:
    """PostgreSQL frees the bytes itself, when it vacuums: here only the answers are ours."""
    _put(999, "zyxwvutcanary")
    index.remove("message", [999])
    assert _found("zyxwvutcanary") == []
