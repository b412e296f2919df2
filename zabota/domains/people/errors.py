"""What people refuses: the house's kinds of refusal, and its own."""

from zabota.kernel.refusals import Conflict, Incomplete, NotAllowed, NotFound, Refused

__all__ = ["Conflict", "Incomplete", "NotAllowed", "NotAnAddress", "NotFound", "Refused"]


class NotAnAddress(Refused):
    """The text is no address of that kind."""

    code = "not_an_address"
