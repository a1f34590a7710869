"""Give a council its report templates: copy a shipped shape, and change what it says and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from compliance.enums import HeaderField, Numbering, SectionKind
from compliance.models import ReportTemplate, TemplateSection
from compliance.policies import Difference, PolicyError, StaleVersion
from compliance.queries.report_templates import schedules_in_force, sections_in_order
from compliance.shipped_templates import SHIPPED
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.models import Council
from prevent_portal.web import report_blocks

MOST_SIGNATORIES = 10
LONGEST_KEY = 40
ASIDE = 1000
"""Added to positions while they change, so that no two sections share one in between."""


class SectionFields(TypedDict):
    """What a section of a template is, apart from its place and its key."""

    heading: str
    level: int
    kind: str
    numbered: bool
    blocks: list[str]
    required: bool
    none_identified_allowed: bool
    guidance: str
    adviser: str
    starts_with: str


SECTION_LABELS = {
    "heading": "Heading",
    "level": "Level",
    "kind": "What it holds",
    "numbered": "Numbered",
    "blocks": "Figures",
    "required": "Required",
    "none_identified_allowed": "“None identified” is an answer",
    "guidance": "Guidance for the author",
    "adviser": "Adviser",
    "starts_with": "Words that every report starts with",
}

TEMPLATE_LABELS = {
    "name": "Name",
    "numbering": "Numbering",
    "header_fields": "Lines of the header block",
    "signatories": "Who signs after the author",
}


def copy_shipped(*, council: Council, key: str, by: User | None, name: str = "") -> ReportTemplate:
    """Copy a shipped shape into the council's own templates, which it can then change.

    Args:
        by: who does it; None for the service principal.
        name: what the council calls it; the shape's own name if empty.

    Raises:
        PolicyError: for an unknown shape, or a name that the council has already.
    """
    shape = SHIPPED.get(key)
    if shape is None:
        raise PolicyError("There is no such report shape.")
    name = name.strip() or shape.name
    with transaction.atomic():
        template, created = ReportTemplate.objects.get_or_create(
            council=council,
            name=name,
            defaults={
                "shipped_key": shape.key,
                "numbering": shape.numbering,
                "header_fields": [field.value for field in shape.header_fields],
                "signatories": list(shape.signatories),
            },
        )
        if not created:
            raise _name_taken(name)
        TemplateSection.objects.bulk_create(
            TemplateSection(
                council=council,
                template=template,
                position=position,
                key=section.key,
                heading=section.heading,
                level=section.level,
                kind=section.kind,
                numbered=section.numbered,
                blocks=list(section.blocks),
                required=section.required,
                none_identified_allowed=section.none_identified_allowed,
                guidance=section.guidance,
                adviser=section.adviser,
                starts_with=section.starts_with,
            )
            for position, section in enumerate(shape.sections, start=1)
        )
        record(
            action="compliance.report_template_copied",
            subject=template,
            details={"shape": shape.key, "by": by.pk if by else None},
        )
    return template


def change_template(
    *,
    template: ReportTemplate,
    by: User,
    version: int,
    name: str,
    numbering: str,
    header_fields: Sequence[str],
    signatories: Sequence[str],
) -> ReportTemplate:
    """Change what a template says of the whole report. Reports that are open already stay as they are.

    Lines of the header block keep their order; new ones come last.

    Raises:
        StaleVersion: if somebody changed the template since ``version``.
        PolicyError: if the name is taken, or somebody is named twice among those who sign.
    """
    titles = [title.strip() for title in signatories if title.strip()]
    if len({title.casefold() for title in titles}) < len(titles):
        raise PolicyError("Name each of those who sign once.")
    if len(titles) > MOST_SIGNATORIES:
        raise PolicyError(f"Name {MOST_SIGNATORIES} who sign at most.")
    with transaction.atomic():
        locked = _locked(template)
        chosen = [key for key in HeaderField.values if key in header_fields]
        kept = [key for key in locked.header_fields if key in chosen]
        wanted = {
            "name": name.strip(),
            "numbering": Numbering(numbering),
            "header_fields": [*kept, *(key for key in chosen if key not in kept)],
            "signatories": titles,
        }
        changed = [key for key, value in wanted.items() if getattr(locked, key) != value]
        if not changed:
            return locked
        if version != locked.version:
            raise StaleVersion(
                version=locked.version,
                differences=[
                    Difference(
                        key,
                        TEMPLATE_LABELS[key],
                        _template_words(key, getattr(locked, key)),
                        _template_words(key, wanted[key]),
                    )
                    for key in changed
                ],
            )
        for key in changed:
            setattr(locked, key, wanted[key])
        try:
            with transaction.atomic():
                _save(locked, changed)
        except IntegrityError as taken:
            if "report_template_name_is_unique" not in str(taken):
                raise
            raise _name_taken(locked.name) from taken
        record(action="compliance.report_template_changed", subject=locked, details={"fields": changed})
    return locked


def retire_template(*, template: ReportTemplate, by: User) -> ReportTemplate:
    """Let no new report start from a template. Reports that were made of it stay.

    Raises:
        PolicyError: while a committee still gets this report, or if it is retired already.
    """
    with transaction.atomic():
        locked = _locked(template, retired=True)
        if locked.retired_at is not None:
            raise PolicyError("This template is retired already.")
        schedule = schedules_in_force(locked, timezone.localdate()).first()
        if schedule is not None:
            raise PolicyError(f"{schedule.committee} still gets this report. End its schedule first.")
        locked.retired_at = timezone.now()
        _save(locked, ["retired_at"])
        record(action="compliance.report_template_retired", subject=locked)
    return locked


def restore_template(*, template: ReportTemplate, by: User) -> ReportTemplate:
    """Take a retired template into use again.

    Raises:
        PolicyError: if it is in use.
    """
    with transaction.atomic():
        locked = _locked(template, retired=True)
        if locked.retired_at is None:
            raise PolicyError("This template is in use.")
        locked.retired_at = None
        _save(locked, ["retired_at"])
        record(action="compliance.report_template_restored", subject=locked)
    return locked


def add_section(
    *, template: ReportTemplate, by: User, version: int, after: int, given: SectionFields
) -> TemplateSection:
    """Add a section. Its key is made of its heading and never changes.

    Args:
        after: position of the section that it follows; 0 for the first place.

    Raises:
        StaleVersion: if somebody changed the template since ``version``.
        PolicyError: see :func:`_check`.
    """
    with transaction.atomic():
        locked = _locked(template)
        sections = sections_in_order(locked)
        if version != locked.version:
            raise _stale_order(locked, sections, f"{given['heading']} (new)")
        place = min(max(after, 0), len(sections))
        added = TemplateSection(
            council_id=locked.council_id,
            template=locked,
            position=ASIDE * 2,
            key=_free_key(given["heading"], {section.key for section in sections}),
            **_cleaned(given),
        )
        order = [*sections[:place], added, *sections[place:]]
        _check(order, added, before=())
        added.save()
        _put_in_order(locked, order)
        _save(locked, [])
        record(
            action="compliance.report_template_section_added",
            subject=locked,
            details={"section": added.key},
        )
    return added


def change_section(
    *, section: TemplateSection, by: User, version: int, given: SectionFields
) -> TemplateSection:
    """Change what a section of a template is. Reports that are open already stay as they are.

    Raises:
        StaleVersion: if somebody changed the template since ``version``; it holds both texts.
        PolicyError: see :func:`_check`.
    """
    with transaction.atomic():
        template = _locked(section.template)
        sections = sections_in_order(template)
        locked = next((one for one in sections if one.pk == section.pk), None)
        if locked is None:
            raise PolicyError("Somebody else has removed this section.")
        wanted = _cleaned(given)
        changed = [key for key in SECTION_LABELS if getattr(locked, key) != wanted[key]]  # type: ignore[literal-required] # the labels are the fields
        if not changed:
            return locked
        if version != template.version:
            raise StaleVersion(
                version=template.version,
                differences=[
                    Difference(
                        key,
                        SECTION_LABELS[key],
                        _section_words(key, getattr(locked, key)),
                        _section_words(key, wanted[key]),  # type: ignore[literal-required] # as above
                    )
                    for key in changed
                ],
            )
        before = tuple(locked.blocks)
        for key in changed:
            setattr(locked, key, wanted[key])  # type: ignore[literal-required] # as above
        _check(sections, locked, before=before)
        locked.save(update_fields=changed)
        _save(template, [])
        record(
            action="compliance.report_template_section_changed",
            subject=template,
            details={"section": locked.key, "fields": changed},
        )
    return locked


def remove_section(*, section: TemplateSection, by: User, version: int) -> ReportTemplate:
    """Take a section out of a template. Reports that have it keep it.

    Raises:
        StaleVersion: if somebody changed the template since ``version``.
        PolicyError: if nothing would be left, or a part would come first.
    """
    with transaction.atomic():
        template = _locked(section.template)
        sections = sections_in_order(template)
        rest = [one for one in sections if one.pk != section.pk]
        if len(rest) == len(sections):
            return template
        if version != template.version:
            raise _stale_order(template, sections, f"without {section.heading}")
        if not rest:
            raise PolicyError("A template needs at least one section.")
        _check_first(rest)
        TemplateSection.objects.filter(council=template.council_id, pk=section.pk).delete()
        _put_in_order(template, rest)
        _save(template, [])
        record(
            action="compliance.report_template_section_removed",
            subject=template,
            details={"section": section.key},
        )
    return template


def move_section(*, section: TemplateSection, by: User, version: int, step: int) -> ReportTemplate:
    """Move a section one step up (-1) or down (1). One of the first level moves with the parts below it.

    Raises:
        StaleVersion: if somebody changed the template since ``version``.
        PolicyError: if a part would come first.
    """
    with transaction.atomic():
        template = _locked(section.template)
        sections = sections_in_order(template)
        place = next((n for n, one in enumerate(sections) if one.pk == section.pk), None)
        if place is None:
            raise PolicyError("Somebody else has removed this section.")
        if version != template.version:
            raise _stale_order(template, sections, section.heading)
        order = _moved(sections, place, step)
        if [one.pk for one in order] == [one.pk for one in sections]:
            return template
        _check_first(order)
        _put_in_order(template, order)
        _save(template, [])
        record(
            action="compliance.report_template_section_moved",
            subject=template,
            details={"section": section.key},
        )
    return template


def move_header_line(
    *, template: ReportTemplate, by: User, version: int, key: str, step: int
) -> ReportTemplate:
    """Move a line of the header block one step up (-1) or down (1).

    Raises:
        StaleVersion: if somebody changed the template since ``version``.
    """
    with transaction.atomic():
        locked = _locked(template)
        order = list(locked.header_fields)
        if version != locked.version:
            words = _template_words("header_fields", order)
            raise StaleVersion(
                version=locked.version,
                differences=[Difference("header_fields", TEMPLATE_LABELS["header_fields"], words, words)],
            )
        place = order.index(key) if key in order else len(order)
        other = place + step
        if not (0 <= place < len(order) and 0 <= other < len(order)):
            return locked
        order[place], order[other] = order[other], order[place]
        locked.header_fields = order
        _save(locked, ["header_fields"])
        record(
            action="compliance.report_template_changed", subject=locked, details={"fields": ["header_fields"]}
        )
    return locked


def _locked(template: ReportTemplate, *, retired: bool = False) -> ReportTemplate:
    """The template, locked; a retired one only where that is asked for."""
    locked = ReportTemplate.objects.select_for_update(no_key=True).get(
        council=template.council_id, pk=template.pk
    )
    if locked.retired_at is not None and not retired:
        raise PolicyError("This template is retired. Take it into use again before you change it.")
    return locked


def _save(locked: ReportTemplate, fields: list[str]) -> None:
    locked.version += 1
    locked.save(update_fields=[*fields, "version"])


def _name_taken(name: str) -> PolicyError:
    return PolicyError(f"The council has a template called “{name}” already.")


def _cleaned(given: SectionFields) -> SectionFields:
    return {
        **given,
        "heading": " ".join(given["heading"].split()),
        "guidance": given["guidance"].strip(),
        "adviser": given["adviser"].strip(),
        "starts_with": given["starts_with"].replace("\r\n", "\n").strip(),
    }


def _check(order: Sequence[TemplateSection], section: TemplateSection, *, before: Sequence[str]) -> None:
    """Refuse a section that no report could print.

    Raises:
        PolicyError: without a heading, with figures that no room has, with a second audit trail, or if a part
            would come first.
    """
    if not section.heading:
        raise PolicyError("Enter a heading.")
    known = {*report_blocks.names(), *before}
    if any(name not in known for name in section.blocks):
        raise PolicyError("The portal has no such figures.")
    if sum(one.kind == SectionKind.AUDIT_TRAIL for one in order) > 1:
        raise PolicyError("A report has one audit trail.")
    _check_first(order)


def _check_first(order: Sequence[TemplateSection]) -> None:
    if order and order[0].level != 1:
        raise PolicyError("The first section of a report cannot be a part of another.")


def _free_key(heading: str, taken: set[str]) -> str:
    """A key of the heading's words that no other section of the template has."""
    stem = slugify(heading)[: LONGEST_KEY - 4].strip("-") or "section"
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def _moved(sections: list[TemplateSection], place: int, step: int) -> list[TemplateSection]:
    """The order with the section one step further, a whole section past a whole section."""
    if sections[place].level != 1:
        other = place + step
        order = list(sections)
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
        return order
    groups: list[list[TemplateSection]] = []
    for section in sections:
        if section.level == 1 or not groups:
            groups.append([])
        groups[-1].append(section)
    own = next(n for n, group in enumerate(groups) if sections[place] in group)
    other = own + step
    if 0 <= other < len(groups):
        groups[own], groups[other] = groups[other], groups[own]
    return [section for group in groups for section in group]


def _put_in_order(template: ReportTemplate, order: Sequence[TemplateSection]) -> None:
    """Number the sections from 1: first all aside, because two of them never share a position."""
    own = TemplateSection.objects.filter(council=template.council_id, template=template)
    own.update(position=F("position") + ASIDE)
    for position, section in enumerate(order, start=1):
        section.position = position
    own.bulk_update(order, ["position"])


def _stale_order(template: ReportTemplate, sections: Sequence[TemplateSection], yours: str) -> StaleVersion:
    return StaleVersion(
        version=template.version,
        differences=[
            Difference("order", "Sections", "\n".join(section.heading for section in sections), yours)
        ],
    )


def _template_words(key: str, value: object) -> str:
    if key == "header_fields" and isinstance(value, list):
        return "\n".join(f"{HeaderField(one).label}" for one in value if one in HeaderField.values)
    if isinstance(value, list):
        return "\n".join(value)
    return Numbering(str(value)).label if key == "numbering" else str(value)


def _section_words(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if key == "kind":
        return SectionKind(str(value)).label
    if isinstance(value, list):
        titles = report_blocks.names()
        return "\n".join(titles[name] if name in titles else str(name) for name in value)
    return str(value)
