"""Feedback of an event: one question a line, each with the lowest and highest share that was measured."""

from __future__ import annotations

import re

_LINE = re.compile(
    r"^(?P<question>.+?)\s*:\s*(?P<lowest>\d{1,3})\s*%?(?:\s*(?:to|-|–)\s*(?P<highest>\d{1,3})\s*%?)?$"
)
MOST_LINES = 12


class FeedbackUnclear(ValueError):
    """A line that cannot be read; the message says which and how it should look."""


def tidy_feedback(text: str) -> str:
    """Return feedback in the one way it is stored and printed: "The day was useful: 68% to 100%".

    A range stays a range: no average is made of it. One figure alone is printed as it is.

    Raises:
        FeedbackUnclear: in words, naming the line.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise FeedbackUnclear(f"Feedback can hold at most {MOST_LINES} questions.")
    tidied = []
    for place, line in enumerate(lines, start=1):
        found = _LINE.match(line)
        if found is None:
            raise FeedbackUnclear(
                f"Line {place} of the feedback must be a question and its range, like "
                "“The day was useful: 68% to 100%”."
            )
        lowest = int(found["lowest"])
        highest = int(found["highest"]) if found["highest"] else lowest
        if highest > 100:
            raise FeedbackUnclear(f"Line {place} of the feedback has more than 100%.")
        if lowest > highest:
            raise FeedbackUnclear(f"Line {place} of the feedback: the lower figure comes first.")
        words = f"{lowest}%" if lowest == highest else f"{lowest}% to {highest}%"
        tidied.append(f"{found['question']}: {words}")
    return "\n".join(tidied)
