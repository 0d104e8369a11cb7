"""Published panels, reproduced: commands in, rankings out, and every component as the ISU has it.

The marks are BuzzFeed News' collection (CC BY 4.0). They stay beside the repository, where they
are looked for; without them there is nothing to compare with.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from archive.archive import Archive
from archive.cli import main
from domain.rules.measured import published
from projections.ranking import annual_ranking
from tests.given import asked
from tests.real.skating import Published, commands, published_scores

DATA = Path(__file__).parents[3] / "shared" / "data" / "skating"
YEARS = (2016, 2017)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the skating data are not in {DATA}")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Yield an archive into which ``shiji do`` recorded every mark; it refused nothing."""
    folder = tmp_path_factory.mktemp("skating")
    lines = folder / "marks.jsonl"
    encoder = msgspec.json.Encoder(decimal_format="number")
    lines.write_bytes(encoder.encode_lines(list(commands(DATA))))
    with pytest.raises(SystemExit) as ended:
        main(["do", str(lines), "--archive", str(folder / "archive")])
    assert ended.value.code == 0
    with Archive(folder / "archive") as opened:
        yield opened


def test_every_published_panel_score_comes_out_exactly(archive: Archive) -> None:
    official = published_scores(DATA)
    assert len(official) == 8_630

    assert panel_scores(archive) == official


def panel_scores(archive: Archive) -> Published:
    """Return what the scoring rule makes of the ballots, rounded as scores are published."""
    with asked(archive) as reader:
        standings = [line.standing for year in YEARS for line in annual_ranking(reader, year)]
    return {
        (standing.cadre, component): published(mean)
        for standing in standings
        for panel in standing.scored.components
        for component, mean in panel.dimensions
    }
