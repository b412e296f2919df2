"""The page around a letter's own layout."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from zabota.domains.desk.queries import thread as desk
from zabota.kernel.accounts.roles import Actor


@dataclass(frozen=True, kw_only=True)
class Original:
    subject: str
    name: str
    address: str
    at: datetime
    body_url: str
    back_url: str


def original_page(actor: Actor, ref: str) -> Original:
    """Whose letter it is, and where its body is. Raises NotFound."""
    entry = desk.entry_for(actor, ref)
    desk.original_envelope(actor, ref)
    home = reverse("web:conversation", args=[desk.conversation_of(actor, ref)])
    return Original(
        subject=entry.subject or _("No subject"),
        name=entry.author_name,
        address=entry.address,
        at=entry.at,
        body_url=reverse("web:original-body", args=[ref]),
        back_url=f"{home}#m-{ref}",
    )
