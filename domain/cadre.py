"""A cadre (干部): registration, postings and leaving. Stream ``cadre/C00123``.

Topics and field names are the storage format: they never change.
"""

from dataclasses import dataclass
from datetime import date

from domain.fact import Fact, Stamp, WithdrawableStream, Withdrawal
from domain.refusal import Refusal
from domain.sentence import Term, say
from domain.unit import Unit

CATEGORIES = ("chief", "team_member", "section_chief", "other")
REASONS_TO_LEAVE = ("retired", "moved_away", "resigned", "dismissed", "died")


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting that takes effect on ``since``."""

    since: date
    unit: str
    category: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """The cadre is gone from ``since`` on."""

    since: date
    reason: str


class Cadre(WithdrawableStream):
    """A cadre; ``standing`` holds postings and the leaving by version."""

    TOPIC = "cadre"
    PARTS = ("cadre",)

    class Registered(Fact):
        """The cadre exists."""

        TOPIC = "cadre.registered"
        name: str
        native_place: str | None = None
        school: str | None = None
        joined: date | None = None

        def apply(self, cadre: "Cadre") -> None:
            cadre.since = self.on

    class Posted(Fact):
        """The cadre takes a post; ``on`` is the date it takes effect."""

        TOPIC = "cadre.posted"
        unit: str
        post: str
        rank_level: str
        category: str
        probation_until: date | None = None

        def apply(self, cadre: "Cadre") -> None:
            posting = Posting(self.on, self.unit, self.category)
            cadre.standing[self.originator_version] = posting

    class Left(Fact):
        """The cadre is no longer one of this city's."""

        TOPIC = "cadre.left"
        reason: str

        def apply(self, cadre: "Cadre") -> None:
            cadre.standing[self.originator_version] = Leaving(self.on, self.reason)

    class Withdrawn(Withdrawal):
        """A posting or leaving was recorded in error."""

        TOPIC = "cadre.withdrawn"

    def begin(self) -> None:
        """Set the state before the first event."""
        super().begin()
        self.since: date | None = None

    @property
    def code(self) -> str:
        """The cadre's own id."""
        return self.parts[0]

    @property
    def left(self) -> Leaving | None:
        """The leaving that stands, if any."""
        for fact in self.standing.values():
            if isinstance(fact, Leaving):
                return fact
        return None

    def posting_on(self, day: date) -> Posting | None:
        """Return the posting in force on ``day``."""
        postings = {
            (fact.since, version): fact
            for version, fact in self.standing.items()
            if isinstance(fact, Posting) and fact.since <= day
        }
        return postings[max(postings)] if postings else None

    def unit_on(self, day: date) -> str | None:
        """Return the unit of the posting in force on ``day``."""
        posting = self.posting_on(day)
        return posting.unit if posting else None

    @property
    def units(self) -> set[str]:
        """Every unit of a posting that stands."""
        return {fact.unit for fact in self.standing.values() if isinstance(fact, Posting)}

    def must_be_known(self, field: str | None = "cadre") -> None:
        """Raise a refusal unless the cadre was ever registered."""
        if self.since is None:
            raise Refusal(say("cadre_unknown", cadre=self.code), field)

    def must_have_come(self, day: date, field: str | None = "cadre") -> None:
        """Raise a refusal unless the cadre exists by ``day``, even if gone again by then.

        Who leaves in December still has a year to be judged.
        """
        self.must_be_known(field)
        if self.since and self.since > day:
            raise Refusal(say("cadre_not_yet", cadre=self.code, since=self.since, day=day), field)

    def must_exist(self, day: date, field: str | None = "cadre") -> None:
        """Raise a refusal unless the cadre is here on ``day``."""
        self.must_have_come(day, field)
        left = self.left
        if left and left.since < day:
            raise Refusal(
                say(
                    "cadre_left",
                    cadre=self.code,
                    since=left.since,
                    reason=Term(left.reason),
                    day=day,
                ),
                field,
            )

    def register(
        self,
        stamp: Stamp,
        name: str,
        native_place: str | None,
        school: str | None,
        joined: date | None,
    ) -> None:
        """Register the cadre, once."""
        if self.since is not None:
            raise Refusal(say("cadre_registered", cadre=self.code, since=self.since), "cadre")
        self.record(
            self.Registered,
            stamp,
            name=name,
            native_place=native_place,
            school=school,
            joined=joined,
        )

    def take_post(
        self,
        stamp: Stamp,
        unit: Unit,
        post: str,
        rank_level: str,
        category: str,
        probation_until: date | None,
    ) -> None:
        """Post the cadre to a unit that exists."""
        self.must_exist(stamp.on)
        unit.must_exist(stamp.on)
        self.record(
            self.Posted,
            stamp,
            unit=unit.code,
            post=post,
            rank_level=rank_level,
            category=category,
            probation_until=probation_until,
        )

    def leave(self, stamp: Stamp, reason: str) -> None:
        """Record that the cadre leaves on the stamp's date."""
        if self.left:
            since, reason_before = self.left.since, Term(self.left.reason)
            raise Refusal(
                say("cadre_left_before", cadre=self.code, since=since, reason=reason_before),
                "cadre",
            )
        self.must_exist(stamp.on)
        self.record(self.Left, stamp, reason=reason)
