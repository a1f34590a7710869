"""Pages of figures: what was released, what is proposed, and how the council prints them.

Who reads released figures need not be of the panel, so that page asks for no second factor; it holds nothing
that has not passed the gate. Everything else here asks for a fresh one like every page of the room.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from channel.access.figures import panels_to_propose, release_for
from channel.disclosure.groups import Group, Quarter
from channel.enums import Audience, FigureChoice, ReleaseState
from channel.forms.figures import DecisionForm, ProfileForm, ProposeForm
from channel.models import FigureRelease
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.queries.case_counts import group_words, period_words
from channel.queries.figures import PrintedFigure, current_profile, figures_for, led_releases
from channel.queries.statements import prepared_panels
from channel.services import figures
from channel.views.pages import ChannelView
from prevent_portal.accounts.models import display_name
from prevent_portal.accounts.views.restricted import kept_nowhere
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView


class FiguresView(CouncilView):
    """Released figures about cases: all that a board member or a report author ever sees of Channel."""

    permission = ChannelPermission.VIEW_FIGURES

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return kept_nowhere(super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        leads = self.access.may(ChannelPermission.PROPOSE_FIGURES)
        return render(
            request,
            "channel/figures.html",
            {
                "tables": [
                    (audience.label, _released(audience, found))
                    for audience in Audience
                    if (found := figures_for(self.access, audience))
                ],
                "proposals": reverse("channel-figure-releases", args=[slug]) if leads else "",
                "crumbs": (
                    [Crumb("Channel", reverse("channel-meetings", args=[slug])), Crumb("Channel figures")]
                    if leads
                    else []
                ),
            },
        )


class FigureReleasesView(ChannelView):
    """Releases of the panels that the person leads, and the decisions how figures print."""

    permission = ChannelPermission.PROPOSE_FIGURES
    page = "figure-releases"

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        found = sorted(
            led_releases(self.access)[:50], key=lambda release: release.state != ReleaseState.PROPOSED
        )
        # A release shows figures before they are approved: it opens only for who prepares the panel's cases.
        opens = set(prepared_panels(self.access).order_by().values_list("pk", flat=True))
        return self.page_of(
            "figure_releases",
            {
                "crumbs": self.crumbs(Crumb("Figures of your panels")),
                "table": Table(
                    caption="Releases of figures",
                    columns=[
                        Column("Title", header=True),
                        Column("For"),
                        Column("Proposed"),
                        Column("State"),
                    ],
                    rows=[
                        [
                            Link(release.title, reverse("channel-figure-release", args=[slug, release.pk]))
                            if release.panel_id in opens
                            else release.title,
                            release.get_audience_display(),
                            british_date(timezone.localdate(release.proposed_at)),
                            _state(release),
                        ]
                        for release in found
                    ],
                    hide_caption=True,
                    stacks=True,
                )
                if found
                else None,
                "profiles": [self._profile(audience) for audience in Audience],
                "propose": (reverse("channel-figures-propose", args=[slug]) if opens else ""),
                "decide": (
                    reverse("channel-figure-profile", args=[slug])
                    if self.access.may(ChannelPermission.APPROVE_FIGURES)
                    else ""
                ),
            },
        )

    def _profile(self, audience: Audience) -> SummaryRow:
        profile = current_profile(self.council, audience)
        words = profile.choice.label + (", zeros shown" if profile.zeros_shown else "")
        if profile.decision is None:
            return SummaryRow(audience.label, f"{words} (the council has decided nothing else)")
        decided = british_date(timezone.localdate(profile.decision.decided_at))
        return SummaryRow(
            audience.label,
            f"{words}. Decided on {decided} by {display_name(profile.decision.decided_by)}: "
            f"{profile.decision.reason}",
        )


class FiguresProposeView(ChannelView):
    """Put figures through the gate and propose what comes out."""

    permission = ChannelPermission.PROPOSE_FIGURES
    page = "figures-propose"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(self._form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request)
        if not form.is_valid():
            return self._shown(form)
        answers = form.cleaned_data
        panel = next(panel for panel in panels_to_propose(self.access) if str(panel.pk) == answers["panel"])
        try:
            release = figures.propose_release(
                panel=panel,
                audience=Audience(answers["audience"]),
                title=answers["title"],
                groups=form.groups(),
                reason=answers["reason"],
                by=self.person,
            )
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(form)
        messages.success(request, "The figures are proposed. Another chair of the panel has to approve them.")
        return HttpResponseRedirect(reverse("channel-figure-release", args=[self.council.slug, release.pk]))

    def _form(self, request: HttpRequest | None = None) -> ProposeForm:
        panels = [(str(panel.pk), panel.name) for panel in panels_to_propose(self.access)]
        data = request.POST if request is not None else None
        return ProposeForm(data, panels=panels, current=Quarter.of(timezone.localdate()))

    def _shown(self, form: ProposeForm) -> HttpResponse:
        crumbs = self.crumbs(_releases_crumb(self), Crumb("Propose figures"))
        return self.page_of(
            "figures_propose", {"crumbs": crumbs, "form": form, "cancel": _releases_href(self)}
        )


class FigureReleaseView(ChannelView):
    """One release: its figures as they would print, and the decision of a second person."""

    permission = ChannelPermission.PROPOSE_FIGURES
    page = "figure-release"
    identifier = "release_id"

    def get(self, request: HttpRequest, release_id: UUID) -> HttpResponse:
        return self._shown(release_for(self.access, release_id), DecisionForm())

    def post(self, request: HttpRequest, release_id: UUID) -> HttpResponse:
        release = release_for(self.access, release_id)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._shown(release, form)
        words = form.cleaned_data["decision"]
        try:
            if "approve" in request.POST:
                figures.approve_release(release=release, decision=words, by=self.person)
                messages.success(request, "The figures are released. They cannot be taken back.")
            else:
                figures.decline_release(release=release, decision=words, by=self.person)
                messages.success(request, "The figures are not released.")
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(release, form)
        return HttpResponseRedirect(request.path)

    def _shown(self, release: FigureRelease, form: DecisionForm) -> HttpResponse:
        is_open = release.state == ReleaseState.PROPOSED
        rows = [(Group.from_json(figure.group), figure.printed) for figure in release.figures.all()]
        return self.page_of(
            "figure_release",
            {
                "crumbs": self.crumbs(_releases_crumb(self), Crumb(release.title)),
                "release": release,
                "state": _state(release),
                "rows": _rows(release),
                "table": _table(
                    "Figures as their readers see them",
                    [(group_words(g), period_words(g), words) for g, words in rows],
                ),
                "form": form if is_open else None,
                "may_approve": (
                    release.proposed_by_id != self.person.pk
                    and self.access.may(ChannelPermission.APPROVE_FIGURES)
                ),
            },
        )


class FigureProfileView(ChannelView):
    """Decide how figures print for an audience from now on."""

    permission = ChannelPermission.APPROVE_FIGURES
    page = "figure-profile"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown(ProfileForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST)
        if not form.is_valid():
            return self._shown(form)
        answers = form.cleaned_data
        try:
            figures.decide_profile(
                council=self.council,
                audience=Audience(answers["audience"]),
                choice=FigureChoice(answers["choice"]),
                zeros_shown=answers["zeros_shown"],
                reason=answers["reason"],
                by=self.person,
            )
        except ChannelRefused as refused:
            form.add_error(None, str(refused))
            return self._shown(form)
        messages.success(
            request, "The decision is recorded. It holds for figures that are proposed from now on."
        )
        return HttpResponseRedirect(reverse("channel-figure-releases", args=[self.council.slug]))

    def _shown(self, form: ProfileForm) -> HttpResponse:
        crumbs = self.crumbs(_releases_crumb(self), Crumb("Decide how figures are shown"))
        return self.page_of(
            "figure_profile", {"crumbs": crumbs, "form": form, "cancel": _releases_href(self)}
        )


def _releases_href(view: ChannelView) -> str:
    return reverse("channel-figure-releases", args=[view.council.slug])


def _releases_crumb(view: ChannelView) -> Crumb:
    return Crumb("Figures of your panels", _releases_href(view))


def _state(release: FigureRelease) -> Tag:
    if release.state == ReleaseState.PROPOSED:
        return Tag(release.get_state_display(), "blue")
    return Tag(release.get_state_display(), "green" if release.state == ReleaseState.APPROVED else "grey")


def _table(caption: str, lines: list[tuple[str, str, str]]) -> Table:
    """Figures with what they count and when; what is the same for all stands once, above the figures."""
    counts, periods = {line[0] for line in lines}, {line[1] for line in lines}
    if len(lines) > 1 and len(counts) == 1:
        columns = [Column("Period", header=True), Column(counts.pop())]
        return Table(caption, columns, [list(line[1:]) for line in lines])
    if len(lines) > 1 and len(periods) == 1:
        columns = [Column(_measure(counts), header=True), Column(periods.pop())]
        return Table(caption, columns, [[_part(line[0], counts), line[2]] for line in lines])
    columns = [Column("What is counted", header=True), Column("Period"), Column("Figure")]
    return Table(caption, columns, [list(line) for line in lines])


def _measure(counts: set[str]) -> str:
    """What all rows count, where each but the total is a part of the same measure."""
    whole = min(counts, key=len)
    return whole if all(one == whole or one.startswith(f"{whole}: ") for one in counts) else "What is counted"


def _part(words: str, counts: set[str]) -> str:
    whole = _measure(counts)
    return "All" if words == whole else words.removeprefix(f"{whole}: ")


def _released(audience: Audience, found: list[PrintedFigure]) -> list[Table]:
    titles = dict.fromkeys((figure.title, figure.released_at) for figure in found)
    return [
        _table(
            f"{title}, released {british_date(timezone.localdate(at))}",
            [
                (figure.counts, figure.period, figure.printed)
                for figure in found
                if (figure.title, figure.released_at) == (title, at)
            ],
        )
        for title, at in titles
    ]


def _rows(release: FigureRelease) -> list[SummaryRow]:
    rows = [
        SummaryRow("For", release.get_audience_display()),
        SummaryRow("How they are shown", FigureChoice(release.choice).label),
        SummaryRow("What they are for", release.reason),
        SummaryRow("Proposed by", display_name(release.proposed_by)),
    ]
    if release.decided_by is not None and release.decided_at is not None:
        rows += [
            SummaryRow("Decided by", display_name(release.decided_by)),
            SummaryRow("Decided on", british_date(timezone.localdate(release.decided_at))),
            SummaryRow("Why", release.decision),
        ]
    return rows
