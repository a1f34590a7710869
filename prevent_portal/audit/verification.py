"""Anchor the chains, verify them, and say so loudly when one does not hold (AL-2, AL-4)."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from prevent_portal.audit import anchors, chain

logger = logging.getLogger(__name__)

OVERDUE = timedelta(hours=26)


def anchor_heads() -> int:
    """Write the chains' heads outside the database, those that moved since the last time.

    Alerts once a day while verification is overdue.

    Returns:
        How many were written.
    """
    log = anchors.read_anchors()
    known = log.newest()
    moved = [head for head in chain.heads() if known.get(head.chain) != head]
    anchors.write_heads(moved)
    _alert_when_overdue(log)
    return len(moved)


def verify_chains() -> chain.Verdict:
    """Verify every chain against itself and the anchors, and alert when one does not hold."""
    log = anchors.read_anchors()
    verdict = chain.verify(log.anchors)
    if verdict.faults:
        alert("The audit trail does not verify", [str(fault) for fault in verdict.faults])
    anchors.note_verification(faults=len(verdict.faults))
    return verdict


def alert(subject: str, lines: list[str]) -> None:
    """Tell the operators: in the log at its highest level, and by e-mail through the outbox."""
    for line in lines:
        logger.critical(line)
    if settings.ALERT_EMAILS:
        text = "\n".join([*lines, "", "What to do: docs/deployment.md, the audit trail."])
        send_mail(f"Prevent Portal: {subject}", text, None, settings.ALERT_EMAILS)


def _alert_when_overdue(log: anchors.AnchorLog) -> None:
    if not log.anchors:
        return  # the first time there is nothing yet that could be overdue
    now = timezone.now()
    is_overdue = log.verified_at is None or now - log.verified_at > OVERDUE
    told_today = log.alerted_at is not None and now - log.alerted_at < timedelta(days=1)
    if is_overdue and not told_today:
        since = log.verified_at.isoformat(timespec="minutes") if log.verified_at else "never"
        alert("The audit trail was not verified", [f"The audit trail was last verified: {since}."])
        anchors.note_alert()
