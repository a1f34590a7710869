"""What training lets people find: courses, national and the council's own. No trainer and no return."""

from __future__ import annotations

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse

from prevent_portal.accounts.access import CouncilAccess
from prevent_portal.web import search
from prevent_portal.web.search import Hit, Kind, Question, best, matching
from training.permissions import TrainingPermission
from training.queries.courses import courses_of


def found_courses(access: CouncilAccess, question: Question) -> list[Hit]:
    """Courses by their name and by the names that returns use for them."""
    access.require(TrainingPermission.VIEW_COVERAGE)
    names = Cast("also_known_as", TextField())
    return [
        Hit(
            title=course.name,
            href=reverse("training-course", args=[access.council.slug, course.pk]),
            rank=course.search_rank,
            words="The council’s own course" if course.is_local else "National course",
        )
        for course in best(
            matching(courses_of(access.council), question, title="name", texts=[names]), "name"
        )
    ]


def all_courses(access: CouncilAccess, question: Question) -> str:
    """The list of courses."""
    return reverse("training-courses", args=[access.council.slug])


def announce() -> None:
    """Tell the search what it may look through. Called once, when the app is ready."""
    search.register(
        Kind("courses", "Courses", 80, (TrainingPermission.VIEW_COVERAGE,), found_courses, all_courses)
    )
