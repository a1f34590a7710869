"""What a council publishes, for everybody: pages without sign-in, session or cookie.

Each answer is made in the scope of a public reader, in which the database shows the council's standing
publications with their files and nothing else. It is the same for everybody, so any cache may keep it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import View

from compliance.forms.publications import ArchiveForm
from compliance.models import Publication
from compliance.queries.publications import period_words, periods_of, standing_at, standing_publications
from compliance.queries.report_pages import page_context
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.queries import joined_council
from prevent_portal.tenancy.scope import public_scope
from prevent_portal.web.components import Column, Crumb, Link, Table, paginate
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import PDF_TYPE, download
from prevent_portal.web.numbers import file_size

KEPT_BY_CACHES = "public, max-age=300"
"""How long what is withdrawn may still be shown by a cache on the way: five minutes."""


@method_decorator(login_not_required, name="dispatch")
class PublishedView(View, ABC):
    """Base of the pages: council by its address, everything else in the public scope, 404 otherwise."""

    http_method_names = ["get", "head"]
    council: Council

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        council = joined_council(str(kwargs.pop("council")))
        if council is None:
            raise Http404
        self.council = council
        with public_scope(council=council):
            response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = KEPT_BY_CACHES
        # Whether somebody is signed in was looked up on the way here and changes nothing in the answer. That
        # they were active is not noted either: it would send their session's cookie with what caches keep.
        request.session.accessed = request.session.modified = False
        return response

    def page(self, template: str, context: dict[str, Any]) -> HttpResponse:
        """A page of the plain layout: made without the request, so nothing of a reader can be in it."""
        return HttpResponse(render_to_string(template, {"council": self.council, **context}))

    def publications_at(self, committee: str, period: str) -> list[Publication]:
        """What stands at an address, newest first, else Http404."""
        found = standing_at(self.council, committee, period)
        if not found:
            raise Http404
        return found

    def chosen(self, found: list[Publication], ordinal: int | None) -> Publication:
        """The publication with this number, or the newest; with its content."""
        one = next((one for one in found if ordinal is None or one.ordinal == ordinal), None)
        if one is None:
            raise Http404
        return one

    @abstractmethod
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer."""


class PublishedPage(PublishedView):
    """The reports that a council publishes, to be searched by title, committee and period."""

    def get(self, request: HttpRequest) -> HttpResponse:
        facets = list(
            standing_publications(self.council).values_list(
                "committee_slug", "committee", "period_start", "period_end"
            )
        )
        form = ArchiveForm(
            request.GET or None,
            committees=sorted({(slug, name) for slug, name, _, _ in facets}, key=lambda one: one[1]),
            periods=periods_of((start, end) for _, _, start, end in facets),
        )
        given = form.given
        found = standing_publications(
            self.council, committee_slug=given["committee"], words=given["q"], period=given["period"]
        )
        page, links = paginate(request, found)
        table = Table(
            caption="Published reports",
            hide_caption=True,
            stacks=True,
            columns=[
                Column("Report", header=True),
                Column("Committee"),
                Column("Period"),
                Column("Published"),
            ],
            rows=[
                [
                    Link(one.title, address(self.council, one)),
                    one.committee,
                    period_words(one.period_start, one.period_end),
                    one.published_at.date(),
                ]
                for one in page
            ],
        )
        context = {
            "filter": form if facets else None,
            "table": table if page.paginator.count else None,
            "links": links,
        }
        return self.page("published/list.html", context)


class PublishedReportPage(PublishedView):
    """A published report as a page, made from its stored content and from nothing else."""

    def get(
        self, request: HttpRequest, committee: str, period: str, ordinal: int | None = None
    ) -> HttpResponse:
        found = self.publications_at(committee, period)
        publication = self.chosen(found, ordinal)
        newer = [one for one in found if one.ordinal > publication.ordinal]
        days = period_words(publication.period_start, publication.period_end)
        context = {
            **page_context(publication.content),
            "publication": publication,
            "as_at": date.fromisoformat(publication.content["as_at"]),
            "file_href": reverse("published-file", args=[*_place(self.council, publication)]),
            "file_size": file_size(publication.rendition.size),
            "newest": Link("Read the correction", address(self.council, newer[0])) if newer else None,
            "earlier": [
                Link(
                    f"As published on {british_date(one.published_at.date())}",
                    reverse("published-edition", args=[*_place(self.council, one)]),
                )
                for one in found
                if one.ordinal < publication.ordinal
            ],
            "crumbs": [
                Crumb("Published reports", reverse("published", args=[self.council.slug])),
                Crumb(f"{publication.committee}, {days}"),
            ],
        }
        return self.page("published/report.html", context)


class PublishedFile(PublishedView):
    """The stored PDF of a published report."""

    def get(self, request: HttpRequest, committee: str, period: str, ordinal: int) -> HttpResponseBase:
        publication = self.chosen(self.publications_at(committee, period), ordinal)
        days = period_words(publication.period_start, publication.period_end)
        name = f"{publication.title}, {days}.pdf".replace("/", "-")
        return download(
            content=bytes(publication.rendition.content), filename=name, content_type=PDF_TYPE, inline=True
        )


def address(council: Council, publication: Publication) -> str:
    """The permanent address: it shows the newest of what stands there."""
    return reverse("published-report", args=[*_place(council, publication)[:3]])


def _place(council: Council, publication: Publication) -> tuple[str, str, str, int]:
    return council.slug, publication.committee_slug, publication.period_slug, publication.ordinal
