"""The hub of live hints in a serving process. Elsewhere `wake` does nothing."""


def wake() -> None:
    """New facts were committed in this process: look at once instead of at the next poll."""
