"""The way from an edition to the next, item by item. What continues where is the portal's own reading."""

from compliance.editions.shape import Crosswalk

FROM_2015_TO_2023 = Crosswalk(
    older="guidance-2015",
    newer="guidance-2023",
    links=(
        ("S-01", "T1-1"),
        ("S-02", "T1-5"),
        ("S-03", "T8-1"),
        ("S-03", "T8-2"),
        ("S-04", "T2-2"),
        ("S-05", "T2-1"),
        ("S-06", "X-3"),
        ("S-07", "T7-4"),
        ("S-08", "X-6"),
        ("S-10", "T3-1"),
        ("S-11", "T6-1"),
        ("S-12", "T4-2"),
        ("S-13", "T7-1"),
        ("S-13", "T7-2"),
        ("S-14", "T7-3"),
        ("S-15", "T7-3"),
        ("S-16", "X-2"),
        ("S-17", "T1-3"),
        ("B-1.3a", "T2-1"),
        ("B-1.3a", "T3-1"),
        ("B-1.3b", "T5-1"),
        ("B-1.4a", "T2-1"),
        ("B-1.4b", "T6-1"),
        ("B-1.4c", "T8-3"),
        ("B-1.4d", "X-1"),
        ("B-1.5", "X-3"),
        ("B-1.6a", "T6-1"),
        ("B-1.6b", "T7-1"),
        ("B-1.6b", "T7-2"),
        ("B-1.6c", "T7-3"),
        ("B-1.6d", "X-4"),
        ("B-1.6e", "X-5"),
        ("B-1.7.1", "T1-1"),
        ("B-1.7.2", "T1-3"),
    ),
)

SHIPPED = (FROM_2015_TO_2023,)


def crosswalk(older: str, newer: str) -> Crosswalk | None:
    """The way from one edition to another, by their codes, where one is shipped."""
    return next((one for one in SHIPPED if (one.older, one.newer) == (older, newer)), None)
