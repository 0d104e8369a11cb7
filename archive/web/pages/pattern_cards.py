"""证据卡: what two who score each other gave, what was expected, and what is innocent of it.

Those of the pairs listed are kept with the computation; that of any other two is made when it is
asked for, as of the same position.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from archive.archive import Archive
from archive.fields import Id
from archive.form import first_error
from archive.patterns.card import SCORES, card_row, ranks, readings, told
from archive.patterns.rows import Row
from archive.patterns.scores import Scores
from archive.web.current import actor, archive, jobs, kept, lang, owner
from archive.web.jobs import Job
from archive.web.kept_rows import keep_rows, kept_rows
from archive.web.pages.cells import link, numeric_in
from archive.web.pages.computed import computed, folder_of, scores_of, then
from archive.web.pages.questions import line
from archive.web.pages.rendering import page, twin
from archive.web.pages.working import left_to
from domain.refusal import Refusal
from domain.sentence import Sentence, say, speak
from projections.patterns.analysed import Analysed, strata, stratum_of
from projections.patterns.evidence import Evidence, evidence
from projections.patterns.found import Found
from projections.patterns.pairs import Pair
from projections.patterns.readings import together
from projections.ranking import names_of
from projections.reader import Reader

MUTUAL = ("pairs", "retaliation")
"""The kinds of leads that are about two who score each other."""
ASKED = ("rater", "ratee")
_FOLDER, _OTHERS = "cards", "others"
_PATIENCE = 3.0
"""Seconds that whoever asks for the cards of two waits for them: few need a page of their own."""
_ONLY_SHOWN = ("told", "ranks")
"""What the page says of the numbers that the twin has as they are."""

Key = tuple[str, str, str, str, str, str]


def add_card_pages(blueprint: Blueprint) -> None:
    """Add the page of a pair's evidence card, and its twin."""
    blueprint.add_url_rule("/patterns/card", "patterns_card", _page)
    blueprint.add_url_rule("/patterns/card.json", "patterns_card_json", _json)


def keep_cards(folder: Path, analysed: Analysed, scores: Scores, reader: Reader) -> dict[Key, int]:
    """Keep the card of each pair listed, and return the numbers by which they are found.

    Args:
        folder: of the computation.
        reader: as of the position computed at.
    """
    (folder / _FOLDER).mkdir(mode=0o700)
    numbers: dict[Key, int] = {}
    for kind, found, pair in _listed(analysed.found):
        group = pair.group
        one = Evidence(
            found.relation, found.source, pair, found.people[group], found.residuals[group]
        )
        row = _row(one, scores, reader, kind)
        number = numbers[_key(kind, found, pair)] = len(numbers) + 1
        keep_rows(folder / _FOLDER / f"{number}.json", tuple(row), [row])
    return numbers


def with_cards(rows: Sequence[Row], kind: str, numbers: Mapping[Key, int]) -> list[Row]:
    """Return rows of a kind, or of leads of all kinds, with the numbers of their cards."""
    return [row | {"card": numbers.get(_key_of(row, kind))} for row in rows]


def card_url(job: str, row: Mapping[str, Any]) -> str | None:
    """Return where a row's card is, if it has one."""
    return link("/patterns/card", job=job, card=row["card"]) if row.get("card") else None


def _row(one: Evidence, scores: Scores, reader: Reader, kind: str = "pairs") -> Row:
    """Return a card with all that its page says."""
    pair = one.pair
    known = together(reader, scores.panels, pair.group, pair.a, pair.b)
    row = card_row(one, known, scores, kind)
    row |= {
        "told": [*told(one, row, scores.names)],
        "ranks": [*ranks(one, scores.names)],
        "innocent_readings": [*readings(pair.a, pair.b, known)],
    }
    del row["heat_map"]  # the unit's charts show it
    return row


def _listed(every: Sequence[Found]) -> Iterator[tuple[str, Found, Pair]]:
    for found in every:
        yield from (("pairs", found, pair) for pair in found.pairs)
        yield from (("retaliation", found, pair) for pair in found.retaliation)


def _key(kind: str, found: Found, pair: Pair) -> Key:
    return kind, pair.group, found.relation, found.source, pair.a, pair.b


def _key_of(row: Row, kind: str) -> Key:
    members: Sequence[str] = row.get("members") or (row.get("a", ""), row.get("b", ""))
    relation, source = (row[key].code if row[key] else "" for key in ("relation", "source"))
    return row.get("kind", kind), row["group"], relation, source, members[0], members[-1]


def _page() -> Response:
    archive().access.must(actor(), "patterns")
    job = _computed()
    if "card" in request.args:
        return _shown(job, [_listed_card(job)])
    typed = {name: request.args.get(name, "").strip() for name in ASKED}
    if wrong := _wrong(job, typed):
        return _shown(job, [], typed, wrong=wrong, status=422)
    cards = _cards_or_work(job, typed)
    if isinstance(cards, Job):
        return left_to(cards)
    return _shown(job, cards, typed)


def _json() -> Response:
    archive().access.must(actor(), "patterns")
    job = _computed()
    if "card" in request.args:
        return twin(**_told(_listed_card(job)))
    typed = {name: request.args.get(name, "").strip() for name in ASKED}
    if wrong := _wrong(job, typed):
        name, sentence = next(iter(wrong.items()))
        raise Refusal(sentence, name)
    cards = _cards_or_work(job, typed)
    if isinstance(cards, Job):
        return redirect(f"/jobs/{cards.id}.json", 303)
    return twin(**typed, cards=[_told(card) for card in cards])


def _told(card: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in card.items() if key not in _ONLY_SHOWN}


def _computed() -> Job:
    job = computed()
    if job is None:
        abort(404)
    return job


def _listed_card(job: Job) -> dict[str, Any]:
    """Return the card asked for by its number; that it is looked at is recorded."""
    number = request.args["card"]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        abort(404)
    path = folder_of(job) / _FOLDER / f"{int(number)}.json"
    if not path.is_file():
        abort(404)
    _, (card,) = kept_rows(path, lang())
    archive().access.look(actor(), "patterns", card=(card["a"], card["b"]))
    return card


def _wrong(job: Job, typed: Mapping[str, str]) -> dict[str, Sentence]:
    """Return what is wrong with the two people asked for, by field."""
    wrong: dict[str, Sentence] = {}
    for name, text in typed.items():
        try:
            Id().deserialize(text or None)
        except ValidationError as error:
            wrong[name] = first_error(error.messages)[0]
    with archive().ask(then(job.about)) as reader:
        known = names_of(reader, [text for name, text in typed.items() if name not in wrong])
    for name, text in typed.items():
        if name not in wrong and text not in known:
            wrong[name] = say("web_no_cadre", cadre=text, position=job.about["position"])
    if not wrong and len({*typed.values()}) == 1:
        wrong["ratee"] = say("card_of_one", who=typed["ratee"])
    return wrong


def _others(folder: Path, typed: Mapping[str, str]) -> Path:
    """Return where the cards of two are kept, in whichever order they were typed."""
    named = sha256("/".join(sorted(typed.values())).encode()).hexdigest()
    return folder / _OTHERS / f"{named}.json"


def _cards_of(job: Job, typed: Mapping[str, str]) -> list[dict[str, Any]] | None:
    """Return the cards of two, one for each kind of scores; None where they aren't made yet.

    That they are looked at is recorded.
    """
    path = _others(folder_of(job), typed)
    if not path.is_file():
        return None
    archive().access.look(actor(), "patterns", card=tuple(typed.values()))
    return kept_rows(path, lang())[1]


def _cards_or_work(job: Job, typed: Mapping[str, str]) -> list[dict[str, Any]] | Job:
    """Return the cards of two, or the work that makes them where it takes longer."""
    if (cards := _cards_of(job, typed)) is not None:
        return cards
    begun = _begun(job, typed)
    jobs().wait(begun, _PATIENCE)
    cards = _cards_of(job, typed)
    return begun if cards is None else cards


def _begun(job: Job, typed: Mapping[str, str]) -> Job:
    """Have the cards of two made."""
    place, location = _others(folder_of(job), typed), kept().settings.location
    about, pair = dict(job.about), tuple(typed.values())
    work = {"of": job.id, **typed}
    return jobs().start("card", work, owner(), lambda report: _made(location, about, pair, place))


def _made(location: str, about: dict[str, Any], pair: Sequence[str], place: Path) -> dict[str, Any]:
    """Make the cards of two, and keep them."""
    with Archive(location) as archive_:
        scores = scores_of(archive_, about)
        panels = sorted(scores.panels, key=stratum_of)
        found = [one for own in strata(panels) for one in evidence(own, *pair)]
        with archive_.ask(then(about)) as reader:
            rows = [_row(one, scores, reader) for one in found]
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = place.with_suffix(".part")
    keep_rows(beside, tuple(rows[0]) if rows else (), rows)
    beside.replace(place)
    return {"cards": len(rows)}


def _shown(
    job: Job,
    cards: Sequence[dict[str, Any]],
    typed: Mapping[str, str] | None = None,
    *,
    wrong: Mapping[str, Sentence] | None = None,
    status: int = 200,
) -> Response:
    nothing = say("no_card", a=typed["rater"], b=typed["ratee"]) if typed and not cards else None
    return page(
        "card.html",
        status,
        job=job,
        cards=[card | {"lines": _lines(card), "numeric": _numeric(card)} for card in cards],
        columns=SCORES,
        typed=typed or {name: cards[0][who] for name, who in zip(ASKED, ("a", "b"), strict=True)},
        wrong={name: speak(one, lang()) for name, one in (wrong or {}).items()},
        nothing=None if wrong else nothing,
    )


def _scores(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row | {"entered_at": _time(row["entered_at"])} for row in card["scores"]]


def _lines(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    names = {card[who]: card[f"{who}_name"] or "" for who in ("a", "b")}
    return [line("patterns", row, list(SCORES), names, None) for row in _scores(card)]


def _numeric(card: Mapping[str, Any]) -> set[str]:
    return numeric_in(SCORES, _scores(card))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
