"""核验证据包 Verify an evidence bundle: python verify_bundle.py BUNDLE --key VKEY [--key VKEY…]"""

import hashlib
import json
import re
import sys
from base64 import b64decode, b64encode
from itertools import pairwise
from pathlib import Path
from typing import Any

FORMAT = "shiji-bundle/v1"  # docs/integrity.md of Shiji tells what it is, and its limits
OWN = ("cadre", "result", "service", "talk", "work-list", "work-log")  # streams named after him
SAID = ("name", "post", "grade", "policy", "policy_sha256", "law_sha256", "sha256")
TOLD = (
    "已核验：{0} 封存的 {1} 条，{2} 个公钥均已签名（另有 {3} 个未知签名，不作数）。",
    "{4}：至第 {6} 条（{7}）本人的 {5} 个事件一件不漏；其余 {8} 个确在封存之中，未必齐全。",
    "Verified: {1} entries of {0}, signed by the {2} keys given ({3} more signatures unknown).",
    "{4}: all {5} events of his own up to entry {6} ({7}); {8} more were sealed, maybe not all.",
    "不能证明：他人流中关于他的事件（评分、名册、分项等）一件不漏；当日清单之后别无新事；所记属实。",
    "Not proven: that others' streams hold no more about him; what came later; that it is true.",
)
OBJECTS = (  # the fields of each kind of object; those that TYPES doesn't name are texts
    "checkpoint digest events format heads subject summary",
    "day index proof root size streams",
    "index proof stream version",
    "index proof state stream topic version",
)
TYPES = {int: "index size version", list: "events proof streams summary", dict: "heads"}
ODD = UnicodeDecodeError, json.JSONDecodeError, RecursionError
WHY = "不是 UTF-8|it isn't UTF-8", "不是 JSON|it isn't JSON", "嵌套过深|it is nested too deeply"
NOTE = r"(\S+)\n(0|[1-9]\d{0,18})\n(\S{44})\n(?:hash (sm3)\n)?(?:[^\n]+\n)*\n((?:— \S+ \S+\n)+)"
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # RFC 8032 §5.1
D, BASE = -121665 * pow(121666, -1, P) % P, (4 * pow(5, -1, P) % P).to_bytes(32, "little")
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, indent=1).encode


def _need(holds: object, told: str, *values: object) -> None:
    if not holds:  # the program ends with a sentence; what it quotes is shown short, and escaped
        zh, en = told.format(*(repr(str(value)[:99])[1:-1] for value in values)).split("|", 1)
        sys.exit(f"未通过：{zh}。 Refused: {en}.")


def _point(data: bytes) -> Any:  # RFC 8032 §5.1.3; None unless it is the one encoding of a point
    y, sign = int.from_bytes(data, "little") & (2**255 - 1), data[-1] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
    good = y < P and x * x % P == square and (x or not sign)
    return (x if x & 1 == sign else P - x, y) if good else None


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Verify strictly (RFC 8032 §5.1.7): S below L, points in their one encoding, no cofactor."""
    s, key = int.from_bytes(signature[32:], "little"), len(public) == 32 and _point(public)
    if len(signature) != 64 or not key or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    at, base, minus = (0, 1), _point(BASE), (P - key[0], key[1])
    for bit in range(252, -1, -1):  # at = [S]B - [k]A: doubled, then added to, from the top bit on
        for a, b in (at, *[base] * (s >> bit & 1), *[minus] * (k >> bit & 1)):
            c, d, t = *at, D * a * b * at[0] * at[1] % P
            at = (a * d + b * c) * pow(1 + t, -1, P) % P, (b * d + a * c) * pow(1 - t, -1, P) % P
    return (at[1] | (at[0] & 1) << 255).to_bytes(32, "little") == signature[:32]


def _base64(text: str) -> bytes:
    data = b64decode(text + "====")
    _need(b64encode(data).decode() == text, "{0} 不是规范的 base64|no canonical base64: {0}", text)
    return data


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = sorted(name for name, _ in pairs)
    _need(len({*names}) == len(names), "字段有重复：{0}|a field stands there twice: {0}", names)
    for name, value in pairs:
        _need(name in " ".join(OBJECTS).split(), "未知字段 {0}|{0} is an unknown field", name)
        kind = next((kind for kind, those in TYPES.items() if name in those.split()), str)
        _need(type(value) is kind, "字段 {0} 类型不对|the field {0} is of a wrong type", name)
        _need(kind is not int or 0 <= value < 2**63, "{0} 超出范围|{0} is out of range", name)
    _need(" ".join(names) in OBJECTS, "字段有缺或多余：{0}|fields lack or are too many: {0}", names)
    return dict(pairs)


def _signed(note: str, vkeys: list[str]) -> tuple[str, tuple[str, int, bytes], int]:
    found = re.fullmatch(NOTE, note, re.ASCII)
    _need(found, "检查点写法不对|the checkpoint isn't written as one")
    origin, size, root, hash_, below = found.groups("sha256") if found else ()
    by = [(name, _base64(payload)) for _, name, payload in map(str.split, below.splitlines())]
    logs, text = [], note[: -len(below) - 1].encode()
    for vkey in vkeys:
        name, id_, encoded = [*vkey.split("+", 2), "", ""][:3]
        key = _base64(encoded)
        right = hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == id_
        _need(right and len(key) == 33 and key[0] in (1, 4), "公钥不对：{0}|no key: {0}", vkey)
        mine = [payload[4:] for who, payload in by if (who, payload[:4].hex()) == (name, id_)]
        _need(len(mine) == 1, "{0} 没有 {1} 的一个签名|{0} isn't signed once by {1}", origin, vkey)
        at, word = b"", mine[0]
        if key[0] == 4:  # a witness's, with its time: C2SP tlog-cosignature
            at, word = b"cosignature/v1\ntime %d\n" % int.from_bytes(word[:8], "big"), word[8:]
        _need(ed25519(key[1:], at + text, word), "{0} 的签名不对|{0} didn't sign this", name)
        logs += [] if at else [name]
    _need(origin in logs, "这是 {0} 的，未给其公钥|it is of {0}, whose key wasn't given", origin)
    return origin, (hash_, int(size), _base64(root)), len(by) - len(vkeys)


def _must_hold(tree: tuple[str, int, bytes], one: Any, entry: bytes, *names: str) -> None:
    (hash_, size, root), index, sides = tree, one["index"], list[bool]()
    for name in names:
        raw = _base64(one[name]) if name in ("root", "state") else one[name]
        raw = raw.encode() if type(raw) is str else raw
        entry += raw.to_bytes(8, "big") if type(raw) is int else len(raw).to_bytes(8, "big") + raw
    while size > 1:  # RFC 6962 §2.1.1, from the root downwards
        half = 1 << (size - 1).bit_length() - 1
        sides.append(index >= half)
        index, size = (index - half, size - half) if index >= half else (index, half)
    good = (index, size, len(sides)) == (0, 1, len(one["proof"]))
    found = hashlib.new(hash_, b"\0" + entry).digest()
    for right, step in zip(sides[::-1], map(_base64, one["proof"]), strict=False):
        found = hashlib.new(hash_, b"\1" + (step + found if right else found + step)).digest()
    what = one.get("stream", "heads"), one.get("version", "")
    _need(good and found == root, "{0} #{1} 与封存不符|{0} #{1} isn't what was sealed", *what)


def own_streams(subject: str, heads: Any, events: list[Any]) -> set[str]:
    """Return the subject's own streams, if all their events up to the day's heads are there."""
    at = [one["index"] for one in heads["streams"]]
    order = ["/".join(reversed(one["stream"].split("/"))) for one in heads["streams"]]
    good = at and order == sorted(set(order)) and at == [*range(at[0], at[0] + len(at))]
    good = good and (at[0] == 0 or order[0] < subject + "/")  # how those of the subject begin
    good = good and (at[-1] + 1 == heads["size"] or order[-1] >= subject + "0")  # "0" follows "/"
    _need(good and "/" not in subject, "{0} 的流未必列全|streams of {0} may be missing", subject)
    latest = {one["stream"]: one["version"] for one in heads["streams"]}
    streams = {*latest, *(one["stream"] for one in events)}
    own = {s for s in streams if s.split("/")[0] in OWN and s.endswith("/" + subject)}
    for stream in own:
        mine = [one for one in events if one["stream"] == stream]
        till = sum(one["index"] < heads["index"] for one in mine)
        good = [one["version"] for one in mine] == [*range(1, len(mine) + 1)]
        _need(good and till == latest.get(stream, 0), "{0} 不全|{0} isn't complete", stream)
    return own


def summary(subject: str, own: set[str], events: list[Any]) -> list[str]:
    """Return what the events say, each of which must be about the subject."""
    told, seen, texts, wanted = [], set(), set(), set()
    for one in events:
        stream, state = one["stream"], json.loads(_base64(one["state"]))
        who = state.get("cadre", state.get("ratee"))
        seen |= {(stream, None), (stream, one["version"])} if who == subject else set()
        beside = who is None and (stream, state.get("version")) in seen  # e.g. a withdrawal of it
        good = stream in own or who == subject or beside or stream.startswith("policy/")
        _need(good, "{0} 中有与 {1} 无关的事件|an event of {0} isn't about {1}", stream, subject)
        texts |= {hashlib.sha256(str(state.get("document")).encode()).hexdigest()}
        wanted |= {state.get("policy_sha256"), state.get("law_sha256")} - {None}
        said = [f"{name} {state[name]}" for name in SAID if state.get(name)]
        told += [f"{stream} {state['on']}: {', '.join(said)}"] if said else []
    _need(wanted <= texts, "缺少政策文本 {0}|the policy text {0} is missing", wanted - texts)
    return [*told, *TOLD[4:]]


def verify(data: bytes, vkeys: list[str]) -> list[str]:
    """Return what was verified, a line each; the program ends where anything is wrong."""
    _need(not data.startswith(b"\xef\xbb\xbf"), "文件以 BOM 开头|it begins with a byte-order mark")
    _need(b"\r" not in data, "文件含回车符（CRLF）|it has carriage returns (CRLF)")
    _need(data.endswith(b"\n}\n"), "文件不完整，或不是证据包|it is cut off, or is no bundle")
    _need(f'\n "format": "{FORMAT}",\n'.encode() in data, "格式非 {0}|its format isn't {0}", FORMAT)
    bundle = json.loads(data.decode(), object_pairs_hook=_fields)
    _need(canonical(bundle) + "\n" == data.decode(), "写法不规范|it isn't written canonically")
    (origin, tree, others), subject = _signed(bundle["checkpoint"], vkeys), bundle["subject"]
    heads, events, digest = bundle["heads"], bundle["events"], _base64(bundle.pop("digest"))
    _must_hold(tree, heads, b"es-heads/v1\n", "day", "size", "root")
    for one in heads["streams"]:
        day = tree[0], heads["size"], _base64(heads["root"])
        _must_hold(day, one, b"es-head/v1\n", "stream", "version")
    for one in events:
        _must_hold(tree, one, b"es-event/v1\n", "stream", "version", "topic", "state")
    at = [one["index"] for one in events]
    _need(at == sorted(set(at)), "事件重复或次序不对|events are repeated or out of order")
    own = own_streams(subject, heads, events)
    _need(bundle["summary"] == summary(subject, own, events), "摘要与事件不符|its summary is wrong")
    till, good = heads["index"], hashlib.new(tree[0], canonical(bundle).encode()).digest() == digest
    _need(good, "校验值不符，文件改动过|its digest is wrong: the file was changed")
    n = sum(one["stream"] in own and one["index"] < till for one in events)
    _need(n, "其中没有 {0} 本人的事件|there is no event of {0}'s own", subject)
    what = origin, tree[1], len(vkeys), others, subject, n, till, heads["day"], len(events) - n
    return [line.format(*what) for line in TOLD]


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    keys = [*dict.fromkeys(value for option, value in pairwise(sys.argv) if option == "--key")]
    files = [value for option, value in pairwise(sys.argv) if "--key" not in (option, value)]
    _need(keys and len(files) == 1, "须给一个文件和 --key 公钥|give one file, and --key VKEY")
    try:
        print(*verify(Path(files[0]).read_bytes(), keys), sep="\n")
    except Exception as error:  # of whatever kind: a sentence ends the program
        why = dict(zip(ODD, WHY, strict=True)).get(type(error), "读不了 {0}|it can't be read: {0}")
        _need(False, why, type(error).__name__)
