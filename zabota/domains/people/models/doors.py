"""How a customer proves that an address is his: by a link in a letter, by a code; and his visits to
his cabinet. Of each secret only a hash is kept (T21).
"""

from django.db import models
from typing_extensions import override

from zabota.domains.people.models.customers import Identity


class AddressClaim(models.Model):
    """Somebody says that a mail address is his; its reader confirms it or says no, once.

    `identity` is who says it: a browser of the chat, or the very address when it was typed into a
    form. `confirmed` is what came of it.
    """

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="claims")
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=200, default="", blank=True)
    # The matter in which it was said; a number of the desk.
    about_id = models.BigIntegerField(null=True)
    language = models.CharField(max_length=2, default="")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    confirmed = models.ForeignKey(
        Identity, null=True, on_delete=models.CASCADE, related_name="confirmed_claims"
    )

    @override
    def __str__(self) -> str:
        return f"claim {self.pk}"


class SignInCode(models.Model):
    """A code of six digits that opens the cabinet to the browser that asked for it.

    There is a row also when nobody has that address: nothing tells the two apart (T37).
    """

    address = models.CharField(max_length=320, db_index=True)
    identity = models.ForeignKey(Identity, null=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    @override
    def __str__(self) -> str:
        return f"code {self.pk}"


class CabinetVisit(models.Model):
    """A browser in which a customer is signed in to his cabinet."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    @override
    def __str__(self) -> str:
        return f"cabinet visit {self.pk}"
