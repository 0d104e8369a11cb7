"""Long work in the background, which can be left and come back to.

What is known of it stands in a file, so that every process of the desk can tell, and so that it is
still told when the desk was started again meanwhile.
"""

import json
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog

from archive.web.held import Held, is_held, one_at_a_time
from domain.refusal import Refusal
from domain.sentence import Lang, Sentence, Term, say, speak

Report = Callable[[int, int], None]
"""Told how much is done, and of how much."""
Work = Callable[[Report], Any]

_ID = re.compile(r"[A-Za-z0-9_-]{16}")
_EVERY = 0.3  # seconds between two looks at the progress
_KEPT = 30
"""Jobs of each kind that are remembered: what is done often doesn't push out what isn't."""
MOST_RUNNING = 4
"""Jobs of one account at once, over all processes of the desk."""
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
    result: Any = None
    error: Mapping[str, str] | None = None

    @property
    def running(self) -> bool:
        """Tell if it isn't over."""
        return self.state == "running"


class Jobs:
    """The jobs of a desk, each in a file, those of an account in a folder of its own.

    Args:
        folder: where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._threads: dict[str, threading.Thread] = {}

    def start(self, kind: str, about: Mapping[str, Any], owner: str | None, work: Work) -> Job:
        """Begin work in a thread of its own; the same that runs already isn't begun again.

        Raises:
            Refusal: whoever asks for it has as much running already.
        """
        own = self._of(owner)
        own.mkdir(parents=True, exist_ok=True, mode=0o700)
        with one_at_a_time(own / "starting"):
            running = [job for job in self.recent(owner) if job.running]
            for job in running:
                if (job.kind, job.about) == (kind, dict(about)):
                    return job
            if len(running) >= MOST_RUNNING:
                raise Refusal(say("web_jobs_running", most=MOST_RUNNING))
            self._forget(own)
            begun = "running", 0, 0, _now(), None
            job = Job(secrets.token_urlsafe(12), kind, dict(about), owner, *begun)
            held = Held(self._lock(job))
            self._write(job)
        thread = threading.Thread(target=self._run, args=(job, work, held), daemon=True)
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
        return self._read(self._of(owner) / f"{code}.json")

    def recent(self, owner: str | None) -> list[Job]:
        """Return somebody's jobs, the last first."""
        found = (self._read(path) for path in _files(self._of(owner)))
        return [job for job in found if job is not None]

    def every(self) -> list[Job]:
        """Return the jobs of all accounts."""
        found = (_found(path) for path in self.folder.glob("*/*.json"))
        return [job for job in found if job is not None]

    def _run(self, job: Job, work: Work, held: Held) -> None:
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
        held.close()
        self._lock(job).unlink(missing_ok=True)
        self._threads.pop(job.id, None)

    def _of(self, owner: str | None) -> Path:
        return self.folder / ("open" if owner is None else sha256(owner.encode()).hexdigest()[:32])

    def _lock(self, job: Job) -> Path:
        return self._of(job.owner) / f"{job.id}.held"

    def _write(self, job: Job) -> None:
        path = self._of(job.owner) / f"{job.id}.json"
        beside = path.with_suffix(f".{secrets.token_hex(4)}")
        beside.write_text(json.dumps(asdict(job), ensure_ascii=False), "utf-8")
        beside.replace(path)

    def _read(self, path: Path) -> Job | None:
        job = _found(path)
        if job is None or not job.running or is_held(self._lock(job)):
            return job
        job = _found(path)  # it may just have ended
        return replace(job, state="stopped") if job is not None and job.running else job

    def _forget(self, own: Path) -> None:
        seen: Counter[str] = Counter()
        for path in _files(own):
            job = self._read(path)
            kind = "" if job is None else job.kind
            seen[kind] += 1
            if seen[kind] >= _KEPT:  # one is about to begin
                path.unlink(missing_ok=True)
                path.with_suffix(".held").unlink(missing_ok=True)


def both(sentence: Sentence | Term) -> dict[str, str]:
    """Return a sentence in each language, as a file holds it."""
    langs: tuple[Lang, ...] = ("zh", "en")
    return {lang: speak(sentence, lang) for lang in langs}


def _found(path: Path) -> Job | None:
    try:
        return Job(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _files(own: Path) -> list[Path]:
    return sorted(own.glob("*.json"), key=_changed, reverse=True) if own.is_dir() else []


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
