"""What the desk refuses. Plain classes with a code and data; the face chooses the words."""

from collections.abc import Collection


class DeskError(Exception):
    """Something was refused; nothing was changed. `code` names the case, `data` fills the
    sentence.
    """

    code = "refused"

    def __init__(self, code: str = "", **data: object) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.data = data


class NotFound(DeskError):
    """It is not there, or not for this person: both look the same."""

    code = "not_found"


class NotAllowed(DeskError):
    """This person may see it and may not do this."""

    code = "not_allowed"


class Conflict(DeskError):
    """Somebody was faster. `data` says who; the caller may look and try again."""

    code = "conflict"


class Incomplete(DeskError):
    """Something must be filled in or done first."""

    code = "incomplete"


class FilesGone(Incomplete):
    """Files that were kept for a reply were removed meanwhile: `gone` are their ids."""

    code = "files_gone"

    def __init__(self, gone: Collection[int]) -> None:
        super().__init__()
        self.gone = gone
