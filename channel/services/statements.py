"""Publish the words of a confidentiality statement, and sign them (RC-2)."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import IntegrityError, transaction

from channel import queries
from channel.enums import STATEMENT_LIMIT, StatementKind
from channel.models import Acknowledgement, ChannelMeeting, Panel, Signature, StatementVersion
from channel.policies import (
    ChannelRefused,
    require_current,
    require_leader,
    require_open,
    require_seat,
)
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record


def publish_statement(*, panel: Panel, kind: StatementKind, text: str, by: User) -> StatementVersion:
    """Put new words in force for the council; everybody signs them before their next case.

    Raises:
        ChannelRefused: if the text is empty, too long or the one in force, or ``by`` does not lead the panel.
    """
    require_leader(panel, by)
    words = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not words:
        raise ChannelRefused("Enter the words of the statement.")
    if len(words) > STATEMENT_LIMIT:
        raise ChannelRefused("The statement must be 4,000 characters or fewer.")
    council = panel.council
    latest = queries.current_statement(council, kind)
    if latest is not None and latest.text == words:
        raise ChannelRefused("These words are in force already. Nobody has to sign again.")
    try:
        with transaction.atomic():
            version = StatementVersion.objects.create(
                council=council,
                kind=kind,
                number=latest.number + 1 if latest else 1,
                text=words,
                text_hash=hashlib.sha256(words.encode()).hexdigest(),
                created_by=by,
            )
            record(
                action="channel.statement_published",
                subject=version,
                details={"kind": kind.value, "number": version.number, "hash": version.text_hash},
                restricted=True,
            )
    except IntegrityError as error:
        raise ChannelRefused(
            "Somebody else has just changed the statement. Read their words first."
        ) from error
    return version


def sign_statement(*, meeting: ChannelMeeting, statement_id: UUID, by: User) -> Signature:
    """Accept the statement for one meeting. Sent twice, it is signed once.

    Args:
        statement_id: the version that the person has read.

    Raises:
        StatementChanged: if other words are in force by now.
        ChannelRefused: if the meeting is not open, or the person does not sit on its panel.
    """
    require_seat(meeting.panel, by, "Only people on this panel can sign.")
    require_open(meeting)
    statement = require_current(meeting.council, StatementKind.MEETING, statement_id)
    try:
        with transaction.atomic():
            signature = Signature.objects.create(
                council=meeting.council,
                meeting=meeting,
                person=by,
                statement=statement,
                text_hash=statement.text_hash,
            )
            record(
                action="channel.statement_signed",
                subject=signature,
                details={
                    "meeting": meeting.pk,
                    "statement": statement.pk,
                    "number": statement.number,
                    "hash": statement.text_hash,
                },
                restricted=True,
            )
    except IntegrityError:
        return Signature.objects.get(council=meeting.council, meeting=meeting, person=by, statement=statement)
    return signature


def acknowledge(*, panel: Panel, statement_id: UUID, by: User) -> Acknowledgement:
    """Sign the annual acknowledgement under which chair and secretary prepare cases between meetings.

    Raises:
        StatementChanged: if other words are in force by now.
        ChannelRefused: if the person does not lead the panel.
    """
    require_leader(panel, by)
    statement = require_current(panel.council, StatementKind.ANNUAL, statement_id)
    with transaction.atomic():
        signed = Acknowledgement.objects.create(
            council=panel.council,
            panel=panel,
            person=by,
            statement=statement,
            text_hash=statement.text_hash,
        )
        record(
            action="channel.acknowledged",
            subject=signed,
            details={"panel": panel.pk, "number": statement.number, "hash": statement.text_hash},
            restricted=True,
        )
    return signed
