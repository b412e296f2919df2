"""What the doctor does for an owner who stands before the door."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.cast import gather
from zabota.config import cli


@pytest.mark.django_db
def test_the_machine_itself_forgets_a_second_factor_for_the_last_owner(
    capsys: pytest.CaptureFixture[str],
) -> None:
    owner = gather().olga
    client = Client()
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={})
    assert cli.main(["doctor", "--forget-second-factor", "nobody@liepa.example"]) != 0
    assert cli.main(["doctor", "--forget-second-factor", owner.email]) == 0
    assert "by the password alone" in capsys.readouterr().out
    assert not Authenticator.objects.exists()
    assert client.get("/").status_code == 302
