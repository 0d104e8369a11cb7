"""``python -m benchmarks.verifying LOCATION``: verify in full, and tell time and memory as JSON."""

import json
import sys
from dataclasses import asdict

from archive.integrity.checkpoint import Trust
from archive.integrity.verify.full import verify_full
from benchmarks.rebuilding import own_peak_mb
from benchmarks.sealing import KEY


def main(location: str) -> None:
    """Verify the sealed archive at ``location``."""
    told = verify_full(location, Trust([KEY.public]), now=1)
    assert told.holds, told
    sys.stdout.write(json.dumps(asdict(told) | {"peak_mb": own_peak_mb()}, default=str))


if __name__ == "__main__":
    main(sys.argv[1])
