"""What the desk refuses: the house's kinds of refusal, and its own."""

from collections.abc import Collection

from zabota.kernel.refusals import Conflict, Incomplete, NotAllowed, NotFound, Refused

__all__ = ["Conflict", "FilesGone", "Incomplete", "NotAllowed", "NotFound", "Refused"]


class FilesGone(Incomplete):
    """Files that were kept for a reply were removed meanwhile: `gone` are their ids."""

    code = "files_gone"

    def __init__(self, gone: Collection[int]) -> None:
        super().__init__()
        self.gone = gone
