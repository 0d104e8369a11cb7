"""The whole city's ranking without its reasons, remembered until something is recorded."""

import msgspec
from sqlalchemy import Engine

from projections.ranking import Places, annual_ranking, placed
from projections.reader import Reader
from projections.remembered import Answer, question, recall, remember
from projections.standing import standing


def city_ranking(
    reader: Reader,
    engine: Engine,
    year: int,
    level: str | None = None,
    without_rater: str | None = None,
) -> Places:
    """Return the ranking of a year in all units, of one rank level or all.

    Args:
        engine: the views', where an answer is put away by a connection of its own.
        without_rater: as if this rater had never scored.
    """
    stands = standing(reader.connection)
    assert stands is not None  # who reads has caught up
    asked = question("ranking", reader.as_of, year, level, without_rater)
    found = recall(reader.connection, asked, stands.position)
    if found is not None:
        places = msgspec.json.decode(found, type=Places)
        reader.count_recalled(places.late, places.legacy)
        return places
    places = placed(reader, annual_ranking(reader, year, None, level, without_rater))
    if not reader.notes:  # which aren't remembered
        with engine.connect() as connection:
            answer = Answer(asked, msgspec.json.encode(places))
            remember(connection, stands.position, [answer])
    return places
