"""The leased job table: what is to be done, when, and who holds it until when."""

from django.db import models
from typing_extensions import override


class Job(models.Model):
    """One call to be made at least once. The row is deleted when the call has succeeded.

    `run_at` is when it may be taken (again): a worker that takes it moves `run_at` to the end of
    its lease, so a job whose worker died becomes due by itself. A job that is due at once has
    `run_at` equal to `created_at`. With `failed_at` it is kept for a person and not taken any more.
    """

    task = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    lane = models.CharField(max_length=8)
    unique = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  many have none
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    lease = models.CharField(max_length=32, default="")
    created_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["lane", "run_at", "id"],
                name="jobs_due",
                condition=models.Q(failed_at__isnull=True),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.task} {self.pk}"
