"""Tags of a conversation."""

from collections.abc import Collection
from datetime import datetime

from zabota.domains.desk import events
from zabota.domains.desk.errors import Incomplete
from zabota.domains.desk.models import Conversation, ConversationTag, Tag
from zabota.domains.desk.queries import access
from zabota.domains.desk.services import common
from zabota.kernel import tx
from zabota.kernel.accounts.roles import Actor


def set(ref: str, *, names: Collection[str], actor: Actor, at: datetime) -> None:  # noqa: A001  read as tags.set
    """Give the conversation exactly these tags; unknown ones are made. Letters' case is one.

    Raises NotFound, NotAllowed, Incomplete (`tag_too_long`).
    """
    with tx.write():
        conversation = access.answerable(actor, ref)
        wanted = _plain(names)
        has = {
            tag.tag.name: tag
            for tag in ConversationTag.objects.filter(conversation=conversation).select_related(
                "tag"
            )
        }
        if wanted == has.keys():
            return
        _put(conversation, [name for name in sorted(wanted) if name not in has])
        gone = [row.pk for name, row in has.items() if name not in wanted]
        ConversationTag.objects.filter(pk__in=gone).delete()
        common.refresh(conversation)
        fact = events.TagsChanged(conversation_id=conversation.pk)
        common.tell(fact, conversation, actor=actor, at=at)


def _plain(names: Collection[str]) -> frozenset[str]:
    wanted = frozenset(" ".join(name.lower().split()) for name in names) - {""}
    longest = Tag._meta.get_field("name").max_length or 0
    if any(len(name) > longest for name in wanted):
        raise Incomplete("tag_too_long", most=longest)
    return wanted


def _put(conversation: Conversation, names: Collection[str]) -> None:
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    ConversationTag.objects.bulk_create(
        [
            ConversationTag(conversation=conversation, tag=tag)
            for tag in Tag.objects.filter(name__in=names)
        ],
        ignore_conflicts=True,
    )
