"""A graph of who favours whom in one group: people on a circle, a line for each lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from xml.etree.ElementTree import Element, SubElement

from archive.charts.svg import FAINT, INK, drawing, drawn, hint, named, number, write
from domain.sentence import Lang, Sentence, say, speak

FAVOUR, GRUDGE, QUIET = "#a63603", "#08519c", "#cccccc"


@dataclass(frozen=True, slots=True)
class Tie:
    """Two who score each other otherwise than expected.

    Args:
        a, b: their places among the people.
        estimate: what both directions have in common, in points; below 0 they mark each other down.
        strong: else it is for review.
    """

    a: int
    b: int
    estimate: float
    strong: bool


def relation_graph(
    people: Sequence[str],
    ties: Sequence[Tie],
    rings: Sequence[Sequence[int]],
    title: str,
    lang: Lang,
) -> str:
    """Return the graph as SVG.

    Args:
        people: what to call each, around the circle.
        rings: the places of each ring's members, whose names are bold.
    """
    radius = max(150.0, 3.0 * len(people))
    centre = radius + 150
    root = drawing(
        2 * centre,
        2 * centre + 70,
        title,
        speak(say("graph_description", n=len(ties), rings=len(rings)), lang),
    )
    write(root, title, 16, 24, font_size="15", font_weight="bold")
    points = [_point(at, len(people), radius, centre) for at in range(len(people))]
    for tie in sorted(ties, key=lambda tie: abs(tie.estimate)):
        line = _line(root, points[tie.a], points[tie.b], tie.estimate, tie.strong)
        a, b, signed = people[tie.a], people[tie.b], f"{tie.estimate:+.1f}"
        hint(line, speak(say("graph_tie", a=a, b=b, points=signed), lang))
    tied = {place for tie in ties for place in (tie.a, tie.b)}
    ringed = {place for ring in rings for place in ring}
    for at, name in enumerate(people):
        _person(root, name, points[at], at, len(people), at in tied | ringed, at in ringed)
    _legend(root, 2 * centre + 10, lang)
    return drawn(root)


def _point(at: int, n: int, radius: float, centre: float) -> tuple[float, float]:
    angle = 2 * pi * at / n - pi / 2
    return centre + radius * cos(angle), centre + radius * sin(angle)


def _line(
    root: Element,
    one: tuple[float, float],
    other: tuple[float, float],
    estimate: float,
    strong: bool,
) -> Element:
    ends = {"x1": one[0], "y1": one[1], "x2": other[0], "y2": other[1]}
    style = {
        "stroke": FAVOUR if estimate > 0 else GRUDGE,
        "stroke_width": number(min(1 + abs(estimate) / 2, 8)),
        "stroke_linecap": "round",
    }
    if not strong:
        style["stroke_dasharray"] = "6 5"
    return SubElement(root, "line", {k: number(v) for k, v in ends.items()} | named(style))


def _person(
    root: Element,
    name: str,
    point: tuple[float, float],
    at: int,
    n: int,
    tied: bool,
    ringed: bool,
) -> None:
    x, y = point
    given = {"cx": number(x), "cy": number(y), "r": "5" if tied else "3"}
    SubElement(root, "circle", given | {"fill": INK if tied else QUIET})
    turned = 360 * at / n - 90
    flipped = 90 < turned < 270
    write(
        root, name, x + (-10 if flipped else 10), y,
        text_anchor="end" if flipped else "start", dominant_baseline="central",
        transform=f"rotate({turned + (180 if flipped else 0):.1f} {x:.1f} {y:.1f})",
        font_weight="bold" if ringed else "normal", fill=INK if tied else FAINT,
    )  # fmt: skip


def _legend(root: Element, y: float, lang: Lang) -> None:
    entries: Sequence[tuple[float, bool, Sentence]] = (
        (6, True, say("graph_strong")),
        (6, False, say("graph_review")),
        (-6, True, say("graph_grudge")),
    )
    for place, (estimate, strong, sentence) in enumerate(entries):
        x = 16 + place * 180
        _line(root, (x, y), (x + 34, y), estimate, strong)
        write(root, speak(sentence, lang), x + 42, y, dominant_baseline="central")
    write(root, speak(say("graph_ringed"), lang), 16, y + 26, font_weight="bold")
