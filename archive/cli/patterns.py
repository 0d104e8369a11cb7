"""``shiji patterns``: who scores by favour, carelessly or against rivals; leads, never verdicts."""

from dataclasses import dataclass
from pathlib import Path

import click

from archive.cli.options import Failure, Loaded, Options, question_options
from archive.cli.signed_in import operation
from archive.fields import Years
from domain.lead import KINDS
from domain.sentence import say

LISTS = ("one-way", "lift", "rotation", "across")
"""What is ranked and never flagged."""
MOST_SEEDS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of scoring patterns.

    Args:
        years: the first and the last closed year looked at; None for all.
        unit: which unit is shown; all are tested.
        kind: None for the leads of every kind.
        card: the two whose evidence card is shown.
        scores: a table instead of the archive.
        folder: where charts are written.
    """

    years: tuple[int, int] | None
    unit: str | None
    kind: str | None
    card: tuple[str, str] | None
    scores: str | None
    encoding: str
    seed: int
    folder: Path | None


@click.command()
@click.option(
    "--year", "years", type=Loaded(Years()), metavar="FROM-TO", help="只看这些已结账年度。"
)
@click.option("--unit", metavar="U", help="只显示一个单位；检验仍含全部单位。")
@click.option("--kind", type=click.Choice((*KINDS, *LISTS)), help="只列一种，连同未达线索标准的。")
@click.option("--card", nargs=2, metavar="A B", help="两人之间的证据卡。")
@click.option("--scores", metavar="FILE.csv", help="分析一张评分表，不用档案。")
@click.option("--encoding", default="utf-8", show_default=True, help="表的编码，例如 gbk。")
@click.option("--seed", type=click.IntRange(0, MOST_SEEDS), default=1, show_default=True,
              help="随机种子；同一种子得到同样的结果。")  # fmt: skip
@click.option("--svg", "folder", type=click.Path(path_type=Path), metavar="DIR",
              help="把有线索的单位画成残差热力图和关系图，写入文件夹。")  # fmt: skip
@click.option("--release", metavar="R", help="把线索发布为这个批次，记入档案；须同时给出 --by。")
@click.option("--by", metavar="C", help="由谁发布。")
@click.option("--again", metavar="R", help="按一个批次记下的位置和种子重算，与当时的线索对照。")
@click.option("--self-test", is_flag=True, help="在评分的副本里埋入已知规律，测发现率和误报率。")
@question_options
@operation("patterns", "unit", "kind", "card", "release", look=True, unless="scores")
def patterns(
    years: tuple[int, int] | None,
    unit: str | None,
    kind: str | None,
    card: tuple[str, str] | None,
    scores: str | None,
    encoding: str,
    seed: int,
    folder: Path | None,
    release: str | None,
    by: str | None,
    again: str | None,
    self_test: bool,
    options: Options,
) -> int:
    """评分规律：人情评分、随意评分、压低对手的线索；只供两人核查，不是结论，不改任何分数。"""
    asked = Asked(years, unit, kind, card, scores, encoding, seed, folder)
    given = {"--card": card, "--release": release, "--again": again, "--self-test": self_test}
    named = [name for name, value in given.items() if value]
    if len(named) > 1:
        raise Failure(say("patterns_one_of", options=tuple(named)))
    if scores and (years or release or again or options.as_of.position or options.as_of.known_at):
        raise Failure(say("patterns_of_archive"))
    # They take numpy, which no other question should wait for.
    if release is not None:
        from archive.cli.pattern_release import release_leads

        return release_leads(asked, release, by, options)
    if again is not None:
        from archive.cli.pattern_release import compute_again

        return compute_again(again, options)
    if self_test:
        from archive.cli.pattern_self_test import test_itself

        return test_itself(asked, options)
    if card is not None:
        from archive.cli.pattern_card import show_card

        return show_card(asked, card, options)
    from archive.cli.pattern_answer import show_patterns

    return show_patterns(asked, options)
