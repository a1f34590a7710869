"""Bring the national directory of organisations up to date from an official register."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, transaction

from partnerships.directory.entries import Entry, Fault, FileFaulty, Succession
from partnerships.directory.gias import read_links, read_schools
from partnerships.directory.ods import read_successions, read_trusts
from partnerships.enums import CodeScheme, DirectoryChange
from partnerships.models import DirectoryImport, Organisation, OrganisationCode
from prevent_portal.web.dates import british_date

_LOCK = 7_205_011
"""The number of the advisory lock under which two imports take turns."""


@dataclass(frozen=True)
class Change:
    """One thing that an import changed, as the report prints it."""

    kind: DirectoryChange
    code: str
    name: str
    words: str = ""


@dataclass
class DirectoryReport:
    """What an import did.

    Args:
        read: organisations that the file lists.
        unchanged: those of them that the directory knew as they are.
        left_out: those that had closed and that the directory never knew.
        not_listed: organisations of the directory that the file does not list; they stay as they are.
        circles: successions that were left out because they would close a circle: code and name of the old
            organisation, code of the new one.
    """

    read: int = 0
    unchanged: int = 0
    left_out: int = 0
    changes: list[Change] = field(default_factory=list)
    not_listed: list[tuple[str, str]] = field(default_factory=list)
    circles: list[tuple[str, str, str]] = field(default_factory=list)

    def count(self, kind: DirectoryChange) -> int:
        """How many changes of one kind there were."""
        return sum(1 for change in self.changes if change.kind == kind)


def import_ods(
    *, trusts: bytes, successions: bytes = b"", file_name: str = "", dry_run: bool = False
) -> DirectoryReport:
    """Read a file of the health register and one of successions into the directory: all or nothing.

    The same files again change nothing. A trust that is not listed stays as it is; the report names it.

    Args:
        dry_run: say what would change, and store nothing.

    Raises:
        FileFaulty: with every line that cannot be taken; nothing is stored.
    """
    entries = read_trusts(trusts)
    return _bring_up_to_date(
        scheme=CodeScheme.ODS,
        entries=entries,
        successions=read_successions(successions) if successions else [],
        areas=(),
        content=trusts,
        file_name=file_name,
        dry_run=dry_run,
        adds_closed=True,
    )


def import_gias(
    *,
    schools: bytes,
    links: bytes = b"",
    areas: Collection[str] = (),
    file_name: str = "",
    dry_run: bool = False,
) -> DirectoryReport:
    """Read a file of the register of schools, with one of links, into the directory: all or nothing.

    The same files again change nothing. A school that had closed before the directory knew it is left out.

    Args:
        areas: codes of local authorities as the register numbers them; every area without one.
        dry_run: say what would change, and store nothing.

    Raises:
        FileFaulty: with every line that cannot be taken; nothing is stored.
    """
    entries = read_schools(schools, areas)
    return _bring_up_to_date(
        scheme=CodeScheme.URN,
        entries=entries,
        successions=read_links(links) if links else [],
        areas=areas,
        content=schools,
        file_name=file_name,
        dry_run=dry_run,
        adds_closed=False,
    )


def _bring_up_to_date(
    *,
    scheme: CodeScheme,
    entries: Sequence[Entry],
    successions: Sequence[Succession],
    areas: Collection[str],
    content: bytes,
    file_name: str,
    dry_run: bool,
    adds_closed: bool,
) -> DirectoryReport:
    report = DirectoryReport(read=len(entries))
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        codes = {
            code.code: code
            for code in OrganisationCode.objects.select_for_update(of=("self", "organisation"))
            .select_related("organisation")
            .filter(scheme=scheme, kept_by__isnull=True)
        }
        faults = [
            Fault(entry.line, f"{entry.code} has closed, and the register does not say when.")
            for entry in entries
            if entry.closed
            and entry.closes_on is None
            and entry.code in codes
            and codes[entry.code].organisation.ends_on is None
        ]
        if faults:
            raise FileFaulty(faults)
        fresh = _write_entries(entries, codes, report, adds_closed=adds_closed)
        codes.update(fresh)
        _write_successions(successions, codes, report)
        listed = {entry.code for entry in entries}
        report.not_listed = sorted(
            (code.code, code.organisation.name)
            for code in codes.values()
            if code.code not in listed
            and code.organisation.ends_on is None
            and (not areas or code.organisation.area_code in areas)
        )
        if dry_run:
            transaction.set_rollback(True)
        else:
            DirectoryImport.objects.create(
                scheme=scheme,
                file_name=file_name[:200],
                sha256=hashlib.sha256(content).hexdigest(),
                areas=", ".join(sorted(areas))[:200],
                added=report.count(DirectoryChange.ADDED),
                renamed=report.count(DirectoryChange.RENAMED),
                closed=report.count(DirectoryChange.CLOSED),
                succeeded=report.count(DirectoryChange.SUCCESSOR),
            )
    return report


def _write_entries(
    entries: Sequence[Entry],
    codes: dict[str, OrganisationCode],
    report: DirectoryReport,
    *,
    adds_closed: bool,
) -> dict[str, OrganisationCode]:
    """Add what is new and change what differs. Returns the codes that are new."""
    organisations: list[Organisation] = []
    fresh: dict[str, OrganisationCode] = {}
    for entry in entries:
        code = codes.get(entry.code)
        if code is not None:
            _update(code, entry, report)
            continue
        if entry.closed and (not adds_closed or entry.closes_on is None):
            report.left_out += 1
            continue
        organisation = Organisation(
            name=entry.name,
            kind=entry.kind,
            specified_authority=entry.specified_authority,
            panel_partner=entry.panel_partner,
            ends_on=entry.closes_on,
            area_code=entry.area_code,
        )
        organisations.append(organisation)
        fresh[entry.code] = OrganisationCode(
            organisation=organisation,
            scheme=entry.scheme,
            code=entry.code,
            starts_on=entry.opens_on,
            ends_on=entry.closes_on,
        )
        report.changes.append(Change(DirectoryChange.ADDED, entry.code, entry.name))
    Organisation.objects.bulk_create(organisations, batch_size=1000)
    OrganisationCode.objects.bulk_create(fresh.values(), batch_size=1000)
    return fresh


def _update(code: OrganisationCode, entry: Entry, report: DirectoryReport) -> None:
    """Change an organisation that the directory knows to what the register says of it now."""
    organisation = code.organisation
    before = len(report.changes)
    changed: set[str] = set()
    # The register of health prints capitals alone: "Royal Free" is not renamed by "ROYAL FREE".
    if organisation.name.casefold() != entry.name.casefold():
        report.changes.append(
            Change(DirectoryChange.RENAMED, entry.code, entry.name, f"was {organisation.name}")
        )
        organisation.name = entry.name
        changed.add("name")
    if entry.closes_on is not None and organisation.ends_on != entry.closes_on:
        report.changes.append(
            Change(DirectoryChange.CLOSED, entry.code, entry.name, f"on {british_date(entry.closes_on)}")
        )
        organisation.ends_on = entry.closes_on
        changed.add("ends_on")
    elif not entry.closed and organisation.ends_on is not None:
        report.changes.append(Change(DirectoryChange.REOPENED, entry.code, entry.name))
        organisation.ends_on, organisation.successor = None, None
        changed |= {"ends_on", "successor"}
    said = (entry.kind, entry.specified_authority, entry.panel_partner)
    if (organisation.kind, organisation.specified_authority, organisation.panel_partner) != said:
        organisation.kind, organisation.specified_authority, organisation.panel_partner = said
        report.changes.append(Change(DirectoryChange.DUTY, entry.code, entry.name, _duty_words(entry)))
        changed |= {"kind", "specified_authority", "panel_partner"}
    if entry.area_code and organisation.area_code != entry.area_code:
        organisation.area_code = entry.area_code
        changed.add("area_code")
    if changed:
        organisation.version += 1
        organisation.save(update_fields=[*sorted(changed), "version"])
    # A day that the register leaves open is not taken from what is known here.
    starts_on = entry.opens_on or code.starts_on
    ends_on = entry.closes_on or (code.ends_on if entry.closed else None)
    if (starts_on, ends_on) != (code.starts_on, code.ends_on):
        code.starts_on, code.ends_on = starts_on, ends_on
        code.save(update_fields=["starts_on", "ends_on"])
    if len(report.changes) == before:
        report.unchanged += 1


def _duty_words(entry: Entry) -> str:
    """Such as "NHS trust or foundation trust, Schedules 6 and 7"."""
    schedules = {
        (True, True): "Schedules 6 and 7",
        (True, False): "Schedule 6",
        (False, True): "Schedule 7",
    }.get((entry.specified_authority, entry.panel_partner), "neither schedule")
    return f"{entry.kind.label}, {schedules}"


def _closes_a_circle(old: Organisation, new: Organisation, known: dict[UUID, Organisation]) -> bool:
    """Whether whoever follows the new one, near or far, is the old one again."""
    step: UUID | None = new.pk
    seen: set[UUID] = set()
    while step is not None and step not in seen:
        if step == old.pk:
            return True
        seen.add(step)
        step = known[step].successor_id if step in known else None
    return False


def _write_successions(
    successions: Sequence[Succession], codes: dict[str, OrganisationCode], report: DirectoryReport
) -> None:
    """Name the successors of those that have ended. One that the directory does not know is passed over.

    Where several follow one that was split up, the first of the file that the directory knows is named. The
    registers hold circles, in which the last is followed by the first: the step that would close one is left
    out, and the report names it.
    """
    named: set[str] = set()
    known = {code.organisation_id: code.organisation for code in codes.values()}
    for step in successions:
        old, new = codes.get(step.old_code), codes.get(step.new_code)
        if old is None or new is None or step.old_code in named or old.organisation.ends_on is None:
            continue
        named.add(step.old_code)
        if old.organisation.successor_id == new.organisation_id or old.organisation_id == new.organisation_id:
            continue
        if _closes_a_circle(old.organisation, new.organisation, known):
            report.circles.append((step.old_code, old.organisation.name, step.new_code))
            continue
        old.organisation.successor = new.organisation
        old.organisation.version += 1
        old.organisation.save(update_fields=["successor", "version"])
        known[old.organisation_id] = old.organisation
        report.changes.append(
            Change(
                DirectoryChange.SUCCESSOR,
                step.old_code,
                old.organisation.name,
                f"now {new.organisation.name} ({step.new_code})",
            )
        )
