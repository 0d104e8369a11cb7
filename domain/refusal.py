"""A command that was refused: what, which, and what was expected, in one sentence."""

from domain.sentence import Sentence, speak


class Refusal(Exception):  # noqa: N818 - the field's word
    """Raised before any event is triggered.

    Args:
        sentence: the reason.
        field: the field that is wrong, dotted, e.g. ``scores.2.points``; absent when the
            command as a whole is refused.
    """

    def __init__(self, sentence: Sentence, field: str | None = None) -> None:
        super().__init__(speak(sentence))
        self.sentence = sentence
        self.field = field
