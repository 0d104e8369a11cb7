"""年度排名: who ranks where among those of the same rank level."""

from types import SimpleNamespace

from archive.archive import Archive
from archive.fields import Flag, Id
from archive.questions.declare import Answer, Parameter, Question
from archive.questions.parameters import COUNTY, MINE, OWN_UNITS, UNIT, YEAR
from archive.questions.rows import rank_row, reasons_row
from archive.questions.unknown import note_unknown
from projections.city_ranking import city_ranking
from projections.ranking import annual_ranking, place_of
from projections.reader import Reader

RANK = (
    "unit", "rank_level", "rank", "of", "cadre", "name", "performance", "annual", "half",
    "grade", "grade_status", "policy",
)  # fmt: skip


def _rank(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    which = (asked.year, asked.unit, asked.level, asked.without_rater)
    note_unknown(reader, asked.unit, asked.without_rater)
    if asked.why:
        ranked = annual_ranking(reader, *which)
        return Answer([reasons_row(line) for line in ranked], (*RANK, "findings"), found=ranked)
    if asked.unit is None:
        engine = archive.views.engine
        places = city_ranking(reader, engine, asked.year, asked.level, asked.without_rater).places
    else:
        places = tuple(map(place_of, annual_ranking(reader, *which)))
    return Answer([rank_row(place) for place in places], RANK)


QUESTIONS = (
    Question(
        "rank",
        "年度排名：同一单位同一职务层次按年度得分排名。",
        _rank,
        COUNTY + OWN_UNITS + MINE,
        raters="without_rater",
        settled=True,
        year=YEAR,
        unit=UNIT,
        level=Parameter(Id(required=False), "只看一个职务层次。", "L"),
        without_rater=Parameter(Id(required=False), "假设没有此人的评分。", "C"),
        why=Parameter(Flag(required=False), "列出每个结果的依据。"),
    ),
)
