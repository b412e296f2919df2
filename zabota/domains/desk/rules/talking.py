"""How long people talked: for information alone, never a target and never a fault (S-128)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

# A longer silence is no part of a talk.
SILENCE = timedelta(minutes=30)


def talk_time(moments: Sequence[datetime]) -> timedelta:
    """The time between messages, in their order, without the long silences."""
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    return sum((gap for gap in gaps if gap <= SILENCE), timedelta(0))
