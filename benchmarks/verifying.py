"""``python -m benchmarks.verifying LOCATION``: verify in full, and tell time and memory as JSON."""

import json
import sys
import time
from dataclasses import asdict

from archive.integrity.verify.checkpoints import Trust
from archive.integrity.verify.full import verify_full
from benchmarks.rebuilding import own_peak_mb, peak_mb
from benchmarks.sealing import KEY


def main(location: str) -> None:
    """Verify the sealed archive at ``location``."""
    started = time.process_time()
    told = verify_full(location, Trust([KEY.public]), now=1)
    assert told.holds, told
    report = asdict(told) | {"processor": time.process_time() - started}
    peaks = {"peak_mb": peak_mb(), "own_peak_mb": own_peak_mb()}
    sys.stdout.write(json.dumps(report | peaks, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
