"""Pages of panels: founding one, who sits on it, and the words that everybody signs."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from channel import access, queries
from channel.access.panels import chaired_panel_for, seat_for
from channel.enums import Agency, Capacity, StatementKind
from channel.forms.panels import EndSeatForm, PanelForm, SeatForm
from channel.forms.statements import StatementForm
from channel.models import Panel, Seat
from channel.permissions import ChannelPermission
from channel.queries.panels import coming_seats, past_seats
from channel.services import panels, statements
from channel.views.pages import ChannelFormView, ChannelView
from partnerships.queries.confidentiality import Standing, standings
from prevent_portal.accounts.enums import CHANNEL_ROLES
from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.queries import people_with
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date


class PanelFoundView(ChannelFormView[Council, PanelForm]):
    """Set up a panel and take its chair."""

    permission = ChannelPermission.FOUND_PANEL
    page = "panel-found"
    title = "Set up a panel"
    lead = "You take its chair. Only the people whom you seat will find it."
    button = "Set up the panel"

    def subject(self, **keys: UUID) -> Council:
        return self.council

    def form(self, subject: Council, /, data: QueryDict | None = None) -> PanelForm:
        return PanelForm(data)

    def save(self, subject: Council, form: PanelForm, /) -> str:
        panels.found_panel(council=subject, name=form.cleaned_data["name"], by=self.person)
        return "The panel is set up and you chair it. Publish its statements next."

    def target(self, subject: Council, /) -> str:
        return reverse("channel-meetings", args=[self.council.slug])


class PanelView(ChannelView):
    """Who sits on a panel, and the words in force."""

    permission = ChannelPermission.LEAD_PANEL
    page = "panel"
    identifier = "panel_id"

    def get(self, request: HttpRequest, panel_id: UUID) -> HttpResponse:
        panel = access.led_panel_for(self.access, panel_id)
        slug = self.council.slug
        chairs = queries.chaired_panels(self.access).filter(pk=panel.pk).exists()
        today = timezone.localdate()
        seats = list(queries.seats_of(panel))
        return self.page_of(
            "panel",
            {
                "crumbs": self.crumbs(Crumb(panel.name)),
                "panel": panel,
                "seats": self._table("People who sit on the panel", seats, chairs),
                "coming": _if_any(
                    self._table("Seats that begin later", list(coming_seats(panel)), chairs, with_start=True)
                ),
                "past": _if_any(
                    self._table(
                        "Seats that have ended", list(past_seats(panel)[:100]), False, with_start=True
                    )
                ),
                "no_police": not any(seat.capacity == Capacity.POLICE for seat in seats),
                "add_href": reverse("channel-seat-new", args=[slug, panel.pk]) if chairs else "",
                "plan_href": reverse("channel-meetings-plan", args=[slug, panel.pk]),
                "meeting_new": reverse("channel-meeting-new", args=[slug, panel.pk]),
                "statements": [self._statement(panel, kind) for kind in StatementKind],
                "today": today,
            },
        )

    def _table(self, caption: str, seats: list[Seat], may_end: bool, *, with_start: bool = False) -> Table:
        slug = self.council.slug
        rows: list[list[Any]] = []
        promises = standings(self.council, [seat.person_id for seat in seats])
        for seat in seats:
            name = display_name(seat.person)
            row: list[Any] = [name, capacity_words(seat), Agency(seat.agency).label]
            if with_start:
                row.append(british_date(seat.starts_on))
            row += [_until(seat), _promise(promises[seat.person_id])]
            if may_end:
                row.append(
                    Link(
                        "End", reverse("channel-seat-end", args=[slug, seat.pk]), about=f"the seat of {name}"
                    )
                )
            rows.append(row)
        columns = [Column("Person", header=True), Column("How they sit"), Column("Agency")]
        if with_start:
            columns.append(Column("From"))
        columns += [Column("Last day"), Column("Promise of confidentiality until")]
        return Table(caption, [*columns, Column("Seat")] if may_end else columns, rows, stacks=True)

    def _statement(self, panel: Panel, kind: StatementKind) -> SummaryRow:
        current = queries.current_statement(self.council, kind)
        words = (
            f"Version {current.number} of {british_date(timezone.localdate(current.created_at))}"
            if current
            else "Not published yet"
        )
        href = reverse("channel-statement", args=[self.council.slug, panel.pk, kind.value])
        return SummaryRow(kind.label, words, href, "Change" if current else "Write")


class SeatNewView(ChannelFormView[Panel, SeatForm]):
    """Give somebody a seat on a panel."""

    permission = ChannelPermission.SEAT_PEOPLE
    page = "seat-new"
    identifier = "panel_id"
    title = "Give somebody a seat"
    lead = "A seat alone opens no case to a member. You name them on each case that they may read."
    button = "Give the seat"

    def subject(self, **keys: UUID) -> Panel:
        return chaired_panel_for(self.access, keys["panel_id"])

    def form(self, subject: Panel, /, data: QueryDict | None = None) -> SeatForm:
        return SeatForm(data, people=[(one.pk, display_name(one)) for one in self._people()])

    def save(self, subject: Panel, form: SeatForm, /) -> str:
        answers = form.cleaned_data
        panels.seat_person(
            panel=subject,
            person=next(one for one in self._people() if one.pk == answers["person"]),
            capacity=Capacity(answers["capacity"]),
            place=panels.Place(
                agency=Agency(answers["agency"]),
                district=answers["district"],
                police_area=answers["police_area"],
            ),
            ends_on=answers["ends_on"],
            by=self.person,
        )
        return "They sit on the panel now."

    def _people(self) -> list[Any]:
        return list(people_with(self.council, CHANNEL_ROLES))

    def target(self, subject: Panel, /) -> str:
        return panel_href(self, subject)

    def caption(self, subject: Panel, /) -> str:
        return subject.name

    def trail(self, subject: Panel, /) -> list[Crumb]:
        return [Crumb(subject.name, panel_href(self, subject))]


class SeatEndView(ChannelFormView[Seat, EndSeatForm]):
    """End a seat, at once or after a day."""

    permission = ChannelPermission.SEAT_PEOPLE
    page = "seat-end"
    identifier = "seat_id"
    title = "End a seat"
    lead = "From then on they find nothing of the panel: no meeting, no case, no file."
    button = "End the seat"
    warning = True

    def subject(self, **keys: UUID) -> Seat:
        return seat_for(self.access, keys["seat_id"])

    def form(self, subject: Seat, /, data: QueryDict | None = None) -> EndSeatForm:
        return EndSeatForm(data)

    def save(self, subject: Seat, form: EndSeatForm, /) -> str:
        day = form.cleaned_data["ends_on"]
        panels.end_seat(seat=subject, on=day, by=self.person)
        return f"The seat ends after {british_date(day)}." if day else "The seat has ended."

    def target(self, subject: Seat, /) -> str:
        return panel_href(self, subject.panel)

    def caption(self, subject: Seat, /) -> str:
        return f"{display_name(subject.person)}, {capacity_words(subject)}"

    def trail(self, subject: Seat, /) -> list[Crumb]:
        return [Crumb(subject.panel.name, panel_href(self, subject.panel))]


class StatementView(ChannelFormView[tuple[Panel, StatementKind], StatementForm]):
    """Write a new version of a statement; the words in force are what one begins from."""

    permission = ChannelPermission.LEAD_PANEL
    page = "statement"
    identifier = "panel_id"
    button = "Put these words in force"
    lead = (
        "The words hold for the whole council. As soon as they change, everybody signs again before they "
        "open the next case, in a meeting that is open as well."
    )

    def subject(self, **keys: Any) -> tuple[Panel, StatementKind]:
        panel = access.led_panel_for(self.access, keys["panel_id"])
        if keys["kind"] not in StatementKind.values:
            raise Http404
        kind = StatementKind(keys["kind"])
        self.title = kind.label  # type: ignore[misc] # the one page here whose title depends on its subject
        return panel, kind

    def form(self, subject: tuple[Panel, StatementKind], /, data: QueryDict | None = None) -> StatementForm:
        current = queries.current_statement(self.council, subject[1])
        return StatementForm(data, initial={"text": current.text if current else ""})

    def save(self, subject: tuple[Panel, StatementKind], form: StatementForm, /) -> str:
        version = statements.publish_statement(
            panel=subject[0], kind=subject[1], text=form.cleaned_data["text"], by=self.person
        )
        return f"Version {version.number} is in force. Everybody signs it before their next case."

    def target(self, subject: tuple[Panel, StatementKind], /) -> str:
        return panel_href(self, subject[0])

    def caption(self, subject: tuple[Panel, StatementKind], /) -> str:
        current = queries.current_statement(self.council, subject[1])
        return f"Version {current.number} is in force" if current else "Not published yet"

    def trail(self, subject: tuple[Panel, StatementKind], /) -> list[Crumb]:
        return [Crumb(subject[0].name, panel_href(self, subject[0]))]


def panel_href(view: ChannelView, panel: Panel) -> str:
    return reverse("channel-panel", args=[view.council.slug, panel.pk])


def capacity_words(seat: Seat) -> str:
    """How somebody sits, and whose residents they come for."""
    words = Capacity(seat.capacity).label
    if seat.district is not None:
        return f"{words}, {seat.district.name}"
    return f"{words}, {seat.police_area}" if seat.police_area else words


def _promise(standing: Standing) -> date | Tag:
    """Whether the person's promise counts: without one no case opens to them at a meeting."""
    if standing.counts and standing.last_day is not None:
        return standing.last_day
    return Tag("Not in force", "red")


def _until(seat: Seat) -> str:
    if seat.ended_at is not None:
        return british_date(timezone.localdate(seat.ended_at))
    return british_date(seat.ends_on) if seat.ends_on else "None"


def _if_any(table: Table) -> Table | None:
    return table if list(table.rows) else None
