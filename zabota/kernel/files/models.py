"""Which files we keep.

The bytes lie in the data folder (or S3) under a random name, never the sender's.
"""

from django.db import models
from typing_extensions import override

from zabota.kernel import ids


class StoredFile(models.Model):
    """Bytes that were synced to their place before this row was committed (F15)."""

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    key = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    created_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return self.name
