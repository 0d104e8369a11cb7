"""What the steps of a scheme and of a work list have in common: what each carries and refuses."""

from collections.abc import Collection
from dataclasses import KW_ONLY

from domain.fact import Fact, Stamp
from domain.refusal import Refusal
from domain.rules.procedure import Order, approves, holds_any, in_order
from domain.sentence import AnyOf, Term, say


class Step(Fact):
    """A step that somebody took; ``meeting`` and ``attendees`` are those of the Party group."""

    _: KW_ONLY
    comment: str | None = None
    meeting: str | None = None
    attendees: tuple[str, ...] = ()


def must_be_next(
    order: Order, stream: str, before: str | None, step: str, category: str | None = None
) -> None:
    """Refuse a step that may not come directly after the one before it.

    Args:
        category: the cadre's whose list it is, where it is known; the refusal names the approval
            that his list wants.

    Raises:
        Refusal: it is out of order.
    """
    if in_order(order, before, step):
        return
    earlier = [one for one in order[step] if one is not None and one != step]
    expected = AnyOf(tuple(Term(one) for one in earlier if approves(one, category)))
    raise Refusal(
        say(
            "step_out_of_order",
            stream=stream,
            step=Term(step),
            before=Term(before or "not_begun"),
            expected=expected,
        ),
        "year",
    )


def must_hold(
    stamp: Stamp, step: str, unit: str, held: Collection[str], roles: tuple[str, ...]
) -> None:
    """Refuse a step by somebody who holds none of its roles on that day.

    Args:
        held: the roles that ``stamp.by`` holds there.
        roles: those that may take it; none is anybody.

    Raises:
        Refusal: no role of these is held.
    """
    if not holds_any(held, roles):
        raise Refusal(
            say(
                "step_wants_role",
                by=stamp.by,
                day=stamp.on,
                unit=unit,
                roles=AnyOf(tuple(map(Term, roles))),
                step=Term(step),
            ),
            "by",
        )
