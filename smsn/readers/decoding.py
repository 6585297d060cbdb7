"""Bytes to text in which bad bytes can still be told.

A byte that the encoding does not allow becomes a *mark*, one character of U+DC00 to U+DCFF: no valid text
holds one, so a bad row or comment is found by looking for marks, and the rest of the file is read as usual.
Imports nothing of smsn.
"""

from __future__ import annotations

import codecs
import re

MARK = "smsn.mark"

_MARKS = re.compile("[\ud800-\udfff]")
_NOISE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_NOISE_SHARE = 0.2
# lxml takes no marks, so they travel through it as private characters that no page uses
_TO_PRIVATE = {0xDC00 + byte: 0x10FD00 + byte for byte in range(256)} | {0: 0xFFFD}
_FROM_PRIVATE = {0x10FD00 + byte: 0xDC00 + byte for byte in range(256)}
_PRIVATE = re.compile("[\U0010fd00-\U0010fdff]")
_NO_XML = re.compile("[\0\ud800-\udfff]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(MARK, _mark)  # under a name of our own, so that nothing else changes


def encoding_of(head: bytes) -> str | None:
    """Return the encoding that the byte order mark at the start of `head` names, or None."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), None)


def decode(data: bytes, encoding: str | None = None) -> str:
    r"""Return `data` as text with marks; a byte order mark goes before `encoding`, UTF-8 is the default.

    >>> decode(b"caf\xe9") == "caf\udce9"
    True
    """
    try:
        return data.decode(encoding_of(data) or encoding or "utf-8", MARK)
    except (LookupError, UnicodeError):  # a page may name an encoding that nobody has
        return data.decode("utf-8", MARK)


def has_marks(text: str) -> bool:
    """Return whether `text` holds a bad byte."""
    return _MARKS.search(text) is not None


def readable(text: str) -> str:
    r"""Return `text` with each mark as ``\xNN``, as the backslashreplace handler writes it.

    >>> readable("caf\udce9")
    'caf\\xe9'
    """
    return _MARKS.sub(lambda m: f"\\x{ord(m.group()) & 0xFF:02x}", text)


def replaced(text: str) -> str:
    """Return `text` with each mark as U+FFFD, for titles, which must not be lost for one byte."""
    return _MARKS.sub("\ufffd", text)


def as_private(text: str) -> str:
    """Return `text` with private characters for marks, and U+FFFD for NUL, as lxml takes it."""
    return text.translate(_TO_PRIVATE) if _NO_XML.search(text) else text


def from_private(text: str) -> str:
    """Return a text that came through lxml with its marks."""
    return text.translate(_FROM_PRIVATE) if _PRIVATE.search(text) else text


def is_noise(text: str) -> bool:
    """Return whether a fifth or more of `text` are marks and control characters: not a text at all."""
    return bool(text) and len(_NOISE.findall(text)) >= _NOISE_SHARE * len(text)
