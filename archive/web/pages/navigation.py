"""What the pages are called and where they are: the menu, and the letters that lead there."""

from dataclasses import dataclass

from archive.questions import QUESTIONS
from domain.sentence import Lang, term


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu.

    Args:
        path: where it leads.
        label: its term.
        letter: typed behind ``g``, it leads there too; none has none.
        asks: the question, command or operation that whoever sees it must be able to ask.
    """

    path: str
    label: str
    letter: str | None
    asks: str | None


def _asked(name: str, letter: str | None = None) -> Entry:
    return Entry(f"/{name}", f"ask_{name}", letter, name)


MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "menu_results",
        (
            Entry("/", "web_overview", "h", None),
            _asked("rank", "r"),
            _asked("record", "c"),
            _asked("eligible", "e"),
            _asked("decisions", "d"),
            _asked("appeals", "f"),
        ),
    ),
    (
        "menu_process",
        (
            _asked("schemes", "s"),
            _asked("units", "u"),
            _asked("circular", None),
            _asked("talks", "t"),
            _asked("spread", "b"),
            _asked("check", "k"),
        ),
    ),
    (
        "menu_audit",
        (
            _asked("audit", "a"),
            Entry("/patterns", "web_patterns", "p", "patterns"),
            _asked("leads", "l"),
            Entry("/integrity", "web_integrity", "v", "verify"),
        ),
    ),
    (
        "menu_records",
        (
            Entry("/commands", "web_commands", "n", None),
            Entry("/import", "web_import", "i", None),
            _asked("policy", "y"),
            _asked("event", None),
            Entry("/jobs", "web_jobs", "j", None),
        ),
    ),
    ("menu_access", (_asked("accounts", "z"), _asked("access-log", "x"))),
)
"""The menu's groups; a question that stands in none is in ``rest``."""


def rest() -> tuple[Entry, ...]:
    """Return the questions that no group names, so that none is out of reach."""
    named = {entry.asks for _, entries in MENU for entry in entries} | {"dossier"}
    return tuple(_asked(name) for name in QUESTIONS if name not in named)


def title_of(question: str, lang: Lang) -> str:
    """Return what a question is called."""
    return term(f"ask_{question}", lang)
