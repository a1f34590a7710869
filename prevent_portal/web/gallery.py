"""Every component on one page: what designers look at, what page authors copy, what the tests measure."""

import datetime as dt
from fractions import Fraction
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View

from prevent_portal.tenancy.refusals import Difference, StaleVersion
from prevent_portal.web.areas import Areas
from prevent_portal.web.charts import Bar, BarChart, LineChart, Segment, Series, StackedBar
from prevent_portal.web.components import (
    Colour,
    Column,
    Crumb,
    Link,
    Rating,
    Sorting,
    StatTile,
    SummaryRow,
    Table,
    Tag,
    Task,
    TimelineItem,
    paginate,
)
from prevent_portal.web.forms import (
    CodeField,
    DateField,
    FormTokenMixin,
    GovukForm,
    LongTextField,
    WholeNumberField,
)


class GalleryForm(FormTokenMixin, GovukForm):
    """One field of each kind."""

    reveals = {"decision": {"reject": ["reason"]}}
    option_hints = {"decision": {"accept_in_part": "Say below which part is accepted."}}
    inline = {"frequency"}
    small = {"topics"}

    title = forms.CharField(max_length=80, label="Title", help_text="A few words that people will recognise.")
    email = forms.EmailField(label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    staff = WholeNumberField(
        min_value=0,
        label="Number of staff in scope",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    due = DateField(label="Due date", help_text="For example, 31 3 2019. You can also paste a whole date.")
    note = LongTextField(max_length=400, label="Progress note", help_text="What changed since the last note.")
    organisation = forms.ChoiceField(
        label="Lead organisation",
        choices=[
            ("", "Choose an organisation"),
            ("trust", "Acute hospital trust"),
            ("college", "City college"),
        ],
    )
    decision = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[("accept", "Accept"), ("accept_in_part", "Accept in part"), ("reject", "Reject")],
    )
    reason = forms.CharField(label="Reason for rejecting", required=False)
    frequency = forms.ChoiceField(
        label="How often is it reviewed?",
        widget=forms.RadioSelect,
        choices=[("quarter", "Every quarter"), ("year", "Every year")],
    )
    topics = forms.MultipleChoiceField(
        label="Topics covered",
        widget=forms.CheckboxSelectMultiple,
        choices=[("venues", "Venue hire"), ("it", "Information technology"), ("training", "Training")],
        required=False,
    )
    confirmed = forms.BooleanField(label="I confirm that this note holds no intelligence")
    evidence = forms.FileField(
        label="Evidence", required=False, help_text="PDF, Word, Excel or CSV, up to 10 MB."
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        required=False,
    )
    code = CodeField(
        label="Security code", required=False, help_text="The six digits from your authenticator."
    )


class GalleryLineForm(GovukForm):
    """One line of several that are filled in together."""

    course = forms.CharField(label="Course", max_length=80)
    trained = WholeNumberField(
        min_value=0,
        label="Staff trained",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )


GalleryLines = forms.formset_factory(GalleryLineForm, extra=2)

COLOURS: dict[Colour, str] = {
    "": "Without a colour",
    "grey": "Not started",
    "green": "Confirmed",
    "teal": "Published",
    "blue": "In progress",
    "purple": "Draft",
    "magenta": "Exempt",
    "red": "Overdue",
    "orange": "Extension asked for",
    "yellow": "Awaiting confirmation",
}
"""Every colour of a tag, each with a status that it stands beside."""


@method_decorator(login_not_required, name="dispatch")
class ComponentGallery(View):
    """The gallery; open to staff accounts, and to everybody in development."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = getattr(request, "user", None)
        if not settings.DEBUG and not (
            person and person.is_authenticated and getattr(person, "is_staff", False)
        ):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "web/gallery.html", {"form": GalleryForm(), **examples(request)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = GalleryForm(request.POST, request.FILES)
        return render(request, "web/gallery.html", {"form": form, **examples(request)})


def examples(request: HttpRequest) -> dict[str, Any]:
    """Return one value for each component, with invented content."""
    now = timezone.now().replace(hour=14, minute=30)
    sorting = Sorting(request, {"action": ["title"], "due": ["due_on"], "notes": ["notes"]}, default="due")
    page, links = paginate(request, list(range(1, 241)), per_page=25)
    return {
        "crumbs": [Crumb("Example council", "/"), Crumb("Action plans", "/"), Crumb("Components")],
        "page": page,
        "links": links,
        "tags": [Tag(words, colour) for colour, words in COLOURS.items()],
        "areas": Areas(
            "Training",
            [Link("Coverage", "/", current=True), Link("Returns", "/"), Link("Sessions", "/")],
            "Coverage",
            [Link("This quarter", "/", current=True), Link("Courses and targets", "/")],
        ),
        "stale": StaleVersion(
            version=4,
            differences=[
                Difference(
                    "note",
                    "Progress note",
                    "Ten of twelve sessions are booked.",
                    "All twelve sessions are booked.",
                )
            ],
        ),
        "lines_form": GalleryLines(prefix="lines"),
        "ratings": [
            Rating("green", "on track for March"),
            Rating("amber", "waiting for the trust's figures"),
            Rating("red", "no owner since January"),
            Rating("blue", "complete"),
            Rating("grey", ""),
        ],
        "rows": [
            SummaryRow("Owner", "Community safety officer", "/", "Change"),
            SummaryRow("First due", dt.date(2019, 3, 31)),
            SummaryRow("Now due", ["30 June 2019", Tag("Moved once", "orange")], "/", "Ask for an extension"),
            SummaryRow("Rating", Rating("amber", "waiting for the trust's figures")),
            SummaryRow("Staff in scope", 12480),
            SummaryRow("Evidence", None),
        ],
        "table": Table(
            caption="Actions due this quarter",
            columns=[
                sorting.column("action", "Action", header=True),
                sorting.column("due", "Due"),
                Column("Rating"),
                sorting.column("notes", "Notes", numeric=True),
            ],
            rows=[
                [
                    Link("Train front-line housing staff", "/", hint="Action 3.2"),
                    dt.date(2019, 3, 31),
                    Rating("green"),
                    12,
                ],
                [
                    Link("Review the venue hire policy", "/", hint="Action 1.4"),
                    dt.date(2019, 6, 30),
                    Rating("amber"),
                    4,
                ],
                [
                    Link("Brief every ward councillor", "/", hint="Action 5.1"),
                    dt.date(2019, 1, 31),
                    Rating("red"),
                    1007,
                ],
            ],
            footer=["Total", "", "", 1023],
        ),
        "stacked": Table(
            caption="People on the board",
            columns=[Column("Agency", header=True), Column("Held by"), Column("What you can do")],
            rows=[
                ["City council", "Director of communities", [Link("Change", "/", about="City council")]],
                ["Acute hospital trust", [Tag("Vacant", "yellow")], [Link("Name a holder", "/")]],
            ],
            caption_size="s",
            stacks=True,
        ),
        "compact": Table(
            caption="Returns by quarter",
            columns=[
                Column("Quarter", header=True),
                Column("Staff", numeric=True),
                Column("Trained", numeric=True),
            ],
            rows=[["Q3 2017/18", 12480, 10109], ["Q4 2017/18", 12512, None]],
            caption_size="s",
            compact=True,
        ),
        "tasks": [
            Task("Leadership and partnership", "Completed", "/"),
            Task("Local risk assessment", "3 of 5 answered", "/", "Two items need evidence.", "blue"),
            Task("Venues and information technology", "Not started", "/", "", "teal"),
            Task("Moderation", "Cannot start yet"),
        ],
        "timeline": [
            TimelineItem(
                "Progress logged",
                now,
                "Community safety officer",
                "All twelve sessions are booked.",
                Rating("green"),
            ),
            TimelineItem(
                "Extension approved",
                now - dt.timedelta(days=40),
                "Prevent coordinator",
                "Moved to 30 June 2019.",
            ),
            TimelineItem("Action added", now - dt.timedelta(days=200), "Prevent coordinator"),
        ],
        "tiles": [
            StatTile("Actions on track", 41, "of 52 in the multi-agency plan", "/", "good"),
            StatTile("Training coverage", "84.7%", "34 people short of the 85% target", "/", "warning"),
            StatTile("Returns missing", 2, "Acute hospital trust, City college", "/", "bad"),
            StatTile("Recommendations open", 14, "12 accepted, 2 in part"),
        ],
        "bars": BarChart(
            title="Basic awareness training by organisation, March 2018",
            description="Three of five organisations reach the target of 85%. One is just below it, "
            "one has sent no return.",
            bars=[
                Bar("Community health services trust", Fraction(931, 10)),
                Bar("Mental health trust", 91),
                Bar("Acute hospital trust", Fraction(8472, 100)),
                Bar("Clinical commissioning group", 86),
                Bar("City college", None, "Not returned"),
            ],
            target=85,
            label_heading="Organisation",
            value_heading="Trained",
            note="Compliance is tested on the exact ratio; 84.72% is below the target.",
        ),
        "lines": LineChart(
            title="Training coverage over six quarters",
            description="Basic awareness rose from 62% to 84.7%. Workshops rose from 31% to 58%.",
            periods=["Q3 2016/17", "Q4 2016/17", "Q1 2017/18", "Q2 2017/18", "Q3 2017/18", "Q4 2017/18"],
            series=[
                Series("Basic awareness", [62, 68, 71, 79, 82, Fraction(8472, 100)]),
                Series("Workshop", [31, 36, None, 47, 55, 58]),
            ],
            target=85,
        ),
        "stack": StackedBar(
            title="Recommendations by response",
            description="Of 16 recommendations 12 were accepted, 2 accepted in part and 2 rejected.",
            segments=[Segment("Accepted", 12), Segment("Accepted in part", 2), Segment("Rejected", 2)],
            label_heading="Response",
        ),
        "moment": now,
        "first_day": dt.date(2019, 3, 31),
    }
