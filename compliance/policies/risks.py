"""What the words of a risk may hold, and what has to inform it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.wording import doubtful_words_in, identifiers_in, intelligence_in


@dataclass(frozen=True)
class Declaration:
    """What whoever saves restricted words declares (rule 7 of the product, s.38(4)-(5)).

    Args:
        no_intelligence: that the words hold no intelligence.
        words_checked: that doubtful words, which the screen found, were looked at again.
    """

    no_intelligence: bool
    words_checked: bool = False


class DoubtfulWords(PolicyError):
    """Words that may be harmless: whoever saves looks at them again and says so."""


def check_restricted_words(declaration: Declaration, texts: Sequence[str], today: date) -> None:
    """Raise PolicyError without the declaration, and for words that seem to hold what they must not.

    Raises:
        DoubtfulWords: for words that a person has to look at again.
    """
    if not declaration.no_intelligence:
        raise PolicyError("Declare that what you save holds no intelligence.")
    words = "\n".join(texts)
    found = [*intelligence_in(words), *identifiers_in(words, today)]
    if found:
        listed = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}"
        raise PolicyError(
            f"The words seem to hold {listed}. Take it out: the register holds no intelligence and nothing "
            "that identifies a person. If it is something else, write it another way."
        )
    doubtful = doubtful_words_in(words)
    if doubtful and not declaration.words_checked:
        quoted = ", ".join(f"“{word}”" for word in doubtful)
        raise DoubtfulWords(
            f"Look at {quoted} again: it may be intelligence, which belongs with the police. "
            "If it is not, tick the box that says so."
        )


def check_sources(sources: Mapping[str, date], today: date) -> None:
    """Raise PolicyError unless something informs the risk and no date of it lies ahead."""
    if not sources:
        raise PolicyError("Enter the date of at least one thing that informs the risk.")
    if any(dated_on > today for dated_on in sources.values()):
        raise PolicyError("What informs a risk has a date of today or earlier.")
