"""Reading once while a page is made."""

from zabota.kernel import once


class Reads:
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> int:
        self.count += 1
        return self.count


def test_what_a_page_asks_for_twice_is_read_once() -> None:
    read = Reads()
    with once.reading():
        assert [once.once("it", read), once.once("it", read), once.once("other", read)] == [1, 1, 2]


def test_nothing_is_kept_for_the_next_page_or_outside_of_one() -> None:
    read = Reads()
    found = []
    for _page in range(2):
        with once.reading():
            found.append(once.once("it", read))
    assert [*found, once.once("it", read), once.once("it", read)] == [1, 2, 3, 4]


def test_a_part_of_a_page_shares_what_the_page_has_read() -> None:
    read = Reads()
    with once.reading():
        with once.reading():
            once.once("it", read)
        assert once.once("it", read) == 1


def test_what_was_changed_is_read_anew() -> None:
    read = Reads()
    with once.reading():
        once.once("it", read)
        once.forget("it")
        assert once.once("it", read) == 2
    once.forget("it")  # and outside there is nothing to forget
