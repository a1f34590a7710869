"""The registry of permissions: what names exist and which roles hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.permissions import PermissionName

_grants: dict[PermissionName, frozenset[Role]] = {}


class UnknownPermission(LookupError):
    """A permission name that no app has registered."""


def register(names: type[PermissionName], grants: Mapping[PermissionName, Iterable[Role]]) -> None:
    """Make an app's permissions known, with the roles that hold each.

    Raises:
        ValueError: if a member has no line in the table, or a codename is taken by another app.
    """
    for name in names:
        if name not in grants:
            raise ValueError(f"{name!r} is granted to nobody on record: give it a line, empty if need be.")
        if name in _grants and type(_known(str(name))) is not names:
            raise ValueError(f"The codename {name.value!r} is registered by two apps.")
        _grants[name] = frozenset(grants[name])


def _known(codename: str) -> PermissionName:
    for name in _grants:
        if name.value == codename:
            return name
    raise UnknownPermission(codename)


def require_known(name: PermissionName) -> None:
    """Raise :class:`UnknownPermission` unless an app registered this very name."""
    if not isinstance(name, PermissionName) or name not in _grants:
        raise UnknownPermission(f"{name!r} is not a registered permission.")


def all_grants() -> dict[PermissionName, frozenset[Role]]:
    """Every registered permission and the roles that hold it."""
    return dict(_grants)


def permissions_of(role: Role) -> set[PermissionName]:
    """What a role holds."""
    return {name for name, roles in _grants.items() if role in roles}
