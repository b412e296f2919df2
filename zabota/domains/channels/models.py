"""Channels, what came in raw, and what is to go out. Private to channels."""

from django.db import models
from typing_extensions import override

from zabota.domains.channels.enums import InboundState, OutboundState
from zabota.kernel import ids
from zabota.kernel.accounts.models import Team
from zabota.kernel.brands.models import Brand

# The mark in `Channel.settings` of the demo shop's mailbox.
DEMO = "demo"


class Channel(models.Model):
    """One configured address of a kind.

    What the kind needs stands in `settings`; secrets are sealed.
    """

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    kind = models.CharField(max_length=16, default="email")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=120, default="", blank=True)
    settings = models.JSONField(default=dict)
    sealed = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="channels_one_address")
        ]

    @override
    def __str__(self) -> str:
        return self.address

    @property
    def is_demo(self) -> bool:
        """What leaves by it reaches nobody."""
        return bool(self.settings.get(DEMO))


class Visit(models.Model):
    """A browser that wrote to us by the chat. Made with its first message, not before.

    Its token is signed and kept nowhere; `ref` is what it names, and the visitor's identity.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="visits")
    ref = models.CharField(max_length=32, unique=True)
    language = models.CharField(max_length=2, default="")
    page = models.CharField(max_length=500, default="", blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    read_up_to = models.BigIntegerField(default=0)  # the last message that was shown there
    # What the visitor left so that the matter can go on by mail, until the address is proved.
    email = models.CharField(max_length=320, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    @override
    def __str__(self) -> str:
        return self.ref


class Cursor(models.Model):
    """How far a mailbox folder was taken in, and how it goes.

    Moves only after the raw bytes are committed.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="cursors")
    folder = models.CharField(max_length=255, default="INBOX")
    uidvalidity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=40, default="", blank=True)
    error_detail = models.CharField(max_length=500, default="", blank=True)
    error_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "folder"], name="channels_one_cursor")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.folder} {self.last_uid}"


class RawBytes(models.Model):
    """A mail as it came, byte for byte.

    Nothing has a foreign key to it: partitioned by month when scaled.
    """

    content = models.BinaryField()
    stored_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"raw {self.pk}"


class InboundEnvelope(models.Model):
    """One mail that came in: its transport identity, its content identity, and how far it got.

    Transport identity is (channel, uidvalidity, uid); content identity, per channel, a hash of the
    normalised bytes. Message-ID is only a hint. The row is the queue: `state` new waits to be read.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="inbound")
    folder = models.CharField(max_length=255, default="", blank=True)
    uidvalidity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    content_hash = models.CharField(max_length=64)
    duplicate_of = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="duplicates"
    )
    raw_id = models.BigIntegerField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, default=InboundState.NEW)
    reason = models.CharField(max_length=40, default="", blank=True)
    detail = models.CharField(max_length=500, default="", blank=True)
    # Readings that failed on this mail itself; a process that died under it does not count.
    attempts = models.PositiveSmallIntegerField(default=0)
    # Who reads it now. Without a lease, `claimed_until` is the moment before which it rests.
    lease = models.CharField(max_length=32, default="", blank=True)
    claimed_until = models.DateTimeField(null=True)
    history = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    # Hints for people who look at an unreadable one, and for "this id was used before".
    external_id = models.CharField(max_length=255, default="", blank=True)
    sender_hint = models.CharField(max_length=320, default="", blank=True)
    subject_hint = models.CharField(max_length=255, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "folder", "uidvalidity", "uid"],
                condition=models.Q(uid__isnull=False),
                name="channels_transport_identity",
            ),
            models.UniqueConstraint(
                fields=["channel", "content_hash"],
                condition=models.Q(duplicate_of__isnull=True),
                name="channels_content_identity",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="channels_inbound_new", condition=models.Q(state="new")
            ),
            models.Index(
                fields=["received_at"],
                name="channels_unreadable",
                condition=models.Q(state="unreadable"),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"inbound {self.pk} {self.state}"


class OutboundEnvelope(models.Model):
    """One message to leave: the outbox.

    Claimed by a conditional UPDATE; one in flight a group, in order.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="outbound")
    key = models.CharField(max_length=64, unique=True)
    group = models.CharField(max_length=64)
    payload = models.JSONField()
    purpose = models.CharField(max_length=12, default="service")
    automatic = models.BooleanField(default=False)
    external_id = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=10, default=OutboundState.WAITING)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.CharField(max_length=32, default="", blank=True)
    leased_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # An attempt ended without a result: the mail was sent again with the same Message-ID.
    perhaps_twice = models.BooleanField(default=False)
    error = models.CharField(max_length=40, default="", blank=True)
    error_detail = models.CharField(max_length=500, default="", blank=True)
    # Who of several has it already, and who was refused for good: address → [code, the words].
    delivered = models.JSONField(default=list)
    refused = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="channels_outbound_due",
                condition=models.Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["group", "id"], name="channels_outbound_group"),
        ]

    @override
    def __str__(self) -> str:
        return f"outbound {self.pk} {self.state}"


class Outgoing(models.Model):
    """How sending by a mailbox goes: what is wrong with it, and until when it is left alone."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="outgoing")
    error = models.CharField(max_length=40, default="", blank=True)
    error_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)

    @override
    def __str__(self) -> str:
        return f"outgoing {self.channel_id} {self.error}"


class OAuthState(models.Model):
    """One sign-in that was begun at a provider: used once, by the session that began it (T38)."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="oauth_states")
    state_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    verifier = models.TextField()  # sealed
    redirect_uri = models.CharField(max_length=500)
    expires_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"sign-in for {self.channel_id}"


class AutomaticSend(models.Model):
    """An automatic mail to an address.

    Counted, so that no loop and no mail cannon can start (T14, T15).
    """

    address = models.CharField(max_length=320)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["address", "-at"], name="channels_automatic")]

    @override
    def __str__(self) -> str:
        return self.address
