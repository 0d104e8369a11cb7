"""Where published test vectors are looked for: beside the repository, which doesn't copy them."""

from pathlib import Path

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
