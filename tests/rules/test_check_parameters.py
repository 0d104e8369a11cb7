"""The parameters of the checks: which are off, when lists are due, how levels are ordered."""

import pytest

from domain.refusal import Refusal
from domain.rules.document import SHIPPED, adopted_policy, read_policy
from domain.rules.policy import ZB09
from tests.rules.given import the_policy

TEXT = the_policy().text
OFF = 'off = { value = [], clause = "示例，非原文" }'
ORDER = TEXT[TEXT.index("order = {") : TEXT.index("[checks]")]


@pytest.mark.parametrize("name", [name for name in SHIPPED if name.startswith("shishou")])
def test_a_shipped_policy_files_lists_by_the_end_of_march_and_switches_nothing_off(
    name: str,
) -> None:
    policy = the_policy(name)
    assert (policy.lists.due_month, policy.lists.due_day) == (3, 31)
    assert policy.lists.after_posting_days == 30
    assert policy.levels.order == ZB09
    assert policy.talks.improvement_days == 180
    assert policy.checks.off == ()
    assert policy.clause("lists.due_day").startswith("R10")


def test_a_policy_that_leaves_them_out_has_the_defaults() -> None:
    old = TEXT[: TEXT.index("[lists]")]
    assert adopted_policy(old).levels.order == ZB09
    assert adopted_policy(old).checks.off == ()
    assert read_policy(old).unstated["levels.order"] == ZB09


def test_checks_are_switched_off_by_their_codes() -> None:
    policy = read_policy(TEXT.replace(OFF, 'off = { value = ["spread", "late"], clause = "x" }'))
    assert policy.checks.off == ("spread", "late")


REFUSED = [
    (OFF, 'off = { value = ["gossip"], clause = "x" }', "checks.off", "取自：order、wrong_role"),
    (OFF, 'off = { value = ["late", "late"], clause = "x" }', "checks.off", "不重复的列表"),
    (ORDER, 'order = { value = [], clause = "x" }\n', "levels.order", "至少一项，实为 []"),
    (ORDER, 'order = { value = ["甲", "甲"], clause = "x" }\n', "levels.order", "不重复的文字列表"),
    (ORDER, 'order = { value = [" "], clause = "x" }\n', "levels.order", "不重复的文字列表"),
    (ORDER, "order = { value = [1], clause = 'x' }\n", "levels.order", "不重复的文字列表"),
    (ORDER, "order = { value = '甲', clause = 'x' }\n", "levels.order", "不重复的文字列表"),
    ("due_month = { value = 3", "due_month = { value = 4", "lists.due_day", "不得大于 30"),
    ("due_month = { value = 3", "due_month = { value = 2", "lists.due_day", "不得大于 28"),
    ("due_month = { value = 3", "due_month = { value = 13", "lists.due_month", "1 到 12 之间"),
    ("after_posting_days = { value = 30", "after_posting_days = { value = 0",
     "lists.after_posting_days", "1 到 366 之间"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "problem"), REFUSED)
def test_a_wrong_value_is_refused_with_its_key(old: str, new: str, key: str, problem: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(Refusal) as refused:
        read_policy(TEXT.replace(old, new))
    assert f"，{key}：" in str(refused.value)
    assert problem in str(refused.value)


def test_a_document_says_its_own_levels() -> None:
    policy = read_policy(TEXT.replace(ORDER, 'order = { value = ["高", "低"], clause = "x" }\n'))
    assert policy.levels.order == ("高", "低")
