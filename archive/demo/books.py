"""What the whole city shares while its years are told."""

from collections.abc import Iterator
from dataclasses import dataclass

from archive.demo.memory import Memory
from archive.demo.people import World
from archive.demo.plants import Plants
from archive.demo.violations import Violations

Route = tuple[tuple[str, str], ...]
"""The stages of a contest, each with its outcome."""


@dataclass(frozen=True, slots=True)
class Books:
    """The city, what is planted in it, and what it remembers."""

    world: World
    plants: Plants
    violations: Violations
    memory: Memory
    routes: Iterator[Route]
    """The contests to come, in turn, so that each outcome is there."""
