"""Forms print as the design system's components, and say what is wrong in words people understand."""

from __future__ import annotations

import datetime as dt
import uuid
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.db import models
from django.template import Context, Template
from django.test import RequestFactory

from prevent_portal.web.forms import (
    ClockField,
    CodeField,
    DateField,
    FormTokenMixin,
    GovukForm,
    GovukModelForm,
    GovukRenderer,
    LongTextField,
    WholeNumberField,
    govuk_formfield,
    problems_of,
)


class Progress(GovukForm):
    title = forms.CharField(max_length=10, label="Title", help_text="A few words.")
    due = DateField(label="Due date", latest=dt.date(2030, 1, 1), earliest=dt.date(2010, 1, 1))
    staff = WholeNumberField(min_value=0, label="Number of staff")
    note = LongTextField(max_length=20, label="Progress note")
    decision = forms.ChoiceField(
        label="What was decided?", widget=forms.RadioSelect, choices=[("yes", "Accept"), ("no", "Reject")]
    )
    email = forms.EmailField(label="Email address", required=False)
    agreed = forms.BooleanField(label="I agree")
    evidence = forms.FileField(label="Evidence", required=False)


GOOD = {
    "title": "Spring",
    "due_day": "31",
    "due_month": "3",
    "due_year": "2019",
    "staff": "1,007",
    "note": "Done",
    "decision": "yes",
    "agreed": "on",
}


class Elements(HTMLParser):
    """Collects every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def with_id(self, identity: str) -> dict[str, str | None]:
        matches = [attrs for _, attrs in self.found if attrs.get("id") == identity]
        assert len(matches) == 1, f"{identity}: {len(matches)}"
        return matches[0]


def printed(form: forms.BaseForm, **options: Any) -> str:
    template = Template("{% load govuk %}{% error_summary form %}{% govuk_form form button='Save' %}")
    return template.render(Context({"form": form, "csrf_token": "token", **options}))


def test_a_good_form_is_understood() -> None:
    form = Progress(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due"] == dt.date(2019, 3, 31)
    assert form.cleaned_data["staff"] == 1007


def test_every_field_has_its_label_hint_and_error_tied_to_it() -> None:
    elements = Elements(printed(Progress({})))
    title = elements.with_id("id_title")
    assert title["aria-describedby"] == "id_title-hint id_title-error"
    assert title["aria-invalid"] == "true"
    assert title["class"] == "govuk-input govuk-input--error"
    elements.with_id("id_title-hint")
    elements.with_id("id_title-error")
    labels = [attrs.get("for") for tag, attrs in elements.found if tag == "label"]
    assert "id_title" in labels
    note = elements.with_id("id_note")
    assert note["aria-describedby"] == "id_note-info id_note-error"


def test_every_link_of_the_summary_leads_to_one_control() -> None:
    elements = Elements(printed(Progress({})))
    targets = [attrs["href"] for tag, attrs in elements.found if tag == "a"]
    assert targets == ["#id_title", "#id_due_day", "#id_staff", "#id_note", "#id_decision_0", "#id_agreed"]
    for target in targets:
        elements.with_id(str(target)[1:])


def test_no_id_is_used_twice() -> None:
    identities = [attrs["id"] for _, attrs in Elements(printed(Progress({}))).found if attrs.get("id")]
    assert len(identities) == len(set(identities))


def test_the_browser_neither_checks_nor_cuts() -> None:
    found = Elements(printed(Progress())).found
    assert next(attrs for tag, attrs in found if tag == "form").get("novalidate", "") is None
    for _, attrs in found:
        assert "required" not in attrs
        assert "maxlength" not in attrs


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": ""}, "title", "Enter the title"),
        ({"title": "x" * 11}, "title", "Title must be 10 characters or fewer"),
        ({"staff": "many"}, "staff", "Number of staff must be a whole number, like 42"),
        ({"staff": "-1"}, "staff", "Number of staff must be 0 or more"),
        ({"due_day": ""}, "due", "Due date must include a day"),
        ({"due_day": "", "due_year": ""}, "due", "Due date must include a day and year"),
        ({"due_day": "", "due_month": "", "due_year": ""}, "due", "Enter the due date"),
        ({"due_month": "2"}, "due", "Due date must be a real date, like 31 3 2019"),
        ({"due_year": "19"}, "due", "Due date must be a real date, like 31 3 2019"),
        ({"due_year": "2009"}, "due", "Due date must be on or after 1 January 2010"),
        ({"due_year": "2031"}, "due", "Due date must be on or before 1 January 2030"),
        ({"decision": ""}, "decision", "Select an answer"),
        ({"decision": "perhaps"}, "decision", "Select one of the answers"),
        ({"email": "nobody"}, "email", "Enter an email address in the correct format, like name@example.com"),
        ({"agreed": ""}, "agreed", "Select the box to confirm: I agree"),
        ({"note": "x" * 21}, "note", "Progress note must be 20 characters or fewer"),
    ],
)
def test_messages_say_what_to_do(changes: dict[str, str], field: str, message: str) -> None:
    form = Progress({**GOOD, **changes})
    assert form.errors == {field: [message]}


@pytest.mark.parametrize(
    ("year", "message"),
    [
        ("0001", "Date must be on or after 1 January 1900"),
        ("1899", "Date must be on or after 1 January 1900"),
        ("2200", "Date must be on or before 31 December 2199"),
        ("9999", "Date must be on or before 31 December 2199"),
    ],
)
def test_a_year_that_nobody_means_is_refused_where_a_date_has_no_bounds(year: str, message: str) -> None:
    class Dated(GovukForm):
        held_on = DateField(label="Date")

    form = Dated({"held_on_day": "31", "held_on_month": "12", "held_on_year": year})
    assert form.errors == {"held_on": [message]}
    near = {"held_on_day": "1", "held_on_month": "1", "held_on_year": "1900"}
    assert Dated(near).is_valid()


@pytest.mark.parametrize("pasted", ["31/3/2019", "31 March 2019", "2019-03-31"])
def test_a_whole_date_pasted_into_the_first_box_is_taken(pasted: str) -> None:
    form = Progress({**GOOD, "due_day": pasted, "due_month": "", "due_year": ""})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due"] == dt.date(2019, 3, 31)


def test_a_date_may_also_come_whole_under_its_own_name() -> None:
    form = Progress({**{key: value for key, value in GOOD.items() if "due" not in key}, "due": "2019-03-31"})
    assert form.is_valid(), form.errors


def test_only_the_missing_part_of_a_date_is_marked() -> None:
    elements = Elements(printed(Progress({**GOOD, "due_month": ""})))
    assert "govuk-input--error" in str(elements.with_id("id_due_month")["class"])
    assert "govuk-input--error" not in str(elements.with_id("id_due_day")["class"])
    assert elements.with_id("id_due_day")["value"] == "31"


def test_a_stored_date_fills_the_three_boxes() -> None:
    elements = Elements(printed(Progress(initial={"due": dt.date(2019, 3, 31)})))
    values = [elements.with_id(f"id_due_{part}")["value"] for part in ("day", "month", "year")]
    assert values == ["31", "3", "2019"]
    assert (
        not Progress(GOOD, initial={"due": dt.date(2019, 3, 31)})
        .fields["due"]
        .has_changed(dt.date(2019, 3, 31), "2019-03-31")
    )


def test_a_line_break_counts_as_one_character_as_on_the_page() -> None:
    form = Progress({**GOOD, "note": "\r\n".join(["x"] * 10) + "y"})
    assert form.is_valid(), form.errors
    assert len(form.cleaned_data["note"]) == 20


def test_a_form_with_a_file_is_sent_in_parts() -> None:
    form = next(attrs for tag, attrs in Elements(printed(Progress())).found if tag == "form")
    assert form["enctype"] == "multipart/form-data"
    assert form["method"] == "post"


def test_the_token_against_forged_forms_is_in_a_post_and_not_in_a_get() -> None:
    assert "csrfmiddlewaretoken" in printed(Progress())
    html = Template("{% load govuk %}{% govuk_form form method='get' %}").render(
        Context({"form": Progress(), "csrf_token": "token"})
    )
    assert "csrfmiddlewaretoken" not in html


class Sent(FormTokenMixin, GovukForm):
    title = forms.CharField()


def test_a_form_token_is_new_for_each_page_and_kept_when_refused() -> None:
    first, second = Sent()["token"].value(), Sent()["token"].value()
    assert uuid.UUID(str(first)).version == 4
    assert first != second
    refused = Sent({"token": str(first), "title": ""})
    assert Elements(printed(refused)).with_id("id_token")["value"] == str(first)


def test_a_lost_token_is_said_without_a_link() -> None:
    form = Sent({"title": "x"})
    assert problems_of(form) == [
        {"text": "This page was incomplete when it was sent. Check your answers and send it again.", "id": ""}
    ]


class Revealing(GovukForm):
    reveals = {"decision": {"no": ["reason"]}}
    option_hints = {"decision": {"no": "Say why."}}

    decision = forms.ChoiceField(widget=forms.RadioSelect, choices=[("yes", "Accept"), ("no", "Reject")])
    reason = forms.CharField(required=False)


def test_a_revealed_field_stands_under_its_answer_and_nowhere_else() -> None:
    html = printed(Revealing())
    assert html.count('name="reason"') == 1
    elements = Elements(html)
    assert elements.with_id("id_decision_1")["data-reveals"] == "id_decision_1-reveals"
    assert elements.with_id("id_decision_1")["aria-describedby"] == "id_decision_1-hint"
    assert html.index("id_decision_1-reveals") < html.index('name="reason"')


class OwnWords(GovukForm):
    error_labels = {"name": "the name of the trust"}

    name = forms.CharField(label="Trust")
    kind = forms.CharField(error_messages={"required": "Say what kind it is"})


def test_words_that_a_form_gives_win() -> None:
    assert OwnWords({}).errors == {"name": ["Enter the name of the trust"], "kind": ["Say what kind it is"]}


def test_text_of_people_is_escaped() -> None:
    html = printed(Progress({**GOOD, "title": '"><script>alert(1)</script>'}))
    assert "<script>" not in html


def test_a_code_is_read_without_its_spaces() -> None:
    class Code(GovukForm):
        code = CodeField(max_length=6)

    form = Code({"code": " 123 456 "})
    assert form.is_valid()
    assert form.cleaned_data["code"] == "123456"


def test_forms_of_libraries_get_the_same_components() -> None:
    class Plain(forms.Form):
        name = forms.CharField(help_text="As printed.")

    form = Plain({}, renderer=GovukRenderer())
    assert 'class="govuk-input govuk-input--error"' in form.render()
    assert problems_of(form) == [{"text": "This field is required.", "id": "id_name"}]


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (models.DateField(), DateField),
        (models.DateTimeField(), forms.DateTimeField),
        (models.PositiveIntegerField(), WholeNumberField),
        (models.TextField(max_length=5), LongTextField),
        (models.IntegerField(choices=[(1, "One")]), forms.TypedChoiceField),
        (models.CharField(max_length=5), forms.CharField),
    ],
)
def test_fields_of_models_become_ours(field: models.Field[Any, Any], kind: type[forms.Field]) -> None:
    field.set_attributes_from_name("field")
    assert type(govuk_formfield(field)) is kind


def test_a_form_of_a_model_uses_them() -> None:
    from django.contrib.sessions.models import Session

    class SessionForm(GovukModelForm):
        class Meta:
            model = Session
            fields = ["session_data"]

    assert type(SessionForm().fields["session_data"]) is LongTextField
    assert SessionForm({}).errors == {"session_data": ["Enter the session data"]}


def test_the_base_page_prints_the_summary_and_the_title_of_a_refused_form() -> None:
    template = Template(
        "{% extends 'base.html' %}{% load govuk %}{% block page_title %}Log progress{% endblock %}"
        "{% block content %}{% govuk_form form %}{% endblock %}"
    )
    request = RequestFactory().get("/")
    html = template.render(Context({"form": Progress({}), "request": request}))
    assert "<title>Error: Log progress – Prevent Portal</title>" in html
    assert html.index("There is a problem") < html.index('name="title"')
    assert "<title>Log progress – Prevent Portal</title>" in template.render(Context({"form": Progress()}))


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("Theme", "Enter the theme"),
        ("WRAP course", "Enter the WRAP course"),
        ("Your name", "Enter your name"),
        ("An address", "Enter an address"),
        ("How often", "Enter how often"),
        ("Where the referral came from", "Enter where the referral came from"),
        ("What happened?", "Enter an answer"),
    ],
)
def test_a_message_names_what_is_missing_as_people_say_it(label: str, message: str) -> None:
    class Asked(GovukForm):
        words = forms.CharField(label=label)

    assert Asked({}).errors == {"words": [message]}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:30", dt.time(14, 30)),
        ("14.30", dt.time(14, 30)),
        ("2:30pm", dt.time(14, 30)),
        ("2.30 PM", dt.time(14, 30)),
        ("2pm", dt.time(14)),
        ("9 AM", dt.time(9)),
        ("12am", dt.time(0)),
        ("midday", dt.time(12)),
        ("Midnight", dt.time(0)),
    ],
)
def test_a_start_time_is_read_as_the_portal_prints_it(typed: str, meant: dt.time) -> None:
    field = ClockField()
    assert field.clean(typed) == meant
    assert field.clean(field.prepare_value(meant)) == meant


@pytest.mark.parametrize("typed", ["14:30pm", "25:00", "half past two", "pm"])
def test_a_start_time_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        ClockField().clean(typed)


def test_a_field_whose_hint_says_when_it_is_needed_is_not_called_optional() -> None:
    class Asking(GovukForm):
        reason = forms.CharField(required=False, help_text="Needed where you decline.")
        note = forms.CharField(required=False)
        sometimes_needed = frozenset({"reason"})

    asked = Asking()
    assert [field.is_optional for field in asked] == [False, True]  # type: ignore[attr-defined] # ours
