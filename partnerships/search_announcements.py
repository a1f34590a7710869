"""What the partnership lets people find: organisations, boards, meetings and entries of registers.

Nobody is found: no contact, no holder of a seat, and no register that is about people.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils import timezone

from partnerships.access.boards import boards_seen
from partnerships.access.meetings import meetings_seen
from partnerships.access.registers import registers_for, rows_for
from partnerships.enums import BoardKind
from partnerships.models import AgendaItem, CouncilOrganisation, OrganisationCode
from partnerships.permissions import PartnershipsPermission
from partnerships.registers import Register
from partnerships.registers.status import Dated, status_of
from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web import search
from prevent_portal.web.dates import british_date
from prevent_portal.web.search import MOST_HITS, Hit, Kind, Question, best, by_key, matching

_VIEW = PartnershipsPermission.VIEW_PARTNERSHIP
_REGISTERS = "partnership-registers"
_DATES = ("starts_on", "ends_on", "review_on", "withdrawn_on", "remind_days")


def found_organisations(access: CouncilAccess, question: Question) -> list[Hit]:
    """Organisations that the council has linked, by name and whole code."""
    access.require(_VIEW)
    links = CouncilOrganisation.objects.filter(council=access.council).select_related("organisation")
    code = OrganisationCode.objects.filter(organisation=OuterRef("organisation"), code__iexact=question.text)
    rows = matching(links, question, title="organisation__name", named=Q(Exists(code)))
    return [
        Hit(
            title=link.organisation.name,
            href=reverse("organisation", args=[access.council.slug, link.organisation_id]),
            rank=link.search_rank,
            words=link.organisation.get_kind_display(),
        )
        for link in best(rows, "organisation__name")
    ]


def more_organisations(access: CouncilAccess, question: Question) -> str:
    """The list of organisations, narrowed by the same text."""
    return f"{reverse('partnership', args=[access.council.slug])}?{urlencode({'q': question.text[:100]})}"


def found_boards(access: CouncilAccess, question: Question) -> list[Hit]:
    """Boards by reference, name and purpose: the council's own, and joint ones that it takes part in."""
    rows, named = by_key(boards_seen(access), question, "B")
    return [
        Hit(
            title=board.name,
            href=reverse("board", args=[access.council.slug, board.pk]),
            rank=board.search_rank,
            reference=board.reference if named is not None else "",
            words=f"{board.get_kind_display()}, {board.get_state_display().lower()}",
        )
        for board in best(matching(rows, question, title="name", texts=["purpose"], named=named), "name")
    ]


def found_meetings(access: CouncilAccess, question: Question) -> list[Hit]:
    """Meetings by their board, their day and the items of their agenda; no paper and no minutes.

    Those of a Channel panel that the council keeps as a board are left out, as on the overview: when it meets
    and about what is for its members.
    """
    agenda = (
        AgendaItem.objects.filter(meeting=OuterRef("pk"))
        .order_by()
        .values("meeting")
        .annotate(titles=StringAgg("title", Value(" ")))
        .values("titles")
    )
    day = Func(F("held_on"), Value("FMDD FMMonth YYYY"), function="to_char", output_field=CharField())
    meetings = meetings_seen(access).exclude(board__kind=BoardKind.CHANNEL_PANEL)
    rows = matching(meetings, question, title="board__name", texts=[day, "place", Subquery(agenda)])
    return [
        Hit(
            title=f"{meeting.board.name}, {british_date(meeting.held_on)}",
            href=reverse("meeting", args=[access.council.slug, meeting.pk]),
            rank=meeting.search_rank,
            words=meeting.get_state_display(),
        )
        for meeting in best(rows, "-held_on")
    ]


def found_entries(access: CouncilAccess, question: Question) -> list[Hit]:
    """Current entries of every register that is not about people, by title: one statement for all of them."""
    registers = [register for register in registers_for(access) if not register.subject]
    if not registers:
        return []
    parts: list[QuerySet[Any]] = []
    for register in registers:
        rows, named = by_key(rows_for(access, register), question, "R")
        parts.append(
            matching(rows, question, title="title", named=named)
            .order_by()
            .annotate(slug=Value(register.slug, output_field=CharField()))
            .values_list("pk", "title", "slug", "search_rank", *_DATES, named=True)
        )
    found = parts[0].union(*parts[1:], all=True).order_by("-search_rank", "title", "pk")
    known = {register.slug: register for register in registers}
    today = timezone.localdate()
    return [
        Hit(
            title=row.title,
            href=reverse("register-entry", args=[access.council.slug, row.slug, row.pk]),
            rank=row.search_rank,
            words=_standing(known[row.slug], row, today),
        )
        for row in found[: MOST_HITS + 1]
    ]


def _standing(register: Register, dated: Dated, today: date) -> str:
    status = status_of(dated, today, termed=register.termed)
    return f"{register.title}, {register.status_words(status).lower()}"


def _list_at(name: str) -> search.More:
    def href(access: CouncilAccess, question: Question) -> str:
        return reverse(name, args=[access.council.slug])

    return href


def announce() -> None:
    """Tell the search what it may look through. Called once, when the app is ready."""
    for kind in (
        Kind("organisations", "Organisations", 70, (_VIEW,), found_organisations, more_organisations),
        Kind("boards", "Boards", 71, (_VIEW,), found_boards, _list_at("boards")),
        Kind("meetings", "Meetings", 72, (_VIEW,), found_meetings, _list_at("meetings")),
        Kind(
            "register_entries",
            "Entries of registers",
            73,
            (_VIEW,),
            found_entries,
            _list_at(_REGISTERS),
        ),
    ):
        search.register(kind)
