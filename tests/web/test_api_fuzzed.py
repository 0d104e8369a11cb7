"""Whatever is sent to the API, it answers by a sentence and never fails."""

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error

from tests.web.conftest import *  # noqa: F403 - fixtures that schemathesis asks for
from tests.web.desk import an_app

import pytest


@pytest.fixture
def api(small, tmp_path):
    return schemathesis.openapi.from_wsgi("/api/openapi.json", an_app(small, tmp_path / "state"))


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_makes_it_fail(case) -> None:
    case.call_and_validate(checks=[not_a_server_error])
