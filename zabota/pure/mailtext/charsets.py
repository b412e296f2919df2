"""Bytes to text when the declared charset is right, wrong, missing or nonsense. Never raises.

Order of belief: ASCII is ASCII; what is valid UTF-8 is UTF-8, whatever is declared; a declared
single-byte page of our languages is believed unless the letters deny it (`guessing`); any other
declared charset is believed. Only codecs that are charsets are ever touched, so a label such as
`zip` or `rot13` reaches nothing.
"""

import codecs
import encodings.aliases
import re
from dataclasses import dataclass

import charset_normalizer

from zabota.pure.mailtext import guessing

_SINGLE_BYTE = {
    *(f"cp{number}" for number in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863)),
    *(f"cp{number}" for number in (864, 865, 866, 869, 874, 1125, *range(1250, 1259))),
    *(f"iso8859_{number}" for number in range(2, 17) if number != 12),
    *("koi8_r", "koi8_u", "koi8_t", "kz1048", "ptcp154", "tis_620", "mac_cyrillic", "mac_greek"),
    *("mac_latin2", "mac_roman", "mac_turkish"),
}
_MULTI_BYTE = {
    *("big5", "big5hkscs", "cp932", "cp949", "cp950", "euc_jis_2004", "euc_jisx0213", "euc_jp"),
    *("euc_kr", "gb18030", "gb2312", "gbk", "johab", "shift_jis", "shift_jis_2004"),
}
_STATEFUL = {
    *("utf_7", "hz", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_2004"),
    *("iso2022_jp_3", "iso2022_jp_ext", "iso2022_kr"),
}
_WIDE = {"utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"}
_WIDER = {  # labels whose senders mean the larger set (as browsers read them)
    "latin_1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "tis_620": "cp874", "iso8859_9": "cp1254",
    "iso8859_11": "cp874", "utf_8_sig": "utf_8",
}  # fmt: skip
_NICKNAMES = {
    "win1251": "cp1251", "win1257": "cp1257", "win1252": "cp1252", "ansi1251": "cp1251",
    "win": "cp1251", "koi8": "koi8_r", "koi": "koi8_r", "dos866": "cp866", "alt": "cp866",
    "utf": "utf_8", "unicode11utf8": "utf_8", "unicode11utf7": "utf_7", "iso88598i": "iso8859_8",
    "iso88598e": "iso8859_8", "ksc56011987": "cp949", "sjis": "cp932", "maccyr": "mac_cyrillic",
    "unicode": "utf_16", "utf8mb4": "utf_8",
}  # fmt: skip
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf_8"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
_SECOND_OPINION_BYTES = 2_048
_MOST_ESCAPES = 10_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the charset it was read in, by its common name."""

    text: str
    charset: str


def _labels() -> dict[str, str]:
    """Every spelling of a charset, reduced to letters and digits, to its codec."""
    known = _SINGLE_BYTE | _MULTI_BYTE | _STATEFUL | _WIDE | {"utf_8", *_WIDER}
    labels = {_reduced(codec): codec for codec in known}
    for alias, codec in encodings.aliases.aliases.items():
        if codec in known:
            labels.setdefault(_reduced(alias), codec)
    labels.update(_NICKNAMES)
    return {label: _WIDER.get(codec, codec) for label, codec in labels.items()}


def _reduced(label: str) -> str:
    return re.sub(r"[^a-z0-9]", "", label.lower())


_LABELS = _labels()


def codec_of(label: str) -> str:
    """The codec that a declared label means; empty when it is no charset we know."""
    first = label.strip(" \t\"'").split(maxsplit=1)[:1]
    reduced = _reduced(first[0][:60]) if first else ""
    return _LABELS.get(reduced) or _LABELS.get(reduced.removeprefix("x"), "")


def declared(data: bytes, label: str, *, hint: str = "", thorough: bool = False) -> Decoded:
    """The text of `data` that is said to be in `label`; see the module for what is believed."""
    codec = codec_of(label)
    if data.isascii():
        return _ascii(data, codec)
    if not codec:
        return undeclared(data, hint=hint, thorough=thorough)
    if codec in _STATEFUL or codec in _WIDE:
        instead = None if b"\0" in data else _exactly(data, "utf_8")
        return instead or _read(data, codec)
    if codec in _MULTI_BYTE and (exact := _exactly(data, codec)) is not None:
        return exact
    if (as_utf8 := _as_utf8(data)) is not None:
        return as_utf8
    if guessing.knows(codec) or codec == "utf_8":
        told = "" if codec == "utf_8" else codec
        return _guessed(data, told=told, hint=hint, thorough=thorough)
    return _read(data, codec)


def undeclared(data: bytes, *, hint: str = "", thorough: bool = False) -> Decoded:
    """The text of `data` without any declaration; `hint` is the charset of its neighbours.

    `thorough` asks charset-normalizer where our own letters don't know the language: slow, so
    only for bodies.
    """
    for mark, codec in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _read(data, codec)
    if data.isascii():
        return _ascii(data, "iso2022_jp" if b"\x1b$" in data else "")
    as_utf8 = _as_utf8(data)
    if as_utf8 is not None:
        return as_utf8
    return _guessed(data, told="", hint=hint, thorough=thorough)


def _ascii(data: bytes, codec: str) -> Decoded:
    if codec in _STATEFUL or (codec in _WIDE and b"\0" in data):
        return _read(data, codec)
    return Decoded(data.decode("ascii"), "us-ascii")


def _as_utf8(data: bytes) -> Decoded | None:
    """UTF-8, also with a few bytes broken or cut; None when it is something else.

    Text in another charset is valid UTF-8 by chance about never: each letter would have to be
    followed by exactly the right kind of byte.
    """
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    letters = len(re.sub(r"[\x00-\x7f]+", "", text)) - broken
    return Decoded(text, "utf-8") if letters >= 3 and letters >= 4 * broken else None


def _guessed(data: bytes, *, told: str, hint: str, thorough: bool) -> Decoded:
    guess = guessing.guess(data, told=told or codec_of(hint))
    if guess.poor and told:
        return _read(data, told)
    if guess.poor and thorough:
        second = charset_normalizer.from_bytes(data[:_SECOND_OPINION_BYTES]).best()
        if second is not None and (codec := codec_of(second.encoding)):
            return _read(data, codec)
    return _read(data, guess.codec)


def _exactly(data: bytes, codec: str) -> Decoded | None:
    try:
        return Decoded(data.decode(codec), _name(codec))
    except UnicodeDecodeError:
        return None


def _read(data: bytes, codec: str) -> Decoded:
    if codec.startswith("iso2022_jp") and _exactly(data, codec) is None:
        # Half a letter would swallow the escape that follows it, and all text up to the next.
        stretches = re.split(rb"(?=\x1b)", data, maxsplit=_MOST_ESCAPES)
        text = "".join(stretch.decode(codec, "replace") for stretch in stretches)
        return Decoded(text, _name(codec))
    return Decoded(data.decode(codec, "replace"), _name(codec))


def _name(codec: str) -> str:
    if codec.startswith("cp125"):
        return "windows-" + codec[2:]
    return codec.replace("iso8859_", "iso-8859-").replace("_", "-")
