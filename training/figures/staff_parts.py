"""Whether words beside a table say that its figures are about a part of an organisation's staff.

A table headed "Clinical staff only" is no return of the whole organisation, whatever its columns say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from training.figures.headings import PARTS, plain

_STAFF = r"(?:staff|employees|workers|workforce|colleagues|personnel|posts|roles)"
_GROUP = (
    r"(?:clinical|nonclinical|nursing|medical|midwifery|dental|admin|administrative|ancillary|estates|"
    r"facilities|agency|bank|locum|permanent|substantive|temporary|seconded|contracted|volunteer|frontline|"
    r"front line|patient facing|support|corporate|registered|qualified|unqualified|senior|junior|full time|"
    r"part time|day|night|new|office|theatre|community|inpatient|outpatient)"
)
_CUTS = re.compile(
    rf"\b{_GROUP}(?: and {_GROUP})? {_STAFF}\b|\b{_STAFF} only\b"
    r"|\b(?:nurses|midwives|doctors|volunteers|contractors|locums|new starters|new joiners)\b"
)
_ONLY = re.compile(rf"\b{_STAFF} only\b|\bonly (?:the )?{_GROUP} {_STAFF}\b")
_ALONE = re.compile(rf"{_GROUP}(?: only)?")
_BOTH = re.compile(r"\b(?:clinical (?:and|or) nonclinical|nonclinical (?:and|or) clinical)\b")
# Who is left out by custom (people on long leave, bank staff) is for the reader to judge, who sees the words.
_LEFT_OUT = re.compile(r"\b(?:excluding|excludes|exclude|excl|except|not including|without)\b.*")


def is_about_a_part(text: str, names: Iterable[str] = ()) -> bool:
    """Whether a title or a sheet's name cuts the staff: "Clinical staff only", "Site: Chase Farm".

    Args:
        names: of organisations; their own words ("Mental Health Nursing Trust") cut nothing.
    """
    label, colon, value = text.partition(":")
    if colon and plain(label) in PARTS:
        return bool(value.strip())
    words = _words(text, names)
    return bool(_CUTS.search(words) or _ALONE.fullmatch(words))


def note_cuts_staff(text: str, names: Iterable[str] = ()) -> bool:
    """Whether a note below a table does: it may speak of clinical staff without the figures being theirs."""
    return bool(_ONLY.search(_words(text, names)))


def _words(text: str, names: Iterable[str]) -> str:
    words = plain(text)
    for name in names:
        words = words.replace(plain(name), " ")
    words = _BOTH.sub(" ", words.replace("non clinical", "nonclinical"))
    return " ".join(_LEFT_OUT.sub("", words).split())
