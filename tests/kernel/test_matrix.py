"""Every route and method is in the access matrix as it is, and the page for people agrees with it (OP-1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.urls import include, path
from django.views import View

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web import matrix
from prevent_portal.web.views import CouncilView
from tests.figures import RecordFigure


@pytest.mark.figures("access matrix")
def test_the_matrix_and_the_live_addresses_agree(
    record_figure: RecordFigure, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("access_matrix")
    routes, lines = matrix.live_routes(), matrix.read()
    assert f"{len(routes)} routes" in capsys.readouterr().out
    gone = {path: line for path, line in lines.items() if path != "my-work/"}
    control = matrix.drift(gone, routes)
    assert control == ["my-work/ is not in the matrix."]
    record_figure(
        "access matrix",
        {"routes": len(routes), "methods": sum(len(route.needs) for route in routes), "unlisted": 0},
        control=f"with one line taken out: {control[0]}",
    )


def test_a_line_without_a_route_is_found() -> None:
    lines = matrix.read()
    lines["nowhere/"] = matrix.Line("nowhere/", {"GET": "anyone"}, "x")
    assert matrix.drift(lines, matrix.live_routes()) == ["nowhere/ is in the matrix and nowhere else."]


def test_another_permission_or_method_is_found() -> None:
    lines = matrix.read()
    lines["my-work/"].needs = {"GET": "anyone"}
    people = lines["c/<slug:council>/settings/people/"]
    people.needs = {"GET": "manage_people", "DELETE": "manage_people"}
    faults = matrix.drift(lines, matrix.live_routes())
    assert [fault.split(" needs ")[0] for fault in faults] == [
        "c/<slug:council>/settings/people/",
        "my-work/",
    ]


def test_an_open_route_needs_a_reason() -> None:
    lines = matrix.read()
    lines["help/"].why = ""
    faults = matrix.drift(lines, matrix.live_routes())
    assert faults == ["help/ needs no council's permission, and the matrix does not say why."]


class Listed(CouncilView):
    permission = {"get": AccountsPermission.VIEW_COUNCIL, "post": AccountsPermission.MANAGE_PEOPLE}

    def get(self) -> None: ...

    def post(self) -> None: ...


class Plain(View):
    def get(self) -> None: ...


def test_nested_addresses_are_walked_with_what_each_method_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    patterns = [
        path("c/<slug:council>/", include([path("listed/", Listed.as_view(), name="listed")])),
        path("plain/", Plain.as_view()),
    ]
    found = list(matrix._walk(patterns, ""))
    assert [(route.path, route.needs) for route in found] == [
        ("c/<slug:council>/listed/", {"GET": "view_council", "POST": "manage_people"}),
        ("plain/", {"GET": "signed in"}),
    ]
    assert found[0].room == "tests"


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    line = matrix.Line(
        "a/<b>/",
        {"GET": "signed in", "POST": "manage_people"},
        'a "why"',
        {"GET": [200], "POST": [200, 302]},
        {"POST": "the owner"},
    )
    matrix.write([line], tmp_path / "matrix.yaml")
    assert matrix.read(tmp_path / "matrix.yaml") == {"a/<b>/": line}


def test_writing_adds_what_is_new_and_keeps_what_people_wrote(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    monkeypatch.setattr(matrix.read, "__defaults__", (tmp_path / "matrix.yaml",))
    monkeypatch.setattr(matrix.write, "__defaults__", (tmp_path / "matrix.yaml",))
    kept = matrix.Line("help/", {"GET": "nobody"}, "help is for everybody", {"GET": [200]})
    matrix.write([kept], tmp_path / "matrix.yaml")
    with pytest.raises(CommandError) as refused:
        call_command("access_matrix", "--write")
    assert "my-work/ needs no council's permission, and the matrix does not say why." in str(refused.value)
    assert "help/" not in str(refused.value)
    lines = matrix.read(tmp_path / "matrix.yaml")
    assert set(lines) == {route.path for route in matrix.live_routes()}
    assert (lines["help/"].needs, lines["help/"].why) == ({"GET": "anyone"}, "help is for everybody")
    page = (tmp_path / "docs" / "permissions.md").read_text()
    assert "| `/help/` | GET | Nothing | anyone: help is for everybody |" in page
    assert "| `view_council` | Come into the council's portal at all | every role |" in page


def test_an_old_page_for_people_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    with pytest.raises(CommandError, match=r"docs/permissions\.md is out of date"):
        call_command("access_matrix")
