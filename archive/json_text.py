"""The JSON of commands: exact numbers, and nothing that could be read in two ways."""

import json
from collections import Counter
from decimal import Decimal
from typing import Any

from archive.deciding import Malformed
from archive.fields import shown
from domain.sentence import Sentence, say, speak


def parse(text: str) -> Any:
    """Return the command in a text; a text that isn't JSON is a refused command.

    Numbers stay exact, and a key that stands twice is refused: nobody could tell which was meant.
    """
    try:
        command = _loads(text)
        if "\\u" in text:  # half a character can be escaped, but neither stored nor shown
            json.dumps(command, ensure_ascii=False, default=str).encode("utf-8")
    except _WrongLine as error:
        return Malformed(error.sentence)
    except json.JSONDecodeError as error:
        return Malformed(say("json_broken", column=error.colno))
    except UnicodeEncodeError:
        return Malformed(say("json_half_character"))
    except ArithmeticError:
        return Malformed(say("json_number_out_of_bounds"))
    except RecursionError:
        return Malformed(say("json_too_deep"))
    return command


class _WrongLine(Exception):  # noqa: N818 - it ends the parsing with its sentence
    """What JSON allows and a command doesn't."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(speak(sentence))
        self.sentence = sentence


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _WrongLine(say("json_key_twice", name=shown(twice)))
    return made


def _no_number(constant: str) -> Any:
    raise _WrongLine(say("json_no_number", constant=constant))


def _whole(digits: str) -> int:
    if len(digits) > 1_000:  # Python itself writes no more than 4,300
        raise _WrongLine(say("json_number_out_of_bounds"))
    return int(digits)


_loads = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=Decimal, parse_int=_whole, parse_constant=_no_number
).decode
