"""The READMEs don't go stale: their commands print what stands below them."""

from pathlib import Path

import pytest

from tests.readme import READMES, alike, examples, prepare, run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo city was built, as the README says."""
    return tmp_path_factory.mktemp("readme")


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.name)
def test_every_command_prints_what_the_readme_shows(readme: Path, folder: Path) -> None:
    prepare(folder, readme)
    shown = examples(readme)
    assert len(shown) >= 8
    for example in shown:
        assert run(example.command, folder) == alike(example.output), example.command
    (folder / "office").rename(folder / f"office-{readme.name}")


def test_both_readmes_show_the_same_commands() -> None:
    english, chinese = (
        [example.command.replace(" --lang en", "") for example in examples(readme)]
        for readme in READMES
    )
    assert english == chinese
