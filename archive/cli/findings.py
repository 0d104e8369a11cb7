"""Findings as a tree for people, as rows, and as an answer has them."""

from dataclasses import asdict
from typing import Any

import click
from rich.text import Text
from rich.tree import Tree

from archive.cli.output import console
from domain.rules.eligibility import Answer
from domain.rules.finding import Finding
from domain.sentence import Lang, Sentence, Term, say, speak, term

FINDING = ("rule", "verdict", "soft", "found", "needed", "clause", "evidence")


def add_finding(tree: Tree, found: Finding, lang: Lang) -> None:
    """Add a finding to the tree; what it combines tells what was found, and by which events."""
    rule = f"{found.rule} {term(found.verdict, lang)}"
    needed = say("finding_needed", needed=found.needed, clause=found.clause)
    if found.parts:
        own = found.found.key != "combined"  # else it only repeats what its parts say
        combined = say("finding_combined", rule=rule, needed=needed)
        told = say("finding", rule=rule, found=found.found, needed=needed)
        branch = tree.add(Text(speak(told if own else combined, lang)))
        for part in found.parts:
            add_finding(branch, part, lang)
        return
    shown = 6  # the rest is in --json
    evidence = "".join(f" #{position}" for position in found.evidence[:shown])
    more = "…" if len(found.evidence) > shown else ""
    key = "finding_soft" if found.soft else "finding"
    line = speak(say(key, rule=rule, found=found.found, needed=needed), lang)
    tree.add(Text(f"{line}{evidence}{more}"))


def finding_row(found: Finding) -> dict[str, Any]:
    """Return a finding as a row of its own."""
    return {
        "rule": found.rule,
        "verdict": str(found.verdict),
        "soft": found.soft,
        "found": found.found,
        "needed": found.needed,
        "clause": found.clause,
        "evidence": list(found.evidence),
    }


def answered(answer: Answer) -> dict[str, Any]:
    """Return what an answer about eligibility says, for JSON."""
    return {
        "verdict": str(answer.verdict),
        "findings": answer.findings,
        "interpretations": [
            {"parameter": i.parameter, "value": i.value, "verdict": str(i.verdict)}
            for i in answer.interpretations
        ],
        "sensitive": answer.sensitive,
        "policies": [asdict(judged_by) for judged_by in answer.judged_by],
    }


def show_answer(answer: Answer, heading: Sentence, lang: Lang) -> None:
    """Print an answer as a tree, and how it reads otherwise."""
    tree = Tree(Text(speak(heading, lang)))
    add_finding(tree, answer.finding, lang)
    console().print(tree)
    for other in answer.interpretations:
        reading = {"parameter": other.parameter, "value": other.value}
        sentence = say("read_otherwise", **reading, verdict=Term(other.verdict))
        click.echo(speak(sentence, lang))
    if answer.sensitive:
        click.echo(speak(say("sensitive"), lang))
