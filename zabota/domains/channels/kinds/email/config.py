"""What a mailbox is set to: servers, who signs in and how, and whose word on senders counts."""

import ipaddress
import json
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from zabota.domains.channels.models import Channel
from zabota.kernel.secrets import seal

Security = Literal["tls", "starttls", "plain"]
Auth = Literal["password", "google", "microsoft"]


def without_controls(value: str) -> str:
    """The value. No control character may reach a command to a server (T16): raises ValueError."""
    if any(not sign.isprintable() for sign in value):
        raise ValueError("control characters are not allowed")
    return value


def _one_line(value: str) -> str:
    return without_controls(value).strip()


def _host(value: str) -> str:
    value = _one_line(value)
    if not value or any(sign in value for sign in " /@\\\"'"):
        raise ValueError("not the name of a host")
    return value


Line = Annotated[str, Field(max_length=320), AfterValidator(_one_line)]
Host = Annotated[str, Field(max_length=253), AfterValidator(_host)]
Secret = Annotated[str, Field(max_length=8_000, repr=False), AfterValidator(without_controls)]


class MailServer(BaseModel):
    """How one server is reached; `plain` sends the password in the open."""

    model_config = ConfigDict(extra="forbid")

    host: Host
    port: int = Field(ge=1, le=65_535)
    security: Security = "tls"
    user: Line = ""


class EmailSettings(BaseModel):
    """All that is not secret, as it stands in `Channel.settings`.

    Plain connections are refused unless the server is this machine or the owner chose them.
    `authserv_id` is the name under which the mailbox's own server writes Authentication-Results;
    without it no sender is ever verified. `plus_addressing`: mail to name+anything@ arrives here
    too, so that our Reply-To may carry the signed id.
    """

    model_config = ConfigDict(extra="ignore")

    imap: MailServer | None = None
    folder: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_one_line)] = "INBOX"
    smtp: MailServer | None = None
    auth: Auth = "password"
    authserv_id: Line = ""
    allow_plain: bool = False
    plus_addressing: bool = False
    demo: bool = False  # nothing is fetched, and what leaves goes nowhere

    @model_validator(mode="after")
    def _no_silent_plain(self) -> Self:
        for server in (self.imap, self.smtp):
            if server is None or server.security != "plain":
                continue
            if not self.allow_plain and not _this_machine(server.host):
                raise ValueError("a plain connection shows the password on the way")
        return self


class EmailSecrets(BaseModel):
    """What is sealed. `oauth` is what the token provider keeps."""

    model_config = ConfigDict(extra="ignore")

    password: Secret = ""
    smtp_password: Secret = ""
    oauth: dict[str, str | int | float] = Field(default_factory=dict, repr=False)


def settings_of(channel: Channel) -> EmailSettings:
    """The channel's settings. Raises pydantic's ValidationError when they are not a mailbox's."""
    return EmailSettings.model_validate(channel.settings)


def secrets_of(channel: Channel) -> EmailSecrets:
    """The channel's secrets, opened. Raises seal.Unsealable."""
    if not channel.sealed:
        return EmailSecrets()
    return EmailSecrets.model_validate(json.loads(seal.unseal(channel.sealed)))


def sealed(secrets: EmailSecrets) -> str:
    """The secrets as they are kept."""
    return seal.seal(secrets.model_dump_json())


def _this_machine(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
