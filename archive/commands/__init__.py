"""Every command once: its name, its fields, and the stream method that decides it.

The API, the command line, page forms and templates are made from these declarations. To add a
command, declare it in the module of its subject and write the method that decides it.
"""

from archive.commands import (
    allowances,
    ballots,
    cadres,
    decisions,
    facts,
    leads,
    policies,
    results,
    schemes,
    service,
    supervision,
    talks,
    units,
    work,
    years,
)
from archive.commands.declare import Command

SUBJECTS: dict[str, tuple[Command, ...]] = {
    module.__name__.rpartition(".")[2]: module.COMMANDS
    for module in (
        units,
        cadres,
        service,
        policies,
        schemes,
        years,
        work,
        ballots,
        supervision,
        results,
        talks,
        allowances,
        decisions,
        leads,
        facts,
    )
}
"""The commands by subject, in the order in which a year goes."""

COMMANDS: dict[str, Command] = {
    command.name: command for commands in SUBJECTS.values() for command in commands
}
