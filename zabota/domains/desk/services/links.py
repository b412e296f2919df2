"""Signed links to one matter for one person, for 30 days. Only a token's hash is stored (T21)."""

from datetime import datetime, timedelta

from zabota.domains.desk.errors import NotFound
from zabota.domains.desk.models import Conversation, PortalLink
from zabota.domains.desk.services.standards import Standards, portal_address
from zabota.kernel import ids

LINK_LIFE = timedelta(days=30)


def matter_link(
    conversation: Conversation, address: str, *, standards: Standards, at: datetime
) -> tuple[tuple[str, str], ...]:
    """(label, address) of the customer's own page of this matter, for a mail to that one person."""
    participant = conversation.participants.filter(identity__value=address.lower()).first()
    if participant is None:
        return ()
    token = ids.new_token()
    PortalLink.objects.create(
        conversation=conversation,
        identity_id=participant.identity_id,
        token_hash=ids.token_hash(token),
        created_at=at,
        expires_at=at + LINK_LIFE,
    )
    return ((standards.notice("your_matter", conversation), portal_address(token)),)


def by_link(token: str, *, at: datetime) -> PortalLink:
    """The link of that token, with its conversation followed to where it was merged. Raises
    NotFound.
    """
    link = (
        PortalLink.objects.select_related("conversation", "identity")
        .filter(token_hash=ids.token_hash(token), revoked_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if link is None:
        raise NotFound
    for _ in range(20):
        if link.conversation.merged_into is None:
            break
        link.conversation = link.conversation.merged_into
    return link
