"""Keys that must outlive a change of the secret key."""

from django.db import models
from typing_extensions import override


class SigningKey(models.Model):
    """A long-lived key for one purpose (mail thread ids, portal links), sealed with the
    installation's key.

    Old keys stay valid for reading; the newest signs.
    """

    purpose = models.CharField(max_length=32)
    key_id = models.CharField(max_length=8)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "key_id"], name="secrets_key_id")]

    @override
    def __str__(self) -> str:
        return f"{self.purpose} {self.key_id}"
