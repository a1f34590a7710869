"""The picture is drawn exactly, never through a box, and the list says the same as the lines."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from partnerships.enums import BoardLevel
from partnerships.governance_picture import (
    BOX_GAP,
    PER_ROW,
    ROW_GAP,
    CircularGovernance,
    Picture,
    PictureBoard,
    as_list,
    description,
    draw,
    layers,
    runs_in_a_circle,
)

STRATEGIC, TACTICAL, OPERATIONAL = BoardLevel.STRATEGIC, BoardLevel.TACTICAL, BoardLevel.OPERATIONAL
COUNTY = [
    PictureBoard("board", "Strategy Board", STRATEGIC, "Strategic, every quarter"),
    PictureBoard("steering", "Steering Group", STRATEGIC),
    PictureBoard("asb", "Behaviour Group", TACTICAL),
    PictureBoard("districts", "District Partnerships", OPERATIONAL),
]
TWO_LINES = [
    ("steering", "board"),
    ("asb", "board"),
    ("districts", "steering"),
    ("districts", "asb"),
]


def test_a_group_stands_below_everything_it_reports_to() -> None:
    assert layers(COUNTY, TWO_LINES) == {"board": 0, "steering": 1, "asb": 1, "districts": 2}


def test_a_board_without_lines_stands_at_its_own_level_and_empty_layers_are_left_out() -> None:
    boards = [PictureBoard("a", "A", STRATEGIC), PictureBoard("b", "B", OPERATIONAL)]
    assert layers(boards, []) == {"a": 0, "b": 1}


def test_a_strategic_board_that_reports_to_an_operational_one_stands_below_it() -> None:
    boards = [PictureBoard("a", "A", OPERATIONAL), PictureBoard("b", "B", STRATEGIC)]
    assert layers(boards, [("b", "a")]) == {"a": 0, "b": 1}


@pytest.mark.parametrize(
    ("lines", "circular"),
    [
        ([], False),
        ([("a", "b"), ("b", "c"), ("a", "c")], False),
        ([("a", "a")], True),
        ([("a", "b"), ("b", "c"), ("c", "a")], True),
    ],
)
def test_a_circle_is_found_however_long(lines: list[tuple[str, str]], circular: bool) -> None:
    assert runs_in_a_circle(lines) is circular


def test_a_circle_is_never_drawn() -> None:
    with pytest.raises(CircularGovernance):
        draw(COUNTY, [*TWO_LINES, ("board", "districts")])


def test_the_picture_of_two_lines_of_governance_is_exactly_this() -> None:
    picture = draw(COUNTY, TWO_LINES)
    assert (picture.width, picture.height) == (548, 302)
    assert [
        (box.board.key, box.row, box.x, box.y, box.height, box.lines, box.notes) for box in picture.boxes
    ] == [
        ("board", 0, 167, 12, 58, ("Strategy Board",), ("Strategic, every quarter",)),
        ("asb", 1, 44, 142, 38, ("Behaviour Group",), ()),
        ("steering", 1, 290, 142, 38, ("Steering Group",), ()),
        ("districts", 2, 167, 252, 38, ("District Partnerships",), ()),
    ]
    assert [(wire.lower, wire.upper, wire.further, wire.path) for wire in picture.wires] == [
        ("asb", "board", False, "M151 142 L151 88 L274 88 L274 70"),
        ("steering", "board", False, "M397 142 L397 88 L274 88 L274 70"),
        ("districts", "asb", False, "M238 252 L238 207 L151 207 L151 180"),
        ("districts", "steering", True, "M309 252 L309 216 L397 216 L397 180"),
    ]


def crossings(picture: Picture) -> list[tuple[str, str, str]]:
    """Lines that run through the inside of a box."""
    return [
        (wire.lower, wire.upper, box.board.key)
        for wire in picture.wires
        for (x1, y1), (x2, y2) in zip(wire.points, wire.points[1:], strict=False)
        for box in picture.boxes
        if max(x1, x2) > box.x
        and min(x1, x2) < box.x + box.width
        and max(y1, y2) > box.y
        and min(y1, y2) < box.y + box.height
    ]


def test_no_line_runs_through_a_box_even_where_a_layer_takes_several_rows() -> None:
    districts = [PictureBoard(f"d{n}", f"District {n}", OPERATIONAL) for n in range(7)]
    lines = [(each.key, "steering") for each in districts] + [("d5", "board"), ("steering", "board")]
    picture = draw([*COUNTY, *districts], [*lines, ("asb", "board")])
    rows = [sum(box.row == row for box in picture.boxes) for row in range(4)]
    assert rows == [1, 2, PER_ROW, 4]
    assert len(picture.wires) == 10
    assert crossings(picture) == []
    for box in picture.boxes:
        assert box.x - BOX_GAP // 2 >= 0
        assert box.x + box.width + BOX_GAP // 2 <= picture.width
        assert box.y + box.height <= picture.height


def test_every_line_ends_at_its_two_boxes() -> None:
    picture = draw(COUNTY, TWO_LINES)
    boxes = {box.board.key: box for box in picture.boxes}
    for wire in picture.wires:
        lower, upper = boxes[wire.lower], boxes[wire.upper]
        assert lower.x < wire.points[0][0] < lower.x + lower.width
        assert wire.points[0][1] == lower.y
        assert wire.points[-1] == (upper.middle, upper.y + upper.height)
        for (x1, y1), (x2, y2) in zip(wire.points, wire.points[1:], strict=False):
            assert x1 == x2 or y1 == y2


def test_the_second_line_of_a_group_is_marked_and_starts_elsewhere() -> None:
    wires = [wire for wire in draw(COUNTY, TWO_LINES).wires if wire.lower == "districts"]
    assert [(wire.upper, wire.further) for wire in wires] == [("asb", False), ("steering", True)]
    assert wires[0].points[0] != wires[1].points[0]
    assert wires[0].points[1][1] != wires[1].points[1][1]
    assert abs(wires[0].points[1][1] - wires[1].points[1][1]) < ROW_GAP


def test_the_same_boards_in_another_order_give_the_same_picture() -> None:
    one, other = draw(COUNTY, TWO_LINES), draw(COUNTY[::-1], TWO_LINES[::-1])
    assert (one.boxes, one.wires) == (other.boxes, other.wires)


def test_a_long_name_is_broken_into_lines_and_none_is_wider_than_its_box() -> None:
    name = "Leicester, Leicestershire and Rutland Partnership for the Prevention of Extremism"
    (box,) = draw([PictureBoard("a", name, STRATEGIC)], []).boxes
    assert box.lines == (
        "Leicester,",
        "Leicestershire and",
        "Rutland Partnership for",
        "the Prevention of",
        "Extremism",
    )
    assert box.height == 5 * 20 + 18


def test_no_boards_give_an_empty_picture() -> None:
    assert draw([], []) == Picture(0, 0, (), ())


def test_the_list_names_each_board_once_with_its_further_lines() -> None:
    assert [(entry.board.key, entry.depth, entry.also_under) for entry in as_list(COUNTY, TWO_LINES)] == [
        ("board", 0, ()),
        ("asb", 1, ()),
        ("districts", 2, ("Steering Group",)),
        ("steering", 1, ()),
    ]


def test_the_drawing_describes_itself_in_sentences() -> None:
    assert description(COUNTY, TWO_LINES) == (
        "Behaviour Group reports to Strategy Board. "
        "District Partnerships reports to Behaviour Group and Steering Group. "
        "Steering Group reports to Strategy Board."
    )
    assert description(COUNTY, []) == "No board reports to another."


def test_a_line_to_a_board_that_is_not_shown_is_left_out() -> None:
    assert draw(COUNTY, [("asb", "closed")]).wires == ()


def test_two_lines_of_one_group_stay_apart_where_they_pass_the_same_gap() -> None:
    districts = [PictureBoard(f"d{n}", f"District {n}", OPERATIONAL) for n in range(7)]
    lines = [(each.key, upper) for each in districts for upper in ("steering", "asb")]
    wires = [
        wire
        for wire in draw([*COUNTY, *districts], [*lines, ("steering", "board"), ("asb", "board")]).wires
        if wire.lower == "d6"
    ]
    first, second = ({x for x, _ in wire.points[2:4]} for wire in wires)
    assert len(first) == len(second) == 1
    assert first != second


@pytest.mark.parametrize(
    ("board", "said"),
    [
        (PictureBoard("a", "A", STRATEGIC), "A thick frame is a strategic board."),
        (
            PictureBoard("a", "A", STRATEGIC, is_joint=True),
            "A thick frame is a strategic board; a shaded one is hosted by another council.",
        ),
        (
            PictureBoard("a", "A", STRATEGIC, is_planned=True),
            "A thick frame is a strategic board; a dotted frame is still to be set up.",
        ),
    ],
)
def test_the_key_says_what_is_drawn_and_nothing_else(board: PictureBoard, said: str) -> None:
    shown = render_to_string("partnerships/_governance_picture.html", {"picture": draw([board], [])})
    assert shown.rstrip().endswith(f'portal-governance__key">{said}</p>')
