"""Where real scoring data are looked for: beside the repository, which doesn't copy them."""

from pathlib import Path

DATA = Path(__file__).parents[3] / "shared" / "data"
