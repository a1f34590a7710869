"""Django's mail functions write to the outbox, so that mail is part of the transaction that caused it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from prevent_portal.outbox.services.emails import queue_email


class OutboxEmailBackend(BaseEmailBackend):
    """Queue each message for each recipient. Attachments are refused: mail carries a link (rule 14)."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            if message.attachments:
                raise ValueError("The portal's e-mails carry a link, never a file.")
            html = ""
            if isinstance(message, EmailMultiAlternatives):
                html = next((str(part[0]) for part in message.alternatives if part[1] == "text/html"), "")
            for recipient in message.recipients():
                queue_email(
                    recipient=recipient, subject=str(message.subject), text=str(message.body), html=html
                )
            sent += 1
        return sent
