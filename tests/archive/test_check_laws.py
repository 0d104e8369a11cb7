"""What must hold of the checks of any history, however little of it is in order."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.archive import Archive
from domain.rules.conformance.checks import Checked
from domain.rules.finding import Verdict
from domain.sentence import speak
from projections.as_of import AsOf
from projections.conformance import checks_of_year
from projections.decisions import taken
from projections.eligibility import eligible
from projections.reader import Reader
from tests.archive.histories import CADRES, RATERS, YEARS, anything
from tests.archive.test_properties import on_days, recorded
from tests.commands.office import items
from tests.given import Command, asked
from tests.said import close, correction, paper, said

_one = st.sampled_from
_unit, _year, _who = _one(("U1", "U2")), _one(YEARS), _one(CADRES)
_by = _one((*RATERS, "C1", "C2", "CLERK"))
_day = st.builds("{}-{:02d}-{:02d}".format, _one((2017, 2018, 2019)), st.integers(1, 12),
                 st.integers(1, 28))  # fmt: skip
_meeting = st.fixed_dictionaries(
    {}, optional={"meeting": st.just("党组会"), "attendees": st.just(["C1", "R1"])}
)


def _say(name: str, more: st.SearchStrategy[dict[str, Any]], **fields: Any) -> Any:
    drawn = {"by": _by, "on": _day, **fields}
    return st.builds(
        lambda given, other: said(name, **given | other), st.fixed_dictionaries(drawn), more
    )


def _plain(name: str, **fields: Any) -> Any:
    return _say(name, st.just({}), **fields)


def procedure() -> st.SearchStrategy[Command]:
    """Draw steps of every procedure, in no order and by anybody."""
    unit, cadre = {"unit": _unit, "year": _year}, {"cadre": _who, "year": _year}
    contents = _one(({}, {"components": {"performance": 1}}, {"说明": "改"}))
    decided = {"decision": _one(("D1", "D2")), "cadre": _who}
    lists = [
        _say(f"work_list.{step}", _meeting, **cadre, unit=_unit)
        for step in ("review", "resolve", "file", "return")
    ]
    schemes = [
        _say(f"scheme.{step}", _meeting, **unit)
        for step in ("screen", "resolve", "countersign", "ratify", "return")
    ]
    return st.one_of(
        _plain("scheme.draft", **unit, content=contents),
        *schemes,
        _plain("work_list.submit", **cadre, unit=_unit, items=st.just(items(1))),
        *lists,
        _plain("work_log.enter", cadre=_who, day=_day, text=st.just("下村")),
        _plain("supervision.inspect", **unit, item=st.just("talks"), finding=st.just("查")),
        _plain("supervision.deduct", **unit, item=st.just("talks"), finding=st.just("查"),
               points=st.just(1)),
        _plain("result.publicise", **cadre, rank=_one((1, 2)), of=st.just(6)),
        _plain("result.notify", **cadre),
        _plain("result.reconsider", **cadre, grounds=st.just("异议")),
        _plain("result.decide", **cadre, stage=st.just("reconsider"), outcome=st.just("upheld"),
               grade=_one(("excellent", "competent"))),
        _plain("talk.set_deadline", **cadre, due=_day, requirements=st.just("改进")),
        _plain("talk.review_improvement", **cadre, outcome=_one(("improved", "not_improved"))),
        _plain("post.demote", **cadre, post=st.just("科员"), rank_level=st.just("1A60"),
               reason=st.just("未改进")),
        _plain("allowance.set_pool", **unit, rank_level=st.just("1A50"), standard=st.just(10_000)),
        _plain("admin.train", cadre=_who, course=st.just("培训")),
        _plain("cadre.post", cadre=_who, unit=_unit, post=_one(("科员", "副科长")),
               rank_level=_one(("1A50", "1A42")), category=st.just("other")),
        _plain("decision.commend", **decided, year=_year, title=st.just("先进")),
        _plain("decision.appoint", **decided, post=st.just("副科长"), rank_level=st.just("1A42"),
               unit=_unit),
        _plain("decision.except", decision=_one(("D1", "D2")), reason=st.just("特殊"),
               approver=st.just("BOSS")),
    )  # fmt: skip


def decision() -> st.SearchStrategy[Command]:
    """Draw decisions of every kind, under a few ids."""
    about = {"decision": _one(("D3", "D4", "D5", "D6", "D7")), "cadre": _who}
    return st.one_of(
        _plain("decision.commend", **about, year=_year, title=st.just("先进")),
        _plain("decision.train", **about, year=_year, course=st.just("培训班")),
        _plain("decision.talent", **about, year=_year, title=st.just("人才")),
        _plain("decision.appoint", **about, post=st.just("副科长"), rank_level=st.just("1A42"),
               unit=_unit),
    )  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[Command]:
    """Draw paper history of scores and procedures, each day's in the order drawn."""
    steps = draw(st.lists(procedure(), min_size=10, max_size=40))
    commands = draw(st.permutations([*draw(anything()), *steps]))
    days = sorted(draw(st.lists(st.integers(0, 900), min_size=len(commands),
                                max_size=len(commands))))  # fmt: skip
    return on_days(commands, days)


def checked(archive: Archive, as_of: str | None = None) -> list[Checked]:
    with asked(archive, as_of) as reader:
        return [one for year in YEARS for one in checks_of_year(reader, year)]


@settings(derandomize=True, deadline=None, max_examples=15)
@given(histories(), st.data())
def test_any_history_is_checked_alike_then_and_later_whole_and_unit_by_unit(
    history: list[Command], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(history)))
    with recorded(history[:cut]) as (archive, _):
        last = archive.log.last_position()
        then = checked(archive)
        list(archive.record(history[cut:]))
        if last:
            assert checked(archive, f"#{last}") == then
        now = checked(archive)
        with asked(archive) as reader:
            by_unit = [
                one
                for year in YEARS
                for unit in ("U1", "U2")
                for one in checks_of_year(reader, year, unit)
            ]
        assert by_unit == now
    for one in now:
        assert isinstance(one.finding.verdict, Verdict)
        assert one.finding.clause
        assert one.finding.evidence or one.finding.rule.startswith("R13"), one
        for lang in ("zh", "en"):
            assert speak(one.finding.found, lang)  # type: ignore[arg-type]
            assert speak(one.finding.needed, lang)  # type: ignore[arg-type]


@settings(derandomize=True, deadline=None, max_examples=25)
@given(histories(), st.lists(decision(), min_size=4, max_size=10))
def test_what_was_known_when_a_decision_was_taken_is_what_a_reader_of_then_finds(
    history: list[Command], decided: list[Command]
) -> None:
    closed = paper("2019-06-20", close(year=2017), close("U2", 2017), close())
    with recorded([*history, *closed, *paper("2019-07-01", *decided)]) as (archive, _):
        list(archive.record([correction("C1", "annual", 77, year=2017)]))
        list(archive.record(decided))
        with asked(archive) as reader:
            for one in taken(reader):
                as_of = AsOf(one.on, one.known_at, one.position - 1)
                alone = Reader(reader.connection, as_of)
                assert eligible(alone, one.purpose, one.cadre, one.year) == one.then
