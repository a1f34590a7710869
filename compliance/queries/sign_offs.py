"""Who signs a report, what each has signed, and whether the report still says that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from compliance.enums import ReportState
from compliance.models import Report, ReportVersion, SignOff
from compliance.permissions import COMPLIANCE_GRANTS, CompliancePermission
from compliance.queries.report_content import Content, canonical
from prevent_portal.accounts.models import User, display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council
from prevent_portal.web.dates import british_date

AUTHOR = 0
"""The place of the author, who hands the report in. Everybody else signs after it, in the council's order."""

AUTHOR_TITLE = "Author"

PlaceState = Literal["signed", "next", "later", "changed"]


@dataclass(frozen=True)
class Place:
    """One place of the order and where it stands.

    ``signed`` counts; ``changed`` was signed, and the report has changed since; of the others one is
    ``next`` and those after it come ``later``. A changed place that is also next says ``changed``.
    """

    sign_off: SignOff
    state: PlaceState
    is_next: bool

    @property
    def signed_version(self) -> int | None:
        """The number of the version that was signed."""
        return self.sign_off.version.number if self.sign_off.version else None


@dataclass(frozen=True)
class Standing:
    """How far a report's sign-off has come.

    Args:
        version: what was handed in, while the report still says the same.
    """

    places: tuple[Place, ...]
    version: ReportVersion | None

    @property
    def next(self) -> Place | None:
        return next((place for place in self.places if place.is_next), None)

    @property
    def is_complete(self) -> bool:
        """Whether every signature is there and counts. True where the council's order names nobody."""
        return all(place.state == "signed" for place in self.places)


def has_signatures(report: Report) -> bool:
    """Whether anybody has signed the report that is frozen now, so that a change asks everybody again."""
    return (
        report.state == ReportState.FROZEN
        and SignOff.objects.filter(council=report.council_id, report=report, signed_at__isnull=False).exists()
    )


def signed_words(content: Content) -> bytes:
    """What a signature stands for: the whole content, less what signing itself and the final step write.

    With those in it, each signature would end the one before, and being made final would end them all.
    """
    return canonical({**_with_lines(content, []), "status": ""})


def _with_lines(content: Content, lines: list[list[str]]) -> Content:
    """The content with these signatures in its audit trail."""
    sections = [
        {
            **section,
            "parts": [
                {**part, "signatures": lines} if part["kind"] == "audit_trail" else part
                for part in section["parts"]
            ],
        }
        for section in content["sections"]
    ]
    return {**content, "sections": sections}


def places_of(report: Report) -> list[SignOff]:
    """The places in order, each with its person and the number of the version that was signed."""
    return list(
        SignOff.objects.filter(council=report.council_id, report=report)
        .select_related("person", "version")
        .defer("version__content")
        .order_by("position")
    )


def standing_of(report: Report, content: Content) -> Standing:
    """Where the sign-off of a report stands that says ``content`` now. Two queries at most."""
    places = places_of(report)
    version = _handed_in(report, places, content)
    waiting = [place for place in places if not _counts(report, place, version)]
    first = waiting[0] if waiting else None
    return Standing(
        places=tuple(
            Place(
                sign_off=place,
                state=_state(place, counts=place not in waiting, is_next=place is first),
                is_next=place is first,
            )
            for place in places
        ),
        version=version,
    )


def _handed_in(report: Report, places: list[SignOff], content: Content) -> ReportVersion | None:
    """The version that the author handed in, if the figures are frozen and the report still says the same."""
    if not places or places[0].version_id is None or report.state == ReportState.DRAFT:
        return None
    version = ReportVersion.objects.get(council=report.council_id, pk=places[0].version_id)
    if report.state == ReportState.FINAL or signed_words(version.content) == signed_words(content):
        return version
    return None


def _counts(report: Report, place: SignOff, version: ReportVersion | None) -> bool:
    if report.state == ReportState.FINAL:
        return place.signed_at is not None
    return version is not None and place.version_id == version.pk


def _state(place: SignOff, *, counts: bool, is_next: bool) -> PlaceState:
    if counts:
        return "signed"
    if place.signed_at is not None:
        return "changed"
    return "next" if is_next else "later"


def signature_lines(standing: Standing) -> list[list[str]]:
    """Title, name and day of each place, as the report's audit trail prints them."""
    return [
        [
            place.sign_off.title,
            display_name(place.sign_off.person) if place.sign_off.person else "",
            british_date(timezone.localdate(place.sign_off.signed_at))
            if place.state == "signed" and place.sign_off.signed_at
            else "",
        ]
        for place in standing.places
    ]


def with_signatures(report: Report, content: Content) -> Content:
    """The content with the signatures that count in its audit trail, if it has one."""
    if not any(part["kind"] == "audit_trail" for one in content["sections"] for part in one["parts"]):
        return content
    return _with_lines(content, signature_lines(standing_of(report, content)))


def possible_signatories(report: Report, position: int) -> QuerySet[User]:
    """Who may be named for a place: people with the right in the council who hold no other place of it."""
    council: Council = report.council
    permission = (
        CompliancePermission.EDIT_OWN_REPORTS if position == AUTHOR else CompliancePermission.SIGN_REPORTS
    )
    taken = (
        SignOff.objects.filter(council=council, report=report, person__isnull=False)
        .exclude(position=position)
        .values("person")
    )
    people = people_with(council, COMPLIANCE_GRANTS[permission]).exclude(pk__in=taken)
    if position == AUTHOR or report.author_id is None:
        return people
    return people.exclude(pk=report.author_id)


def waiting_for(person: User, council_ids: Iterable[int]) -> QuerySet[SignOff]:
    """Places whose turn it is to be signed by a person: everybody before has signed what was handed in."""
    mine = SignOff.objects.filter(council__in=list(council_ids), person=person, position__gt=AUTHOR)
    order = SignOff.objects.filter(council=OuterRef("council"), report=OuterRef("report"))
    handed_in = order.filter(position=AUTHOR, version__isnull=False)
    author_version = handed_in.values("version")[:1]
    # Of those before, none is without a signature on what the author handed in.
    return (
        mine.filter(report__state=ReportState.FROZEN)
        .annotate(handed_in=author_version)
        .filter(handed_in__isnull=False)
        .exclude(version=F("handed_in"))
        .exclude(
            Exists(
                order.filter(position__lt=OuterRef("position")).exclude(
                    version__isnull=False, version=OuterRef("handed_in")
                )
            )
        )
        .select_related("report")
        .defer("report__snapshot")
        .order_by("report__due_on", "report__number")
    )


def finished_sign_offs(council_ids: Iterable[int]) -> QuerySet[Report]:
    """Frozen reports that everybody in their order has signed as handed in: they wait to be made final."""
    order = SignOff.objects.filter(council=OuterRef("council"), report=OuterRef("pk"))
    handed_in = order.filter(position=AUTHOR).values("version")[:1]
    return (
        Report.objects.filter(council__in=list(council_ids), state=ReportState.FROZEN)
        .annotate(handed_in=handed_in)
        .filter(handed_in__isnull=False)
        .exclude(Exists(order.exclude(version__isnull=False, version=OuterRef("handed_in"))))
        .defer("snapshot")
        .order_by("due_on", "number")
    )
