"""Whatever is sent to the API, as described and not, it answers by a sentence and never fails."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode

from tests.web.desk import an_app, close

EXAMPLES = 3
"""Of each route and kind; there are over eighty routes."""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_that_is_sent_makes_it_fail(small, tmp_path, mode) -> None:
    app = an_app(small, tmp_path / "state")
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    tried, failed = set(), []
    for result in described.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def sent(case) -> None:
            response = case.call()
            tried.add(case.operation.label)
            if response.status_code >= 500:
                failed.append((case.operation.label, case.as_curl_command(), response.text[:200]))

        try:
            sent()
        except schemathesis.errors.SchemathesisError:
            continue  # nothing can be sent wrongly there
    close(app)
    assert failed == []
    assert len(tried) > 60
