"""What a command may fail with."""


class Sentence(Exception):
    """An expected failure: one sentence for the person at the terminal, and the exit code."""

    def __init__(self, sentence: str, *, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code
