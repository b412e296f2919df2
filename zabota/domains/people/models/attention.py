"""Who looks after a customer, and what he is entitled to."""

from django.db import models
from typing_extensions import override

from zabota.domains.people.models.customers import Customer


class Deputy(models.Model):
    """Who stands in for a customer's own agent, the first one first (S-034)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="deputies")
    agent_id = models.BigIntegerField()
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "agent_id"], name="people_one_deputy")
        ]

    @override
    def __str__(self) -> str:
        return f"deputy {self.agent_id}"


class VipGrant(models.Model):
    """A level with its entitlements, granted by a person or by a rule (S-029).

    `grantor_id` is empty when a rule granted it; `until` when it has no end yet.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="vip_grants")
    level = models.CharField(max_length=32)
    reason = models.CharField(max_length=200)
    grantor_id = models.BigIntegerField(null=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-since"], name="people_vip_latest")]

    @override
    def __str__(self) -> str:
        return self.level
