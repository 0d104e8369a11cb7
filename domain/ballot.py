"""One rater's sheet in one round (评分表). Stream ``ballot/2018/U012/annual/C00123``.

One event a score, so that each can be corrected, voided, cited and proved on its own; a
stream a rater, so that raters never contend. Topics and field names are the storage format:
they never change.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from domain.cadre import Cadre
from domain.fact import Fact, Stamp, Stream, must_be_approved
from domain.lead import Lead
from domain.refusal import Refusal
from domain.sentence import say
from domain.unit import Unit
from domain.year import Year

RELATIONS = ("leader", "peer", "subordinate", "served")


class Entry(NamedTuple):
    """One score on a sheet, as handed in; an empty dimension means the sheet has none."""

    ratee: str
    points: int
    relation: str
    dimension: str = ""
    at: datetime | None = None


class Ballot(Stream):
    """A sheet; ``scores`` holds the relation of each valid (ratee, dimension)."""

    TOPIC = "ballot"
    PARTS = ("year", "unit", "round", "rater")

    class Scored(Fact):
        """The rater gave a ratee points, in hundredths."""

        TOPIC = "ballot.scored"
        ratee: str
        points: int
        relation: str
        dimension: str = ""
        at: datetime | None = None

        def apply(self, ballot: "Ballot") -> None:
            ballot.scores[self.ratee, self.dimension] = self.relation

    class Corrected(Fact):
        """A score was corrected."""

        TOPIC = "ballot.corrected"
        ratee: str
        points: int
        relation: str
        reason: str
        approver: str
        dimension: str = ""

        def apply(self, ballot: "Ballot") -> None:
            ballot.scores[self.ratee, self.dimension] = self.relation

    class Voided(Fact):
        """A score was voided; ``lead`` is the lead that grounds it."""

        TOPIC = "ballot.voided"
        ratee: str
        relation: str
        reason: str
        approver: str
        dimension: str = ""
        lead: str | None = None

        def apply(self, ballot: "Ballot") -> None:
            ballot.scores.pop((self.ratee, self.dimension), None)
            ballot.voided.add((self.ratee, self.dimension))

    def begin(self) -> None:
        """Set the state before the first event."""
        self.scores: dict[tuple[str, str], str] = {}
        self.voided: set[tuple[str, str]] = set()

    def submit(
        self,
        stamp: Stamp,
        entries: Sequence[Entry],
        *,
        year: Year,
        unit: Unit,
        rater: Cadre,
        ratees: Mapping[str, Cadre],
    ) -> None:
        """Hand in the sheet, once a round.

        Raises:
            Refusal: the year is closed, somebody doesn't exist on that day, the rater scores
                himself, scores somebody twice, or handed in a sheet before.
        """
        year.must_be_open()
        unit.must_exist(stamp.on)
        rater.must_exist(stamp.on, "rater")
        self._must_be_first(entries)
        seen: set[tuple[str, str]] = set()
        for index, entry in enumerate(entries):
            field = f"scores.{index}.ratee"
            if entry.ratee == rater.code:
                raise Refusal(say("scores_oneself", cadre=rater.code), field)
            ratees[entry.ratee].must_exist(stamp.on, field)
            if (entry.ratee, entry.dimension) in seen:
                raise Refusal(say("scored_twice_on_sheet", ratee=entry.ratee), field)
            seen.add((entry.ratee, entry.dimension))
        self.record_all(self.Scored, stamp, map(Entry._asdict, entries))

    def correct(
        self,
        stamp: Stamp,
        ratee: str,
        dimension: str,
        points: int,
        reason: str,
        approver: str,
        *,
        year: Year,
    ) -> None:
        """Correct a valid score; the points are in hundredths."""
        year.must_be_open()
        must_be_approved(stamp, reason, approver)
        relation = self._relation(ratee, dimension)
        self.record(
            self.Corrected,
            stamp,
            ratee=ratee,
            points=points,
            relation=relation,
            dimension=dimension,
            reason=reason,
            approver=approver,
        )

    def void(
        self,
        stamp: Stamp,
        ratee: str | None,
        dimension: str | None,
        reason: str,
        approver: str,
        lead: Lead | None,
        *,
        year: Year,
    ) -> None:
        """Void the scores of a ratee, of a dimension, or all of the sheet.

        With a lead this stands open after closing too; the results then change only by a
        correction of the result. Live, the lead was released, concerns the rater and wasn't found
        innocent; paper history's is taken as written.
        """
        if lead is None:
            year.must_be_open()
        must_be_approved(stamp, reason, approver)
        if lead is not None and not stamp.legacy:
            lead.must_ground(self.parts[3])
        hit = [
            key for key in self.scores if ratee in (None, key[0]) and dimension in (None, key[1])
        ]
        if not hit:
            raise self._no_valid_score(ratee, dimension)
        for key in hit:
            self.record(
                self.Voided,
                stamp,
                ratee=key[0],
                dimension=key[1],
                relation=self.scores[key],
                reason=reason,
                approver=approver,
                lead=lead.code if lead else None,
            )

    def _must_be_first(self, entries: Sequence[Entry]) -> None:
        before = sorted({ratee for ratee, _ in self.scores.keys() | self.voided})
        if not before:
            return
        again = next((entry.ratee for entry in entries if entry.ratee in before), None)
        if not self.scores:
            told = say("ballot_voided_before", stream=self.id, ratee=again or before[0])
        elif again:
            told = say("ballot_already_scored", stream=self.id, ratee=again)
        else:
            told = say("ballot_handed_in", stream=self.id, ratee=before[0])
        raise Refusal(told, "scores")

    def _relation(self, ratee: str, dimension: str) -> str:
        if (ratee, dimension) not in self.scores:
            raise self._no_valid_score(ratee, dimension)
        return self.scores[ratee, dimension]

    def _no_valid_score(self, ratee: str | None, dimension: str | None) -> Refusal:
        voided = any(ratee in (None, key[0]) and dimension in (None, key[1]) for key in self.voided)
        key = "score_voided" if voided else "score_never_recorded"
        return Refusal(say(key, stream=self.id, ratee=ratee or "—"), "ratee")
