"""The main pages, by name: what the benchmark measures and the gates count."""

from __future__ import annotations

from django.urls import reverse

from compliance.models import Action, ActionPlan
from prevent_portal.tenancy.models import Council


def pages_of(council: Council) -> dict[str, str]:
    """The main pages of one council, by name."""
    plan = ActionPlan.objects.using("owner").get(council=council)
    action = Action.objects.using("owner").filter(council=council).order_by("number").first()
    assert action is not None
    slug = council.slug
    return {
        "My work": reverse("my-work"),
        "Overview": reverse("overview", args=[slug]),
        "Overview on one sheet": reverse("overview-print", args=[slug]),
        "Search": f"{reverse('search', args=[slug])}?q=training",
        "Action plan, first page": reverse("plan", args=[slug, plan.pk]),
        "All actions": reverse("actions", args=[slug]),
        "Board of a plan": reverse("plan-board", args=[slug, plan.pk]),
        "Review meeting": reverse("bulk-progress", args=[slug]),
        "Action": reverse("action", args=[slug, action.pk]),
        "Training coverage": reverse("training", args=[slug]),
        "Organisations": reverse("partnership", args=[slug]),
        "Boards": reverse("boards", args=[slug]),
        "API: actions of a plan": reverse("api-plan-actions", args=[slug, plan.pk]),
    }
