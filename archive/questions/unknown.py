"""A note for ids that were never registered, which else would look like no data."""

from domain.sentence import say
from projections.facts import cadres, units
from projections.reader import Reader


def note_unknown(reader: Reader, unit: str | None, *asked: str | None) -> None:
    """Note the unit and the cadres asked for that aren't known as of the reader's time."""
    if unit is not None and not reader.rows(units, units.table.c.unit == unit):
        reader.notes.append(say("note_unknown", code=unit))
    for cadre in asked:
        if cadre is not None and not reader.rows(cadres, cadres.table.c.cadre == cadre):
            reader.notes.append(say("note_unknown", code=cadre))
