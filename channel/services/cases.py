"""Write a case summary, and read one: reading is an act that is recorded (AL-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from channel.case_choices import PartnerKind
from channel.categories import CURRENT_EDITION
from channel.enums import LawfulBasis, SourceSector
from channel.models import ChannelCase, Panel
from channel.policies import ChannelRefused, require_clean_summary, require_preparer
from channel.policies.cases import (
    require_categories,
    require_declaration,
    require_national_reference,
    require_not_closed,
    require_plain_words,
    require_stages_in_order,
)
from channel.queries.break_glass import broken_by
from channel.services.case_changes import locked_case, store_change
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.keys.refusals import CannotOpen, KeyStoreAway
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
    screened_on: date | None = None
    first_panel_on: date | None = None
    national_reference: str = field(default="", repr=False)
    category_edition: str = CURRENT_EDITION
    concern: str = ""
    susceptibilities: Sequence[str] = ()
    age_band: str = ""
    partners_involved: Sequence[PartnerKind] = ()


DESCRIBED = (
    "residence",
    "police_area",
    "source_sector",
    "lawful_basis",
    "category_edition",
    "concern",
    "susceptibilities",
    "age_band",
    "partners_involved",
)
"""The plain fields that describe a case; its summary, stages, consent and end have services of their own."""


def create_case(
    *,
    panel: Panel,
    facts: CaseFacts,
    no_intelligence: bool,
    by: User,
    token: UUID | None = None,
    words_checked: bool = True,
    earlier: ChannelCase | None = None,
) -> ChannelCase:
    """Write a new case summary on a panel that ``by`` prepares.

    Args:
        no_intelligence: the declaration of rule 7: the summary holds no intelligence (s.38(4) and (5)).
        token: the form's token, so that a form sent twice makes one case.
        words_checked: that a person looked at doubtful words again; a page asks for it.
        earlier: the closed case of a person who was referred again.

    Raises:
        ChannelRefused: without the declaration; for a summary that seems to identify a person or to hold
            intelligence; for stages out of order or a category of another edition; if ``by`` does not prepare
            the panel's cases; if the key store does not answer.
    """
    require_preparer(panel, by)
    require_declaration(no_intelligence)
    today = timezone.localdate()
    require_clean_summary(facts.summary, today, words_checked=words_checked)
    _require_facts(facts, today)
    case = ChannelCase(
        council=panel.council,
        panel=panel,
        referred_on=facts.referred_on,
        screened_on=facts.screened_on,
        first_panel_on=facts.first_panel_on,
        earlier_case=earlier,
        no_intelligence_declared_by=by,
        no_intelligence_declared_at=timezone.now(),
        created_by=by,
        **_described(facts),
    )
    require_stages_in_order(case, today)
    if token is not None:
        sent_before = ChannelCase.objects.filter(council=panel.council, panel=panel, pk=token).first()
        if sent_before is not None:
            return sent_before
        case.pk = token
    try:
        seal(
            case,
            summary=facts.summary.strip(),
            national_reference=facts.national_reference.strip() or None,
        )
        with transaction.atomic():
            case.save(force_insert=True)
            record(
                action="channel.case_created",
                subject=case,
                details={"reference": case.reference},
                restricted=True,
            )
    except IntegrityError as error:
        raise ChannelRefused(_ANEW) from error
    except KeyStoreAway as error:
        raise ChannelRefused(_AWAY) from error
    except CannotOpen as error:
        # The token is the key of another record: of another council, or of one that was destroyed.
        raise ChannelRefused(_ANEW) from error
    return case


_ANEW = "The summary could not be stored. Open the page anew and try again."
_AWAY = "The summary cannot be stored just now. Keep this page and try again in a few minutes."


def describe_case(
    *, case: ChannelCase, facts: CaseFacts, no_intelligence: bool, version: int, by: User
) -> ChannelCase:
    """Change what describes a case: where it came from, residence, categories, partners, references.

    Moving the residence or the police area moves who may read the case: an event of its own (rule 3).

    Raises:
        ChannelRefused: without the declaration of rule 7; for a category of another edition, or words that
            identify somebody; if ``by`` does not prepare the panel's cases; if the key store does not answer.
        CaseChanged: if somebody saved since.
    """
    require_declaration(no_intelligence)
    today = timezone.localdate()
    _require_facts(facts, today)
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        wanted = _described(facts)
        changed = [name for name in DESCRIBED if getattr(locked, name) != wanted[name]]
        for name in changed:
            setattr(locked, name, wanted[name])
        moved = sorted({"residence", "police_area"} & set(changed))
        named = list(changed)
        reference = facts.national_reference.strip()
        try:
            if open_sealed(locked)["national_reference"] != reference:
                changed += seal(locked, national_reference=reference or None)
                named.append("national_reference")
        except KeyStoreAway as error:
            raise ChannelRefused(_AWAY) from error
        if not changed:
            return locked
        _declare(locked, by)
        store_change(locked, [*changed, *_DECLARED], named=named)
        if moved:
            record(
                action="channel.case_moved",
                subject=locked,
                details={"reference": locked.reference, "fields": moved},
                restricted=True,
            )
    return locked


def date_stages(
    *,
    case: ChannelCase,
    referred_on: date | None,
    screened_on: date | None,
    first_panel_on: date | None,
    version: int,
    by: User,
) -> ChannelCase:
    """Change the days of referral, screening and first panel. Support and exit have their own services.

    Raises:
        ChannelRefused: for days out of order or ahead; for a closed case.
        CaseChanged: if somebody saved since.
    """
    wanted = {"referred_on": referred_on, "screened_on": screened_on, "first_panel_on": first_panel_on}
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        require_not_closed(locked)
        changed = [name for name, day in wanted.items() if getattr(locked, name) != day]
        for name in changed:
            setattr(locked, name, wanted[name])
        require_stages_in_order(locked, timezone.localdate())
        if changed:
            store_change(locked, changed)
    return locked


def rewrite_summary(
    *,
    case: ChannelCase,
    summary: str,
    no_intelligence: bool,
    version: int,
    by: User,
    words_checked: bool = True,
) -> ChannelCase:
    """Replace a summary. The earlier words are gone: a summary says what the panel needs now.

    Raises:
        ChannelRefused: as :func:`create_case`.
        CaseChanged: if somebody saved since.
    """
    require_declaration(no_intelligence)
    require_clean_summary(summary, timezone.localdate(), words_checked=words_checked)
    with transaction.atomic():
        locked = locked_case(case, version=version, by=by)
        try:
            sealed = seal(locked, summary=summary.strip())
        except KeyStoreAway as error:
            raise ChannelRefused(_AWAY) from error
        _declare(locked, by)
        store_change(locked, [*sealed, *_DECLARED], named=["summary"])
    return locked


def re_refer_case(
    *,
    case: ChannelCase,
    summary: str,
    referred_on: date,
    no_intelligence: bool,
    by: User,
    token: UUID | None = None,
    words_checked: bool = True,
) -> ChannelCase:
    """Open a new case for a person whose case was closed and who was referred again (rule 6).

    The closed case stays as it is, with its outcome and its reviews; the new one has a reference of its own.
    It takes over what describes the person's situation, and neither consent nor grants.

    Raises:
        ChannelRefused: for a case that is not closed, a referral before its end, and as :func:`create_case`.
    """
    if token is not None:
        again = ChannelCase.objects.filter(council=case.council_id, earlier_case=case)
        if sent_before := again.filter(pk=token).first():
            return sent_before
    if case.exited_on is None:
        raise ChannelRefused("This case is open. Only a person whose case is closed can be referred again.")
    if referred_on < case.exited_on:
        raise ChannelRefused("The new referral must be on or after the day of exit.")
    texts = open_sealed(case)
    facts = CaseFacts(
        summary=summary,
        residence=case.residence,
        police_area=case.police_area,
        source_sector=SourceSector(case.source_sector),
        lawful_basis=LawfulBasis(case.lawful_basis),
        referred_on=referred_on,
        national_reference=texts["national_reference"],
        category_edition=case.category_edition,
        concern=case.concern,
        susceptibilities=case.susceptibilities,
        age_band=case.age_band,
        partners_involved=[PartnerKind(kind) for kind in case.partners_involved],
    )
    with transaction.atomic():
        later = create_case(
            panel=case.panel,
            facts=facts,
            no_intelligence=no_intelligence,
            by=by,
            token=token,
            words_checked=words_checked,
            earlier=case,
        )
        record(
            action="channel.case_re_referred",
            subject=case,
            details={"reference": case.reference, "later": later.reference},
            restricted=True,
        )
    return later


def record_cases_listed(*, council: Council, cases: Sequence[ChannelCase], by: User) -> None:
    """Log that a person has read the references of all cases that are theirs to read (AL-1)."""
    with transaction.atomic():
        record(
            action="channel.cases_listed",
            subject=by,
            details={"cases": [case.reference for case in cases], "council": council.slug},
            restricted=True,
        )


def record_history_read(*, case: ChannelCase, by: User) -> None:
    """Log that ``by`` read what was changed on a case: the reading of a log is logged."""
    with transaction.atomic():
        record(
            action="channel.case_history_read",
            subject=case,
            details={"reference": case.reference},
            restricted=True,
        )


_DECLARED = ("no_intelligence_declared_by", "no_intelligence_declared_at")


def _declare(case: ChannelCase, by: User) -> None:
    case.no_intelligence_declared_by, case.no_intelligence_declared_at = by, timezone.now()


def _require_facts(facts: CaseFacts, today: date) -> None:
    if not facts.police_area.strip():
        raise ChannelRefused("Enter the police area.")
    require_plain_words(facts.police_area, "The police area", today, limit=80)
    require_national_reference(facts.national_reference.strip(), today)
    require_categories(facts.category_edition, facts.concern, facts.susceptibilities, facts.age_band)


def _described(facts: CaseFacts) -> dict[str, Any]:
    return {
        "residence": facts.residence,
        "police_area": facts.police_area.strip(),
        "source_sector": facts.source_sector,
        "lawful_basis": facts.lawful_basis,
        "category_edition": facts.category_edition,
        "concern": facts.concern,
        "susceptibilities": sorted(set(facts.susceptibilities)),
        "age_band": facts.age_band,
        "partners_involved": sorted(set(facts.partners_involved)),
    }


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

    Where they read it in an emergency, the event says under which reference (RC-4).

    Raises:
        django.db.Error: if the event cannot be written. The caller shows nothing then.
        CannotOpen: if the case does not open; its ``sentence`` is all that is said.
    """
    with transaction.atomic():
        record(
            action="channel.case_read",
            subject=case,
            details={"reference": case.reference, **broken_by(case, by)},
            restricted=True,
        )
        return OpenedCase(case=case, texts=open_sealed(case))
