"""Long work in the background, which can be left and come back to.

What is known of it stands in a file, so that every process of the desk can tell, and so that it is
still told when the desk was started again meanwhile.
"""

import json
import os
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from domain.refusal import Refusal
from domain.sentence import Lang, Sentence, Term, say, speak

Report = Callable[[int, int], None]
"""Told how much is done, and of how much."""
Work = Callable[[Report], Any]

_ID = re.compile(r"[A-Za-z0-9_-]{16}")
_EVERY = 0.3  # seconds between two looks at the progress
_KEPT = 30
"""Jobs of each kind that are remembered: what is done often doesn't push out what isn't."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Job:
    """Work that runs, or ran.

    Args:
        kind: ``rebuild``, ``verify``, ``patterns``, ``card``, ``release``,
            ``preview`` or ``import``.
        about: what it is done with, for the page that shows it.
        owner: the account that began it; None in an open archive.
        state: ``running``, ``done``, ``failed``; ``stopped`` where its process went away.
        result: what it returned, as JSON.
        error: why it failed, by language.
    """

    id: str
    kind: str
    about: Mapping[str, Any]
    owner: str | None
    state: str
    done: int
    of: int
    began: str
    ended: str | None
    pid: int
    result: Any = None
    error: Mapping[str, str] | None = None

    @property
    def running(self) -> bool:
        """Tell if it isn't over."""
        return self.state == "running"


class Jobs:
    """The jobs of a desk, each in a file.

    Args:
        folder: where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._threads: dict[str, threading.Thread] = {}

    def start(self, kind: str, about: Mapping[str, Any], owner: str | None, work: Work) -> Job:
        """Begin work in a thread of its own; the same that runs already isn't begun again."""
        for job in self.recent(owner):
            if job.running and (job.kind, job.about) == (kind, dict(about)):
                return job
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._forget()
        job = Job(
            secrets.token_urlsafe(12), kind, dict(about), owner, "running", 0, 0, _now(), None,
            os.getpid(),
        )  # fmt: skip
        self._write(job)
        thread = threading.Thread(target=self._run, args=(job, work), daemon=True)
        self._threads[job.id] = thread
        thread.start()
        return job

    def wait(self, job: Job, seconds: float) -> None:
        """Wait a moment: what is over by then needs no page of its own."""
        thread = self._threads.get(job.id)
        if thread is not None:
            thread.join(seconds)

    def find(self, code: str, owner: str | None) -> Job | None:
        """Return somebody's job; None where there is none."""
        if not _ID.fullmatch(code):
            return None
        job = self._read(self.folder / f"{code}.json")
        return job if job is not None and job.owner == owner else None

    def recent(self, owner: str | None) -> list[Job]:
        """Return somebody's jobs, the last first."""
        found = (self._read(path) for path in self._files())
        return [job for job in found if job is not None and job.owner == owner]

    def _run(self, job: Job, work: Work) -> None:
        last, latest = 0.0, job

        def report(done: int, of: int) -> None:
            nonlocal last, latest
            if time.monotonic() - last > _EVERY:
                last = time.monotonic()
                latest = replace(latest, done=done, of=of)
                self._write(latest)

        try:
            result = work(report)
            ended = replace(latest, state="done", result=result, ended=_now())
        except Refusal as refusal:
            ended = replace(latest, state="failed", error=both(refusal.sentence), ended=_now())
        except Exception as error:
            _log.exception("job_failed", kind=job.kind, error=type(error).__name__)
            told = both(say("web_unexpected"))
            ended = replace(latest, state="failed", error=told, ended=_now())
        self._write(ended)
        self._threads.pop(job.id, None)

    def _write(self, job: Job) -> None:
        path = self.folder / f"{job.id}.json"
        beside = path.with_suffix(f".{secrets.token_hex(4)}")
        beside.write_text(json.dumps(asdict(job), ensure_ascii=False), "utf-8")
        beside.replace(path)

    def _read(self, path: Path) -> Job | None:
        try:
            job = Job(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return replace(job, state="stopped") if job.running and not _alive(job) else job

    def _files(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return sorted(self.folder.glob("*.json"), key=_changed, reverse=True)

    def _forget(self) -> None:
        seen: Counter[str] = Counter()
        for path in self._files():
            job = self._read(path)
            kind = "" if job is None else job.kind
            seen[kind] += 1
            if seen[kind] > _KEPT:
                path.unlink(missing_ok=True)


def both(sentence: Sentence | Term) -> dict[str, str]:
    """Return a sentence in each language, as a file holds it."""
    langs: tuple[Lang, ...] = ("zh", "en")
    return {lang: speak(sentence, lang) for lang in langs}


def _alive(job: Job) -> bool:
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
