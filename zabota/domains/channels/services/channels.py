"""Making and changing channels."""

from datetime import datetime

from zabota.domains.channels.models import Channel
from zabota.kernel import tx
from zabota.kernel.brands.models import Brand

IMPORTED = "imported"


def imported(*, at: datetime) -> int:
    """The channel of mails that were imported where there is no mailbox yet; made on first use.

    Nothing is fetched for it and nothing leaves by it.
    """
    with tx.write():
        brand = Brand.objects.order_by("pk").first() or Brand.objects.create(name="Zabota")
        channel, _made = Channel.objects.get_or_create(
            kind=IMPORTED,
            address=IMPORTED,
            defaults={"brand": brand, "name": "imported", "created_at": at},
        )
    return channel.pk
