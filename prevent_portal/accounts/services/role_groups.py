"""Keep role groups and their guardian grants in step with the registry of permissions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, transaction

from prevent_portal.accounts import grants
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import CouncilGroupPermission, RoleGroup
from prevent_portal.tenancy.models import Council


def sync_permissions(*, using: str = DEFAULT_DB_ALIAS) -> dict[str, Permission]:
    """Register every app's permission names as permissions of Council; return them by codename."""
    content_type = ContentType.objects.db_manager(using).get_for_model(Council)
    known = {p.codename: p for p in Permission.objects.using(using).filter(content_type=content_type)}
    for name in grants.all_grants():
        if name.value not in known:
            known[name.value] = Permission.objects.using(using).create(
                codename=name.value, name=name.description[:255], content_type=content_type
            )
    return known


def sync_council(*, council: Council, using: str = DEFAULT_DB_ALIAS) -> None:
    """Give a council a group for each role, holding exactly the registered grants.

    Runs for a new council and after each migrate; running it again changes nothing.
    """
    with transaction.atomic(using=using):
        permissions = sync_permissions(using=using)
        groups = {row.role: row for row in RoleGroup.objects.using(using).filter(council=council)}
        missing = [role.value for role in Role if role.value not in groups]
        holders = Group.objects.using(using).bulk_create(
            Group(name=f"{council.slug}: {role}") for role in missing
        )
        for row in RoleGroup.objects.using(using).bulk_create(
            RoleGroup(council=council, role=role, group=group)
            for role, group in zip(missing, holders, strict=True)
        ):
            groups[row.role] = row
        wanted = {
            (groups[role.value].group_id, permissions[name.value].pk)
            for name, roles in grants.all_grants().items()
            for role in roles
        }
        held = CouncilGroupPermission.objects.using(using).filter(content_object=council)
        present = {(row.group_id, row.permission_id): row.pk for row in held}
        if stale := [pk for key, pk in present.items() if key not in wanted]:
            held.filter(pk__in=stale).delete()
        CouncilGroupPermission.objects.using(using).bulk_create(
            CouncilGroupPermission(group_id=group_id, permission_id=permission_id, content_object=council)
            for group_id, permission_id in sorted(wanted - set(present))
        )


def sync_all_councils(*, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Bring every tenant's role groups up to date after a migrate that may have brought new permissions."""
    sync_permissions(using=using)
    for council in Council.objects.using(using).joined():
        sync_council(council=council, using=using)
