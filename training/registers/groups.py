"""What may be read of a register's groups by those whose staff it does not list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from training.registers.rows import ServiceFigure

SMALLEST_GROUP = 5
TOGETHER = "Groups of fewer than 5, and what hides them"
"""Stands in the place of the service where groups are counted together."""


def without_small_groups(figures: Sequence[ServiceFigure]) -> list[ServiceFigure]:
    """The figures by service and role group with no group of 1 to 4 people in them, nor one to be worked out.

    The return says how many people an organisation has in all. A small group that was merely left out could
    be had by subtraction, so small groups are counted together, and with the smallest of the others until
    they are five. Where an organisation has fewer than five in all, nothing is said of its groups.
    """
    shown: list[ServiceFigure] = []
    about = attrgetter("organisation", "organisation_id", "course", "course_id")
    for _, of_course in groupby(sorted(figures, key=about), key=about):
        groups = sorted(of_course, key=attrgetter("eligible", "service", "role_group"))
        hidden: list[ServiceFigure] = []
        others: list[ServiceFigure] = []
        for each in groups:
            is_small = each.eligible < SMALLEST_GROUP or each.service == TOGETHER
            (hidden if is_small else others).append(each)
        if any(each.eligible for each in hidden):
            while others and sum(each.eligible for each in hidden) < SMALLEST_GROUP:
                hidden.append(others.pop(0))
            eligible = sum(each.eligible for each in hidden)
            if eligible >= SMALLEST_GROUP:
                compliant = sum(each.compliant for each in hidden)
                others.append(
                    replace(
                        hidden[0], service=TOGETHER, role_group="", eligible=eligible, compliant=compliant
                    )
                )
        shown += others
    return sorted(shown, key=attrgetter("organisation", "course", "service", "role_group"))
