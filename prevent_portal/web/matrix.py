"""The access matrix: every route and method of the live URL configuration, and what each needs (OP-1).

``access_matrix.yaml`` beside this module is what people agreed on; this module reads what the code does. The
command ``access_matrix`` compares the two and writes docs/permissions.md; an unlisted route, an unused line
or a different permission fails the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView

from prevent_portal.accounts import grants
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName
from prevent_portal.web.views import _PermissionDeclared

FILE = Path(__file__).with_name("access_matrix.yaml")
ANYONE = "anyone"
SIGNED_IN = "signed in"
NOBODY = "nobody"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One address of the live URL configuration.

    ``needs`` maps each method that the view serves to a permission's codename, "signed in", "anyone" or
    "nobody".
    """

    path: str
    name: str
    view: str
    needs: dict[str, str] = field(hash=False)

    @property
    def room(self) -> str:
        """The app that serves it."""
        package = self.view.removeprefix("prevent_portal.")
        return package.split(".", 1)[0]


@dataclass
class Line:
    """One line of the matrix.

    Args:
        needs: what each method needs.
        why: why a route without a council's permission may be reached as it is.
        answers: the statuses that an empty request of somebody entitled is answered with, by method.
        only: who of those with the permission reaches the thing, by method, where its own rule is narrower.
    """

    route: str
    needs: dict[str, str]
    why: str = ""
    answers: dict[str, list[int]] = field(default_factory=dict)
    only: dict[str, str] = field(default_factory=dict)


def live_routes() -> list[Route]:
    """Walk the live URL configuration, nested includes and REST framework's views included."""
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda route: route.path)


def _walk(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry.url_patterns, path)
        else:
            yield _route(path, entry)


def _route(path: str, entry: URLPattern) -> Route:
    callback: Any = entry.callback
    view = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
    if view is None:
        name = f"{callback.__module__}.{callback.__name__}"
        return Route(path, entry.name or "", name, {"GET": _default_need(callback)})
    actions = getattr(callback, "actions", None)
    served = [m for m in METHODS if (m.lower() in actions if actions else hasattr(view, m.lower()))]
    return Route(
        path,
        entry.name or "",
        f"{view.__module__}.{view.__name__}",
        {method: _need(callback, view, method) for method in served},
    )


def _need(callback: Any, view: type, method: str) -> str:
    if issubclass(view, _PermissionDeclared):
        return view.permission_for(method).value
    if issubclass(view, APIView):
        classes = set(view.permission_classes)
        if classes == {AllowAny}:
            return ANYONE
        return SIGNED_IN if classes == {IsAuthenticated} else NOBODY
    return _default_need(callback)


def _default_need(callback: Any) -> str:
    """Django's own rule: LoginRequiredMiddleware sends everybody to sign in, save where a view is marked."""
    return SIGNED_IN if getattr(callback, "login_required", True) else ANYONE


def read(path: Path = FILE) -> dict[str, Line]:
    """Read the agreed matrix, by route."""
    lines = {}
    for entry in yaml.safe_load(path.read_text()) or []:
        line = Line(
            route=entry["route"],
            needs={method: entry[method] for method in METHODS if method in entry},
            why=entry.get("why", ""),
            answers={method: _several(codes) for method, codes in entry.get("answers", {}).items()},
            only=entry.get("only", {}),
        )
        lines[line.route] = line
    return lines


def write(lines: Iterable[Line], path: Path = FILE) -> None:
    """Write the matrix: a line for each route in the order of the addresses."""
    text = [
        "# Who may reach what: every route and method, what it needs and why (OP-1). The command",
        "# access_matrix compares this file with the live URL configuration; --write adds what is new,",
        "# for a person to complete.",
    ]
    for line in sorted(lines, key=lambda line: line.route):
        text.append(f"\n- route: {_scalar(line.route)}")
        text += [f"  {method}: {_scalar(need)}" for method, need in line.needs.items()]
        if line.why:
            text.append(f"  why: {_scalar(line.why)}")
        if line.answers:
            pairs = ", ".join(
                f"{method}: {codes[0] if len(codes) == 1 else codes}"
                for method, codes in line.answers.items()
            )
            text.append(f"  answers: {{{pairs}}}")
        if line.only:
            text.append("  only:")
            text += [f"    {method}: {_scalar(words)}" for method, words in line.only.items()]
    path.write_text("\n".join(text) + "\n")


def _scalar(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _several(codes: int | list[int]) -> list[int]:
    return [codes] if isinstance(codes, int) else codes


def drift(lines: dict[str, Line], routes: Iterable[Route]) -> list[str]:
    """Say in sentences where the agreed matrix and the live URL configuration differ."""
    live = {route.path: route for route in routes}
    faults = [f"{path} is not in the matrix." for path in live if path not in lines]
    faults += [f"{path} is in the matrix and nowhere else." for path in lines if path not in live]
    known = {name.value for name in grants.all_grants()} | {ANYONE, SIGNED_IN, NOBODY}
    for path, route in live.items():
        line = lines.get(path)
        if line is None:
            continue
        if line.needs != route.needs:
            faults.append(f"{path} needs {route.needs} and the matrix says {line.needs}.")
        faults += [
            f"{path} names {need}, which nobody registered." for need in set(route.needs.values()) - known
        ]
        open_to_more = {ANYONE, SIGNED_IN, NOBODY} & set(line.needs.values())
        if open_to_more and not line.why:
            faults.append(f"{path} needs no council's permission, and the matrix does not say why.")
    return faults


def merged(lines: dict[str, Line], routes: Iterable[Route]) -> list[Line]:
    """The matrix as it should be: what is live, with what people wrote about it."""
    result = []
    for route in routes:
        line = lines.get(route.path) or Line(route.path, {})
        result.append(Line(route.path, dict(route.needs), line.why, dict(line.answers), dict(line.only)))
    return result


ROOMS = {
    "web": "Information and the API's own pages",
    "accounts": "Accounts, people and roles",
    "audit": "Audit",
    "documents": "Documents",
    "outbox": "Jobs",
    "partnerships": "Partnership",
    "training": "Training",
    "channel": "Channel",
    "compliance": "Overview, plans, checklist, scrutiny and reports",
    "drf_spectacular": "Description of the API",
}


def as_markdown(lines: dict[str, Line], routes: Iterable[Route]) -> str:
    """The matrix for people: by room, each route and method, the permission in words and who holds it."""
    names = {name.value: name for name in grants.all_grants()}
    held = grants.all_grants()
    by_room: dict[str, list[Route]] = {}
    for route in routes:
        by_room.setdefault(route.room, []).append(route)
    text = [
        "# Who may do what",
        "",
        "Generated by `manage.py access_matrix --write` from the live addresses, the registered",
        "permissions and `prevent_portal/web/access_matrix.yaml`. Everything that is not permitted is",
        "answered like an address that does not exist: 404.",
        "",
        "## Permissions and the roles that hold them",
        "",
        "| permission | in words | roles |",
        "|---|---|---|",
    ]
    text += [
        f"| `{name}` | {names[name].description} | {_roles(held[names[name]])} |" for name in sorted(names)
    ]
    for room in sorted(by_room, key=lambda room: list(ROOMS).index(room) if room in ROOMS else 99):
        text += [
            "",
            f"## {ROOMS.get(room, room)}",
            "",
            "| address | method | needs | who |",
            "|---|---|---|---|",
        ]
        for route in by_room[room]:
            line = lines.get(route.path) or Line(route.path, {})
            for method, need in route.needs.items():
                permission = names.get(need)
                who = _who(permission, need, held, line.only.get(method) or line.why)
                text.append(f"| `/{route.path}` | {method} | {_words(permission, need)} | {who} |")
    return "\n".join(text) + "\n"


def _words(permission: PermissionName | None, need: str) -> str:
    if permission is not None:
        return permission.description
    return {SIGNED_IN: "To be signed in", ANYONE: "Nothing", NOBODY: "Never given"}[need]


def _who(
    permission: PermissionName | None,
    need: str,
    held: dict[PermissionName, frozenset[Role]],
    why: str,
) -> str:
    who = (
        _roles(held[permission])
        if permission is not None
        else {SIGNED_IN: "anybody signed in"}.get(need, need)
    )
    if permission is not None and why:
        return f"{who}; of these {why}"
    return f"{who}: {why}" if why else who


def _roles(roles: frozenset[Role]) -> str:
    if roles == frozenset(Role):
        return "every role"
    return ", ".join(role.label for role in Role if role in roles) or "nobody"
