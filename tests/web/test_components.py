"""Components print finished values: escaped, in words, with links that keep the rest of the address."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from prevent_portal.web.components import Column, Link, Rating, Sorting, Table, Tag, page_links, paginate
from prevent_portal.web.templatetags.govuk import cell, file_link, plural, rating

KEYS = {"due": ["due_on"], "title": ["title", "-due_on"]}


def request(query: str = "") -> Any:
    return RequestFactory().get(f"/list/?{query}")


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (1007, "1,007"),
        (Decimal("84.70"), "84.7"),
        (dt.date(2019, 3, 31), '<time datetime="2019-03-31">31 March 2019</time>'),
        ("<b>", "&lt;b&gt;"),
        ("", ""),
        (True, "Yes"),
        (Link("A & B", "/x/?a=1&b=2"), '<a class="govuk-link" href="/x/?a=1&amp;b=2">A &amp; B</a>'),
        (Tag("Over<due", "red"), '<strong class="govuk-tag govuk-tag--red">Over&lt;due</strong>'),
        (["a", 1007], "a<br>1,007"),
    ],
)
def test_a_cell_prints_its_value_as_people_expect(value: Any, printed: str) -> None:
    assert cell(value) == printed


def test_nothing_is_said_in_words_and_is_not_zero() -> None:
    assert (
        cell(None) == '<span class="portal-secondary">–<span class="govuk-visually-hidden">none</span></span>'
    )
    assert cell(0) == "0"


@pytest.mark.parametrize(
    ("colour", "words"),
    [
        ("red", "Red"),
        ("amber", "Amber"),
        ("green", "Green"),
        ("blue", "Blue"),
        ("", "Not rated"),
        ("pink", "Not rated"),
    ],
)
def test_a_rating_is_never_a_colour_alone(colour: str, words: str) -> None:
    html = rating(colour)
    assert f"<strong>{words}</strong>" in html
    assert 'aria-hidden="true"' in html


def test_a_rating_prints_the_words_it_is_given_escaped() -> None:
    assert "</strong>: no &lt;owner&gt;" in cell(Rating("red", "no <owner>"))


def test_sorting_takes_only_known_names() -> None:
    assert Sorting(request("sort=title"), KEYS, default="due").order_by == ["title", "-due_on", "pk"]
    assert Sorting(request("sort=-title"), KEYS, default="due").order_by == ["-title", "due_on", "pk"]
    assert Sorting(request("sort=owner__password"), KEYS, default="-due").order_by == ["-due_on", "pk"]


def test_a_sorted_column_links_to_its_opposite_and_keeps_the_filters() -> None:
    sorting = Sorting(request("sort=due&page=3&status=open"), KEYS, default="due")
    assert sorting.column("due", "Due") == Column("Due", href="?status=open&sort=-due", direction="ascending")
    assert sorting.column("title", "Action") == Column("Action", href="?status=open&sort=title")


def test_pages_keep_the_rest_of_the_address_and_stop_at_the_ends() -> None:
    page, links = paginate(request("page=2&status=open"), list(range(60)), per_page=25)
    assert list(page) == list(range(25, 50))
    assert links.previous == "?status=open&page=1"
    assert links.next == "?status=open&page=3"
    assert [(link.number, link.current) for link in links.pages] == [(1, False), (2, True), (3, False)]
    assert links.summary == "Showing 26 to 50 of 60"


@pytest.mark.parametrize(("asked", "got"), [("0", 3), ("99", 3), ("x", 1), ("", 1)])
def test_a_page_that_does_not_exist_is_the_nearest_one(asked: str, got: int) -> None:
    page, _ = paginate(request(f"page={asked}"), list(range(60)), per_page=25)
    assert page.number == got


def test_one_page_has_no_links() -> None:
    page, links = paginate(request(), list(range(3)))
    assert links.pages == []
    assert page_links(page, request().GET).summary == ""


def test_a_table_whose_rows_become_blocks_is_still_one_in_words() -> None:
    table = Table("Cases", [Column("Case", header=True), Column("Next <review>")], [["K7Q4", None]])
    plain = Template("{% load govuk %}{% table table %}").render(Context({"table": table}))
    assert "role=" not in plain.split("<table", 1)[1]
    table.stacks = True
    html = Template("{% load govuk %}{% table table %}").render(Context({"table": table}))
    roles = re.findall(r'role="(\w+)"', html.split("<table", 1)[1])
    assert roles == [
        *("table", "rowgroup", "row", "columnheader", "columnheader"),
        *("rowgroup", "row", "rowheader", "cell"),
    ]
    assert '<td role="cell" data-label="Next &lt;review&gt;"' in html


def test_a_table_has_a_caption_scopes_and_its_order_in_words() -> None:
    sorting = Sorting(request(), KEYS, default="due")
    table = Table(
        "Actions <due>",
        [Column("Action", header=True), sorting.column("due", "Due"), Column("Notes", numeric=True)],
        [["One", dt.date(2019, 3, 31), 1007]],
        footer=["Total", "", 1007],
    )
    html = Template("{% load govuk %}{% table table %}").render(Context({"table": table}))
    assert "Actions &lt;due&gt;</caption>" in html
    assert html.count('scope="col"') == 3
    assert html.count('scope="row"') == 2
    assert 'aria-sort="ascending"' in html
    assert html.count("govuk-table__cell--numeric") == 2


def test_a_row_of_the_wrong_length_is_the_authors_mistake() -> None:
    with pytest.raises(ValueError, match="zip"):
        Template("{% load govuk %}{% table table %}").render(
            Context({"table": Table("x", [Column("a"), Column("b")], [["only one"]])})
        )


def test_a_file_link_says_type_and_size() -> None:
    assert "(PDF, 1.2 MB)" in file_link("/f/", "Note", "application/pdf", 1_234_567)
    assert "(file)" in file_link("/f/", "Note")


def test_plurals_agree_with_their_number() -> None:
    assert [plural(n, "action") for n in (0, 1, 1007)] == ["0 actions", "1 action", "1,007 actions"]
    assert plural(2, "return is,returns are") == "2 returns are"


@pytest.mark.parametrize(
    "source",
    [
        "{% inset %}{{ words }}{% endinset %}",
        "{% warning %}{{ words }}{% endwarning %}",
        "{% details words %}{{ words }}{% enddetails %}",
        "{% banner words %}{{ words }}{% endbanner %}",
        "{% card words href='/x/' %}{{ words }}{% endcard %}",
        "{% empty_state words %}{{ words }}{% endempty_state %}",
        "{% scroll words %}{{ words }}{% endscroll %}",
        "{% button words href=words %}",
        "{% tag words words %}",
        "{% file_link words words %}",
        "{% job_progress url=words step=words label=words %}",
    ],
)
def test_no_component_lets_words_of_people_become_markup(source: str) -> None:
    html = Template("{% load govuk %}" + source).render(Context({"words": '"><script>alert(1)</script>'}))
    assert "<script>" not in html
