"""The search page of a council."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.components import Crumb
from prevent_portal.web.search import MOST_CHARACTERS, TOO_LONG, Question, kinds_open_to, search
from prevent_portal.web.views import CouncilView


class SearchPage(CouncilView):
    """Everything of the council that fits the words in the address and that the person may read.

    The text is in the address, so that the page can be kept and gone back to; it is in no title and no log,
    because somebody may have typed a name (RC-6).
    """

    permission = AccountsPermission.VIEW_COUNCIL

    def get(self, request: HttpRequest) -> HttpResponse:
        kinds = kinds_open_to(self.access)
        if not kinds:
            raise Http404
        question = Question.asked(request.GET.get("q", ""))
        problem = question.refusal
        searched = bool(question.text) and not problem
        context = {
            "crumbs": [
                Crumb(self.council.name, reverse("overview", args=[self.council.slug])),
                Crumb("Search"),
            ],
            "search_text": question.text[:MOST_CHARACTERS],
            "search_problem": problem,
            "searched": searched,
            "found": search(self.access, question) if searched else [],
            "kinds": [kind.words for kind in kinds],
        }
        response = render(request, "web/search.html", context, status=400 if problem == TOO_LONG else 200)
        response.headers["Cache-Control"] = "no-store, private"
        return response
