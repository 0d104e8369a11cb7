"""Components, 实绩分 and 年度分 of one cadre in one year (R01, R02, R11).

performance = work_share × Σ(item weight × item mean) + log_share × mean log rating;
annual = Σ weight × component, from unrounded components. Evidence that is missing is never
weighed away: the score is then absent. Values are exact, in hundredths of a point. A year served
in several units is weighed by days (``sheets``).
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import chain

from msgspec.structs import replace

from domain.rules.consistency import WHOLE
from domain.rules.facts import CadreYear, Given, Item, Served
from domain.rules.measured import InUnit, Mean, Measured, Origin, Scored, named, published
from domain.rules.policy import Component, Method, Policy
from domain.rules.sheets import Points, Sheet, Sheets
from domain.sentence import Sentence, Term, say


def panel(points: Sequence[int], method: Method, trim: int = 0) -> Fraction | None:
    """Return the mean of a panel's points, without the ``trim`` lowest and highest if trimmed.

    None when there are no points, or none would be left.
    """
    kept = _kept(points, method, trim)
    return Fraction(sum(kept), len(kept)) if kept else None


def score(member: CadreYear, policy: Policy) -> Scored:
    """Return the scores of one cadre's year under a city policy."""
    sheets = Sheets(member)
    parts = () if _given_performance(member, policy) else _parts(policy, sheets)
    performance = _performance(member, policy, parts)
    components = tuple(
        _component(name, component, member, policy, sheets, performance)
        for name, component in policy.components.items()
    )
    annual = _annual(member, components)
    return Scored(
        performance=_published(performance),
        annual=_published(annual),
        final_performance=performance,
        final_annual=annual,
        components=components,
        parts=parts,
        policy=policy,
        category=member.category,
    )


def _kept(points: Sequence[int], method: Method, trim: int) -> Sequence[int]:
    return sorted(points)[trim : len(points) - trim] if method == "trimmed_mean" else points


def _published(measured: Measured) -> int | None:
    return None if measured.value is None else published(measured.value)


def _given_performance(member: CadreYear, policy: Policy) -> Given | None:
    """Return the performance on record: as a final, or as the component that measures it.

    Of several a correction outranks what was recorded, and the later the earlier.
    """
    if not member.given:
        return None
    measuring = (n for n, c in policy.components.items() if c.source == "performance")
    names = {"performance", *measuring} & member.given.keys()
    found = (member.given[name] for name in names)
    return max(found, key=lambda given: (given.corrected, given.position), default=None)


def _performance(member: CadreYear, policy: Policy, parts: Sequence[Measured]) -> Measured:
    if given := _given_performance(member, policy):
        return _taken("performance", WHOLE, given)
    return _weighed("performance", parts)


def _parts(policy: Policy, sheets: Sheets) -> tuple[Measured, ...]:
    shares = policy.performance
    listed = sheets.weighed(lambda sheet: bool(sheet.listed))
    rated = sheets.weighed(lambda sheet: bool(sheet.logs))
    work = _over(listed, sheets.whole, lambda sheet: _work(sheet, shares.work_share))
    log = _over(rated, sheets.whole, lambda sheet: _log(sheet, shares.log_share))
    return tuple(part for part in (work, log) if part.weight)


def _over(
    weighed: Sequence[tuple[Served, Sheet]], whole: Sheet, measure: Callable[[Sheet], Measured]
) -> Measured:
    """Measure a part as a whole, or in each unit and weighed by days; absent as soon as one is."""
    if not weighed:
        return measure(whole)
    units = tuple(InUnit(served, measure(sheet)) for served, sheet in weighed)
    first = units[0].measured
    days = sum(unit.served.days for unit in units)
    terms = [
        (unit.served.days, *value.as_integer_ratio())
        for unit in units
        if (value := unit.measured.value) is not None
    ]
    evidence = chain.from_iterable((*u.served.evidence, *u.measured.evidence) for u in units)
    missing = tuple(unit.served.unit for unit in units if unit.measured.value is None)
    return Measured(
        first.name,
        first.weight,
        None if missing else _weighted(terms, days),
        tuple(evidence),
        units=units,
        lacking=say("score_units_missing", units=missing) if missing else None,
    )


def _work(sheet: Sheet, weight: int) -> Measured:
    items = sheet.listed
    evidence: list[int] = []
    means: list[Mean] = []
    terms: list[tuple[int, int, int]] = []
    missing: list[str] = []
    for item in items:
        evidence.append(item.position)
        if item.item not in sheet.items:
            missing.append(item.item)
            continue
        scores, where = sheet.items[item.item]
        evidence.extend(where)
        means.append((item.item, sum(scores), len(scores)))
        terms.append((item.weight, sum(scores), len(scores)))
    lacking = _lacking_items(items, missing)
    value = None if lacking else _weighted(terms, WHOLE)
    return Measured("work", weight, value, tuple(evidence), means=tuple(means), lacking=lacking)


def _lacking_items(items: Sequence[Item], missing: Sequence[str]) -> Sentence | None:
    if not items:
        return say("score_no_items")
    return say("score_items_unscored", items=tuple(missing)) if missing else None


def _log(sheet: Sheet, weight: int) -> Measured:
    lacking = None if sheet.logs else say("score_no_log_rating")
    evidence = tuple(sheet.log_positions)
    return Measured("log", weight, panel(sheet.logs, "mean"), evidence, lacking=lacking)


def _component(
    name: str,
    component: Component,
    member: CadreYear,
    policy: Policy,
    sheets: Sheets,
    performance: Measured,
) -> Measured:
    weight = policy.weight(name, member.category)
    if component.source == "performance":
        return Measured(
            name,
            weight,
            performance.value,
            performance.evidence,
            performance.origin,
            lacking=performance.lacking,
        )
    if name in member.given:
        return _taken(name, weight, member.given[name])
    if component.source == "outside":
        return Measured(name, weight, None, (), lacking=say("score_not_recorded"))
    weighed = sheets.weighed(lambda s: s.has_ballots(component.relations), with_own=True)
    return _over(weighed, sheets.whole, lambda s: _from_ballots(name, weight, component, s))


def _taken(name: str, weight: int, given: Given) -> Measured:
    origin: Origin = "recorded"
    if given.corrected:
        origin = "corrected"
    elif given.computed_elsewhere:
        origin = "paper"
    return Measured(name, weight, Fraction(given.points), (given.position,), origin)


def _from_ballots(name: str, weight: int, component: Component, sheet: Sheet) -> Measured:
    positions = sheet.ballot_positions
    evidence = tuple(chain.from_iterable(positions.get(r, ()) for r in component.relations))
    by_dimension = _by_dimension(component.relations, sheet)
    if not by_dimension:
        lacking = say("score_no_ballots", relations=_terms(component.relations))
        return Measured(name, weight, None, evidence, lacking=lacking)
    means: list[Mean] = []
    for dimension in sorted(by_dimension):
        by_relation = by_dimension[dimension]
        mean = _dimension_mean(by_relation, component)
        if mean is None:
            lacking = _too_few(dimension, by_relation, component)
            return Measured(name, weight, None, evidence, lacking=lacking)
        means.append((dimension, *mean))
    value = _weighted([(1, total, n) for _, total, n in means], len(means))
    return Measured(name, weight, value, evidence, means=tuple(means))


def _by_dimension(relations: Sequence[str], sheet: Sheet) -> dict[str, Points]:
    by_dimension: dict[str, Points] = {}
    for relation in relations:
        for dimension, scores in sheet.ballots.get(relation, {}).items():
            by_dimension.setdefault(dimension, {})[relation] = scores
    return by_dimension


def _dimension_mean(by_relation: Points, component: Component) -> tuple[int, int] | None:
    """Return the mean over a dimension's raters as numerator and denominator."""
    if component.method != "weighted_by_relation":
        scores = [score for given in by_relation.values() for score in given]
        kept = _kept(scores, component.method, component.trim)
        return (sum(kept), len(kept)) if kept else None
    weights = component.relation_weights
    if any(weight and relation not in by_relation for relation, weight in weights.items()):
        return None
    terms = [(weights[r], sum(scores), len(scores)) for r, scores in by_relation.items()]
    return _weighted(terms, WHOLE).as_integer_ratio()


def _too_few(dimension: str, by_relation: Points, component: Component) -> Sentence:
    if component.method == "weighted_by_relation":
        missing = [r for r in component.relations if r not in by_relation]
        return say("score_relation_missing", dimension=dimension, relations=_terms(missing))
    count = sum(len(scores) for scores in by_relation.values())
    return say("score_panel_too_small", dimension=dimension, n=count, trim=component.trim)


def _annual(member: CadreYear, components: Sequence[Measured]) -> Measured:
    """Return the annual score: the one on record, unless a component was corrected since.

    Then it is computed anew; where components for that are missing, the one on record stays.
    """
    computed = _weighed("annual", [component for component in components if component.weight])
    given = member.given.get("annual")
    if given is None:
        return computed
    later = [c for c in components if c.weight and _corrected_after(c, given)]
    if later and computed.value is not None:
        return computed
    taken = _taken("annual", WHOLE, given)
    if not later:
        return taken
    lacking = say(
        "score_correction_not_counted",
        corrected=_components(component.name for component in later),
        missing=_components(c.name for c in components if c.weight and c.value is None),
    )
    evidence = tuple(chain(taken.evidence, *(component.evidence for component in later)))
    return replace(taken, evidence=evidence, lacking=lacking)


def _corrected_after(component: Measured, given: Given) -> bool:
    return component.origin == "corrected" and max(component.evidence) > given.position


def _weighed(name: str, parts: Sequence[Measured]) -> Measured:
    """Σ weight × part; absent as soon as one part is."""
    evidence = tuple(chain.from_iterable(part.evidence for part in parts))
    terms = [
        (part.weight, *part.value.as_integer_ratio()) for part in parts if part.value is not None
    ]
    if len(terms) == len(parts):
        return Measured(name, WHOLE, _weighted(terms, WHOLE), evidence)
    missing = _components(part.name for part in parts if part.value is None)
    return Measured(name, WHOLE, None, evidence, lacking=say("score_parts_missing", parts=missing))


def _weighted(terms: Iterable[tuple[int, int, int]], whole: int) -> Fraction:
    """Return Σ weight × numerator / denominator, over ``whole``.

    In plain ints with one Fraction at the end: a city's year is 300,000 scores.
    """
    total, below = 0, 1
    for weight, numerator, denominator in terms:
        total, below = total * denominator + weight * numerator * below, below * denominator
    return Fraction(total, below * whole)


def _components(names: Iterable[str]) -> tuple[Term, ...]:
    return tuple(map(named, names))


def _terms(codes: Iterable[str]) -> tuple[Term, ...]:
    return tuple(Term(code) for code in codes)
