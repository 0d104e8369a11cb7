"""What of an answer is for whoever asks: the rows of own units, what is one's own, and no raters.

A clause that fits (:mod:`archive.who`) narrows the question where it has a parameter for it, else
the rows of the answer. Who scored whom is for the organization's auditor alone, whatever else an
answer shows, and each look is recorded before the answer is made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from archive.access import Actor, Denied, has_role
from archive.questions.parts import part_of
from archive.topics import OF_ACCOUNTS, OF_RATERS
from archive.who import AUDITOR, Clause, told
from domain.ballot import Ballot
from domain.cadre import Cadre
from domain.refusal import Refusal
from domain.sentence import say
from projections.facts import closings

if TYPE_CHECKING:
    from archive.archive import Archive
    from archive.questions.declare import Answer, Question
    from projections.reader import Reader


@dataclass(frozen=True, slots=True)
class _Sight:
    """What one clause lets whoever asks see.

    Args:
        parameters: what the question is narrowed to.
        columns: what the rows are narrowed to: the values that each column may have.
        units: units of which alone rows may tell, where they tell of a unit at all.
    """

    parameters: tuple[tuple[str, str], ...] = ()
    columns: tuple[tuple[str, Collection[str]], ...] = ()
    units: Collection[str] | None = None

    def shows(self, row: Mapping[str, Any]) -> bool:
        """Tell if a row may be seen."""
        if any(part_of(row, column) not in values for column, values in self.columns):
            return False
        return self.units is None or part_of(row, "unit") in (None, *self.units)


def answered(
    question: Question,
    archive: Archive,
    reader: Reader,
    actor: Actor | None,
    asked: SimpleNamespace,
) -> Answer:
    """Return the answer as whoever asks may see it; the whole, where the archive has no accounts.

    Raises:
        Denied: nothing of it, which is recorded.
    """
    if actor is None:
        return question.fetch(archive, reader, asked)
    about = vars(asked)
    denied = Denied(question.name, about)
    clauses = [clause for clause in question.who if has_role(actor, clause)]
    auditor = actor.holds(AUDITOR) and any(AUDITOR in (c.roles or ()) for c in clauses)
    shows_raters = question.raters is True or bool(about.get(str(question.raters)))
    if shows_raters and isinstance(question.raters, str) and not auditor:
        raise archive.access.denied(actor, denied)
    sights = [
        sight
        for clause in clauses
        if (sight := _sight(clause, actor, question.parameters, about, archive)) is not None
    ]
    if not sights:
        raise archive.access.denied(actor, denied)
    if shows_raters and auditor:
        archive.access.register.look(actor.account, question.name, told(about))
    seen = _seen(question, archive, reader, asked, sights)
    if seen is None:
        raise archive.access.denied(actor, denied)
    if question.settled and all(clause.units or clause.me for clause in clauses):
        seen = _settled(seen, archive, reader, asked)
    cut = _without(seen, OF_ACCOUNTS if auditor else OF_ACCOUNTS | OF_RATERS, actor.account)
    if cut is not seen:
        reader.notes.append(say("note_cut"))
    return cut


def _sight(
    clause: Clause, actor: Actor, parameters: Collection[str], about: Mapping[str, Any],
    archive: Archive,
) -> _Sight | None:  # fmt: skip
    """Return what a clause lets be seen of what is asked; None where that is nothing."""
    given: list[tuple[str, str]] = []
    columns: list[tuple[str, Collection[str]]] = []
    for name in clause.me:
        if name not in parameters:
            columns.append((name, (actor.account,)))
        elif about[name] is None:
            given.append((name, actor.account))
        elif about[name] != actor.account:
            return None
    if not clause.units:
        return _Sight(tuple(given), tuple(columns))
    units = actor.units(*(clause.roles or ()))
    if "unit" in parameters and about["unit"] is not None:
        return _Sight(tuple(given), tuple(columns)) if about["unit"] in units else None
    if "unit" in parameters and len(units) == 1:
        return _Sight((*given, ("unit", min(units))), tuple(columns))
    if "cadre" in parameters and about["cadre"] is not None:
        posted = _posted(archive, about["cadre"])
        return _Sight(tuple(given), tuple(columns), units) if posted in units else None
    return _Sight(tuple(given), (*columns, ("unit", units))) if units else None


def _posted(archive: Archive, cadre: str) -> str | None:
    """Return the unit that a cadre is posted to now."""
    stream_id = f"{Cadre.TOPIC}/{cadre}"
    stored = archive.log.select_events(stream_id)
    stream = Cadre.fold(stream_id, map(archive.mapper.to_fact, stored))
    return stream.unit_on(archive.today())


def _seen(
    question: Question, archive: Archive, reader: Reader, asked: SimpleNamespace,
    sights: Sequence[_Sight],
) -> Answer | None:  # fmt: skip
    """Return the answer's rows that one of the sights shows; None where it is one that none does.

    One sight alone narrows the question itself. Of several, or of columns, the rows are narrowed,
    and what was noted of others isn't told.
    """
    if len(sights) == 1:
        vars(asked).update(sights[0].parameters)
        sights = [replace(sights[0], parameters=())]
    else:
        sights = [
            _Sight((), (*s.columns, *((n, (v,)) for n, v in s.parameters)), s.units) for s in sights
        ]
    noted = len(reader.notes)
    answer = question.fetch(archive, reader, asked)
    if any(sight == _Sight() for sight in sights):
        return answer

    def shown(row: Mapping[str, Any]) -> bool:
        return any(sight.shows(row) for sight in sights)

    if answer.one is not None:
        if not shown(answer.one):
            del reader.notes[noted:]
            return None
        return answer
    del reader.notes[noted:]
    return _narrowed(answer, shown)


def _settled(answer: Answer, archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    """Return of the answer what is about units that had closed the year asked for.

    Raises:
        Refusal: it is about somebody whose unit hadn't.
    """
    if asked.year is None:  # the last one closed
        return answer
    closed = {row.unit for row in reader.rows(closings, closings.table.c.year == asked.year)}
    if answer.one is not None:
        if _posted(archive, asked.cadre) not in closed:
            raise Refusal(say("year_shown_once_closed", year=asked.year), "year")
        return answer
    kept = _narrowed(answer, lambda row: row["unit"] in closed)
    if len(kept.rows) < len(answer.rows):
        reader.notes.append(say("year_shown_once_closed", year=asked.year))
    return kept


def _narrowed(answer: Answer, shown: Callable[[Mapping[str, Any]], bool]) -> Answer:
    """Return the answer with some of its rows, and what they were made of."""
    kept = [shown(row) for row in answer.rows]
    found = answer.found
    if isinstance(found, Sequence) and len(found) == len(kept):
        found = [one for one, keep in zip(found, kept, strict=True) if keep]
    elif not all(kept):
        found = None
    rows = [row for row, keep in zip(answer.rows, kept, strict=True) if keep]
    return replace(answer, rows=rows, found=found)


def _without(answer: Answer, topics: Collection[str], account: str) -> Answer:
    """Return the answer without the events of these topics, itself where it has none of them.

    Args:
        account: whoever asks, whose own sheets aren't left out.
    """

    def kept(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [row for row in rows if _topic(row) not in topics or _own_sheet(row, account)]

    rows, one = kept(answer.rows), answer.one
    if one is not None and isinstance(one.get("events"), list):
        events = kept(one["events"])
        if len(events) < len(one["events"]):
            one = {**one, "events": events}
    if len(rows) == len(answer.rows) and one is answer.one:
        return answer
    return replace(answer, rows=rows, one=one)


def _own_sheet(row: Mapping[str, Any], account: str) -> bool:
    """Tell if a row is an event of the sheet that this account handed in."""
    stream = row.get("stream")
    return (
        isinstance(stream, str)
        and stream.startswith(f"{Ballot.TOPIC}/")
        and (part_of(row, "rater") == account)
    )


def _topic(row: Mapping[str, Any]) -> str | None:
    found = row.get("topic", row.get("event"))
    return found if isinstance(found, str) else None
