"""Sessions of our own people: who tries to sign in, which ones end when a secret changes."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest

from zabota.kernel import clock, tx
from zabota.kernel.accounts import events
from zabota.kernel.accounts.models import User
from zabota.kernel.facts import log as facts


def tried_address(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address with which somebody tries to sign in, for counting failures (T36)."""
    named = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(named).strip().lower()[:254]


def end_others(user: User, *, but: str | None) -> None:
    """End all sessions of this person but the one with the key `but`, and their live streams."""
    now = clock.now()
    for session in Session.objects.filter(expire_date__gt=now).exclude(session_key=but or ""):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    with tx.within():
        facts.publish(events.RightsChanged(user_id=user.pk), at=now, actor_id=user.pk)


def on_second_factor_changed(request: HttpRequest, user: User, **_more: object) -> None:
    """A second factor was turned on or off: whoever sits in another session must sign in (T34)."""
    end_others(user, but=request.session.session_key)
