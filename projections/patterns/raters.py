"""The rater sheet: how severe, how flat, how careless one rater scores."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from domain.sentence import say
from projections.patterns.assessing import Fitted
from projections.patterns.halo import halos
from projections.patterns.known import mean_known
from projections.patterns.leads import NotAssessable
from projections.patterns.panel import Bools, Floats
from projections.patterns.timing import against_history, last_hours, seconds_between

FLAT = 0.35
"""Under this share of the unit's median spread a rater straight-lines."""


@dataclass(frozen=True, slots=True)
class RaterSheet:
    """How one rater scores; None where it can't be told.

    Args:
        severity: what the rater adds to every ratee (positive: lenient), mean of the periods.
        severity_se: its standard error, points.
        spread: own standard deviation over the unit's median.
        flat: straight-lines (spread under FLAT).
        noise_sd: what varies in the rater's scores within a dyad, points.
        slope: by how much more than others the rater stretches merit.
        halo: mean correlation of the dimensions over the rater's ratees.
        halo_unit: the unit's median of it.
        last_hours: share of the last period's scores entered in the unit's last hours.
        last_hours_before: the same over the rater's earlier periods.
        seconds: median seconds between entries in the last period.
        seconds_before: the same over the rater's earlier periods.
        drift: points of severity a period.
        drift_se: its standard error.
        scored: how many scores the sheet rests on.
    """

    group: str
    rater: str
    severity: float
    severity_se: float | None
    spread: float | None
    flat: bool
    noise_sd: float | None
    slope: float
    halo: float | None
    halo_unit: float | None
    last_hours: float | None
    last_hours_before: float | None
    seconds: float | None
    seconds_before: float | None
    drift: float | None
    drift_se: float | None
    scored: int


def sheets(one: Fitted) -> Iterator[RaterSheet]:
    """Yield the sheet of everybody who scored two people or more."""
    fit, panel = one.fit, one.panel
    times = len(panel.periods), len(panel.people)
    late, late_before = against_history(last_hours(panel.entries, *times))
    seconds, seconds_before = against_history(seconds_between(panel.entries, *times))
    severity, severity_se = mean_known(fit.severity, 0), severity_errors(one)
    drift, drift_se = drifts(fit.severity, fit.noise[None, :] * fit.ols.doubt)
    halo = halos(panel)
    told = halo[~np.isnan(halo)]
    halo_unit = float(np.median(told)) if told.size else None
    scored = (~np.isnan(one.points)).sum(axis=(0, 2))
    noise_sd = np.sqrt(fit.noise)
    for i in np.flatnonzero(several(one)):
        yield RaterSheet(
            group=panel.group,
            rater=panel.people[i],
            severity=float(severity[i]),
            severity_se=known(severity_se[i]),
            spread=known(fit.spread[i]),
            flat=bool(fit.spread[i] < FLAT),
            noise_sd=known(noise_sd[i]),
            slope=float(fit.slope[i]),
            halo=known(halo[i]),
            halo_unit=halo_unit,
            last_hours=known(late[i]),
            last_hours_before=known(late_before[i]),
            seconds=known(seconds[i]),
            seconds_before=known(seconds_before[i]),
            drift=known(drift[i]),
            drift_se=known(drift_se[i]),
            scored=int(scored[i]),
        )


def scored_one(one: Fitted) -> Iterator[NotAssessable]:
    """Yield the raters who have no sheet, since their severity is one score's."""
    rated = (~np.isnan(one.points)).any(axis=(0, 2))
    for i in np.flatnonzero(rated & ~several(one)):
        yield NotAssessable("raters", one.panel.group, say("scored_one"), one.panel.people[i])


def several(one: Fitted) -> Bools:
    """Tell who scored two people or more, in all periods together. (n,)"""
    several: Bools = (~np.isnan(one.points)).any(axis=0).sum(axis=1) > 1
    return several


def severity_errors(one: Fitted) -> Floats:
    """Return the standard error of each rater's mean severity; NaN where it can't be told. (n,)"""
    of_period = one.fit.noise[None, :] * one.fit.ols.doubt
    periods = (~np.isnan(of_period)).sum(axis=0)
    error: Floats = np.sqrt(mean_known(of_period, 0) / np.maximum(periods, 1))
    return error


def drifts(severity: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Return by how much severity changes a period, and the standard error that noise gives it.

    Args:
        severity: NaN where a rater took no part. (T, n)
        variance: of each, points². (T, n)
    """
    took_part = ~np.isnan(severity)
    count = took_part.sum(axis=0)
    at = np.where(took_part, np.arange(len(severity))[:, None], 0.0)
    away = np.where(took_part, at - at.sum(axis=0) / np.maximum(count, 1), 0.0)
    square = (away**2).sum(axis=0)
    enough = count >= 3
    below = np.where(enough, square, 1.0)
    slope = (away * np.where(took_part, severity, 0.0)).sum(axis=0) / below
    error = np.sqrt((away**2 * np.where(took_part, variance, 0.0)).sum(axis=0)) / below
    return np.where(enough, slope, np.nan), np.where(enough, error, np.nan)


def known(value: np.floating) -> float | None:
    """Return a number, or None where it can't be told."""
    return None if np.isnan(value) else float(value)
