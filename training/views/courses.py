"""Pages of courses and targets, and of what counts as compliant."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from partnerships.enums import OrganisationKind
from prevent_portal.tenancy.refusals import PolicyError, StaleVersion
from prevent_portal.web.components import Column, Crumb, Link, SummaryRow, Table, Tag
from prevent_portal.web.dates import british_date
from prevent_portal.web.downloads import csv_response
from prevent_portal.web.numbers import number
from prevent_portal.web.views import CouncilView
from training.access.rounds import course_for, own_course_for, own_target_for
from training.areas import areas
from training.compliance_ratio import printed_target
from training.enums import Delivery, Tier
from training.forms.courses import CourseChangeForm, CourseForm, TargetChangeForm, TargetForm
from training.models import Course, Target
from training.permissions import TrainingPermission
from training.queries.courses import courses_of, targets_of
from training.services.courses import add_course, add_target, change_course, change_target
from training.views.pages import FormPage, training_crumb

_VIEW, _RUN = TrainingPermission.VIEW_COVERAGE, TrainingPermission.RUN_ROUNDS


class CoursesPage(CouncilView):
    """The list of courses: national and the council's own."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        slug = self.council.slug
        courses = list(courses_of(self.council))
        table = Table(
            "Courses",
            [
                Column("Course", header=True),
                Column("What it is for"),
                Column("Retake"),
                Column("Whose"),
            ],
            [
                [
                    Link(
                        each.name,
                        reverse("training-course", args=[slug, each.pk]),
                        hint=", ".join(each.also_known_as),
                    ),
                    [each.get_tier_display(), each.get_delivery_display()],
                    refresh_words(each),
                    [
                        "The council’s own" if each.is_local else "National",
                        *([Tag("Historic", "grey")] if each.is_historic else []),
                    ],
                ]
                for each in courses
            ],
            hide_caption=True,
            stacks=True,
        )
        return render(
            request,
            "training/courses.html",
            {
                "table": table,
                "targets": targets_table(self, targets_of(self.council)),
                "may_run": self.access.may(_RUN),
                "add_href": reverse("training-course-add", args=[slug]),
                "target_href": reverse("training-target-add", args=[slug]),
                "counts_href": reverse("training-what-counts", args=[slug]),
                "csv_href": reverse("training-courses-csv", args=[slug]),
                "areas": areas(self.access, "training-courses"),
                "crumbs": [*courses_crumbs(self)[:-1], Crumb("Courses and targets")],
            },
        )


class CoursesCsv(CouncilView):
    """The list of courses as a CSV file."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return csv_response(
            filename="Training courses.csv",
            header=(
                "Course", "Also known as", "What it is for", "How it is given", "Refreshed after months",
                "Whose", "State",
            ),
            rows=[
                [
                    each.name,
                    "; ".join(each.also_known_as),
                    each.get_tier_display(),
                    each.get_delivery_display(),
                    each.refresh_months,
                    "The council’s own" if each.is_local else "National",
                    "Historic" if each.is_historic else "Current",
                ]
                for each in courses_of(self.council)
            ],
        )  # fmt: skip


class CoursePage(CouncilView):
    """One course and its targets."""

    permission = _VIEW

    def get(self, request: HttpRequest, course_id: UUID) -> HttpResponse:
        course = course_for(self.access, course_id)
        slug, may_run = self.council.slug, self.access.may(_RUN)
        return render(
            request,
            "training/course.html",
            {
                "course": course,
                "facts": [
                    SummaryRow("Also known as", ", ".join(course.also_known_as) or "No other name"),
                    SummaryRow("What it is for", course.get_tier_display()),
                    SummaryRow("How it is given", course.get_delivery_display()),
                    SummaryRow("Retake", refresh_words(course)),
                    SummaryRow("Whose", "The council’s own" if course.is_local else "National"),
                    SummaryRow("State", "Historic" if course.is_historic else "Current"),
                ],
                "targets": targets_table(self, targets_of(self.council, course.pk)),
                "change_href": reverse("training-course-change", args=[slug, course.pk])
                if may_run and course.is_local
                else "",
                "target_href": reverse("training-target-add", args=[slug]) + f"?course={course.pk}"
                if may_run
                else "",
                "areas": areas(self.access, "training-courses"),
                "crumbs": [*courses_crumbs(self), Crumb(course.name)],
            },
        )


class CourseAddPage(FormPage):
    """Add a course of the council's own."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(CourseForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CourseForm(request.POST)
        if not form.is_valid():
            return self._page(form)
        try:
            course = add_course(council=self.council, by=self.person, **_course_data(form))
        except PolicyError as problem:
            form.add_error("name", str(problem))
            return self._page(form)
        messages.success(request, f"{course.name} is on your council’s list.")
        return redirect("training-course", self.council.slug, course.pk)

    def _page(self, form: CourseForm) -> HttpResponse:
        return self.show(
            form,
            title="Add a course of your own",
            lead="Only your council sees it. Its returns are about staff who are based in your area.",
            button="Add course",
            crumbs=[*courses_crumbs(self), Crumb("Add a course")],
            cancel=reverse("training-courses", args=[self.council.slug]),
        )


class CourseChangePage(FormPage):
    """Change a course of the council's own."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest, course_id: UUID) -> HttpResponse:
        course = own_course_for(self.access, course_id)
        initial = {
            name: getattr(course, name)
            for name in ("name", "tier", "delivery", "refresh_months", "is_historic", "version")
        }
        form = CourseChangeForm(initial={**initial, "also_known_as": "\n".join(course.also_known_as)})
        return self._page(course, form)

    def post(self, request: HttpRequest, course_id: UUID) -> HttpResponse:
        course = own_course_for(self.access, course_id)
        form = CourseChangeForm(request.POST)
        if not form.is_valid():
            return self._page(course, form)
        try:
            change_course(
                course=course, by=self.person, version=form.cleaned_data["version"], **_course_data(form)
            )
        except StaleVersion as stale:
            return self._page(course, CourseChangeForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error("name", str(problem))
            return self._page(course, form)
        messages.success(request, "The course is changed.")
        return redirect("training-course", self.council.slug, course.pk)

    def _page(self, course: Course, form: CourseForm, stale: StaleVersion | None = None) -> HttpResponse:
        here = reverse("training-course", args=[self.council.slug, course.pk])
        return self.show(
            form,
            title=f"Change {course.name}",
            button="Save",
            crumbs=[*courses_crumbs(self), Crumb(course.name, here), Crumb("Change")],
            cancel=here,
            stale=stale,
        )


class TargetAddPage(FormPage):
    """Set a target for the council's own reading."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form(initial={"course": request.GET.get("course", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self._page(form)
        data = form.cleaned_data
        kind = OrganisationKind(data.pop("organisation_kind"))
        try:
            target = add_target(council=self.council, by=self.person, organisation_kind=kind, **data)
        except PolicyError as problem:
            form.add_error("ends_on" if "last day" in str(problem) else "starts_on", str(problem))
            return self._page(form)
        messages.success(request, "The target is set. It is used in your council’s own figures.")
        return redirect("training-course", self.council.slug, target.course_id)

    def _form(self, *data: Any, **options: Any) -> TargetForm:
        return TargetForm(*data, courses=list(courses_of(self.council)), **options)

    def _page(self, form: TargetForm) -> HttpResponse:
        return self.show(
            form,
            title="Set a target of your own",
            lead="From its first day it replaces the national target in your council’s own figures.",
            button="Set target",
            crumbs=[*courses_crumbs(self), Crumb("Set a target")],
            cancel=reverse("training-courses", args=[self.council.slug]),
        )


class TargetChangePage(FormPage):
    """Change or end a target of the council's own."""

    permission = {"get": _RUN, "post": _RUN}

    def get(self, request: HttpRequest, target_id: UUID) -> HttpResponse:
        target = own_target_for(self.access, target_id)
        initial = {name: getattr(target, name) for name in ("starts_on", "ends_on", "source", "version")}
        return self._page(target, TargetChangeForm(initial={**initial, "per_cent": number(target.per_cent)}))

    def post(self, request: HttpRequest, target_id: UUID) -> HttpResponse:
        target = own_target_for(self.access, target_id)
        form = TargetChangeForm(request.POST)
        if not form.is_valid():
            return self._page(target, form)
        try:
            change_target(target=target, by=self.person, **form.cleaned_data)
        except StaleVersion as stale:
            return self._page(target, TargetChangeForm(self.again(stale)), stale)
        except PolicyError as problem:
            form.add_error("ends_on" if "last day" in str(problem) else "starts_on", str(problem))
            return self._page(target, form)
        messages.success(request, "The target is changed.")
        return redirect("training-course", self.council.slug, target.course_id)

    def _page(self, target: Target, form: TargetForm, stale: StaleVersion | None = None) -> HttpResponse:
        here = reverse("training-course", args=[self.council.slug, target.course_id])
        kind = OrganisationKind(target.organisation_kind).label
        return self.show(
            form,
            title="Change a target",
            lead=f"{target.course.name}: {kind}.",
            button="Save",
            crumbs=[*courses_crumbs(self), Crumb(target.course.name, here), Crumb("Change a target")],
            cancel=here,
            stale=stale,
        )


class WhatCountsPage(CouncilView):
    """How compliance is worked out, tested and printed."""

    permission = _VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(
            request,
            "training/course_counts.html",
            {
                "areas": areas(self.access, "training-what-counts"),
                "crumbs": [*courses_crumbs(self), Crumb("What counts")],
            },
        )


def courses_crumbs(view: CouncilView) -> list[Crumb]:
    """The way to the list of courses, and the list."""
    slug = view.council.slug
    return [
        training_crumb(view),
        Crumb("Courses and targets", reverse("training-courses", args=[slug])),
    ]


def refresh_words(course: Course) -> str:
    """How often a course is taken again."""
    if course.refresh_months is None:
        return "Taken once"
    years, months = divmod(course.refresh_months, 12)
    if months or not years:
        return f"Every {course.refresh_months} months"
    return "Every year" if years == 1 else f"Every {years} years"


def targets_table(view: CouncilView, targets: Any) -> Table | None:
    """Targets with who set them; the council's own link to the page that changes them."""
    rows = list(targets)
    may_run = view.access.may(_RUN)
    return (
        Table(
            "Targets",
            [
                Column("Course", header=True),
                Column("Kind of organisation"),
                Column("Target"),
                Column("Set by"),
            ],
            [
                [
                    each.course.name,
                    each.get_organisation_kind_display(),
                    [
                        Link(
                            printed_target(each.per_cent),
                            reverse("training-target-change", args=[view.council.slug, each.pk]),
                            about=f"{each.course.name}, {each.get_organisation_kind_display()}",
                        )
                        if may_run and each.council_id
                        else printed_target(each.per_cent),
                        f"{british_date(each.starts_on)} to {british_date(each.ends_on)}"
                        if each.ends_on
                        else f"From {british_date(each.starts_on)}",
                    ],
                    [each.source, "The council’s own" if each.council_id else "National"],
                ]
                for each in rows
            ],
            stacks=True,
        )
        if rows
        else None
    )


def _course_data(form: CourseForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "name": data["name"],
        "also_known_as": data["also_known_as"],
        "tier": Tier(data["tier"]),
        "delivery": Delivery(data["delivery"]),
        "refresh_months": data["refresh_months"],
        "is_historic": data["is_historic"],
    }
