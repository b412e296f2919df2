"""Work on a conversation: drafts, tags, tasks, handovers, problems, questions to the leader."""

from django.db import models
from typing_extensions import override

from zabota.domains.desk.models.conversations import Conversation, Message
from zabota.kernel import ids
from zabota.kernel.accounts.models import Team, User


class Draft(models.Model):
    """What a person has typed and not sent: kept for each person, conversation and kind."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=5, default="reply")  # reply | note
    text = models.TextField()
    changed_at = models.DateTimeField()
    # A reply that was taken back: its files come along.
    brings = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user", "kind"], name="desk_one_draft")
        ]

    @override
    def __str__(self) -> str:
        return f"draft {self.pk}"


class Tag(models.Model):
    name = models.CharField(max_length=40, unique=True)

    @override
    def __str__(self) -> str:
        return self.name


class ConversationTag(models.Model):
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "tag"], name="desk_one_tag")]

    @override
    def __str__(self) -> str:
        return f"tag {self.tag_id}"


class Mention(models.Model):
    """A colleague was named in a note; read when he opened the conversation after it."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="desk_one_mention")]

    @override
    def __str__(self) -> str:
        return f"mention of {self.user_id}"


class Task(models.Model):
    """What the customer asked us to do.

    Open, then done, then reported to him in a reply (S-121).
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="tasks")
    text = models.CharField(max_length=300)
    asked_in = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reported_in = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_reason = models.CharField(max_length=300, default="", blank=True)

    @override
    def __str__(self) -> str:
        return self.text


class Handover(models.Model):
    """A conversation is given to a colleague with all he needs; he confirms having read it (S-112,
    S-115).
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="handovers"
    )
    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    known = models.TextField(default="", blank=True)  # facts already asked: not to be asked again
    mood = models.CharField(max_length=200, default="", blank=True)
    next_step = models.CharField(max_length=500)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    @override
    def __str__(self) -> str:
        return self.next_step


class Problem(models.Model):
    """A technical problem that messages told of; not closed without a recorded resolution (S-098,
    S-099).
    """

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    title = models.CharField(max_length=200)
    description = models.TextField(default="", blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resolution = models.TextField(default="", blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(resolved_at__isnull=True) | ~models.Q(resolution=""),
                name="desk_problem_resolution",
            )
        ]

    @override
    def __str__(self) -> str:
        return self.title


class ProblemLink(models.Model):
    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="links")
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="problems"
    )
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "conversation"], name="desk_one_problem_link"
            )
        ]

    @override
    def __str__(self) -> str:
        return f"problem {self.problem_id}"


class LeaderRequest(models.Model):
    """An agent asks the leader about a hard conversation; the leader joins or decides (S-130)."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="leader_requests"
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    question = models.TextField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=16, default="", blank=True)  # joined | advised | refused
    advice = models.TextField(default="", blank=True)

    @override
    def __str__(self) -> str:
        return f"question {self.pk}"


class RefusalStep(models.Model):
    """The ladder of refusing service.

    A warning first, then a leader's polite, firm refusal (S-131).
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="refusal_steps"
    )
    step = models.CharField(max_length=8)  # warned | refused
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    evidence = models.TextField()
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")

    @override
    def __str__(self) -> str:
        return self.step
