"""The archive's opening: paper history may be imported until it is closed for good.

Stream ``history/archive``.
"""

from datetime import date

from domain.fact import Fact, Stamp, Stream
from domain.refusal import Refusal
from domain.sentence import say


class History(Stream):
    """Whether paper history is still taken in."""

    TOPIC = "history"
    PARTS = ("archive",)

    class Closed(Fact):
        """No legacy import from here on."""

        TOPIC = "history.closed"

        def apply(self, history: "History") -> None:
            history.closed_on = self.on

    def begin(self) -> None:
        """Set the state before the first event."""
        self.closed_on: date | None = None

    def must_be_open(self) -> None:
        """Raise a refusal once history is closed."""
        if self.closed_on is not None:
            raise Refusal(say("history_closed", day=self.closed_on), "legacy")

    def close(self, stamp: Stamp) -> None:
        """Close history, once."""
        self.must_be_open()
        self.record(self.Closed, stamp)
