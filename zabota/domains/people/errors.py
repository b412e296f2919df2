"""What people refuses. Words are chosen by the face; `code` names the case."""


class PeopleError(Exception):
    code = "people"


class NotAnAddress(PeopleError):
    """The text is no address of that kind."""

    code = "not_an_address"
