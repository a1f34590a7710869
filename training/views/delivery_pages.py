"""What the pages of sessions, facilitators, delivery plans, requests and surveys share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from prevent_portal.tenancy.refusals import StaleVersion
from prevent_portal.web.components import Crumb, Link, SummaryRow, Table
from prevent_portal.web.views import CouncilView
from training.areas import areas
from training.views.pages import training_crumb


class DeliveryPage(CouncilView):
    """A page of one of these rooms, by the ``room``'s route name and words."""

    abstract = True
    room: ClassVar[str]
    room_words: ClassVar[str]
    in_areas: ClassVar[bool] = True

    def address(self, name: str, *args: Any) -> str:
        """The address of a route of this council."""
        return reverse(name, args=[self.council.slug, *args])

    def crumbs(self, *steps: Crumb) -> list[Crumb]:
        """Breadcrumbs from training through the room."""
        room = Crumb(self.room_words, self.address(self.room) if steps else "")
        return [training_crumb(self), room, *steps]

    def list_page(self, *, title: str, **context: Any) -> HttpResponse:
        """A register: filters, totals, a chart where there is one, the table, files."""
        context = {
            "areas": areas(self.access, self.room) if self.in_areas else [],
            "crumbs": self.crumbs(),
            "title": title,
            **context,
        }
        return render(self.request, "training/delivery_list.html", context)

    def record_page(
        self,
        *,
        title: str,
        rows: list[SummaryRow],
        crumb: str,
        caption: str = "",
        actions: list[Link] | None = None,
        tables: list[Table] | None = None,
        **context: Any,
    ) -> HttpResponse:
        """One record: what it says, what can be done with it, and its tables. 409 for a stale form on it."""
        context = {
            "areas": areas(self.access, self.room) if self.in_areas else [],
            "crumbs": self.crumbs(Crumb(crumb)),
            "title": title,
            "caption": caption,
            "rows": rows,
            "actions": actions or [],
            "tables": tables or [],
            **context,
        }
        status = 409 if context.get("stale") is not None else 200
        return render(self.request, "training/delivery_record.html", context, status=status)

    def form_page(
        self,
        form: Any,
        *,
        title: str,
        button: str,
        cancel: str,
        crumbs: list[Crumb],
        lead: str = "",
        stale: StaleVersion | None = None,
        keep: str = "",
    ) -> HttpResponse:
        """The page with one form; 409 with both texts where somebody else saved first.

        Args:
            keep: for a page that ends something: what the link says that leaves it as it is.
        """
        context = {
            "title": title,
            "lead": lead,
            "form": form,
            "stale": stale,
            "button": button,
            "crumbs": crumbs,
            "cancel": cancel,
            "cancel_words": keep,
            "warning": bool(keep),
        }
        return render(self.request, "web/form_page.html", context, status=409 if stale is not None else 200)

    def again(self, stale: StaleVersion) -> Any:
        """What was sent, with the version that is stored now."""
        data = self.request.POST.copy()
        data["version"] = str(stale.version)
        return data
