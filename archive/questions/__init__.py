"""Every question once: its name, what may be asked, and who answers.

The command line, the API and the pages are made from these declarations. To add a question, declare
it in the module of its subject.
"""

from archive.questions import (
    accounts,
    appeals,
    audit,
    check,
    circular,
    decisions,
    eligible,
    leads,
    policy,
    ranking,
    records,
    schemes,
    spread,
    talks,
    units,
)
from archive.questions.declare import Question

QUESTIONS: dict[str, Question] = {
    question.name: question
    for module in (
        ranking,
        eligible,
        audit,
        records,
        talks,
        schemes,
        spread,
        appeals,
        units,
        circular,
        decisions,
        check,
        leads,
        policy,
        accounts,
    )
    for question in module.QUESTIONS
}
"""The questions by name, in the order in which they are listed."""
