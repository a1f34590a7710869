"""Doors for Celery beat: the chains of the trail."""

from __future__ import annotations

from celery import shared_task

from prevent_portal.audit import verification


@shared_task(name="audit.anchor")
def anchor() -> None:
    verification.anchor_heads()


@shared_task(name="audit.verify")
def verify() -> None:
    verification.verify_chains()
