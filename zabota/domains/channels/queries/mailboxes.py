"""Which mailboxes there are and how they go."""

from zabota.domains.channels.models import Channel


def addresses() -> dict[str, int]:
    """address → id of every active mailbox, addresses in small letters."""
    rows = Channel.objects.filter(kind="email", is_active=True).order_by("pk")
    return {address.casefold(): pk for address, pk in rows.values_list("address", "pk")}
