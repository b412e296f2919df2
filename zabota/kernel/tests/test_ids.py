"""Public refs and secret tokens."""

import math
from collections import Counter

import pytest

from zabota.kernel import ids


def test_a_ref_is_twelve_letters_that_are_not_mistaken() -> None:
    refs = {ids.new_ref() for _ in range(2_000)}
    assert len(refs) == 2_000
    assert {len(ref) for ref in refs} == {12}
    assert set("".join(refs)) == set(ids.ALPHABET)


@pytest.mark.threat("T21")
def test_tokens_have_192_bits_that_look_random() -> None:
    tokens = [ids.new_token() for _ in range(100_000)]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {32}
    # Each of the 64 letters comes equally often: within five standard deviations.
    counts = Counter("".join(tokens))
    expected = 32 * len(tokens) / 64
    assert len(counts) == 64
    assert max(abs(n - expected) for n in counts.values()) < 5 * math.sqrt(expected)


@pytest.mark.threat("T21")
def test_what_is_stored_of_a_token_does_not_give_it_back() -> None:
    token = ids.new_token()
    assert token not in ids.token_hash(token)
    assert ids.token_hash(token) == ids.token_hash(token)
    assert ids.token_hash(token) != ids.token_hash(token + "a")
