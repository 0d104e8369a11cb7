"""Making a great many facts without the garbage collector looking through them time and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Put the collector off: what a whole year is made of is kept, and refers to no cycle.

    What was made is among the old objects afterwards, unseen: else the first new object would
    have all of it looked through. Of two threads here at once the first to leave switches the
    collector on again, which costs the other some time only.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
