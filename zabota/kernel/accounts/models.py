"""Our own people and their teams."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from typing_extensions import override

from zabota.kernel import ids
from zabota.kernel.accounts.roles import Role


class UserManager(BaseUserManager["User"]):
    @override
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """A person who works here.

    The e-mail address is the log-in; a former agent is kept, inactive.
    """

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(
        max_length=12, choices=[(role.value, role.value) for role in Role], default=Role.AGENT
    )
    language = models.CharField(max_length=2, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    # Derived of the role's rule, so that no page has to ask for it.
    needs_second_factor = models.BooleanField(default=False)
    signature = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email")]

    @override
    def __str__(self) -> str:
        return self.name

    # Django's own parts ask these; rights come from the role alone.
    is_staff = False
    is_superuser = False

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        return False

    def has_module_perms(self, _label: str) -> bool:
        return False


class SecondFactorRule(models.Model):
    """People of this role sign in with a second factor or do nothing."""

    role = models.CharField(
        max_length=12, unique=True, choices=[(role.value, role.value) for role in Role]
    )
    since = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return self.role


class Team(models.Model):
    """People who answer together, with one leader (or none: then the owner leads)."""

    ref = models.CharField(max_length=12, unique=True, default=ids.new_ref)
    name = models.CharField(max_length=80, unique=True)
    leader = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="led_teams"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    @override
    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person works in a team from one moment until another: changes are dated."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team"],
                condition=models.Q(until__isnull=True),
                name="accounts_one_membership",
            )
        ]

    @override
    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}"
