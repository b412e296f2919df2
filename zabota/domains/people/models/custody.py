"""How the data of customers are looked after: who saw them, and whose erasing is asked for."""

from django.db import models
from typing_extensions import override

from zabota.domains.people.enums import LookedAt
from zabota.domains.people.models.customers import Customer


class Look(models.Model):
    """One of us saw a customer's data, or took them out, in an hour (S-732).

    The customer is a number and no foreign key: who saw him stays known when he is erased. 0 is
    all of them together.
    """

    person_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(db_index=True)
    how = models.CharField(max_length=8, choices=[(one.value, one.value) for one in LookedAt])
    hour = models.DateTimeField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "customer_id", "how", "hour"], name="people_one_look"
            )
        ]

    @override
    def __str__(self) -> str:
        return f"{self.person_id} {self.how} {self.customer_id}"


class Erasure(models.Model):
    """Somebody asks that all that is kept of a customer be erased; another one must agree."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="erasure")
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"erasure {self.pk}"
