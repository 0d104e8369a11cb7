"""Findings as trees for people."""

import click
from rich.text import Text
from rich.tree import Tree

from archive.cli.options import Options
from archive.cli.output import console, tell
from archive.questions import declare
from archive.questions.eligible import reading_row
from domain.rules.eligibility import Answer
from domain.rules.finding import Finding
from domain.sentence import Lang, Sentence, Term, say, speak, term


def draw_reasons(answer: declare.Answer, options: Options) -> None:
    """Print a ranking with what each line rests on, where that was asked for."""
    if answer.found is None:
        tell(answer, options)
        return
    for line in answer.found:
        tree = Tree(Text(f"{line.standing.unit} {line.standing.cadre} {line.name}"))
        for found in line.standing.findings:
            add_finding(tree, found, options.lang)
        console().print(tree)


def draw_eligibility(answer: declare.Answer, options: Options) -> None:
    """Print an answer about eligibility with its findings as a tree."""
    assert answer.one is not None
    asked, found = answer.one, answer.found
    heading = say(
        "answer", cadre=asked["cadre"], purpose=Term(asked["for"]), verdict=Term(found.verdict)
    )
    show_answer(found, heading, options.lang)


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


def show_answer(answer: Answer, heading: Sentence, lang: Lang) -> None:
    """Print an answer as a tree, and how it reads otherwise."""
    tree = Tree(Text(speak(heading, lang)))
    add_finding(tree, answer.finding, lang)
    console().print(tree)
    for other in answer.interpretations:
        click.echo(speak(say("read_otherwise", **reading_row(other)), lang))
    if answer.sensitive:
        click.echo(speak(say("sensitive"), lang))
