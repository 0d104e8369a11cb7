"""The grade on record, of all that was proposed, confirmed and corrected.

What is corrected goes before what is confirmed, that before what is proposed; of those alike
the last counts. A confirmation without a grade (paper history) confirms what is proposed.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.rules.facts import GradeGiven, Status

ORDER: dict[Status, int] = {"proposed": 0, "confirmed": 1, "corrected": 2}


def grade_on_record(events: Iterable[tuple[str | None, Status, int]]) -> GradeGiven | None:
    """Return the grade that counts.

    Args:
        events: grade, status and position, in the order in which they became known.
    """
    given: dict[Status, GradeGiven] = {}
    confirmed = False
    for grade, status, position in events:
        confirmed = confirmed or status == "confirmed"
        if grade is not None:
            given[status] = GradeGiven(grade, status, position)
    if not given:
        return None
    best = given[max(given, key=ORDER.__getitem__)]
    return replace(best, status="confirmed") if confirmed and best.status == "proposed" else best
