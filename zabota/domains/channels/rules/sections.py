"""The section `mail` of the charter: what may be sent by itself, to whom, and how often."""

from typing import Annotated, ClassVar

from pydantic import Field

from zabota.domains.charter.rules.sections import Part, Section
from zabota.kernel.text.texts import Text

Count = Annotated[int, Field(ge=0, le=1_000)]


class Automatic(Part):
    """How many automatic mails one address gets, so that no loop and no mail cannon can start."""

    window_minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    most_in_window: Count
    most_a_day: Count
    most_a_day_unverified: Count
    # Local parts behind which nobody reads.
    machines: tuple[str, ...]


class Mail(Section):
    """Automatic mail (T14, T15), and the words by which people ask for no more mail (S-730)."""

    name: ClassVar[str] = "mail"

    automatic: Automatic
    # Stands instead of the subject in automatic mail to an address that is not proved.
    neutral_subject: Text
    # Stands before the address of the page that ends a mailing (S-729).
    unsubscribe: Text
    # A message that begins with one of these asks for no more mail.
    stop_words: tuple[str, ...]
