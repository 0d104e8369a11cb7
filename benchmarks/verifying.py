"""``python -m benchmarks.verifying LOCATION``: verify in full, and tell time and memory as JSON."""

import json
import sys
import time
from dataclasses import asdict

from archive.integrity.checkpoint import Trust
from archive.integrity.verify.full import verify_full
from benchmarks.rebuilding import peak_mb
from benchmarks.sealing import KEY


def main(location: str) -> None:
    """Verify the sealed archive at ``location``."""
    started = time.perf_counter()
    told = verify_full(location, Trust([KEY.public]), now=1)
    assert told.holds, told
    measured = {"whole": time.perf_counter() - started, "peak_mb": peak_mb(1)}
    sys.stdout.write(json.dumps(asdict(told) | measured, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
