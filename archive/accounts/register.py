"""What is recorded of accounts, as any event is: decided, stamped, saved and sealed."""

from collections.abc import Callable, Sequence
from typing import Any

from archive.deciding import Allow
from archive.recording import Recording
from domain.account import NOBODY


class Register:
    """Records what happens to accounts, and what they do that is to be accounted for.

    Args:
        recording: of the commands of ``archive.commands.accounts``.
        begin: called before each recording.
    """

    def __init__(self, recording: Recording, begin: Callable[[], None]) -> None:
        self._recording = recording
        self._begin = begin

    def record(self, commands: Sequence[dict[str, Any]], allow: Allow | None = None) -> None:
        """Record all of these commands, or none.

        Raises:
            Refusal: one of them was refused.
        """
        self._begin()
        outcomes = list(self._recording.record(commands, atomic=True, allow=allow))
        refusals = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
        if refusals:  # that of all or none comes behind its reason, or before it
            raise next((one for one in refusals if _is_reason(one.sentence.key)), refusals[0])

    def note(self, name: str, account: str | None, **given: Any) -> None:
        """Record what somebody did at the door; None is whoever has no account."""
        who = account or NOBODY
        self.record([{"command": name, "by": who, "account": who, **given}])

    def look(self, account: str, asked: str, about: str) -> None:
        """Record a look at who scored whom."""
        self.note("access.look", account, asked=asked, about=about)

    def deny(self, account: str, asked: str, about: str) -> None:
        """Record what was denied."""
        self.note("access.deny", account, asked=asked, about=about)

    def enter_paper(self, account: str) -> None:
        """Record that somebody begins to record paper history."""
        self.note("access.enter_paper", account)


def _is_reason(key: str) -> bool:
    return key != "not_recorded_atomic"
