"""A letter to the owners when a mailbox fails: who does not look at the health page learns it too
(F29). It leaves by a mailbox that works.
"""

from datetime import datetime

from django.conf import settings

from zabota.domains.channels.envelopes import Outbound, Party
from zabota.domains.channels.models import Channel, Outgoing
from zabota.domains.channels.rules.sections import Mail
from zabota.domains.channels.services import outbound
from zabota.domains.charter import queries as charter
from zabota.kernel import tx
from zabota.kernel.accounts import queries as accounts
from zabota.kernel.accounts.roles import Role

PATH = "/owner/health/"


def tell_owners(channel_id: int, code: str, *, at: datetime) -> int:
    """Queue a letter to each owner, in his language: at most one a day about a mailbox.

    Returns how many. None when no mailbox can send it, and none about a mailbox that is no more.
    """
    failed = Channel.objects.filter(pk=channel_id).first()
    sender = _sender(channel_id, may_be_itself=not code.startswith("outgoing_"))
    if failed is None or sender is None:
        return 0
    words = charter.in_force(at=at).section(Mail).trouble
    link = f"{settings.ZABOTA_URL.rstrip('/')}{PATH}"
    owners = list(accounts.active_users().filter(role=Role.OWNER))
    with tx.within():
        for owner in owners:
            key = f"trouble:{channel_id}:{at:%Y-%m-%d}:{owner.pk}"
            mailbox = failed.address
            letter = Outbound(
                key=key,
                channel_id=sender.pk,
                group=key,
                thread=None,
                to=(Party(address=owner.email, name=owner.name),),
                from_name=sender.brand.name,
                subject=words.subject.say(owner.language, mailbox=mailbox, link=link),
                text=words.text.say(owner.language, mailbox=mailbox, link=link),
                automatic=True,
                purpose="own",
                language=owner.language,
            )
            outbound.queue_outbound(letter, at=at, not_before=at)
    return len(owners)


def _sender(channel_id: int, *, may_be_itself: bool) -> Channel | None:
    """A mailbox that sends well, another one rather than the one that failed."""
    broken = Outgoing.objects.exclude(error="").values("channel_id")
    rows = Channel.objects.filter(kind="email", is_active=True).exclude(pk__in=broken)
    able = [row for row in rows.select_related("brand").order_by("pk") if row.settings.get("smtp")]
    others = [row for row in able if row.pk != channel_id]
    itself = [row for row in able if may_be_itself and row.pk == channel_id]
    return next(iter([*others, *itself]), None)
