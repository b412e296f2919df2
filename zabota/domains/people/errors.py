"""What people refuses. Words are chosen by the face; `code` names the case."""


class PeopleError(Exception):
    code = "people"


class NotAnAddress(PeopleError):
    """The text is no address of that kind."""

    code = "not_an_address"


class Refused(PeopleError):
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
    """It is so already, or somebody was faster."""

    code = "conflict"


class Incomplete(Refused):
    """Something must be filled in first."""

    code = "incomplete"
