"""Policy documents: what is shipped, and every refusal with its line and key."""

import hashlib

import pytest

from domain.refusal import Refusal
from domain.rules.document import SHIPPED, read_policy, shipped
from domain.rules.policy import OPEN
from domain.sentence import speak
from tests.rules.given import the_policy

TEXT = the_policy().text
LINES = TEXT.splitlines()


def line_of(start: str) -> int:
    return next(n for n, line in enumerate(LINES, start=1) if line.startswith(start))


@pytest.mark.parametrize(
    ("name", "weights", "years", "target"),
    [
        ("shishou-2013", (4000, 3600, 2400), (2013, None), 4000),
        ("shishou-2017-pilot", (5000, 3000, 2000), (2017, 2017), 5000),
        ("shishou-2018", (5000, 3000, 2000), (2018, None), 5000),
    ],
)
def test_a_shipped_policy_weighs_as_published(
    name: str, weights: tuple[int, ...], years: tuple[int, int | None], target: int
) -> None:
    policy = the_policy(name)

    assert tuple(c.weight for c in policy.components.values()) == weights
    assert (policy.from_year, policy.until_year) == years
    assert policy.performance.target == target
    assert policy.sha256 == hashlib.sha256(policy.text.encode()).hexdigest()
    assert policy.clause("grading.quota") == "示例，非原文"


LEFT_OPEN = (
    "performance.tolerance",
    "ranking.min_group",
    "ranking.half",
    "grading.quota",
    "grading.excellent_floor",
    "grading.basically_competent_below",
    "grading.incompetent_below",
    "zone.share",
    "promotion.total",
    "promotion.peers",
    "talent.gap",
    "talks.days",
    "talks.improvement_days",
    "spread.definition",
    "lists.due_month",
    "lists.due_day",
    "lists.after_posting_days",
    "levels.order",
)


@pytest.mark.parametrize("name", [name for name in SHIPPED if not name.startswith("law")])
@pytest.mark.parametrize("parameter", LEFT_OPEN)
def test_what_the_source_leaves_open_is_marked_as_an_example(name: str, parameter: str) -> None:
    assert "示例，非原文" in the_policy(name).clause(parameter)


def test_the_law_has_its_quota_by_date() -> None:
    before, since = the_policy("law-2007"), the_policy("law-2021")

    assert (before.grading.quota, before.grading.quota_max) == (1500, 2000)
    assert (since.grading.quota, since.grading.quota_max) == (2000, 2500)
    assert [before.covers(y) for y in (2006, 2007, 2020, 2021)] == [False, True, True, False]
    assert since.covers(2021)
    assert not since.covers(2020)
    assert shipped("shishou-1900") is None
    assert {the_policy(name).name for name in SHIPPED} == set(SHIPPED)


def test_a_reading_changes_one_open_parameter_and_no_other() -> None:
    policy = the_policy()

    assert policy.reading("talent.gap", "bridge").talent.gap == "bridge"
    assert policy.reading("talent.gap", "bridge").ranking == policy.ranking
    assert all(len(choices) > 1 for choices in OPEN.values())
    with pytest.raises(ValueError, match=r"talent\.gap is one of"):
        policy.reading("talent.gap", "jump")
    with pytest.raises(KeyError):
        policy.clause("talent.gaps")


REFUSED = [
    ("window = { value = 3", "windows = { value = 3", "promotion.windows", "没有这个参数"),
    ("[zone]", "[zones]", "zones", "没有这个参数"),
    (
        'days = { value = 60, clause = "R21、R22 谈话；期限为示例，非原文" }',
        "days = 60",
        "talks.days",
        '应写成 { value = …, clause = "…" }',
    ),
    (
        'days = { value = 60, clause = "R21、R22 谈话；期限为示例，非原文" }',
        "days = { value = 60 }",
        "talks.days",
        "缺少依据条款 clause",
    ),
    (
        "days = { value = 60,",
        "days = { value = 6.5,",
        "talks.days",
        "1 到 3660 之间的整数，实为 6.5",
    ),
    ("days = { value = 60,", "days = { value = true,", "talks.days", "实为 True"),
    ("quota = { value = 0.20", "quota = { value = 20", "grading.quota", "0 到 1 之间"),
    ("quota = { value = 0.20", "quota = { value = 0.20001", "grading.quota", "最多四位小数"),
    ("quota = { value = 0.20", "quota = { value = nan", "grading.quota", "实为 NaN"),
    ("quota = { value = 0.20", "quota = { value = 1e-99999999", "grading.quota", "最多四位小数"),
    (
        "quota = { value = 0.20",
        "quota = { value = 0.26",
        "grading.quota",
        "不得大于 grading.quota_max",
    ),
    (
        "excellent_floor = { value = 85",
        "excellent_floor = { value = 85.125",
        "grading.excellent_floor",
        "0.00 到 100.00 之间、最多两位小数的数，实为 85.125",
    ),
    (
        "incompetent_below = { value = 60",
        "incompetent_below = { value = 75",
        "grading.incompetent_below",
        "应低于 grading.basically_competent_below",
    ),
    (
        "basically_competent_below = { value = 75",
        "basically_competent_below = { value = 86",
        "grading.basically_competent_below",
        "不得大于 grading.excellent_floor",
    ),
    (
        'partition = { value = "unit_level"',
        'partition = { value = "city"',
        "ranking.partition",
        "其中之一：unit_level、unit_category_level、unit_category，实为 city",
    ),
    (
        'relations = { value = ["leader"]',
        'relations = { value = ["boss"]',
        "components.leader.relations",
        "不重复的列表，取自：leader、peer、subordinate、served",
    ),
    (
        'relations = { value = ["leader"]',
        "relations = { value = []",
        "components.leader.relations",
        "应列明关系",
    ),
    (
        "[components.leader]",
        '[components.leader]\ntrim = { value = -1, clause = "x" }',
        "components.leader.trim",
        "0 到 1000 之间的整数，实为 -1",
    ),
    (
        "[components.leader]\nweight = { value = 0.20",
        "[components.leader]\nweight = { value = 0.21",
        "components",
        "权重之和应为 100%，实为 101%",
    ),
    (
        "[components.leader]\nweight",
        "[components.leader]\nweigth",
        "components.leader.weigth",
        "可用的有：weight、source",
    ),
    (
        "target = { value = 0.50",
        "target = { value = 0.40",
        "components",
        "实绩权重应为 40%，上下不超过 5%，实为 50%",
    ),
    (
        "[ranking]",
        '[categories.chief]\nleader = { value = 0.10, clause = "x" }\n\n[ranking]',
        "categories.chief",
        "权重之和应为 100%，实为 90%",
    ),
    (
        "[ranking]",
        '[categories.boss]\nleader = { value = 0.10, clause = "x" }\n\n[ranking]',
        "categories.boss",
        "可用的有：chief、team_member、section_chief、other",
    ),
    (
        "log_share = { value = 0.30",
        "log_share = { value = 0.20",
        "performance.log_share",
        "权重之和应为 100%，实为 90%",
    ),
    ("from = { value = 2018", "from = { value = 1948", "years.from", "1949 到 2200"),
    (
        "[performance]",
        'until = { value = 2017, clause = "x" }\n\n[performance]',
        "years.until",
        "终止年度 2017 早于起始年度 2018",
    ),
    ("run = { value = 3", "run = { value = 6", "talent.run", "不得大于 talent.window"),
    ('name = "shishou-2018"', 'name = "shishou/2018"', "name", "1至64个字符"),
    ('name = "shishou-2018"', f'name = "{"x" * 65}"', "name", "1至64个字符"),
    ('layer = "city"', 'layer = "town"', "layer", "其中之一：city、law，实为 town"),
    ("[components.leader]", "[components.annual]", "components.annual", "最终得分的名称"),
    ('title = "干部实绩考核办法（2018年起）"', 'title = " "', "title", "应有标题"),
    ('layer = "city"', 'layer = "city"\ncategories = 1', "categories", "应为一个表"),
    ("low = { value = 0.15", "low = { value = 0.26", "spread.low", "不得大于 spread.high"),
    ("order = { value = [", 'order = { value = [ "1A60",', "levels.order", "不重复的文字列表"),
    (
        "[components.leader]",
        '[components.leader]\nrelation_weights = { value = { boss = 1 }, clause = "x" }',
        "components.leader.relation_weights",
        "各关系（leader、peer、subordinate、served）到 0 至 1 之间",
    ),
    (
        'relations = { value = ["leader"], clause = "示例，非原文" }\nmethod = { value = "mean"',
        'relations = { value = ["leader"], clause = "x" }\n'
        'relation_weights = { value = { peer = 1 }, clause = "x" }\n'
        'method = { value = "weighted_by_relation"',
        "components.leader.relation_weights",
        "权重应与 relations 一一对应",
    ),
    (
        "[components.leader]",
        '[components.two]\nweight = { value = 0, clause = "x" }\n'
        'source = { value = "performance", clause = "x" }\n\n[components.leader]',
        "components.two.source",
        "来源为实绩的分项只能有一个",
    ),
]


def test_a_citys_policy_without_components_is_refused() -> None:
    law = shipped("law-2021") or ""
    with pytest.raises(Refusal) as refused:
        read_policy(law.replace('layer = "law"', 'layer = "city"'))
    assert "components：应至少有一个分项" in str(refused.value)


@pytest.mark.parametrize(("old", "new", "key", "problem"), REFUSED)
def test_a_wrong_document_is_refused_with_its_line_and_key(
    old: str, new: str, key: str, problem: str
) -> None:
    assert TEXT.count(old) == 1
    wrong = TEXT.replace(old, new)
    with pytest.raises(Refusal) as refused:
        read_policy(wrong)

    said = speak(refused.value.sentence)
    assert f"，{key}：" in said
    assert problem in said
    name = key.split(".")[-1]
    line = int(said.removeprefix("政策文件第").split("行")[0])
    assert name in wrong.splitlines()[line - 1] or key == "components"
    assert refused.value.field == "document"
    assert f"line {line}, {key}: " in speak(refused.value.sentence, "en")


def test_a_missing_parameter_is_refused_at_its_section() -> None:
    wrong = "\n".join(line for line in LINES if not line.startswith("from = "))
    with pytest.raises(Refusal, match=f"第{line_of('[years]')}行，years.from：缺少这个参数"):
        read_policy(wrong)


@pytest.mark.parametrize("text", ['name = "a"\nlayer = ', 'name = "a"\nx = 1\nx = 2', "[" * 5000])
def test_what_is_not_toml_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match=r"第[123]行，TOML：不是有效的 TOML"):
        read_policy(text)
