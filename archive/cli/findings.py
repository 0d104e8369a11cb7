"""Findings as a tree for people, and as rows."""

from typing import Any

from rich.text import Text
from rich.tree import Tree

from domain.rules.finding import Finding
from domain.sentence import Lang, say, speak, term

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
