"""Whatever an administrator changes is seen by a full verification, and the first event named."""

import pytest

from tests.integrity.administrator import administering
from tests.integrity.copies import Copy, full, told
from tests.integrity.mutations import COMMANDS, LEDGER, LOG, VIEWS, Mutation


@pytest.mark.parametrize("mutation", [*LOG, *COMMANDS, *LEDGER, *VIEWS], ids=lambda m: m.name)
@pytest.mark.usefixtures("location")
def test_every_mutation_is_seen(copy: Copy, mutation: Mutation) -> None:
    with copy() as location:
        with administering(location) as admin:
            mutation.do(admin)
        verified = full(location)
        assert not verified.holds
        keys = told(verified)
        assert mutation.key in (*keys, "")
        assert verified.faults[0].position == mutation.position
