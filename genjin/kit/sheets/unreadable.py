"""What the reading child says when it stops: a code and its details; the parent makes the sentence."""


class Unreadable(Exception):  # noqa: N818 (a refusal is an answer, not a failure)
    """The file cannot be read; `code` names why, `details` fill the sentence of that code."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
