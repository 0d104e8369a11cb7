"""``python -m benchmarks.rebuilding LOCATION``: rebuild, and tell time and memory as JSON."""

import json
import resource
import sys

from archive.archive import Archive


def main(location: str) -> None:
    """Rebuild the views of the archive at ``location``."""
    with Archive(location) as archive:
        report = archive.rebuild()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_mb = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    told = {"events": report.events, "seconds": report.seconds, "peak_mb": peak_mb}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
