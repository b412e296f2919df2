"""The versions of the charter: one row each, only ever added. Private to charter."""

from typing import Any, NoReturn

from django.db import models
from typing_extensions import override


class _AppendOnly(models.QuerySet["CharterVersion"]):
    """Refuses what would change history."""

    @override
    def update(self, **_: Any) -> NoReturn:
        raise TypeError("a version of the charter is never changed")

    @override
    def delete(self) -> NoReturn:
        raise TypeError("a version of the charter is never deleted")


class CharterVersion(models.Model):
    """A decided version. `document` is canonical JSON, kept as text so that its hash stays true."""

    number = models.PositiveIntegerField(unique=True)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    author_id = models.BigIntegerField(null=True)
    reason = models.TextField()
    made_at = models.DateTimeField()
    in_force_from = models.DateTimeField()

    objects = _AppendOnly.as_manager()

    class Meta:
        indexes = [models.Index(fields=["in_force_from", "number"], name="charter_in_force")]

    @override
    def __str__(self) -> str:
        return f"charter {self.number}"

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a version of the charter is never changed")
        super().save(*args, **kwargs)

    @override
    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("a version of the charter is never deleted")
