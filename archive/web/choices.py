"""What may be chosen on forms: years and units, read once for each state of the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup
from sqlalchemy import select

from projections.as_of import AsOf
from projections.facts import roster, units
from projections.reader import Reader, latest

_MOST = 16
"""Times looked back to at once; a city's names are some ten thousand bytes."""


@dataclass(frozen=True)
class Choices:
    """What may be chosen as of one time.

    Args:
        years: those that have a roster, the last first.
        units: their names by id, in order.
    """

    years: tuple[int, ...]
    units: Mapping[str, str]

    @cached_property
    def unit_options(self) -> Markup:
        """The units as a list of options, which every page with a unit to choose repeats."""
        option = Markup('<option value="{}">{}</option>')
        return Markup("").join(option.format(*one) for one in self.units.items())


class KeptChoices:
    """The choices of the times asked last."""

    def __init__(self) -> None:
        self._made: dict[tuple[AsOf, int], Choices] = {}

    def of(self, reader: Reader, position: int) -> Choices:
        """Return the choices that a reader sees.

        Args:
            position: where the log stood before the reader began. What it sees besides is newer
                still, and then nobody begins at this position any more.
        """
        key = reader.as_of, position
        made = self._made.get(key)
        if made is None:
            made = Choices(tuple(years(reader)), dict(unit_names(reader)))
            self._made = dict([*self._made.items()][1 - _MOST :]) | {key: made}
        return made


def unit_names(reader: Reader) -> list[tuple[str, str]]:
    """Return the units with their names, by id."""
    return [
        (row.unit, row.name) for (_,), row in sorted(latest(reader.rows(units), "unit").items())
    ]


def years(reader: Reader) -> list[int]:
    """Return the years that have a roster, the last first."""
    table = roster.table
    query = select(table.c.year).distinct().where(*reader.as_of.conditions(table))
    return sorted((row.year for row in reader.connection.execute(query)), reverse=True)
