"""Conversations, their messages and who takes part."""

from django.db import models
from typing_extensions import override

from zabota.domains.desk.enums import Kind, ParticipantRole, State
from zabota.kernel import ids
from zabota.kernel.accounts.models import Team, User
from zabota.kernel.brands.models import Brand
from zabota.kernel.files.models import StoredFile


class Conversation(models.Model):
    """One matter with one customer. The subject never changes (S-116).

    The last columns are derived, kept beside for lists of a hundred thousand: services keep them
    true.
    """

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    # No index of their own where most rows are alike: SQLite would choose it over better ones.
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.ForeignKey(
        "channels.Channel", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    customer = models.ForeignKey(
        "people.Customer", null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whom it is for when the customer orders for somebody else (S-052).
    for_customer = models.ForeignKey(
        "people.Customer", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    subject = models.CharField(max_length=500)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    state = models.CharField(max_length=16, default=State.WAITING_US)
    history = models.BooleanField(default=False)  # imported
    # Letters by the director's direct line skip the usual queue (S-087).
    private_to = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        db_index=False,
    )
    comes_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="led_to"
    )
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    # What it is about, chosen by who answers (S-124, S-127, S-129).
    situation = models.CharField(max_length=24, default="", blank=True)
    phase = models.CharField(max_length=8, default="", blank=True)
    kind = models.CharField(max_length=8, default=Kind.MATTER)
    is_urgent = models.BooleanField(default=False)  # by its words (S-123)
    # The rule looked who should have it; time ran short and everybody was called (S-146).
    routed_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)

    language = models.CharField(max_length=8, default="")
    waiting_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # of the promise that is due next
    # Where it stands in a list: the word that is due next, else since when somebody waits.
    order_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    last_direction = models.CharField(max_length=4, default="in")
    preview = models.CharField(max_length=200, default="", blank=True)
    message_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["state", "order_at", "id"], name="desk_state_order"),
            models.Index(fields=["assignee", "state", "order_at"], name="desk_assignee"),
            models.Index(fields=["team", "state", "order_at"], name="desk_team"),
            models.Index(fields=["customer", "-last_message_at"], name="desk_customer"),
            # All that counting the views needs: the table itself is not read.
            models.Index(
                fields=["state", "team", "assignee", "private_to", "merged_into"],
                name="desk_counts",
            ),
            # What the rule has not looked at yet: a handful of rows at any time.
            models.Index(
                fields=["id"],
                name="desk_unrouted",
                condition=models.Q(
                    routed_at__isnull=True, assignee__isnull=True, history=False, state="waiting_us"
                ),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.subject

    @property
    def number(self) -> int:
        """What agents call it."""
        return int(self.pk)


class Message(models.Model):
    """One message or note. Ordered by id: clocks of senders are shown, never sorted by."""

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    direction = models.CharField(max_length=4)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    identity = models.ForeignKey(
        "people.Identity", null=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.ForeignKey(
        "channels.Channel", null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    # What the sender's own clock said, when it differs from ours.
    dated = models.DateTimeField(null=True)
    subject = models.CharField(max_length=500, default="", blank=True)
    text = models.TextField(blank=True)
    folds = models.JSONField(default=list)  # [[start, end, "quote" | "signature"], ...]
    language = models.CharField(max_length=8, default="")
    to = models.JSONField(default=list)  # [[name, address], ...]
    cc = models.JSONField(default=list)
    more_recipients = models.PositiveIntegerField(default=0)

    # came in
    envelope_id = models.BigIntegerField(null=True, unique=True)
    has_original = models.BooleanField(default=False)
    trust = models.CharField(max_length=12, default="", blank=True)
    automatic = models.CharField(max_length=12, default="", blank=True)
    thanks_only = models.BooleanField(default=False)
    external_id = models.CharField(max_length=255, default="", blank=True, db_index=True)
    id_reused = models.BooleanField(default=False)

    # goes out
    client_id = models.CharField(max_length=36, null=True)  # noqa: DJ001  only what was typed here
    delivery = models.CharField(max_length=8, default="", blank=True)
    send_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    perhaps_twice = models.BooleanField(default=False)
    delivery_error = models.CharField(max_length=40, default="", blank=True)
    delivery_detail = models.CharField(max_length=500, default="", blank=True)
    next_try_at = models.DateTimeField(null=True)
    by_system = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["conversation", "id"], name="desk_thread"),
            models.Index(
                fields=["-at", "author"],
                name="desk_written",
                condition=models.Q(direction="out", author__isnull=False),
            ),
        ]
        # A double click sends once; the same id of another person or matter says nothing.
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "author", "client_id"],
                condition=models.Q(client_id__isnull=False, author__isnull=False),
                name="desk_sent_once",
            ),
            models.UniqueConstraint(
                fields=["conversation", "identity", "client_id"],
                condition=models.Q(client_id__isnull=False, author__isnull=True),
                name="desk_said_once",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.direction} {self.pk}"


class Awaited(models.Model):
    """A letter that opened this conversation answers one that we have not seen yet: that may still
    come, when two workers share the mail, or by another way.
    """

    external_id = models.CharField(max_length=255, db_index=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_index=True)

    @override
    def __str__(self) -> str:
        return self.external_id


class Attachment(models.Model):
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_id = models.CharField(max_length=255, default="", blank=True)
    inline = models.BooleanField(default=False)

    @override
    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """Who is written to in this conversation. All of them get each reply by default (S-093)."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants"
    )
    identity = models.ForeignKey("people.Identity", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, default=ParticipantRole.CUSTOMER)
    name = models.CharField(max_length=200, default="", blank=True)
    since = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "identity"], name="desk_one_participant"
            )
        ]

    @override
    def __str__(self) -> str:
        return self.name


class ReadMark(models.Model):
    """How far a colleague has read a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    message_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="desk_one_read_mark")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.user_id} read {self.message_id}"
