"""Numbers as people in the United Kingdom write them, and percentages that never flatter."""

from decimal import Decimal
from fractions import Fraction
from math import floor
from numbers import Rational

Number = int | float | Decimal | Fraction

# Percentages of counts of people need at most this many decimals before a ratio that is not on the
# target can be told from it; beyond that the figures would be unreadable.
MOST_DECIMALS = 6
_WORDS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number(value: Number | None) -> str:
    """Return 1007 as "1,007" and 12.50 as "12.5"; the empty string for None, never zero (rule 10)."""
    if value is None:
        return ""
    if isinstance(value, Fraction):
        value = value.numerator if value.denominator == 1 else Decimal(value.numerator) / value.denominator
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,.2f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def pounds(value: Decimal | int | None) -> str:
    """Return an amount of money as "£1,007.50", always with its pence; "" for None, never zero (rule 10)."""
    if value is None:
        return ""
    sign = "−" if value < 0 else ""
    return f"{sign}£{abs(rounded_half_up(value, 2)):,.2f}"


def counted(count: int, one: str, many: str) -> str:
    """Return "1 action" or "1,007 actions", given both words."""
    return f"{number(count)} {one if count == 1 else many}"


def spelled(count: int) -> str:
    """Return a number as it stands in a sentence: in words up to nine."""
    return _WORDS[count] if 0 < count < len(_WORDS) else number(count)


def worded(count: int, one: str, many: str) -> str:
    """Return such as "Two actions", to begin a sentence."""
    words = f"{spelled(count)} {one if count == 1 else many}"
    return words[0].upper() + words[1:]


def exact(value: Number) -> Fraction:
    """Return the value as a fraction; a float is taken as the decimal it prints as."""
    if isinstance(value, Rational | Decimal):
        return Fraction(value)
    return Fraction(Decimal(str(value)))


def rounded_half_up(value: Number, decimals: int = 0) -> Decimal:
    """Return the value rounded half up, away from the surprises of binary fractions."""
    scaled = floor(abs(exact(value)) * 10**decimals + Fraction(1, 2))
    result = Decimal(scaled).scaleb(-decimals)
    return -result if exact(value) < 0 and scaled else result


def percent(value: Number | None, *, target: Number | None = None) -> str:
    """Return a percentage such as 84.72 as "85%", or as "84.7%" when the target is 85.

    Rounds half up to a whole number, with as many decimals as it takes for the printed figure to lie
    on the same side of the target as the exact one (rule 9). None gives the empty string, never 0%.
    """
    if value is None:
        return ""
    ratio = exact(value)
    decimals = 0
    if target is not None:
        goal = exact(target)
        while decimals < MOST_DECIMALS and _side(exact(rounded_half_up(ratio, decimals)), goal) != _side(
            ratio, goal
        ):
            decimals += 1
    return f"{rounded_half_up(ratio, decimals):,f}%".replace("-", "−")


def percentage_of(part: int, whole: int) -> Fraction | None:
    """Return part as an exact percentage of whole; None when there is no whole to speak of."""
    return Fraction(part * 100, whole) if whole else None


def _side(value: Fraction, target: Fraction) -> bool:
    return value >= target


def file_size(size: int | None) -> str:
    """Return a number of bytes as "812 bytes", "12 KB" or "1.4 MB"."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    if size < 1_000_000:
        return f"{rounded_half_up(Fraction(size, 1000))} KB"
    return f"{number(rounded_half_up(Fraction(size, 1_000_000), 1))} MB"
