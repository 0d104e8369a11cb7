"""The roster (R31b): halves that differ only by its amendments."""

from collections.abc import Iterator

from domain.rules.clauses import clause
from domain.rules.conformance.facts import Amendment, Conduct, Found
from domain.rules.finding import Finding, Verdict, positions
from domain.sentence import Sentence, Term, say


def half_changed_by_roster(conduct: Conduct) -> Iterator[Found]:
    """Nobody's half changes by an amendment of the roster alone.

    The same scores are ranked by the roster as frozen and as amended. A half that differs is
    shown, with the amendments' reasons and approvers, for somebody to look at: INSUFFICIENT.
    """
    for cadre, before in sorted(conduct.frozen.items()):
        after = conduct.standings.get(cadre)
        if after is None:
            continue
        changed = before.half != after.half
        yield Found(
            cadre,
            Finding(
                rule="R31b",
                verdict=Verdict.INSUFFICIENT if changed else Verdict.PASS,
                found=say(
                    "half_by_roster",
                    before=Term(before.half),
                    after=Term(after.half),
                    amendments=tuple(map(_told, conduct.amendments)),
                ),
                needed=say("half_by_roster_needed"),
                clause=clause("R31b"),
                evidence=positions(
                    (
                        (amendment.position for amendment in conduct.amendments),
                        (before.member.position, after.member.position),
                    )
                ),
            ),
        )


def _told(amendment: Amendment) -> Sentence:
    return say(
        "amendment_told",
        on=amendment.on,
        cadre=amendment.cadre,
        change=Term(amendment.change),
        reason=amendment.reason,
        approver=amendment.approver,
    )
