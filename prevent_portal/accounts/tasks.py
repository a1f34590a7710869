"""Doors for Celery beat: each calls one service, one council at a time under its service scope."""

from __future__ import annotations

from celery import shared_task

from prevent_portal.accounts.services import memberships, people, sign_ins
from prevent_portal.tenancy.queries import joined_councils
from prevent_portal.tenancy.scope import service_scope


@shared_task(name="accounts.end_memberships")
def end_memberships() -> None:
    for council in joined_councils():
        with service_scope(council=council):
            memberships.lapse(council=council)


@shared_task(name="accounts.suspend_dormant")
def suspend_dormant() -> None:
    people.suspend_dormant()


@shared_task(name="accounts.forget_sessions")
def forget_sessions() -> None:
    sign_ins.forget_sessions()
