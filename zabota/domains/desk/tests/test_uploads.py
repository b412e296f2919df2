"""Files of replies that were never sent are not kept for ever."""

from datetime import timedelta

import pytest

from tests.cast import MORNING, Cast
from zabota.domains.desk.models import Conversation, Draft
from zabota.domains.desk.services import drafts, replies, uploads
from zabota.domains.desk.tests.letters import answered
from zabota.kernel.files import store
from zabota.kernel.files.models import StoredFile

DAY = timedelta(days=1)


def kept(name: str, *, days_ago: int) -> StoredFile:
    file = store.keep(name.encode(), name=name, media_type="application/pdf")
    StoredFile.objects.filter(pk=file.pk).update(created_at=MORNING - days_ago * DAY)
    return file


def send(cast: Cast, matter: Conversation, file: StoredFile, at_days_ago: int) -> str:
    at = MORNING - at_days_ago * DAY
    reply = replies.Reply(
        text="Pielikumā.", client_id=f"file-{file.pk}", seen_message_id=10**9, file_ids=[file.pk]
    )
    actor = cast.actor(cast.marta)
    return replies.send(reply, to=matter.ref, actor=actor, at=at, undo=DAY).ref


def left() -> list[str]:
    return list(StoredFile.objects.order_by("name").values_list("name", flat=True))


@pytest.mark.fault("F15")
def test_what_was_attached_and_never_sent_goes_after_three_days(
    cast: Cast, matter: Conversation
) -> None:
    kept("fresh.pdf", days_ago=2)
    kept("old.pdf", days_ago=4)
    sent = kept("sent.pdf", days_ago=9)
    send(cast, matter, sent, 9)
    assert uploads.forget(at=MORNING) == 1
    assert left() == ["fresh.pdf", "sent.pdf"]
    assert uploads.forget(at=MORNING) == 0


def test_what_was_taken_back_stays_while_the_draft_brings_it(
    cast: Cast, matter: Conversation
) -> None:
    marta = cast.actor(cast.marta)
    taken_back = send(cast, matter, kept("back.pdf", days_ago=9), 9)
    replies.undo(taken_back, actor=marta, at=MORNING - 9 * DAY)
    assert (uploads.forget(at=MORNING), left()) == (0, ["back.pdf"])
    Draft.objects.all().delete()  # he thought better of it
    assert (uploads.forget(at=MORNING), left()) == (1, [])


def test_what_is_typed_further_brings_it_too_until_it_is_sent(
    cast: Cast, matter: Conversation
) -> None:
    marta = cast.actor(cast.marta)
    taken_back = send(cast, matter, kept("back.pdf", days_ago=9), 9)
    replies.undo(taken_back, actor=marta, at=MORNING - 9 * DAY)
    assert [one.name for one in drafts.of(matter.ref, marta)[0].files] == ["back.pdf"]
    drafts.keep(matter.ref, text="Citi vārdi", kind="reply", actor=marta, at=MORNING)
    assert [one.name for one in drafts.of(matter.ref, marta)[0].files] == ["back.pdf"]
    answered(cast, matter)
    assert drafts.of(matter.ref, marta) == []
