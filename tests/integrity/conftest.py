"""What tests of an archive that somebody spoils begin with."""

from collections.abc import Iterator

import pytest

from tests.integrity.copies import Copy, build, copies, full


@pytest.fixture(scope="module")
def copy(store: str, request: pytest.FixtureRequest) -> Iterator[Copy]:
    """What yields a copy of a sealed archive, verified once."""
    with copies(store, lambda: request.getfixturevalue("postgres_server")) as (built, made):
        build(built)
        assert full(built).holds
        yield made
