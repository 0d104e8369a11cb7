"""Chance that can be repeated: one generator for each named part of the simulation."""

import random


def chance(*names: str | int) -> random.Random:
    """Return the random numbers of the part so named; the same names give the same numbers.

    Every part draws from its own numbers, so that the order in which parts are asked for
    changes nothing.
    """
    return random.Random("/".join(map(str, names)))  # noqa: S311 - a simulation, no secret
