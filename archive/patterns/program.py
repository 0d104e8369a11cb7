"""Which program computed: a release pins it."""

from importlib.metadata import PackageNotFoundError, version

from projections.remembered import code_hash


def code_version() -> str:
    """Return which program this is: its version, and a hash of the code of rules and questions."""
    try:
        number = version("shiji-archive")
    except PackageNotFoundError:  # run from its source
        number = "0"
    return f"{number}+{code_hash()[:16]}"
