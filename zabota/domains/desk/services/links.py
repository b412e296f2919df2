"""Making signed links to one matter for one person, for 30 days. Only a token's hash is stored
(T21). `queries.access.by_link` reads them.
"""

from datetime import datetime, timedelta

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
