"""Names of permissions, and the kernel's own.

Each app declares an enum of its permissions and a table of which roles hold them; ``grants.register`` makes
them known. A permission is held on a Council, through the group of a role (django-guardian, direct foreign
key), so the permission's content type is Council whatever app names it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from prevent_portal.accounts.enums import Role


class PermissionName(StrEnum):
    """Base of every app's permission enum. A member is ``NAME = codename, sentence of English``."""

    description: str

    def __new__(cls, codename: str, description: str) -> Self:
        member = str.__new__(cls, codename)
        member._value_ = codename
        member.description = description
        return member


class AccountsPermission(PermissionName):
    MANAGE_PEOPLE = "manage_people", "Invite people, give roles and end them"
    READ_AUDIT = "read_audit", "Read the council's audit trail"
    READ_RESTRICTED_AUDIT = "read_restricted_audit", "Read the access log of restricted cases"
    VIEW_COUNCIL = "view_council", "Come into the council's portal at all"


ACCOUNTS_GRANTS: dict[PermissionName, frozenset[Role]] = {
    AccountsPermission.MANAGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    AccountsPermission.READ_AUDIT: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    AccountsPermission.READ_RESTRICTED_AUDIT: frozenset({Role.CHANNEL_CHAIR, Role.AUDITOR}),
    AccountsPermission.VIEW_COUNCIL: frozenset(Role),
}
