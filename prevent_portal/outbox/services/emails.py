"""Write e-mails in the request's transaction and send each once."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import OperationalError

from prevent_portal.outbox.enums import EmailState
from prevent_portal.outbox.models import Email

logger = logging.getLogger(__name__)

CLAIM = timedelta(seconds=60)
MOST_ATTEMPTS = 100


def queue_email(
    *, recipient: str, subject: str, text: str, html: str = "", effect_key: str | None = None
) -> Email | None:
    """Put a message in the outbox, in the caller's transaction; the worker is told after the commit.

    Args:
        effect_key: messages with the same key are one message. None makes each call a message of its own.

    Returns:
        The message, or None if one with this key was accepted before.
    """
    try:
        with transaction.atomic():
            email = Email.objects.create(
                effect_key=effect_key or uuid.uuid4().hex,
                recipient=recipient,
                subject=" ".join(subject.split())[:200],
                text=text,
                html=html,
            )
    except IntegrityError:
        return None
    transaction.on_commit(lambda: _relay(email.pk))
    return email


def _relay(email_id: uuid.UUID) -> None:
    from prevent_portal.outbox.tasks import send_email  # noqa: PLC0415 - the door knows the room, here it must be rung

    try:
        send_email.apply_async(kwargs={"email_id": str(email_id)}, retry=False, ignore_result=True)
    except OperationalError:
        logger.warning("The broker is away; e-mail %s waits for the sweeper.", email_id)


def sweep() -> int:
    """Send on every message that is still unsent and not in somebody's hands. Returns how many."""
    now = timezone.now()
    waiting = Email.objects.filter(state__in=[EmailState.QUEUED, EmailState.SENDING]).filter(
        Q(claimed_until__lt=now) | Q(claimed_until__isnull=True, created_at__lt=now - timedelta(seconds=10))
    )
    ids = list(waiting.values_list("pk", flat=True)[:500])
    for email_id in ids:
        _relay(email_id)
    return len(ids)


def send(*, email_id: uuid.UUID) -> bool:
    """Hand one message to the mail server, and blank its body when it has left.

    A server that refuses or is away delays the message; the sweeper brings it back. The claim keeps two
    workers from sending it side by side; between the server's "yes" and our commit a kill can still repeat
    it, which is why every attempt carries the same Message-ID.

    Returns:
        Whether this call sent it.
    """
    now = timezone.now()
    taken = (
        Email.objects.filter(pk=email_id, state__in=[EmailState.QUEUED, EmailState.SENDING])
        .filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
        .update(state=EmailState.SENDING, claimed_until=now + CLAIM)
    )
    if not taken:
        return False
    email = Email.objects.get(pk=email_id)
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        to=[email.recipient],
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(settings.DELIVERY_EMAIL_BACKEND),
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors
        email.attempts += 1
        email.state = EmailState.FAILED if email.attempts >= MOST_ATTEMPTS else EmailState.QUEUED
        email.claimed_until = timezone.now() + timedelta(seconds=min(30 * email.attempts, 900))
        email.save(update_fields=["attempts", "state", "claimed_until"])
        logger.warning("E-mail %s could not be handed over: %s", email.pk, type(error).__name__)
        return False
    email.state = EmailState.SENT
    email.sent_at = timezone.now()
    email.text = ""
    email.html = ""
    email.claimed_until = None
    email.save(update_fields=["state", "sent_at", "text", "html", "claimed_until"])
    return True
