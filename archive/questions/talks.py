"""谈话: who is to be talked to, and whether and by whom it was done."""

from types import SimpleNamespace

from archive.archive import Archive
from archive.questions.declare import Answer, Question
from archive.questions.parameters import COUNTY, MINE, YEAR
from archive.questions.rows import talk_row
from archive.who import own_unit
from projections.reader import Reader
from projections.talks import talks_of_year

TALKS = ("unit", "cadre", "kind", "talkers", "status", "annual", "rank", "of", "due_on")


def _talks(archive: Archive, reader: Reader, asked: SimpleNamespace) -> Answer:
    return Answer([talk_row(talk) for talk in talks_of_year(reader, asked.year)], TALKS)


QUESTIONS = (
    Question(
        "talks",
        "谈话：谁该被谈话，谈了没有，由谁谈的。",
        _talks,
        COUNTY + own_unit("unit_head", "unit_deputy") + MINE,
        settled=True,
        year=YEAR,
    ),
)
