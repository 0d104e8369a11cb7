"""Making a great many facts without the garbage collector looking through them time and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Put the collector off: what a whole year is made of is kept, and refers to no cycle.

    Of two threads here at once the first to leave switches it on again, which costs the other
    some time only.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
