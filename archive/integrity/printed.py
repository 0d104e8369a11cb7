"""A checkpoint on paper: its text and the same as a QR code, to be signed, dated and kept.

Paper in a safe is the plainest witness: what was printed can't be put back with the files.
"""

from html import escape

import segno

from archive.integrity.checkpoint import parse_text
from archive.integrity.note import parse_note
from domain.sentence import Lang, Sentence, say, speak

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ font: 12pt/1.6 serif; margin: 2.5cm; }}
pre {{ font: 10pt/1.5 monospace; white-space: pre-wrap; overflow-wrap: anywhere; }}
svg {{ width: 7cm; height: 7cm; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{about}</p>
<pre>{note}</pre>
<p>{code}</p>
<p>{sign}</p>
</body>
</html>
"""


def page(note: bytes, lang: Lang) -> bytes:
    """Return a page in HTML that needs nothing from elsewhere.

    Args:
        note: a signed checkpoint; its QR code holds the very same bytes.
        lang: of what stands around it.

    Raises:
        Malformed: it isn't written as a checkpoint.
    """
    checkpoint = parse_text(parse_note(note, "checkpoint").text)

    def told(sentence: Sentence) -> str:
        return escape(speak(sentence, lang))

    return _PAGE.format(
        lang="zh-CN" if lang == "zh" else "en",
        title=told(say("printed_title", origin=checkpoint.origin)),
        about=told(say("printed_about", size=checkpoint.size)),
        note=escape(note.decode()),
        code=segno.make(note, mode="byte", micro=False).svg_inline(omitsize=True),
        sign=told(say("printed_sign")),
    ).encode()
