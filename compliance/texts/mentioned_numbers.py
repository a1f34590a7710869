"""Numbers that people type in a report, held against the figures that the report prints.

Two questions. Which numbers stand in no table, so that a reader cannot tell where they come from? And which
speak of Channel cases without being a released figure that this report prints? The second is an obstacle to a
final report: whoever reads 21 for a year and 18 for its second half learns 3 (rule 8 of the product).

Dates, years, money, times, ages, periods, ordinals, and the numbers of sections, Acts and tables are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

Content = dict[str, Any]

CASE_FIGURES = "channel_figures"
"""What the keys of the blocks begin with that print released figures about Channel cases."""

_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_VALUES = {
    "zero": 0,
    **{word: value for value, word in enumerate(_ONES + _TEENS, start=1)},
    **{word: value * 10 for value, word in enumerate(_TENS, start=2)},
}
_SCALES = {"thousand": 1_000, "million": 1_000_000}
_ONE = f"(?:{'|'.join(_ONES)})"
_BELOW_HUNDRED = rf"(?:(?:{'|'.join(_TENS)})(?:[-\s]{_ONE})?|{'|'.join(_TEENS)}|{_ONE}|zero)"
_BELOW_THOUSAND = rf"(?:(?:{_ONE}|a)\s+hundred(?:\s+and\s+{_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
_IN_WORDS = (
    rf"(?:(?:{_BELOW_THOUSAND}|a)\s+(?:thousand|million)(?:\s+and\s+{_BELOW_HUNDRED}|,?\s+{_BELOW_THOUSAND})?"
    rf"|(?:{_ONE}|a)\s+dozen|{_BELOW_THOUSAND})"
)
_IN_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_NUMBER = rf"(?:{_IN_DIGITS}|\b{_IN_WORDS}\b)"
_JOIN = r"\s*(?:-|–|,|&|/|\bto\b|\band\b|\bor\b)\s*"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_ADDRESS = r"(?:https?://|www\.|mailto:)\S+|[^\s@]{1,64}@[^\s@]+|\b[A-Z]{1,5}/\d+(?:/\w+)*"
_MONEY = (
    r"[£$€]\s?\d[\d,]*(?:\.\d+)?(?:\s?[-–]\s?£?\d[\d,]*(?:\.\d+)?)?(?:\s?(?:million|billion|thousand|bn|m|k)\b)?"
    r"|\b\d[\d,]*(?:\.\d+)?(?:\s?(?:million|thousand))?\s?(?:pounds|pence|p)\b"
)
_DATE = (
    rf"\b{_DAY}(?:\s*(?:-|–|,|\bto\b|\band\b)\s*{_DAY}){{0,4}}\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}}\b)?"
    rf"|\b{_MONTH}\s+{_DAY}\b(?!\s*%)(?:,?\s+\d{{4}}\b)?"
    r"|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"
)
_YEAR = r"(?<![\d,.])(?:19|20)\d{2}(?:\s?[/–-]\s?\d{1,4})?(?![\d%]|[,.]\d|\s?per\s?cent)"
_TIME = (
    r"\b\d{1,2}(?::\d{2}(?:\s?[ap]m\b)?|(?:\.\d{2})?\s?[ap]m\b)|\b24/7\b|\b0\d{2,4}[ -]?\d{3,4}[ -]?\d{3,4}\b"
)
_FEW = "one|two|three|four|five|six|seven|eight|nine|ten"
_LABEL_NUMBER = rf"(?:\d+(?:\.\d+)*[A-Za-z]?(?:\(\w+\))*|(?:{_FEW})\b)"
_LABELLED = (
    r"\b(?:sections?|sect?\.|ss?\.|paragraphs?|paras?\.?|schedules?|articles?|regulations?|clauses?|chapters?|parts?"
    r"|acts?|tables?|figures?|charts?|appendix|appendices|annex|pages?|pp?\.|item|recommendation|objective|action"
    r"|priority|quarters?|versions?|levels?|stages?|phases?|tiers?|steps?|grade|band|wards?|year|key\s+stage"
    r"|options?|questions?|rooms?|volume|issue|no\.|number|minute|see|ISO|BS|Cm)\s*"
    rf"{_LABEL_NUMBER}(?:{_JOIN}\d+(?:\.\d+)*[A-Za-z]?(?:\(\w+\))*){{0,9}}"
)
_PERIOD = (
    rf"\b{_NUMBER}(?:{_JOIN}{_NUMBER}){{0,2}}[\s-]+(?:(?:working|financial|calendar|school|academic|consecutive|full|more"
    r"|further|successive|clear)\s+){0,2}(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|terms?|years?"
    r"|decades?|quarters?(?!\s+of\b))\b"
)
_AGE = (
    rf"\b(?:aged?|ages)\s+(?:range\s+|from\s+|between\s+|over\s+|under\s+)?{_NUMBER}(?:{_JOIN}{_NUMBER})?"
    rf"|\b{_NUMBER}(?:{_JOIN}{_NUMBER})?[\s-]+years?[\s-]+olds?\b"
)
_ORDINAL = (
    r"\b\d+(?:st|nd|rd|th)\b|\b(?:one|two)[- ](?:to[- ]one|way|off|another)\b|\b(?:no|any|every|some)\s+one\b"
)


def _either(*patterns: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), flags)


_NO_FIGURES = (
    _either(_ADDRESS),
    _either(_MONEY),
    # A month has a capital, so that "may 12 people" is no date.
    _either(_DATE, flags=0),
    _either(_TIME),
    _either(_ORDINAL),
    _either(_LABELLED),
)
_AGES = _either(_AGE)
_PERIODS = _either(_PERIOD)
_COUNTED_THING = re.compile(
    r"\s+(?:(?!(?:was|were|and|the|to|a)\b)[a-z-]+\s+)?(?:staff|people|pupils|children|adults|individuals|persons"
    r"|students|members|referrals|cases|residents|officers|teachers|employees|attendees|delegates)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(_YEAR)
_FOUND = re.compile(
    rf"(?<![\w£$€#])(?P<number>{_NUMBER})(?P<percent>\s?(?:%|per\s?cent\b))?(?![\w]|[.,:]\d|\s?%)",
    re.IGNORECASE,
)
_FOLLOWING_PERCENT = re.compile(rf"\s*(?:-|–|to|and|or)\s*{_IN_DIGITS}\s?(?:%|per\s?cent\b)", re.IGNORECASE)
_PLAIN_CELL = re.compile(rf"(?P<number>{_IN_DIGITS})(?P<percent>%)?")
_FEWER = re.compile(r"(?:fewer|less)\s+than\s+$|(?:under|below)\s+$|<\s*$", re.IGNORECASE)
_WINDOW = 20
"""Characters before a number that are looked at: a long text takes no longer for each of its numbers."""
_INSIDE = re.compile(r"\d[.,:]$|[A-Za-z]-$")
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9(“\"'])|\n+")


@dataclass(frozen=True)
class Mention:
    """A number as a text writes it.

    Args:
        words: as they stand.
        kind: whether it is a share or a bound such as "fewer than 5"; else a count.
        start, end: where it stands in the text.
    """

    words: str
    value: Fraction
    kind: Literal["count", "percent", "fewer"]
    start: int
    end: int


def mentioned_numbers(text: str, *, ages: bool = False) -> Iterator[Mention]:
    """Every number of a text that may be a figure, in order.

    Args:
        ages: whether ages count too, as they do where cases are spoken of.
    """
    bare = _without_what_is_no_figure(text, ages=ages)
    for match in _FOUND.finditer(bare):
        start, end = match.start(), match.end()
        before = bare[max(0, start - _WINDOW) : start]
        if _INSIDE.search(before):
            continue
        share = bool(match["percent"]) or bool(_FOLLOWING_PERCENT.match(bare, end))
        fewer = _FEWER.search(before)
        kind: Literal["count", "percent", "fewer"] = "percent" if share else "fewer" if fewer else "count"
        yield Mention(
            words=text[start - (len(fewer[0]) if fewer and kind == "fewer" else 0) : end].strip(),
            value=value_of(match["number"]),
            kind=kind,
            start=start,
            end=end,
        )


def value_of(words: str) -> Fraction:
    """Read "1,007", "84.7", "twenty-one", "two hundred and five" or "a dozen"."""
    digits = words.replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", digits):
        return Fraction(digits)
    total = current = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in _VALUES:
            current += _VALUES[word]
        elif word == "dozen":
            current = max(current, 1) * 12
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word in _SCALES:
            total += max(current, 1) * _SCALES[word]
            current = 0
    return Fraction(total + current)


def _without_what_is_no_figure(text: str, *, ages: bool) -> str:
    """The text with a sign in the place of every letter of what is no figure; nothing moves."""

    def blank(match: re.Match[str]) -> str:
        return "§" * len(match[0])

    for pattern in _NO_FIGURES:
        text = pattern.sub(blank, text)
    text = _YEARS.sub(
        lambda match: match[0] if _COUNTED_THING.match(match.string, match.end()) else blank(match), text
    )
    if ages:
        return _PERIODS.sub(lambda match: match[0] if "old" in _after(match) else blank(match), text)
    return _PERIODS.sub(blank, _AGES.sub(blank, text))


def _after(match: re.Match[str]) -> str:
    return match.string[match.end() : match.end() + 4]


# What a report prints and what people typed in it ---------------------------------------------------


@dataclass(frozen=True)
class _Typed:
    """Some words that somebody typed, and what stands before them that they may speak of."""

    section: dict[str, Any]
    text: str
    above: str = ""


def _typed(content: Content, only: str) -> Iterator[_Typed]:
    """Everything that people typed in a report's sections, in order; what the portal fills in is left out."""
    for section in content["sections"]:
        if only and section["key"] != only:
            continue
        above = section["heading"]
        for part in section["parts"]:
            if part["kind"] == "heading":
                above = part["text"]
                yield _Typed(section, part["text"])
            elif part["kind"] == "paragraph":
                yield _Typed(section, _words(part), section["heading"])
                above = part["text"]
            elif part["kind"] == "list":
                runs = part.get("runs")
                for place, item in enumerate(part["items"]):
                    yield _Typed(section, _run_words(runs[place]) if runs else item, above)
            elif part["kind"] == "recommendations":
                yield from (_Typed(section, _words(item), section["heading"]) for item in part["items"])
            elif part["kind"] == "table":
                yield from _typed_cells(section, part)


def _typed_cells(section: dict[str, Any], part: dict[str, Any]) -> Iterator[_Typed]:
    yield _Typed(section, part["caption"])
    for cell in part["head"]:
        yield _Typed(section, cell, part["caption"])
    for row in part["rows"]:
        above = " ".join([section["heading"], part["caption"], *part["head"], row[0]])
        yield from (_Typed(section, cell, above) for cell in row)


def _words(part: dict[str, Any]) -> str:
    return _run_words(part["runs"]) if part.get("runs") else str(part["text"])


def _run_words(runs: Iterable[dict[str, str]]) -> str:
    return "".join(run["text"] for run in runs)


def _blocks(content: Content) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each section with each of its blocks."""
    for section in content["sections"]:
        for part in section["parts"]:
            if part["kind"] == "block":
                yield section, part["block"]


def _cell_numbers(cell: str) -> Iterator[tuple[str, Fraction]]:
    """Kind and value of each number of a cell: quickly, because a table has thousands of them."""
    if plain := _PLAIN_CELL.fullmatch(cell):
        yield "percent" if plain["percent"] else "count", value_of(plain["number"])
    elif any(character.isdigit() for character in cell):
        yield from ((mention.kind, mention.value) for mention in mentioned_numbers(cell, ages=True))


def _printed(content: Content) -> set[tuple[str, Fraction]]:
    """Kind and value of every number that the report's blocks print."""
    found: set[tuple[str, Fraction]] = set()
    for _section, block in _blocks(content):
        shares = [
            bool(re.search(r"%|per\s?cent|percentage", column["heading"], re.IGNORECASE))
            for column in block["columns"]
        ]
        for row in block["rows"]:
            for cell, share in zip(row, shares, strict=False):
                for kind, value in _cell_numbers(cell):
                    found.add(("percent" if share and kind == "count" else kind, value))
        words = [block["title"], *block["notes"], *block["missing"]]
        words += [column["heading"] for column in block["columns"]]
        words += [bar["printed"] for bar in block["bars"]]
        for text in words:
            found.update((mention.kind, mention.value) for mention in mentioned_numbers(text))
        if block["target"] is not None:
            found.add(("percent", Fraction(str(block["target"]))))
    return found


def unsupported_numbers(content: Content, *, section: str = "") -> list[str]:
    """One sentence for each number in prose that no table of the report holds, in reading order.

    "One" is left alone: it is seldom a figure ("one of them", "one community trust").

    Args:
        section: key of the one section whose words are asked about; all of them if empty.
    """
    printed = _printed(content)
    found = []
    for typed in _typed(content, section):
        for mention in mentioned_numbers(typed.text):
            if mention.words.lower() == "one" or (mention.kind, mention.value) in printed:
                continue
            found.append(f"“{mention.words}” in {typed.section['heading']} is in no table of this report.")
    return list(dict.fromkeys(found))


# Numbers about Channel cases ------------------------------------------------------------------------

_CASES = re.compile(
    r"\b(?:re-?)?referr(?:al|als|ed)\b|\bChannel\s+(?:case|referral|support|intervention|programme)s?\b"
    r"|(?<!business )(?<!in )(?<!court )\bcases?\b"
    r"(?!\s+(?:stud|law|of\s+(?:hate|crime|fraud|domestic|anti-social)))"
    r"|\bcaseload\b"
    r"|(?<!scrutiny )(?<!review )(?<!committee )\bpanels?\b[^.;]{0,60}\b(?:discuss|consider|hear|review"
    r"|look|accept|clos|tak|took)\w*"
    r"|\b(?:discussed|considered|heard|reviewed|accepted|closed)\b[^.;]{0,40}(?<!scrutiny )\bpanels?\b"
    r"|\bconsent(?:s|ed|ing)?\b|\bintervention\s+providers?\b"
    r"|\bvulnerable\s+(?:people|person|individual|adult)s?\b"
    r"|\b(?:people|persons?|individuals?|children|child|adults?|pupils?|residents|boys?|girls?|men|women)\b"
    r"[^.;]{0,60}\b(?:support(?:ed)?|radicali[sz]\w+|concerns?|Channel)\b"
    r"|\bsupport(?:ed|s)?\b[^.;]{0,40}\b(?:people|persons?|individuals?|children|adults|pupils)\b",
    re.IGNORECASE,
)
_ADOPTED = re.compile(r"\badopt(?:ed|ion|ions)\b", re.IGNORECASE)
_ADOPTED_PAPER = re.compile(
    r"\b(?:plans?|strateg(?:y|ies)|polic(?:y|ies)|protocols?|motions?|definitions?|resolutions?|approach|terms"
    r"|budget|guidance|model|framework)\b",
    re.IGNORECASE,
)
_COUNTED_CASES = re.compile(
    r"\s+(?:[a-z-]+\s+){0,2}(?:(?:re-?)?referrals?|cases?|people|persons?|individuals?|children|child|adults?"
    r"|pupils?|residents|boys?|girls?|men|women|adoptions?|interventions?|consents?)\b",
    re.IGNORECASE,
)
_LEAVES_OPEN = re.compile(
    r"\W*(?:$|(?:of|in|into|since|last|this|more|fewer|less|were|was|are|is|had|have|has|came|went|did|ended|led"
    r"|left|and|or|but|from|to|by|during|between|at|for|with|without|who|whom|which|resulted|remained?|came|new"
    r"|open|closed|adopted|gave|refused|agreed|out|on|as|not|related|concerned|involved)\b|[,.;:)–-])",
    re.IGNORECASE,
)
_OTHER_THING = re.compile(
    r"\s+(?:[a-z-]+\s+)?(?:meetings?|times|members|agencies|agency|partners|workshops?|sessions?|courses?|councils?"
    r"|boroughs?|districts?|venues?|actions?|recommendations?|objectives?|posters?|leaflets?|policies|events?"
    r"|targets?|officers|coordinators|leads|chairs|practitioners|providers"
    r"|things|areas|boards|ways|parts|kinds|types|themes|strands|steps|questions|tests|points)\b",
    re.IGNORECASE,
)
_TRAINED_PEOPLE = re.compile(
    r"\s+(?:[a-z-]+\s+)?(?:staff|professionals?|teachers?|governors?|people|employees|volunteers)\b"
    r"[^.;]{0,80}\b(?:train|attend|brief|workshop|e-learning|session|course)",
    re.IGNORECASE,
)
_NONE_AT_ALL = re.compile(
    r"(?<!in )\b(?:no|nil|none|not\s+(?:one|a\s+single)|nobody|a\s+(?:single|couple|handful|pair)(?:\s+of)?"
    r"|the\s+only|both|half|(?:one|two|three|a)[\s-]+(?:third|quarter|fifth)s?\s+of|half\s+of)\s+(?:of\s+)?(?:the\s+"
    r"|these\s+|those\s+|them\b)?(?:(?!further\b)[a-z-]+\s+)?"
    r"(?:(?:re-?)?referrals?|cases?|(?:people|individuals?|children|adults?|pupils?)\s+(?:was|were|is|are)"
    r"\s+(?:referred|adopted|supported))\b",
    re.IGNORECASE,
)


def unreleased_case_numbers(content: Content, *, section: str = "") -> list[str]:
    """One sentence for each number about Channel cases that is no released figure printed in this report.

    The lines of the header are read too, among them what a correction says that it changes.
    What stands in a public section must be printed in a public one: a figure that was released to boards, or
    stands in an exempt section, is not known to the public. Words for a number count as a number, and so do
    "no referrals" and "half of the cases".

    Args:
        section: key of the one section whose words are asked about; all of them if empty.
    """
    for_all = _released(content, public=True)
    for_members = for_all | _released(content, public=False)
    found = [
        f"“{words}” in {typed.section['heading']} is about Channel cases, and is no released figure that "
        "this report prints."
        for typed in [*([] if section else _header(content)), *_typed(content, section)]
        for words in _case_numbers(typed, for_members if typed.section.get("exempt") else for_all)
    ]
    return list(dict.fromkeys(found))


def case_numbers_of_line(content: Content, label: str, text: str) -> list[str]:
    """The same for one line of the header that somebody is about to add to a report."""
    return unreleased_case_numbers(
        {
            "header": [[label, text]],
            "sections": [
                {**section, "parts": [part for part in section["parts"] if part["kind"] == "block"]}
                for section in content["sections"]
            ],
        }
    )


def case_numbers_in_tables(content: Content) -> list[str]:
    """One sentence for each cell of a public table that seems to give a number of Channel cases.

    What officers answered or called an action elsewhere is printed here word for word. It is changed where it
    was written, so it keeps nobody from anything; the author is told.
    """
    found = []
    for section, block in _blocks(content):
        hidden = section.get("exempt") or block.get("not_public")
        if hidden or block["key"].startswith(CASE_FIGURES):
            continue
        for row in block["rows"]:
            for cell in row:
                if _PLAIN_CELL.fullmatch(cell) or not _is_about_cases(cell):
                    continue
                found += [
                    f"“{words}” in the table “{block['title']}”, at “{row[0]}”, may be a number of Channel "
                    "cases. If it is, change it where it was written, or make the section exempt."
                    for words in _case_numbers(_Typed(section, cell), set())
                ]
    return list(dict.fromkeys(found))


def _header(content: Content) -> Iterator[_Typed]:
    """The lines of the header, which every edition prints."""
    for label, text in content.get("header", ()):
        yield _Typed({"heading": label, "exempt": None}, text)


def _released(content: Content, *, public: bool) -> set[str]:
    """The released figures as this report prints them, in small letters."""
    return {
        str(row[-1]).strip().lower()
        for section, block in _blocks(content)
        if block["key"].startswith(CASE_FIGURES)
        and public is not bool(section.get("exempt") or block.get("not_public"))
        for row in block["rows"]
    }


def _is_about_cases(sentence: str) -> bool:
    if _CASES.search(sentence):
        return True
    return bool(_ADOPTED.search(sentence)) and not _ADOPTED_PAPER.search(sentence)


def _case_numbers(typed: _Typed, released: set[str]) -> Iterator[str]:
    spoken_of = _is_about_cases(typed.above)
    for sentence in _SENTENCE.split(typed.text):
        about = _is_about_cases(sentence)
        if about or spoken_of:
            yield from _numbers_of(sentence, released, about=about)
        spoken_of = spoken_of or about


def _numbers_of(sentence: str, released: set[str], *, about: bool) -> Iterator[str]:
    plain = {value_of(words) for words in released if words.replace(",", "").isdecimal()}
    allowed = [
        match.span()
        for words in released
        if not words.replace(",", "").isdecimal()
        for match in re.finditer(rf"(?<!\w){re.escape(words)}(?![\w%]|[,.]\d|\s%)", sentence, re.IGNORECASE)
    ]
    for mention in mentioned_numbers(sentence, ages=True):
        if mention.kind == "count" and mention.value in plain:
            continue
        if mention.kind == "fewer" and f"fewer than {mention.value}" in released:
            continue
        if any(start <= mention.start and mention.end <= end for start, end in allowed):
            continue
        if _is_of_cases(sentence, mention, about=about):
            yield mention.words
    if Fraction(0) not in plain:
        yield from (match[0] for match in _NONE_AT_ALL.finditer(sentence))


def _is_of_cases(sentence: str, mention: Mention, *, about: bool) -> bool:
    """Whether a number may count cases, read from what follows it."""
    if _OTHER_THING.match(sentence, mention.end) or _TRAINED_PEOPLE.match(sentence, mention.end):
        return False
    counts_cases = bool(_COUNTED_CASES.match(sentence, mention.end))
    if mention.words.lower() == "one":
        # Mostly no number, so only where cases are what is counted.
        return counts_cases
    return about or counts_cases or bool(_LEAVES_OPEN.match(sentence, mention.end))
