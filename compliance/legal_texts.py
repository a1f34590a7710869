"""The one library of legal text that reports start from, in our own words, with the day of each check.

Councils misquote the Act in their papers: the duty is section 26, the guidance section 29, and sections 21
and 24 were clauses of the Bill. So a report takes its legal words from here, and the page of the library says
what is often got wrong. A text holds for any period: what came later than a report is not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MONTHS_A_CHECK_HOLDS = 12
"""After so many months somebody should compare a text with its source again."""


@dataclass(frozen=True)
class LegalText:
    """A passage that any council may use.

    Args:
        title: what the page of the library calls it.
        text: in the narrative's plain form.
        source: the Act or guidance that it states.
        address: where that is published.
        checked_on: the day on which somebody compared it with its source.
        beware: what is often got wrong about it; it is never part of a report.
    """

    title: str
    text: str
    source: str
    address: str
    checked_on: date
    beware: str = ""

    @property
    def checked_until(self) -> date:
        """The last day on which the check still holds."""
        year, month = divmod(self.checked_on.month - 1 + MONTHS_A_CHECK_HOLDS, 12)
        # A check on 29 February holds until 28 February.
        day = min(self.checked_on.day, 28) if self.checked_on.month == 2 else self.checked_on.day
        return date(self.checked_on.year + year, month + 1, day)

    def needs_check(self, today: date) -> bool:
        """Whether nobody has compared it with its source for more than a year."""
        return today > self.checked_until


LEGAL_TEXTS: dict[str, LegalText] = {
    "duty": LegalText(
        title="The Prevent Duty",
        text=(
            "Section 26 of the Counter-Terrorism and Security Act 2015 requires the authorities that are "
            "listed in Schedule 6 to that Act, councils among them, to have due regard, in the exercise of "
            "their functions, to the need to prevent people from being drawn into terrorism. In meeting "
            "that duty they must have regard to the guidance that the Secretary of State issues under "
            "section 29."
        ),
        source="Counter-Terrorism and Security Act 2015, sections 26 and 29 and Schedule 6",
        address="https://www.legislation.gov.uk/ukpga/2015/6/part/5/chapter/1",
        checked_on=date(2026, 11, 23),
        beware=(
            "Section 26 places the duty; section 29 is about the guidance. Sections 21 and 24 were clauses "
            "of the Bill. The Act received Royal Assent on 12 February 2015, and the duty has applied to "
            "councils since 1 July 2015. The Act says “drawn into terrorism”; “becoming terrorists or "
            "supporting terrorism” are words of the guidance of 2023. CONTEST is the strategy for "
            "countering terrorism, not the strategy for countering extremism."
        ),
    ),
    "channel": LegalText(
        title="The Channel panel",
        text=(
            "Sections 36 to 41 of the Counter-Terrorism and Security Act 2015 require a panel for the area "
            "of each local authority, known as the Channel panel. It assesses how far people who are "
            "referred to it are vulnerable to being drawn into terrorism, and arranges support for those "
            "who consent to it. Where the panel decides against support, it must consider whether the "
            "person should be referred to health or social care."
        ),
        source="Counter-Terrorism and Security Act 2015, sections 36 to 41",
        address="https://www.legislation.gov.uk/ukpga/2015/6/part/5/chapter/2",
        checked_on=date(2026, 11, 23),
        beware=(
            "Panels existed before, but have been a duty only since 12 April 2015. Referrals to a panel "
            "came from the police alone until 12 April 2019; since then a local authority may make them as "
            "well. In an area with a county and districts, say whose panel it is."
        ),
    ),
    "equalities": LegalText(
        title="The public sector equality duty",
        text=(
            "Section 149 of the Equality Act 2010 requires the council, in what it does, to have due regard "
            "to the need to eliminate unlawful discrimination, harassment and victimisation, advance "
            "equality of opportunity and foster good relations between people who share a protected "
            "characteristic and people who do not."
        ),
        source="Equality Act 2010, section 149",
        address="https://www.legislation.gov.uk/ukpga/2010/15/section/149",
        checked_on=date(2026, 11, 23),
        beware=(
            "The text states the duty and no more. Whether the work needs an assessment of its own, and "
            "what that found, is for the author to say."
        ),
    ),
    "data-protection": LegalText(
        title="Data protection and sensitive information",
        text=(
            "The duty of a Channel panel’s partners to work together does not require or authorise a "
            "disclosure that would contravene data protection legislation, or one of sensitive information, "
            "which is information that comes from or relates to an intelligence service (section 38 of the "
            "Counter-Terrorism and Security Act 2015). This report holds no personal data about anybody who "
            "has been referred."
        ),
        source="Counter-Terrorism and Security Act 2015, section 38(4) and (5)",
        address="https://www.legislation.gov.uk/ukpga/2015/6/section/38",
        checked_on=date(2026, 11, 23),
        beware=(
            "Consent to support under section 36 is not the lawful basis for holding somebody’s data. "
            "Delete the last sentence if it is not true of the report."
        ),
    ),
    "exemption": LegalText(
        title="Information that is kept from the public",
        text=(
            "Under section 100A(4) of the Local Government Act 1972 the public may be excluded from a "
            "meeting while it considers an item in which exempt information, as described in Schedule 12A "
            "to that Act, would be disclosed. Information is exempt only if, and so long as, in all the "
            "circumstances of the case, the public interest in maintaining the exemption outweighs the "
            "public interest in disclosing it."
        ),
        source="Local Government Act 1972, section 100A(4) and Schedule 12A",
        address="https://www.legislation.gov.uk/ukpga/1972/70/schedule/12A",
        checked_on=date(2026, 11, 23),
        beware=(
            "Name the paragraph and the reason for each part; a marking alone exempts nothing. Paragraphs 1 "
            "to 7 are those of England. A council in Wales uses paragraphs 12 to 18."
        ),
    ),
}


def text_of(names: Iterable[str]) -> str:
    """Several texts of the library as one narrative, in order."""
    return "\n\n".join(LEGAL_TEXTS[name].text for name in names)


def quoted_in(words: str) -> list[LegalText]:
    """The texts of the library that stand whole in some words, in the library's order."""
    return [one for one in LEGAL_TEXTS.values() if one.text in words]
