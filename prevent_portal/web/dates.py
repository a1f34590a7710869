"""Dates as people in the United Kingdom write them."""

import datetime as dt
import re

from django.utils import timezone

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)
"""What people may give as a day. Beyond them is a slip of the keyboard."""
_MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_BRITISH = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?[\s/.\-]+([A-Za-z]+|\d{1,2})[\s/.,\-]+(\d{4})$", re.IGNORECASE
)


def british_date(value: dt.date | dt.datetime | None) -> str:
    """Return a date as "31 March 2019"; the empty string for None.

    A moment is first moved to local time, so that 23:30 UTC in summer prints as the next day.
    """
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def british_time(value: dt.datetime | dt.time | None) -> str:
    """Return a time as "2:30pm", "9am", "midday" or "midnight"; the empty string for None."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    if value.minute == 0 and value.hour in {0, 12}:
        return "midday" if value.hour else "midnight"
    minutes = f":{value.minute:02d}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'pm' if value.hour >= 12 else 'am'}"


def british_datetime(value: dt.datetime | None) -> str:
    """Return a moment as "31 March 2019 at 2:30pm"; the empty string for None."""
    if value is None:
        return ""
    return f"{british_date(value)} at {british_time(value)}"


def day_after(day: dt.date) -> dt.datetime:
    """The first moment after a day, in the time of the portal: what happened by its end lies before."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def is_plausible(value: dt.date) -> bool:
    """Whether a day that somebody gives can be meant. Sums of days from there stay within the calendar."""
    return FIRST_DAY <= value <= LAST_DAY


def month_and_year(value: dt.date | None) -> str:
    """Return a date as "March 2019"; the empty string for None."""
    return "" if value is None else f"{MONTHS[value.month - 1]} {value.year}"


def month_number(text: str) -> int | None:
    """Return 3 for "3", "03", "Mar" and "March"; None for what names no month."""
    text = text.strip().lower().rstrip(".")
    if text.isdecimal():
        return int(text) if 1 <= int(text) <= 12 else None
    number = _MONTH_NUMBERS.get(text[:3])
    if number is None or not MONTHS[number - 1].lower().startswith(text):
        return 9 if text == "sept" else None
    return number


def parse_british_date(text: str) -> dt.date | None:
    """Return the date a person wrote as 31/3/2019, 31 March 2019, 31.3.2019 or 2019-03-31, else None."""
    text = text.strip()
    if match := _ISO.match(text):
        year, month, day = (str(part) for part in match.groups())
    elif match := _BRITISH.match(text):
        day, month, year = match.groups()
    else:
        return None
    number = month_number(month)
    if number is None:
        return None
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        return None
