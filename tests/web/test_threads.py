"""Several at once: an archive a thread, and Python's collector on afterwards."""

import gc
from concurrent.futures import ThreadPoolExecutor

from tests.said import unit
from tests.web.conftest import last_position
from tests.web.desk import Browser


def test_several_record_and_ask_at_once_and_nothing_is_lost(desk, small) -> None:
    app = desk.client.application
    before = last_position(small)

    def work(n: int) -> list[int]:
        client = Browser(app).client
        statuses = []
        for m in range(5):
            told = unit(f"V{n}-{m}")
            statuses.append(client.post("/api/commands/unit.register", json=told).status_code)
            statuses.append(client.get("/rank?year=2018").status_code)
        return statuses

    with ThreadPoolExecutor(6) as threads:
        statuses = [one for found in threads.map(work, range(6)) for one in found]
    assert set(statuses) == {200}
    assert last_position(small) == before + 30
    assert gc.isenabled()
    rows = desk.get("/units.json?year=2018&size=1000").get_json()["rows"]
    assert sum(row["unit"].startswith("V") for row in rows) == 30
