"""Write a case summary, and read one: reading is an act that is recorded (AL-1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from channel.enums import LawfulBasis, SourceSector
from channel.models import ChannelCase, Panel
from channel.policies import ChannelRefused, require_clean_summary, require_preparer
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.keys.refusals import KeyStoreAway
from prevent_portal.keys.services.sealing import open_sealed, seal
from prevent_portal.tenancy.models import Council


@dataclass(frozen=True)
class CaseFacts:
    """What a chair writes down of a case: nothing that names anybody."""

    summary: str
    residence: Council
    police_area: str
    source_sector: SourceSector
    lawful_basis: LawfulBasis = LawfulBasis.PUBLIC_TASK
    referred_on: date | None = None


def create_case(
    *, panel: Panel, facts: CaseFacts, no_intelligence: bool, by: User, token: UUID | None = None
) -> ChannelCase:
    """Write a new case summary on a panel that ``by`` prepares.

    Args:
        no_intelligence: the declaration of rule 7: the summary holds no intelligence (s.38(4) and (5)).
        token: the form's token, so that a form sent twice makes one case.

    Raises:
        ChannelRefused: without the declaration; for a summary that seems to identify a person; if support
            would start without consent (rule 4); if ``by`` does not prepare the panel's cases; if the key
            store does not answer.
    """
    require_preparer(panel, by)
    if not no_intelligence:
        raise ChannelRefused("Declare that the summary holds no intelligence.")
    today = timezone.localdate()
    require_clean_summary(facts.summary, today)
    case = ChannelCase(
        council=panel.council,
        panel=panel,
        residence=facts.residence,
        police_area=facts.police_area,
        source_sector=facts.source_sector,
        lawful_basis=facts.lawful_basis,
        referred_on=facts.referred_on,
        no_intelligence_declared_by=by,
        no_intelligence_declared_at=timezone.now(),
        created_by=by,
    )
    if token is not None:
        sent_before = ChannelCase.objects.filter(council=panel.council, panel=panel, pk=token).first()
        if sent_before is not None:
            return sent_before
        case.pk = token
    try:
        seal(case, summary=facts.summary.strip())
        with transaction.atomic():
            case.save(force_insert=True)
            record(
                action="channel.case_created",
                subject=case,
                details={"reference": case.reference},
                restricted=True,
            )
    except IntegrityError as error:
        raise ChannelRefused("The summary could not be stored. Open the page anew and try again.") from error
    except KeyStoreAway as error:
        raise ChannelRefused(
            "The summary cannot be stored just now. Keep this page and try again in a few minutes."
        ) from error
    return case


@dataclass(frozen=True)
class OpenedCase:
    """A case that somebody reads, with its texts by field in the clear: for one page, and stored nowhere."""

    case: ChannelCase
    texts: Mapping[str, str] = field(repr=False)

    @property
    def summary(self) -> str:
        return self.texts["summary"]


def read_case(*, case: ChannelCase, by: User) -> OpenedCase:
    """Record that a person reads a case, and open it; both happen or neither does.

    Raises:
        django.db.Error: if the event cannot be written. The caller shows nothing then.
        CannotOpen: if the case does not open; its ``sentence`` is all that is said.
    """
    with transaction.atomic():
        record(
            action="channel.case_read",
            subject=case,
            details={"reference": case.reference},
            restricted=True,
        )
        return OpenedCase(case=case, texts=open_sealed(case))
