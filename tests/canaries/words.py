"""Two hundred canaries: invented words that tests write into the sealed fields of cases, and nowhere else.

All begin alike, so that one search finds each of them, in whatever form it got out.
"""

from __future__ import annotations

import base64
import itertools
import re
from string import ascii_lowercase

STEM = "wrenquillow"
NUMBER = 200
WORDS = tuple(
    STEM + "".join(letters)
    for letters in itertools.islice(itertools.product(ascii_lowercase, repeat=2), NUMBER)
)
_next = itertools.cycle(WORDS)
_WORD = re.compile(rf"{STEM}[a-z]{{2}}")


def planted() -> str:
    """The next canary, for a text that is going to be sealed."""
    return next(_next)


def canaries_in(text: str) -> set[str]:
    """The canaries of a text."""
    return set(_WORD.findall(text)) & set(WORDS)


def _in_base64(text: bytes, before: int) -> bytes:
    """The letters of base 64 that stand for a text alone, when so many bytes of its group precede it."""
    whole = base64.b64encode(b"\0" * before + text)
    return whole[-(-before * 8 // 6) : (before + len(text)) * 8 // 6]


def _forms() -> dict[str, bytes]:
    plain = STEM.encode()
    return {
        "as it is": plain,
        "in capitals": plain.upper(),
        # In either order of bytes: the zero before the first letter, or after the last one, is left off.
        "UTF-16": STEM.encode("utf-16-le")[:-1],
        "hexadecimal": plain.hex().encode(),
        "hexadecimal in capitals": plain.hex().upper().encode(),
        "percent": "".join(f"%{letter:02x}" for letter in plain).encode(),
        "percent in capitals": "".join(f"%{letter:02X}" for letter in plain).encode(),
        "JSON": "".join(f"\\u{letter:04x}" for letter in plain).encode(),
        "JSON in capitals": "".join(f"\\u{letter:04X}" for letter in plain).encode(),
        **{f"base 64, {before} before": _in_base64(plain, before) for before in range(3)},
    }


FORMS = _forms()
"""The bytes to look for, by the name of the encoding."""


def forms_in(content: bytes) -> set[str]:
    """In which forms a canary stands in some bytes, as they are."""
    return {name for name, form in FORMS.items() if form in content}
