"""Words that were not kept: the breach list (S-145)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zabota.domains.desk.queries import access
from zabota.domains.promises import queries as promises
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Actor

# A month is what one looks back over when asking why.
LOOK_BACK = timedelta(days=31)
MOST = 500


@dataclass(frozen=True, kw_only=True)
class Late:
    """A broken promise with its matter; `owner_name` is whose it was when it broke or ended."""

    ref: str
    number: int
    subject: str
    customer_name: str
    owner_name: str
    word: promises.Word


def late(actor: Actor, *, at: datetime) -> Sequence[Late]:
    """Promises of the last month that were not kept in time, in matters that this person may see:
    the latest first. Three queries.
    """
    words = promises.broken("conversation", since=at - LOOK_BACK, limit=MOST)
    seen = access.conversations_for(actor).filter(pk__in=[word.subject_id for word in words])
    matters = {row.pk: row for row in seen.select_related("customer__merged_into")}
    names = accounts.names({word.owner_id for word in words if word.owner_id is not None})
    return [
        Late(
            ref=matters[word.subject_id].ref,
            number=matters[word.subject_id].number,
            subject=matters[word.subject_id].subject,
            customer_name=access.customer_name(matters[word.subject_id]),
            owner_name=names.get(word.owner_id or 0, ""),
            word=word,
        )
        for word in words
        if word.subject_id in matters
    ]
