"""What a chat on a site is set to: the sites that may show it.

Its `address` is the public key in the page's script tag: it names the chat and gives no right.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

KIND = "webchat"
_ORIGIN = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?::[1-9][0-9]{0,4})?",
    re.ASCII,
)


def _origin(value: str) -> str:
    value = value.strip().rstrip("/").lower()
    if not _ORIGIN.fullmatch(value):
        raise ValueError("not an origin, such as https://shop.example")
    return value


Origin = Annotated[str, Field(max_length=270), AfterValidator(_origin)]


class ChatSettings(BaseModel):
    """As it stands in `Channel.settings`.

    `origins` are the sites whose pages may show the chat, exactly: no stars, no parts of names
    (T29, T30).
    """

    model_config = ConfigDict(extra="ignore")

    origins: tuple[Origin, ...] = ()
