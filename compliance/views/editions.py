"""Pages of the editions of the guidance, a council's words for their prompts, and its own items."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from compliance.access import edition_for, editions_of, local_item_for, local_items_of, prompt_to_edit
from compliance.forms.rounds import LocalItemChangeForm, LocalItemForm, PromptForm
from compliance.models import Edition, EditionItem, LocalItem
from compliance.permissions import CompliancePermission
from compliance.policies import PolicyError, StaleVersion
from compliance.queries.comparison import GONE, MERGED, NEW, RENAMED, SPLIT, ContinuationLine, continuations
from compliance.queries.prompts import COUNCILS_WORDS, edits_in_force, in_words, items_of_edition, latest_edit
from compliance.services.local_items import add_local_item, change_local_item, is_asked, retire_local_item
from compliance.services.prompts import edit_prompt
from compliance.views.plans import council_crumbs
from prevent_portal.tenancy.models import Council
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.views import CouncilView

_CONTINUES: dict[str, str] = {
    NEW: "New",
    RENAMED: "Continues",
    MERGED: "Merges",
    SPLIT: "Split from",
    GONE: "Not asked any more",
}


def side_crumbs(council: Council, *steps: tuple[str, str]) -> list[Crumb]:
    """Breadcrumbs of the pages beside the rounds: editions, their prompts, local items."""
    return council_crumbs(council, ("Duty checklist", reverse("checklist", args=[council.slug])), *steps)


def in_force_words(edition: Edition) -> str:
    """Such as "1 July 2015 to 30 December 2023" or "Since 31 December 2023"."""
    if edition.in_force_to is None:
        return f"Since {british_date(edition.in_force_from)}"
    return f"{british_date(edition.in_force_from)} to {british_date(edition.in_force_to)}"


def is_in_force(edition: Edition) -> bool:
    """Whether the guidance of this edition is in force today."""
    today = timezone.localdate()
    return edition.in_force_from <= today and (edition.in_force_to is None or today <= edition.in_force_to)


def edition_rows(edition: Edition) -> list[SummaryRow]:
    """What is said of an edition: where and when it is in force, its source, scale and parts."""
    return [
        SummaryRow("Nations", edition.nation_words),
        SummaryRow("In force", in_force_words(edition)),
        SummaryRow("Source", Link("The guidance", edition.source)),
        SummaryRow("Last checked", edition.last_checked_on),
        SummaryRow("Scale", ", ".join(step["label"] for step in edition.scale)),
        SummaryRow("Parts", list(edition.part_labels.values())),
    ]


class EditionsPage(CouncilView):
    """The editions, from which a round is opened."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        context = {
            "crumbs": side_crumbs(self.council, ("Editions", "")),
            "may_run": self.access.may(CompliancePermission.RUN_ROUNDS),
            "editions": [
                {
                    "edition": edition,
                    "tag": Tag("In force", "green")
                    if is_in_force(edition)
                    else Tag("No longer in force", "grey"),
                    "rows": edition_rows(edition),
                    "href": reverse("checklist-edition", args=[slug, edition.code]),
                    "open_href": reverse("checklist-open", args=[slug, edition.code]),
                }
                for edition in editions_of(self.access)
            ],
        }
        return render(request, "compliance/checklist_editions.html", context)


class EditionPage(CouncilView):
    """An edition: what it asks, in whose words, and what it changes against the one before."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest, edition: str) -> HttpResponse:
        found = edition_for(self.access, edition)
        items = items_of_edition(found)
        edits = edits_in_force(self.council, items)
        may_run = self.access.may(CompliancePermission.RUN_ROUNDS)
        grouped: dict[str, list[list[Any]]] = {}
        for item in items:
            asked = in_words(item, edits.get(item.pk))
            words: list[Any] = [f"{item.ref} {asked.title}"]
            if asked.note == COUNCILS_WORDS:
                words.append(Tag("Edited by the council", "blue"))
            if may_run and not item.verified:
                href = reverse("checklist-prompt", args=[self.council.slug, found.code, item.ref])
                words.append(Link(f"Reword {item.ref}", href))
            grouped.setdefault(item.workstream, []).append(
                [words, asked.kind, [asked.expected_evidence, asked.guidance]]
            )
        way = continuations(found)
        context = {
            "edition": found,
            "crumbs": side_crumbs(
                self.council,
                ("Editions", reverse("checklist-editions", args=[self.council.slug])),
                (found.name, ""),
            ),
            "rows": edition_rows(found),
            "older_words": f"What changes from the {way[0].name}" if way else "",
            "unverified": sum(1 for item in items if not item.verified),
            "items": len(items),
            "changes": self._changes(way[1]) if way else None,
            "tables": [
                Table(
                    caption=title,
                    columns=[
                        Column("Item", header=True),
                        Column("How binding"),
                        Column("Evidence to expect, and guidance"),
                    ],
                    rows=rows,
                )
                for title, rows in grouped.items()
            ],
            "open_href": reverse("checklist-open", args=[self.council.slug, found.code]) if may_run else "",
        }
        return render(request, "compliance/checklist_edition.html", context)

    @staticmethod
    def _changes(lines: list[ContinuationLine]) -> Table:
        return Table(
            caption="What changes, item by item",
            hide_caption=True,
            columns=[Column("Item", header=True), Column("How"), Column("Items before")],
            rows=[
                [
                    _named(line.newer) if line.newer else _named(line.older[0]),
                    _CONTINUES[line.continues],
                    [_named(one) for one in line.older]
                    if line.newer and line.older
                    else "None"
                    if line.newer
                    else "",
                ]
                for line in lines
            ],
            stacks=True,
        )


def _named(item: EditionItem) -> str:
    return f"{item.ref} {item.title}"


class PromptPage(CouncilView):
    """Put the council's words in the place of a prompt that nobody has verified."""

    permission = CompliancePermission.RUN_ROUNDS

    def get(self, request: HttpRequest, edition: str, ref: str) -> HttpResponse:
        item = prompt_to_edit(self.access, edition, ref)
        last = latest_edit(self.council, item)
        edited = last is not None and bool(last.prompt)
        form = PromptForm(
            initial={
                "prompt": last.prompt if last and edited else item.prompt,
                "expected_evidence": last.expected_evidence if last and edited else item.expected_evidence,
                "version": last.number if last else 0,
            }
        )
        return self._page(item, form)

    def post(self, request: HttpRequest, edition: str, ref: str) -> HttpResponse:
        item = prompt_to_edit(self.access, edition, ref)
        form = PromptForm(request.POST)
        if not form.is_valid():
            return self._page(item, form)
        given = form.cleaned_data
        try:
            edit_prompt(
                council=self.council,
                item=item,
                by=self.person,
                prompt=given["prompt"],
                expected_evidence=given["expected_evidence"],
                version=given["version"],
            )
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(item, PromptForm(data), stale, status=409)
        messages.success(request, f"The words of {item.ref} are saved for this council.")
        return redirect("checklist-edition", self.council.slug, item.edition.code)

    def _page(
        self, item: EditionItem, form: PromptForm, stale: StaleVersion | None = None, *, status: int = 200
    ) -> HttpResponse:
        slug, edition = self.council.slug, item.edition
        here = reverse("checklist-edition", args=[slug, edition.code])
        context = {
            "crumbs": side_crumbs(
                self.council,
                ("Editions", reverse("checklist-editions", args=[slug])),
                (edition.name, here),
                (f"Reword {item.ref}", ""),
            ),
            "title": f"Reword {item.ref}",
            "lead": f"The portal’s own words: “{item.prompt}”. Check what you write against the guidance.",
            "form": form,
            "stale": stale,
            "button": "Save the words",
            "cancel": here,
        }
        return render(self.request, "web/form_page.html", context, status=status)


class LocalItemsPage(CouncilView):
    """The council's own items."""

    permission = CompliancePermission.VIEW_CHECKLIST

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        may_run = self.access.may(CompliancePermission.RUN_ROUNDS)
        items = list(local_items_of(self.access).order_by("number"))
        context = {
            "crumbs": side_crumbs(self.council, ("Local items", "")),
            "may_run": may_run,
            "add_href": reverse("checklist-local-add", args=[slug]) if may_run else "",
            "table": Table(
                caption="Local items",
                hide_caption=True,
                columns=[
                    Column("Reference", header=True),
                    Column("Item"),
                    Column("Workstream"),
                    Column("How binding"),
                    Column("State"),
                ],
                rows=[
                    [
                        Link(item.ref, reverse("checklist-local-item", args=[slug, item.pk]))
                        if may_run
                        else item.ref,
                        item.prompt,
                        item.workstream,
                        item.get_kind_display(),
                        Tag(f"Retired {british_date(timezone.localdate(item.retired_at))}", "grey")
                        if item.retired_at
                        else Tag("In use", "green"),
                    ]
                    for item in items
                ],
                stacks=True,
            )
            if items
            else None,
        }
        return render(request, "compliance/checklist_local.html", context)


class LocalItemAddPage(CouncilView):
    """Add an item of the council's own."""

    permission = CompliancePermission.RUN_ROUNDS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(LocalItemForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LocalItemForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        item = add_local_item(council=self.council, by=self.person, **form.cleaned_data)
        messages.success(request, f"{item.ref} added. Rounds that are opened from now on ask it.")
        return redirect("checklist-local", self.council.slug)

    def _page(self, form: LocalItemForm) -> HttpResponse:
        back = reverse("checklist-local", args=[self.council.slug])
        context = {
            "crumbs": side_crumbs(self.council, ("Local items", back), ("Add an item", "")),
            "title": "Add an item of the council’s own",
            "form": form,
            "button": "Add the item",
            "cancel": back,
        }
        return render(self.request, "web/form_page.html", context)


class LocalItemPage(CouncilView):
    """Change the words of a local item that nobody has been asked yet, or see why they stay."""

    permission = CompliancePermission.RUN_ROUNDS

    def get(self, request: HttpRequest, item_id: UUID) -> HttpResponse:
        item = local_item_for(self.access, item_id, CompliancePermission.RUN_ROUNDS)
        form = None
        if item.retired_at is None and not is_asked(item):
            form = LocalItemChangeForm(
                initial={
                    name: getattr(item, name)
                    for name in ("prompt", "kind", "workstream", "expected_evidence", "version")
                }
            )
        return self._page(item, form)

    def post(self, request: HttpRequest, item_id: UUID) -> HttpResponse:
        item = local_item_for(self.access, item_id, CompliancePermission.RUN_ROUNDS)
        form = LocalItemChangeForm(request.POST)
        if not form.is_valid():
            return self._page(item, form)
        try:
            change_local_item(item=item, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            data = request.POST.copy()
            data["version"] = str(stale.version)
            return self._page(item, LocalItemChangeForm(data), stale, status=409)
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._page(item, form)
        messages.success(request, f"{item.ref} saved.")
        return redirect("checklist-local", self.council.slug)

    def _page(
        self,
        item: LocalItem,
        form: LocalItemChangeForm | None,
        stale: StaleVersion | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        back = reverse("checklist-local", args=[self.council.slug])
        context = {
            "crumbs": side_crumbs(self.council, ("Local items", back), (item.ref, "")),
            "item": item,
            "rows": [
                SummaryRow("Workstream", item.workstream),
                SummaryRow("How binding", item.get_kind_display()),
                SummaryRow("Evidence to expect", item.expected_evidence or None),
            ],
            "form": form,
            "stale": stale,
            "cancel": back,
            "retire_href": reverse("checklist-local-retire", args=[self.council.slug, item.pk])
            if item.retired_at is None
            else "",
        }
        return render(self.request, "compliance/checklist_local_item.html", context, status=status)


class LocalItemRetirePage(CouncilView):
    """Ask once more, then retire a local item for good."""

    permission = CompliancePermission.RUN_ROUNDS

    def get(self, request: HttpRequest, item_id: UUID) -> HttpResponse:
        item = local_item_for(self.access, item_id, CompliancePermission.RUN_ROUNDS)
        slug = self.council.slug
        here = reverse("checklist-local-item", args=[slug, item.pk])
        context = {
            "crumbs": side_crumbs(
                self.council,
                ("Local items", reverse("checklist-local", args=[slug])),
                (item.ref, here),
                ("Retire", ""),
            ),
            "item": item,
            "cancel": here,
        }
        return render(request, "compliance/checklist_local_retire.html", context)

    def post(self, request: HttpRequest, item_id: UUID) -> HttpResponse:
        item = local_item_for(self.access, item_id, CompliancePermission.RUN_ROUNDS)
        try:
            retire_local_item(item=item, by=self.person)
        except PolicyError as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, f"{item.ref} is retired. Rounds that are open keep it.")
        return redirect("checklist-local", self.council.slug)
