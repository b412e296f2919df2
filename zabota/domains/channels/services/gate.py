"""The one gate through which everything passes that leaves (S-737): asked within the transaction
that starts an attempt, which also counts automatic mails, so that no race sends one more.
"""

from datetime import datetime, timedelta

from zabota.domains.channels.envelopes import Outbound
from zabota.domains.channels.models import AutomaticSend, Channel
from zabota.domains.channels.queries import addresses
from zabota.domains.channels.rules import gate as rules
from zabota.domains.channels.rules.gate import Addressee, Verdict
from zabota.domains.channels.rules.sections import Automatic, Mail
from zabota.domains.charter import queries as charter
from zabota.domains.charter.rules.standard import Scope
from zabota.domains.people.queries import permissions
from zabota.kernel.accounts.models import User

DAY = timedelta(days=1)


def ask(
    message: Outbound,
    *,
    recipients: tuple[str, ...],
    again: bool,
    at: datetime,
    channel: Channel | None = None,
) -> Verdict:
    """Whether the message may leave now, and to whom. Counts what it lets pass.

    `again`: it was let pass and counted before, so only usability and consent are asked anew.
    `channel` is the message's, where it is at hand.
    """
    channel = channel or Channel.objects.get(pk=message.channel_id)
    scope = Scope(brand=channel.brand_id, channel=channel.pk)
    section = charter.in_force(at=at).section(Mail, scope=scope)
    counts = message.automatic and not again
    if counts:
        _one_at_a_time()
    verdict = rules.judge(
        message,
        _addressees(
            recipients,
            channel,
            section.automatic,
            purpose=message.purpose,
            counted=counts,
            at=at,
        ),
        limits=section.automatic,
        subject=section.neutral_subject.in_language(message.language),
    )
    if counts:
        AutomaticSend.objects.bulk_create(
            AutomaticSend(address=address.lower(), at=at) for address in verdict.allowed
        )
    return verdict


def _one_at_a_time() -> None:
    """Two senders must not both see the last free place: automatic mails begin one by one."""
    Channel.objects.select_for_update().order_by("pk").first()


def _addressees(
    recipients: tuple[str, ...],
    channel: Channel,
    limits: Automatic,
    *,
    purpose: str,
    counted: bool,
    at: datetime,
) -> tuple[Addressee, ...]:
    known = permissions.of_addresses(recipients, channel_kind=channel.kind)
    own = addresses.own_addresses()
    people = _our_people() if purpose == "own" else frozenset()
    window = timedelta(minutes=limits.window_minutes)
    return tuple(
        Addressee(
            address=address,
            verified=known[address].verified,
            unusable=known[address].unusable,
            given=known[address].given,
            is_ours=rules.is_ours(address, own),
            is_our_person=address.lower() in people,
            in_window=_sent_since(address, at - window) if counted else 0,
            today=_sent_since(address, at - DAY) if counted else 0,
        )
        for address in recipients
    )


def _our_people() -> frozenset[str]:
    rows = User.objects.filter(is_active=True).values_list("email", flat=True)
    return frozenset(address.lower() for address in rows)


def _sent_since(address: str, since: datetime) -> int:
    return AutomaticSend.objects.filter(address=address.lower(), at__gt=since).count()


def forget(*, before: datetime) -> int:
    """Remove counts that no limit looks at any more."""
    deleted, _kinds = AutomaticSend.objects.filter(at__lt=before).delete()
    return deleted
