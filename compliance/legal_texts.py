"""The one library of legal text that reports start from, in our own words, with the day of each check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LegalText:
    """A passage that any council may use.

    Args:
        text: in the narrative's plain form.
        source: the Act or guidance that it states.
        checked_on: the day on which somebody compared it with its source.
    """

    text: str
    source: str
    checked_on: date


LEGAL_TEXTS: dict[str, LegalText] = {
    "duty": LegalText(
        text=(
            "Section 26 of the Counter-Terrorism and Security Act 2015 places a duty on the authorities "
            "listed in Schedule 6 to that Act, councils among them, to have due regard to the need to "
            "prevent people from becoming terrorists or supporting terrorism. In meeting that duty they "
            "must have regard to the guidance that the Secretary of State issues under section 29.\n\n"
            "Sections 36 to 41 require a panel in each local authority area, known as the Channel panel, "
            "which assesses how far people are vulnerable to being drawn into terrorism and arranges "
            "support for those who consent to it."
        ),
        source="Counter-Terrorism and Security Act 2015, sections 26, 29 and 36 to 41",
        checked_on=date(2026, 11, 1),
    ),
    "equalities": LegalText(
        text=(
            "Section 149 of the Equality Act 2010 requires the council, in what it does, to have due regard "
            "to the need to eliminate unlawful discrimination, advance equality of opportunity and foster "
            "good relations between people who share a protected characteristic and people who do not."
        ),
        source="Equality Act 2010, section 149",
        checked_on=date(2026, 11, 1),
    ),
}
