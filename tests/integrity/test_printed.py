"""A checkpoint on paper says what was signed, byte for byte, and needs nothing from elsewhere."""

import re
from html import unescape

import pytest

from archive.integrity.checkpoint import Checkpoint
from archive.integrity.ed25519 import PrivateKey, Type
from archive.integrity.hashing import hashing
from archive.integrity.printed import page
from archive.integrity.strict import Malformed
from domain.sentence import Lang

ORIGIN = "示例市/<实绩>&档案"
LOG = PrivateKey(ORIGIN, Type.LOG, b"\x01" * 32)
NOTE = Checkpoint(ORIGIN, 650_000, hashing().leaf(b"root")).signed(LOG, 1_546_300_800)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_holds_the_note_as_it_is_and_a_code(lang: Lang) -> None:
    html = page(NOTE, lang).decode()
    shown = re.search(r"<pre>(.*)</pre>", html, re.DOTALL)
    assert shown
    assert unescape(shown[1]).encode() == NOTE
    assert "<svg" in html
    assert "650000" in html
    assert not re.search(r"(src|href)=|url\(", html)


def test_what_is_no_checkpoint_is_not_printed() -> None:
    with pytest.raises(Malformed):
        page(b"a note\n", "zh")
