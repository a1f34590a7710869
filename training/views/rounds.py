"""Pages of rounds: open, watch, remind, give more time, close; and what is expected from whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from prevent_portal.accounts.models import display_name
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    StatTile,
    SummaryRow,
    Table,
    Tag,
    paginate,
)
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import counted
from prevent_portal.web.quarters import Quarter
from prevent_portal.web.views import CouncilView
from training.access.rounds import (
    expected_for,
    expected_seen,
    organisation_in_round,
    organisations_to_expect,
    round_for,
    rounds_seen,
)
from training.areas import areas
from training.enums import ReturnState
from training.forms.rounds import (
    ExpectedChangeForm,
    ExpectedForm,
    MoreTimeForm,
    RoundFilterForm,
    RoundForm,
    first_due,
)
from training.models import ExpectedReturn, TrainingRound
from training.permissions import TrainingPermission
from training.policies.rounds import DueDateRefused
from training.queries.courses import courses_of
from training.queries.rounds import (
    RoundLine,
    counts_of,
    extensions_of,
    lead_words,
    proposed_due,
    quarters_to_open,
    reminders_of,
    round_lines,
)
from training.services.reminders import Reminded, remind
from training.services.rounds import (
    change_expected,
    close_round,
    expect_return,
    extend_deadline,
    open_round,
    remove_expected,
    reopen_round,
)
from training.views.pages import FormPage, training_crumb

_VIEW, _RUN = TrainingPermission.VIEW_COVERAGE, TrainingPermission.RUN_ROUNDS
_COLOURS: dict[str, Colour] = {
    "Not returned": "red",
    "Submitted": "blue",
    "Queried": "orange",
    "Queried, answered": "yellow",
    "Accepted": "green",
}


class RoundsPage(CouncilView):
    """The council's rounds, the latest quarter first."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        page, links = paginate(request, rounds_seen(self.access))
        table = Table(
            "Rounds",
            [
                Column("Quarter", header=True),
                Column("Due"),
                Column("Returns expected", numeric=True),
                Column("State"),
            ],
            [
                [
                    Link(_quarter(each).words, reverse("training-round", args=[slug, each.pk])),
                    each.due_on,
                    each.awaited,
                    Tag("Open", "blue") if each.is_open else Tag("Closed", "grey"),
                ]
                for each in page
            ],
            hide_caption=True,
            stacks=True,
        )
        return render(
            request,
            "training/rounds.html",
            {
                "table": table if page.paginator.count else None,
                "links": links,
                "may_run": self.access.may(_RUN),
                "open_href": reverse("training-round-open", args=[slug]),
                "expected_href": reverse("training-expected", args=[slug]),
                "areas": areas(self.access, "training-rounds"),
                "crumbs": [training_crumb(self), Crumb("Rounds")],
            },
        )


class RoundOpenPage(FormPage):
    """Open a quarter's round."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest) -> HttpResponse:
        quarters = self._quarters()
        proposed = proposed_due(quarters[0]) if quarters else None
        if proposed is not None and proposed < timezone.localdate():
            proposed = None
        return self._page(RoundForm(quarters=quarters, initial=first_due(quarters, proposed)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RoundForm(request.POST, quarters=self._quarters())
        if not form.is_valid():
            return self._page(form)
        try:
            opened = open_round(council=self.council, by=self.person, **form.cleaned_data)
        except DueDateRefused as problem:
            form.add_error("due_on", str(problem))
            return self._page(form)
        except PolicyError as problem:
            form.add_error("quarter", str(problem))
            return self._page(form)
        messages.success(request, f"The round of {_quarter(opened).words} is open.")
        return redirect("training-round", self.council.slug, opened.pk)

    def _quarters(self) -> list[Quarter]:
        return quarters_to_open(self.council, timezone.localdate())

    def _page(self, form: RoundForm) -> HttpResponse:
        return self.show(
            form,
            title="Open a round of returns",
            lead="It asks for each return you expect for the quarter. Emails go out when a reminder is due.",
            button="Open round",
            crumbs=[*rounds_crumbs(self), Crumb("Open a round")],
            cancel=reverse("training-rounds", args=[self.council.slug]),
        )


class RoundPage(CouncilView):
    """One round: each awaited return with where it stands, and who is reminded."""

    permission = _VIEW

    def get(self, request: HttpRequest, round_id: UUID) -> HttpResponse:
        found = round_for(self.access, round_id)
        slug, today = self.council.slug, timezone.localdate()
        lines = round_lines(found, self.council)
        counts = counts_of(lines)
        form = RoundFilterForm(request.GET or None)
        shown = [line for line in lines if _matches(line, form.state_wanted)]
        runs = self.access.may(_RUN)
        may_run = runs and found.is_open
        missing = [line for line in lines if line.is_missing]
        here = [slug, found.pk]
        extensions, reminders = extensions_of(found), reminders_of(found)
        return render(
            request,
            "training/round.html",
            {
                "found": found,
                "title": f"Returns for {_quarter(found).words}",
                "facts": _facts(found),
                "tiles": [
                    StatTile("Returned", f"{counts.returned} of {counts.awaited}"),
                    StatTile("Accepted", str(counts.accepted)),
                    StatTile("Late", str(counts.late), tone="warning" if counts.late else ""),
                ],
                "filter": form,
                "table": self._table(shown, found, may_run, today) if shown else None,
                "leads": _leads_table(shown) if shown else None,
                "missing": len(missing),
                "remind_href": reverse("training-round-remind", args=here) if may_run and missing else "",
                "close_href": reverse("training-round-close", args=here) if runs else "",
                "csv_href": reverse("training-round-csv", args=here),
                "extensions": _extensions_table(extensions) if extensions else None,
                "reminders": _reminders_table(reminders) if reminders else None,
                "areas": areas(self.access, "training-rounds"),
                "crumbs": [*rounds_crumbs(self), Crumb(_quarter(found).words)],
            },
        )

    def _table(self, lines: list[RoundLine], found: TrainingRound, may_run: bool, today: Any) -> Table:
        slug = self.council.slug
        rows: list[list[Any]] = []
        for line in lines:
            organisation = line.awaited.organisation_id
            about = f"{line.organisation.name}, {line.awaited.course.name}"
            asks: list[Any] = []
            if may_run and line.is_missing:
                asks.append(
                    Link(
                        "More time",
                        reverse("training-round-extend", args=[slug, found.pk, organisation]),
                        about=about,
                    )
                )
            if may_run and line.is_missing:
                asks.append(
                    Link(
                        "Remind",
                        reverse("training-round-remind-one", args=[slug, found.pk, organisation]),
                        about=about,
                    )
                )
            rows.append(
                [
                    line.organisation.name,
                    [
                        Link(
                            line.awaited.course.name,
                            reverse("training-return", args=[slug, line.line.id]),
                            about=line.organisation.name,
                        )
                        if line.line is not None
                        else line.awaited.course.name,
                        line.scope,
                    ],
                    [
                        Tag(line.state, _COLOURS.get(line.state, "grey")),
                        *_notes(line, today),
                        *([line.says] if line.says else []),
                        f"Due {british_date(line.due_on)}",
                        *asks,
                    ],
                ]
            )
        return Table(
            "Returns expected",
            [
                Column("Organisation", header=True),
                Column("Return"),
                Column("Where it stands"),
            ],
            rows,
            stacks=True,
        )


class RoundCsv(CouncilView):
    """One round as a CSV file."""

    permission = _VIEW

    def get(self, request: HttpRequest, round_id: UUID) -> HttpResponseBase:
        found, today = round_for(self.access, round_id), timezone.localdate()
        return csv_response(
            filename=f"Training returns {_quarter(found)}.csv".replace("/", "-"),
            header=(
                "Organisation", "Course", "Whose staff", "State", "On time or late", "Compliant", "Eligible",
                "Percentage", "Deadline", "Prevent lead", "Executive lead", "Last reminded",
            ),
            rows=[
                [
                    line.organisation.name,
                    line.awaited.course.name,
                    line.scope,
                    line.state,
                    line.timeliness(today),
                    line.line.compliant if line.line else None,
                    line.line.eligible if line.line else None,
                    line.says,
                    line.due_on,
                    lead_words(line.prevent_lead, line.reaches(line.prevent_lead)),
                    lead_words(line.executive_lead, line.reaches(line.executive_lead)),
                    line.reminded_on,
                ]
                for line in round_lines(found, self.council)
            ],
        )  # fmt: skip


class RoundRemindPage(CouncilView):
    """Remind every organisation whose return is missing; by script or not, one button."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest, round_id: UUID, organisation_id: UUID | None = None) -> HttpResponse:
        found = round_for(self.access, round_id, _RUN)
        name = organisation_in_round(self.access, found, organisation_id).name if organisation_id else ""
        lines = [
            line
            for line in round_lines(found, self.council)
            if line.is_missing and organisation_id in (None, line.awaited.organisation_id)
        ]
        return render(
            request,
            "training/round_remind.html",
            {
                "title": f"Remind {name}?" if name else "Remind everyone whose return is missing?",
                "is_one": bool(name),
                "organisations": sorted({line.organisation.name for line in lines}),
                "executive_after": counted(found.executive_after, "day", "days"),
                "cancel": reverse("training-round", args=[self.council.slug, found.pk]),
                "crumbs": [*round_crumbs(self, found), Crumb("Remind")],
            },
        )

    def post(self, request: HttpRequest, round_id: UUID, organisation_id: UUID | None = None) -> HttpResponse:
        found = round_for(self.access, round_id, _RUN)
        if organisation_id is not None:
            organisation_in_round(self.access, found, organisation_id)
        try:
            outcome = remind(
                found=found, by=self.person, organisation_ids=[organisation_id] if organisation_id else None
            )
        except PolicyError as problem:
            messages.error(request, str(problem))
            return redirect("training-round", self.council.slug, found.pk)
        words = reminded_words(outcome)
        (messages.success if outcome.sent else messages.warning)(request, words)
        return redirect("training-round", self.council.slug, found.pk)


class RoundExtendPage(FormPage):
    """Give an organisation more time."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest, round_id: UUID, organisation_id: UUID) -> HttpResponse:
        found = round_for(self.access, round_id, _RUN)
        organisation = organisation_in_round(self.access, found, organisation_id)
        return self._page(found, organisation.name, MoreTimeForm())

    def post(self, request: HttpRequest, round_id: UUID, organisation_id: UUID) -> HttpResponse:
        found = round_for(self.access, round_id, _RUN)
        organisation = organisation_in_round(self.access, found, organisation_id)
        form = MoreTimeForm(request.POST)
        if not form.is_valid():
            return self._page(found, organisation.name, form)
        try:
            extended = extend_deadline(
                found=found, organisation=organisation, by=self.person, **form.cleaned_data
            )
        except PolicyError as problem:
            form.add_error("due_on" if isinstance(problem, DueDateRefused) else None, str(problem))
            return self._page(found, organisation.name, form)
        messages.success(request, f"{organisation.name} has until {british_date(extended.due_on)}.")
        return redirect("training-round", self.council.slug, found.pk)

    def _page(self, found: TrainingRound, name: str, form: MoreTimeForm) -> HttpResponse:
        return self.show(
            form,
            title=f"Give {name} more time",
            lead="The new deadline is for all their returns in this round. One that came late stays late.",
            button="Give more time",
            crumbs=[*round_crumbs(self, found), Crumb("More time")],
            cancel=reverse("training-round", args=[self.council.slug, found.pk]),
        )


class RoundClosePage(CouncilView):
    """Close a round, or open a closed one again."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest, round_id: UUID) -> HttpResponse:
        found = round_for(self.access, round_id, _RUN)
        missing = sum(line.is_missing for line in round_lines(found, self.council))
        return render(
            request,
            "training/round_close.html",
            {
                "found": found,
                "quarter": _quarter(found).words,
                "missing": counted(missing, "return is", "returns are") if missing else "",
                "cancel": reverse("training-round", args=[self.council.slug, found.pk]),
                "crumbs": [*round_crumbs(self, found), Crumb("Close" if found.is_open else "Open again")],
            },
        )

    def post(self, request: HttpRequest, round_id: UUID) -> HttpResponse:
        found = round_for(self.access, round_id, _RUN)
        if request.POST.get("then") == "open":
            reopen_round(found=found, by=self.person)
            messages.success(request, "The round is open again.")
        else:
            try:
                close_round(found=found, by=self.person)
            except PolicyError as problem:
                messages.error(request, str(problem))
            else:
                messages.success(request, "The round is closed.")
        return redirect("training-round", self.council.slug, found.pk)


class ExpectedPage(CouncilView):
    """What the council expects from whom."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        slug, may_run = self.council.slug, self.access.may(_RUN)
        page, links = paginate(request, expected_seen(self.access))
        table = Table(
            "Expected returns",
            [
                Column("Organisation", header=True),
                Column("Return"),
                Column("When"),
                *([Column("What you can do")] if may_run else []),
            ],
            [
                [
                    each.organisation.name,
                    [
                        each.course.name,
                        "Staff based in the area" if each.council_staff_only else "Whole organisation",
                    ],
                    [
                        f"{british_date(each.starts_on)} to {british_date(each.ends_on)}"
                        if each.ends_on
                        else f"From {british_date(each.starts_on)}",
                        f"Due {counted(each.days_to_return, 'day', 'days')} after the quarter",
                    ],
                    *(
                        [
                            Link(
                                "Change",
                                reverse("training-expected-change", args=[slug, each.pk]),
                                about=f"{each.organisation.name}, {each.course.name}",
                            )
                        ]
                        if may_run
                        else []
                    ),
                ]
                for each in page
            ],
            hide_caption=True,
            stacks=True,
        )
        return render(
            request,
            "training/round_expected.html",
            {
                "table": table if page.paginator.count else None,
                "links": links,
                "add_href": reverse("training-expected-add", args=[slug]) if may_run else "",
                "areas": areas(self.access, "training-expected"),
                "crumbs": [*rounds_crumbs(self), Crumb("What is expected")],
            },
        )


class ExpectedAddPage(FormPage):
    """Expect a return of an organisation each quarter."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form(initial={"starts_on": Quarter.of(timezone.localdate()).start}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        data = dict(form.cleaned_data)
        data["council_staff_only"] = data.pop("whose") == "council"
        try:
            wanted = expect_return(council=self.council, by=self.person, **data)
        except PolicyError as problem:
            words = str(problem)
            field = "whose" if "own course" in words else "ends_on" if "last day" in words else "starts_on"
            form.add_error(field, words)
            return self._page(form)
        messages.success(request, f"{wanted.course.name} is expected from {wanted.organisation.name}.")
        return redirect("training-expected", self.council.slug)

    def _form(self, *data: Any, **options: Any) -> ExpectedForm:
        return ExpectedForm(
            *data,
            organisations=organisations_to_expect(self.access),
            courses=list(courses_of(self.council)),
            **options,
        )

    def _page(self, form: ExpectedForm) -> HttpResponse:
        return self.show(
            form,
            title="Expect a return each quarter",
            button="Save",
            crumbs=[*_expected_crumbs(self), Crumb("Add")],
            cancel=reverse("training-expected", args=[self.council.slug]),
        )


class ExpectedChangePage(FormPage):
    """Say until when a return is expected, and when it is due."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest, expected_id: UUID) -> HttpResponse:
        wanted = expected_for(self.access, expected_id)
        return self._page(wanted, _change_form(wanted))

    def post(self, request: HttpRequest, expected_id: UUID) -> HttpResponse:
        wanted = expected_for(self.access, expected_id)
        if request.POST.get("then") == "remove":
            return self._remove(wanted)
        form = ExpectedChangeForm(request.POST)
        if not form.is_valid():
            return self._page(wanted, form)
        try:
            change_expected(wanted=wanted, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(wanted, ExpectedChangeForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error("ends_on", str(problem))
            return self._page(wanted, form)
        messages.success(request, "What is expected is changed.")
        return redirect("training-expected", self.council.slug)

    def _remove(self, wanted: ExpectedReturn) -> HttpResponse:
        """Take it back as it was shown, or say on the page why not."""
        sent = self.request.POST.get("version", "")
        version = int(sent) if sent.isdecimal() and len(sent) < 9 else 0
        try:
            remove_expected(wanted=wanted, by=self.person, version=version)
        except StaleVersion as stale:
            return self._page(wanted, _change_form(wanted), stale)
        except PolicyError as problem:
            return self._page(wanted, _change_form(wanted), problem=str(problem))
        messages.success(self.request, "This return is not expected any more.")
        return redirect("training-expected", self.council.slug)

    def _page(
        self,
        wanted: ExpectedReturn,
        form: ExpectedChangeForm,
        stale: StaleVersion | None = None,
        problem: str = "",
    ) -> HttpResponse:
        return self.show(
            form,
            title="Change what is expected",
            lead=f"{wanted.organisation.name}: {wanted.course.name}, from {british_date(wanted.starts_on)}.",
            button="Save",
            crumbs=[*_expected_crumbs(self), Crumb("Change")],
            cancel=reverse("training-expected", args=[self.council.slug]),
            stale=stale,
            template="training/expected_change.html",
            wanted=wanted,
            problem=problem,
        )


def _change_form(wanted: ExpectedReturn) -> ExpectedChangeForm:
    """The form with what is stored."""
    names = ("ends_on", "days_to_return", "version")
    return ExpectedChangeForm(initial={name: getattr(wanted, name) for name in names})


def reminded_words(outcome: Reminded) -> str:
    """One sentence or more about what became of asking for reminders."""
    parts = []
    if outcome.sent:
        parts.append(f"{counted(len(outcome.sent), 'reminder', 'reminders')} sent.")
    if outcome.nobody_named:
        names = ", ".join(outcome.nobody_named)
        parts.append(f"Nobody who can sign in is named as lead of {names}, so no reminder went there.")
    if outcome.reminded_today:
        parts.append(f"Reminded today already: {', '.join(outcome.reminded_today)}.")
    return " ".join(parts) or "No return is missing, so nobody was reminded."


def rounds_crumbs(view: CouncilView) -> list[Crumb]:
    """The way to the list of rounds."""
    slug = view.council.slug
    return [
        training_crumb(view),
        Crumb("Rounds", reverse("training-rounds", args=[slug])),
    ]


def round_crumbs(view: CouncilView, found: TrainingRound) -> list[Crumb]:
    """The way to a round."""
    here = reverse("training-round", args=[view.council.slug, found.pk])
    return [*rounds_crumbs(view), Crumb(_quarter(found).words, here)]


def _expected_crumbs(view: CouncilView) -> list[Crumb]:
    here = reverse("training-expected", args=[view.council.slug])
    return [*rounds_crumbs(view), Crumb("What is expected", here)]


def _quarter(found: TrainingRound) -> Quarter:
    return Quarter.of(found.period_to)


def _facts(found: TrainingRound) -> list[SummaryRow]:
    opened = display_name(found.opened_by) if found.opened_by else "automatically"
    rows = [
        SummaryRow("State", Tag("Open", "blue") if found.is_open else Tag("Closed", "grey")),
        SummaryRow("Due", british_date(found.due_on)),
        SummaryRow("Opened", f"{british_date(found.opened_at)}, {opened}"),
        SummaryRow(
            "Reminders",
            [
                f"To the Prevent lead {counted(found.remind_before, 'day', 'days')} before the deadline",
                f"To the Prevent lead {counted(found.remind_after, 'day', 'days')} after it",
                f"To the executive lead {counted(found.executive_after, 'day', 'days')} after it",
            ],
        ),
    ]
    if found.closed_at is not None:
        by = f", {display_name(found.closed_by)}" if found.closed_by else ""
        rows.append(SummaryRow("Closed", f"{british_date(found.closed_at)}{by}"))
    return rows


def _notes(line: RoundLine, today: Any) -> list[Any]:
    notes: list[Any] = []
    words = line.timeliness(today)
    if words in {"Late", "Overdue"}:
        notes.append(Tag(words, "red"))
    if line.line is not None and line.line.version > 1:
        notes.append(f"Corrected, version {line.line.version}")
    return notes


def _matches(line: RoundLine, wanted: str) -> bool:
    state = line.line.state if line.line is not None else None
    return {
        "missing": line.is_missing,
        "late": line.is_late,
        "overdue": line.is_overdue(timezone.localdate()),
        "queried": state == ReturnState.QUERIED,
        "submitted": state == ReturnState.SUBMITTED,
        "accepted": state == ReturnState.ACCEPTED,
    }.get(wanted, True)


def _leads_table(lines: list[RoundLine]) -> Table:
    """Whom a reminder reaches, once for each organisation."""
    return Table(
        "Who is reminded",
        [
            Column("Organisation", header=True),
            Column("Leads"),
        ],
        [
            [
                line.organisation.name,
                [
                    f"{role}: {lead_words(lead, line.reaches(lead))}"
                    for role, lead in (("Prevent", line.prevent_lead), ("Executive", line.executive_lead))
                ]
                + [
                    f"Last reminded on {british_date(line.reminded_on)}"
                    if line.reminded_on
                    else "Not reminded yet"
                ],
            ]
            for line in {each.awaited.organisation_id: each for each in lines}.values()
        ],
        caption_size="s",
        stacks=True,
    )


def _extensions_table(extensions: list[Any]) -> Table:
    return Table(
        "More time given",
        [
            Column("Organisation", header=True),
            Column("New deadline"),
            Column("Reason"),
            Column("Given"),
        ],
        [
            [
                each.organisation.name,
                [british_date(each.due_on), f"Was {british_date(each.moved_from)}"],
                each.reason,
                [british_date(each.given_at), display_name(each.given_by) if each.given_by else ""],
            ]
            for each in extensions
        ],
        caption_size="s",
        stacks=True,
    )


def _reminders_table(reminders: list[Any]) -> Table:
    return Table(
        "Reminders sent",
        [Column("Sent"), Column("Organisation", header=True), Column("To"), Column("Why")],
        [
            [
                [british_date(each.sent_on), display_name(each.sent_by) if each.sent_by else "By itself"],
                each.organisation.name,
                [display_name(each.person), "Executive lead" if each.as_executive else "Prevent lead"],
                each.get_stage_display(),
            ]
            for each in reminders
        ],
        caption_size="s",
        stacks=True,
    )
