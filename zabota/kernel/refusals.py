"""What a service refuses: five kinds for all domains. The face chooses the words by `code`.

A domain imports these through its `errors`, beside the kinds that are its alone.
"""


class Refused(Exception):
    """Something was refused; nothing was changed. `code` names the case, `data` fills the
    sentence.
    """

    code = "refused"

    def __init__(self, code: str = "", **data: object) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.data = data


class NotFound(Refused):
    """It is not there, or not for this person: both look the same."""

    code = "not_found"


class NotAllowed(Refused):
    """This person may see it and may not do this."""

    code = "not_allowed"


class Conflict(Refused):
    """It is so already, or somebody was faster: `data` says who. The caller may look and try
    again.
    """

    code = "conflict"


class Incomplete(Refused):
    """Something must be filled in or done first."""

    code = "incomplete"
