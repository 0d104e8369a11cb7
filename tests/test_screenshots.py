"""The images of the documentation are those that the command makes, and small."""

from docs.screenshots.__main__ import FOLDER
from docs.screenshots.shots import SHOTS


def test_each_shot_has_its_image_and_all_are_small() -> None:
    images = {file.stem: file.stat().st_size for file in FOLDER.glob("*.webp")}
    assert images.keys() == {shot.name for shot in SHOTS}
    assert sum(images.values()) < 2_000_000
