"""Write e-mails in the request's transaction and send each once."""

from __future__ import annotations

import logging
import smtplib
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from kombu.exceptions import OperationalError

from prevent_portal.outbox.enums import EmailState
from prevent_portal.outbox.models import Email

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 100
"""About a day of asking a mail server that answers, with a quarter of an hour between later tries."""

LONGEST_OUTAGE = timedelta(days=14)
"""How long a message waits for a mail server that cannot be reached: that is no fault of the message."""

NOT_SENT = [EmailState.QUEUED, EmailState.SENDING]


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
    email_id = email.pk
    transaction.on_commit(lambda: _relay(email_id))
    return email


def _relay(email_id: uuid.UUID) -> bool:
    from prevent_portal.outbox.tasks import send_email  # noqa: PLC0415 - the door knows the room, here it must be rung

    try:
        send_email.apply_async(kwargs={"email_id": str(email_id)}, retry=False, ignore_result=True)
    except OperationalError:
        logger.warning("The broker is away; e-mail %s waits for the sweeper.", email_id)
        return False
    return True


def sweep() -> int:
    """Send on every message that is still unsent and not in somebody's hands. Returns how many."""
    now = timezone.now()
    with transaction.atomic():
        waiting = (
            Email.objects.select_for_update(skip_locked=True)
            .filter(state__in=NOT_SENT)
            .filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
            .alias(told=Coalesce("relayed_at", "created_at"))
            .filter(told__lt=now - timedelta(seconds=settings.OUTBOX_SILENCE_SECONDS))
            .order_by("created_at")
        )
        ids = list(waiting.values_list("pk", flat=True)[:500])
        Email.objects.filter(pk__in=ids).update(relayed_at=now)
    sent = 0
    for email_id in ids:
        if not _relay(email_id):
            break
        sent += 1
    return sent


def send(*, email_id: uuid.UUID) -> bool:
    """Hand one message to the mail server, and blank its body when it has left.

    A server that refuses for now or is away delays the message; the sweeper brings it back. The claim keeps
    two workers from sending it side by side; between the server's "yes" and our commit a kill can still
    repeat it, which is why every attempt carries the same Message-ID.

    Returns:
        Whether this call sent it.
    """
    now = timezone.now()
    # Longer than a mail server's slowest polite dialogue, each step of which may take EMAIL_TIMEOUT.
    claim = now + timedelta(seconds=max(settings.OUTBOX_CLAIM_SECONDS, 6 * settings.EMAIL_TIMEOUT))
    taken = (
        Email.objects.filter(pk=email_id, state__in=NOT_SENT)
        .filter(Q(claimed_until__isnull=True) | Q(claimed_until__lt=now))
        .update(state=EmailState.SENDING, claimed_until=claim, attempts=F("attempts") + 1)
    )
    if not taken:
        return False
    email = Email.objects.get(pk=email_id)
    mine = Email.objects.filter(pk=email_id, claimed_until=claim)
    try:
        _hand_over(email)
    except (
        OSError,
        ValueError,
    ) as error:  # smtplib's errors are OSErrors; ValueError is an address nobody can use
        given_up = email.attempts >= MOST_ATTEMPTS and (
            isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused)
            or email.created_at < now - LONGEST_OUTAGE
        )
        refused = _is_refused_for_good(error) or given_up
        mine.update(
            state=EmailState.FAILED if refused else EmailState.QUEUED,
            # What is given up is never sent, so the codes and links in it are kept no longer either.
            **({"text": "", "html": ""} if refused else {}),
            claimed_until=timezone.now() + timedelta(seconds=min(30 * email.attempts, 900)),
        )
        logger.warning("E-mail %s could not be handed over: %s", email.pk, type(error).__name__)
        return False
    mine.update(state=EmailState.SENT, sent_at=timezone.now(), text="", html="", claimed_until=None)
    return True


def _hand_over(email: Email) -> None:
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=email.text,
        to=[email.recipient],
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(settings.DELIVERY_EMAIL_BACKEND),
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    message.send()


def _is_refused_for_good(error: Exception) -> bool:
    """Whether the address or the message itself was refused, so that another try would be refused as well."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)
