"""``python -m benchmarks.rebuilding LOCATION``: rebuild, and tell time and memory as JSON."""

import json
import os
import re
import resource
import sys
from pathlib import Path

from archive.archive import Archive

LINUX = Path("/proc/self/status")


def main(location: str) -> None:
    """Rebuild the views of the archive at ``location``."""
    with Archive(location) as archive:
        report = archive.rebuild()
    # As many helpers as the machine has cores: that is how many a rebuild starts at the most.
    peak = peak_mb(os.cpu_count() or 1)
    told = {"events": report.events, "seconds": report.seconds, "peak_mb": peak}
    sys.stdout.write(json.dumps(told))


def peak_mb(helpers: int) -> float:
    """Return the most memory that this process held, and as many times its largest helper's."""
    return own_peak_mb() + helpers * _mb(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def own_peak_mb() -> float:
    """Return the most memory that this process ever held."""
    if LINUX.exists():  # there a process inherits the peak of the one that started it
        found = re.search(r"VmHWM:\s+(\d+) kB", LINUX.read_text("ascii"))
        assert found
        return int(found[1]) / 2**10
    return _mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _mb(peak: int) -> float:
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


if __name__ == "__main__":
    main(sys.argv[1])
