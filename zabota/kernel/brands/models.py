"""Under which name the company serves. A channel and a conversation belong to one brand."""

from django.db import models
from typing_extensions import override

from zabota.kernel import ids


class LegalEntity(models.Model):
    """A company that answers for personal data: named with its address in each consent (S-718)."""

    name = models.CharField(max_length=200)
    registration = models.CharField(max_length=64, default="", blank=True)
    address = models.CharField(max_length=300, default="", blank=True)

    @override
    def __str__(self) -> str:
        return self.name


class Brand(models.Model):
    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    name = models.CharField(max_length=80, unique=True)
    host = models.CharField(max_length=200, default="", blank=True)
    language = models.CharField(max_length=2, default="en")
    languages = models.JSONField(default=list)
    time_zone = models.CharField(max_length=64, default="Europe/Riga")
    country = models.CharField(max_length=2, default="LV")
    legal_entity = models.ForeignKey(
        LegalEntity, null=True, blank=True, on_delete=models.PROTECT, related_name="brands"
    )
    director_address = models.EmailField(default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return self.name
