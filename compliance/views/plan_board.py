"""A plan as a board: by objective and status on the screen, one page for each objective on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from compliance.access import plan_for, visible_actions
from compliance.models import Action, ActionPlan
from compliance.permissions import CompliancePermission
from compliance.queries.actions import BoardRow, board_of
from compliance.queries.plan_reviews import reviewer_lines
from compliance.views.plans import counts_words, due_cell, plan_crumbs, plan_rows
from compliance.views.status import rating_mark, status_tag
from prevent_portal.accounts.models import display_name
from prevent_portal.web.components import Column, Table
from prevent_portal.web.views import CouncilView

MOST_ON_SCREEN = 10
MOST_ON_PAPER = 100
"""Actions that one cell of the board shows; the rest are counted and linked."""


class BoardPage(CouncilView):
    """The board on the screen: four columns by status, an objective to a row."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        today = timezone.localdate()
        slug = self.council.slug
        rows = board_of(plan, visible_actions(self.access), most=MOST_ON_SCREEN)
        context = {
            "plan": plan,
            "crumbs": plan_crumbs(self.council, plan, ("Board", "")),
            "counts_words": counts_words(self.council, plan, today),
            "rows": [
                {
                    "objective": row.objective,
                    "withdrawn": row.withdrawn,
                    "cells": [
                        {
                            "tag": status_tag(cell.status),
                            "total": cell.total,
                            "cards": [self._card(action) for action in cell.actions],
                            "more": cell.more,
                            "more_href": self._list(plan, row, cell.status.value),
                        }
                        for cell in row.cells
                    ],
                }
                for row in rows
            ],
            "print_href": reverse("plan-board-print", args=[slug, plan.pk]),
            "plan_href": reverse("plan", args=[slug, plan.pk]),
        }
        return render(request, "compliance/plan_board.html", context)

    def _card(self, action: Action) -> dict[str, Any]:
        return {
            "action": action,
            "href": reverse("action", args=[self.council.slug, action.pk]),
            "owner": display_name(action.owner) if action.owner else "Nobody owns it yet",
            "due": due_cell(action, timezone.localdate()),
            "rating": rating_mark(action.rating),
        }

    def _list(self, plan: ActionPlan, row: BoardRow, status: str) -> str:
        query = urlencode({"objective": str(row.objective.pk), "status": status})
        return f"{reverse('plan', args=[self.council.slug, plan.pk])}?{query}"


class BoardPrintPage(CouncilView):
    """The board on paper: each objective begins a page."""

    permission = CompliancePermission.VIEW_PLANS

    def get(self, request: HttpRequest, plan_id: UUID) -> HttpResponse:
        plan = plan_for(self.access, plan_id)
        today = timezone.localdate()
        rows = board_of(plan, visible_actions(self.access), most=MOST_ON_PAPER)
        context = {
            "plan": plan,
            "crumbs": plan_crumbs(
                self.council,
                plan,
                ("Board", reverse("plan-board", args=[self.council.slug, plan.pk])),
                ("Print", ""),
            ),
            "as_at": today,
            "counts_words": counts_words(self.council, plan, today),
            "rows": plan_rows(plan, reviewer_lines(plan), today),
            "objectives": [
                {
                    "objective": row.objective,
                    "withdrawn": row.withdrawn,
                    "left_out": sum(cell.more for cell in row.cells),
                    "table": self._table(row) if row.total else None,
                }
                for row in rows
            ],
        }
        return render(request, "compliance/plan_board_print.html", context)

    def _table(self, row: BoardRow) -> Table:
        today = timezone.localdate()
        return Table(
            caption=f"Actions of objective {row.objective.number}",
            hide_caption=True,
            compact=True,
            columns=[
                Column("Action", header=True),
                Column("Owner and lead"),
                Column("Due"),
                Column("Status"),
                Column("Rating"),
            ],
            rows=[
                [
                    f"{action.reference} {action.title}",
                    [
                        part
                        for part in (
                            display_name(action.owner) if action.owner else "Nobody owns it yet",
                            action.leads_words,
                        )
                        if part
                    ],
                    due_cell(action, today),
                    status_tag(action.status),
                    rating_mark(action.rating),
                ]
                for cell in row.cells
                for action in cell.actions
            ],
        )
