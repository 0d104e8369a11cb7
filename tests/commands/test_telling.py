"""How events and refusals are told: without empty parts, money in yuan, alternatives as such."""

from dataclasses import fields, replace

import pytest
from eventsourcing.persistence import StoredEvent

from archive.archive import Archive
from archive.streams import EVENTS
from domain.refusal import Refusal
from domain.rules.quota import must_be_approvable
from domain.sentence import AnyOf, Lang, Term, say, speak
from domain.story import tell
from tests.commands.office import clock
from tests.commands.personnel import result
from tests.commands.process import PLACE, draft, scheme
from tests.commands.test_catalogue import SENTENCES, placeholders
from tests.given import an_archive
from tests.rules.given import POLICY
from tests.said import Command, correction, graded, people, policy, roster, said

OFFICE = [policy(), *people("B", "HEAD"), roster("B")]
PROPOSED = graded("B", "competent")[:1]
AWAY = {"cadre": "B", "kind": "sick", "from": "2018-02-01"}
LEVEL = {"unit": "U1", "year": 2018, "rank_level": "1A50", "standard": 10_000}
POOL = said("allowance.set_pool", **LEVEL)


def paid(**own: float) -> Command:
    grant = {"cadre": "B", "amount": 11_000} | own
    return said("allowance.grant", unit="U1", year=2018, grants=[grant])


def last(archive: Archive, lang: Lang) -> str:
    *_, (_, stream, version, topic, state) = [row for page in archive.log.scan(0) for row in page]
    return speak(tell(archive.mapper.to_fact(StoredEvent(stream, version, topic, state))), lang)


@pytest.mark.parametrize(
    ("before", "command", "chinese", "english"),
    [
        (PROPOSED, result("publicise"), "2018 年度结果公示", "result of 2018 publicised"),
        (
            PROPOSED,
            result("publicise", annual=85.5),
            "2018 年度结果公示（年度得分 85.50）",
            "result of 2018 publicised (annual score 85.50)",
        ),
        (
            PROPOSED,
            result("publicise", rank=2, of=3),
            "2018 年度结果公示（第 2 名，共 3 人）",
            "result of 2018 publicised (rank 2, people: 3)",
        ),
        (
            [],
            correction("B", "leader", 80),
            "2018 年度结果更正（领导 80.00）：{reason}（批准人 {approver}）",
            None,
        ),
        (
            [*PLACE, draft()],
            scheme("screen", "OFFICE"),
            "UP 2018 年度考核方案由绩考办初审",
            "UP's scheme of 2018 screened by the appraisal office",
        ),
        (
            [*PLACE, draft(), scheme("screen", "OFFICE")],
            scheme("resolve", "MEMBER", attendees=["PHEAD", "MEMBER"]),
            "UP 2018 年度考核方案经集体研究（2 人）",
            "UP's scheme of 2018 resolved by the Party group (present: 2)",
        ),
        ([], said("cadre.absence", **AWAY), "离岗（病假，自 2018-02-01）", None),
        (
            [],
            POOL,
            "U1 2018 年度1A50补贴标准每人 10000.00 元",
            "allowance of U1's year 2018, level 1A50: 10000.00 yuan a person",
        ),
        (
            [],
            POOL | {"floating": 2_000},
            "U1 2018 年度1A50补贴标准每人 10000.00 元（其中浮动 2000.00 元）",
            None,
        ),
        (
            [POOL],
            paid(),
            "B 2018 年度补贴 11000.00 元",
            "B granted 11000.00 yuan for 2018",
        ),
        (
            [POOL],
            paid(standard=10_500.5),
            "B 2018 年度补贴 11000.00 元（本人标准 10500.50 元）",
            "B granted 11000.00 yuan for 2018 (own standard 10500.50 yuan)",
        ),
    ],
)
def test_an_event_is_told_with_what_is_there(
    before: list[Command], command: Command, chinese: str, english: str | None
) -> None:
    with an_archive(*OFFICE, *before, clock=clock) as archive:
        archive.do(command)
        assert last(archive, "zh") == chinese.format(**command)
        assert english is None or last(archive, "en") == english


def outside_parentheses(text: str) -> set[str]:
    told = "".join(part.split("）")[-1] for part in text.split("（"))
    return placeholders("".join(part.split(")")[-1] for part in told.split("(")))


# the points of a deduction are optional in its event and wanted by its command
@pytest.mark.parametrize("topic", sorted(EVENTS.keys() - {"supervision.deducted"}))
def test_what_an_event_may_lack_is_told_in_parentheses(topic: str) -> None:
    """A clause there is left out without its value; elsewhere a gap would show."""
    optional = {
        field.name
        for field in fields(EVENTS[topic])  # type: ignore[arg-type]
        if field.default is None or field.default == ()
    }
    for lang in ("zh", "en"):
        assert not optional & outside_parentheses(SENTENCES[topic][lang]), (topic, lang)


@pytest.mark.parametrize(
    ("codes", "chinese", "english"),
    [
        (["reviewed"], "审核", "reviewed"),
        (["reviewed", "resolved"], "审核或集体研究", "reviewed or resolved"),
        (
            ["submitted", "reviewed", "resolved"],
            "提交、审核或集体研究",
            "submitted, reviewed or resolved",
        ),
    ],
)
def test_where_any_of_several_will_do_they_are_joined_by_or(
    codes: list[str], chinese: str, english: str
) -> None:
    either = AnyOf(tuple(map(Term, codes)))
    assert (speak(either), speak(either, "en")) == (chinese, english)


def test_parentheses_in_a_value_are_left_as_they_are() -> None:
    told = say("scheme.screened", unit="U1", year=2018, comment="同意（{comment}，）")
    assert speak(told) == "U1 2018 年度考核方案由绩考办初审（同意（{comment}，））"


def test_where_policy_leaves_nothing_to_approve_the_refusal_says_so() -> None:
    fixed = replace(POLICY, grading=replace(POLICY.grading, quota_max=POLICY.grading.quota))
    with pytest.raises(Refusal) as refused:
        must_be_approvable(2100, fixed, None)
    assert "no more than its quota of 20%" in speak(refused.value.sentence, "en")
