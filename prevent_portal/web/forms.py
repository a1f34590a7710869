"""The form layer: GOV.UK components for Django's own fields, with errors worded for people.

Write forms as usual, on `GovukForm` or `GovukModelForm`; the renderer chooses the component from the
widget. In a template `{% govuk_form form button="Save" %}` prints the whole form and base.html prints
the error summary of the variable `form` above the page's heading.

What a field may carry beyond Django's own arguments:

* its widget decides the component: Textarea (with a character count when max_length is set), Select,
  RadioSelect, CheckboxSelectMultiple, CheckboxInput, DateInput, FileInput, PasswordInput;
* `widget=forms.TextInput(attrs={"class": "govuk-input--width-5"})` for a width;
* on the form, `heading = "field"` makes that field's label the page's h1 (one question per page),
  `error_labels = {"field": "your reason"}` changes the words of its messages,
  `small = {"field"}` prints small radios or checkboxes, `inline = {"field"}` puts radios side by side,
  `sometimes_needed = {"field"}` leaves "(optional)" off a field whose hint says when it is needed,
  `reveals = {"decision": {"reject": ["reason"]}}` shows a field only under one of the answers.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.boundfield import BoundField
from django.forms.models import ModelFormMetaclass
from django.forms.renderers import TemplatesSetting
from django.utils.functional import cached_property

from prevent_portal.web.dates import (
    FIRST_DAY,
    LAST_DAY,
    british_date,
    british_time,
    month_number,
    parse_british_date,
)

# Widgets ------------------------------------------------------------------------------------------


class DateInput(forms.Widget):
    """Three boxes, day, month and year, that also take a whole date pasted into the first.

    Gives the field one string: an ISO date when the boxes make one, else what was typed joined by
    slashes, so that the page can show it again and the message can say which part is missing.
    """

    template_name = "components/date_input.html"
    use_fieldset = True
    parts = ("day", "month", "year")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        typed = self.typed(value)
        wrong = wrong_date_parts(value) if context["widget"]["attrs"].get("aria-invalid") else ()
        context["widget"]["boxes"] = [
            {
                "name": f"{name}_{part}",
                "id": f"{context['widget']['attrs'].get('id', f'id_{name}')}_{part}",
                "label": part.capitalize(),
                "value": text,
                "width": 4 if part == "year" else 2,
                "wrong": part in wrong,
                "disabled": bool(context["widget"]["attrs"].get("disabled")),
            }
            for part, text in zip(self.parts, typed, strict=True)
        ]
        return context

    def typed(self, value: Any) -> tuple[str, str, str]:
        """Return what the three boxes show for a stored date or for what was typed before."""
        if isinstance(value, dt.date):
            return str(value.day), str(value.month), str(value.year)
        text = str(value or "").strip()
        if found := parse_british_date(text):
            return str(found.day), str(found.month), str(found.year)
        day, month, year = [*text.split("/", 2), "", "", ""][:3]
        return day, month, year

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        whole = data.get(name)
        if whole:
            found = parse_british_date(str(whole))
            return found.isoformat() if found else str(whole)
        day, month, year = (str(data.get(f"{name}_{part}", "")).strip() for part in self.parts)
        if day and not month and not year and (pasted := parse_british_date(day)):
            return pasted.isoformat()
        if not (day or month or year):
            return ""
        number = month_number(month)
        if day.isdecimal() and year.isdecimal() and number and len(year) == 4:
            try:
                return dt.date(int(year), number, int(day)).isoformat()
            except (ValueError, OverflowError):
                pass
        return f"{day}/{month}/{year}"

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data and not any(f"{name}_{part}" in data for part in self.parts)

    def id_for_label(self, id_: str) -> str:
        return ""


def wrong_date_parts(value: Any) -> tuple[str, ...]:
    """Return which of day, month and year a message about this typed date should point to."""
    typed = DateInput().typed(value)
    missing = tuple(part for part, text in zip(DateInput.parts, typed, strict=True) if not text)
    if missing and len(missing) < 3:
        return missing
    return DateInput.parts


class CodeInput(forms.TextInput):
    """A box for a one-time code that telephones and password managers recognise."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "spellcheck": "false",
                "class": "govuk-input--width-10 govuk-input--extra-letter-spacing",
                **(attrs or {}),
            }
        )


# Fields -------------------------------------------------------------------------------------------


class ClockField(forms.TimeField):
    """A time as the portal prints it ("2:30pm", "9am", "midday") or by the 24-hour clock ("14:30")."""

    widget = forms.TextInput
    input_formats = ("%H:%M", "%I:%M%p", "%I%p")
    _WORDS: ClassVar[dict[str, str]] = {"midday": "12:00", "noon": "12:00", "midnight": "00:00"}

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", "For example, 2:30pm or 14:30.")
        options.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-5"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return british_time(value) if isinstance(value, dt.time) else value

    def to_python(self, value: Any) -> dt.time | None:
        if isinstance(value, str):
            value = "".join(value.lower().split()).replace(".", ":")
            value = self._WORDS.get(value, value)
        return super().to_python(value)


class DateField(forms.DateField):
    """A British date in three boxes; messages name the part that is missing.

    Optional bounds: `earliest` and `latest`, dates that the answer must not pass. Without one, a year that
    nobody means is refused.
    """

    widget = DateInput

    def __init__(
        self, *, earliest: dt.date | None = None, latest: dt.date | None = None, **options: Any
    ) -> None:
        self.earliest, self.latest = earliest or FIRST_DAY, latest or LAST_DAY
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return value

    def to_python(self, value: Any) -> dt.date | None:
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        found = parse_british_date(str(value))
        if found is None:
            missing = wrong_date_parts(value)
            if len(missing) < 3:
                raise ValidationError(
                    self.error_messages.get("incomplete", "The date must include a %(parts)s"),
                    code="incomplete",
                    params={"parts": " and ".join(missing)},
                )
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.earliest:
            raise ValidationError(
                self.error_messages.get("too_early", "The date must be on or after %(bound)s"),
                code="too_early",
                params={"bound": british_date(self.earliest)},
            )
        if value > self.latest:
            raise ValidationError(
                self.error_messages.get("too_late", "The date must be on or before %(bound)s"),
                code="too_late",
                params={"bound": british_date(self.latest)},
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class WholeNumberField(forms.IntegerField):
    """A whole number; "1,007" and "1 007" are understood."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = value.replace(",", "").replace(" ", "").replace("\xa0", "")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "numeric", "spellcheck": "false"}


class LongTextField(forms.CharField):
    """Several lines of text with a count of the characters left.

    A browser sends a line break as two characters and counts it as one; so do we, or the page would
    say "3 characters left" and the server "too long".
    """

    widget = forms.Textarea

    def __init__(self, *, rows: int = 5, **options: Any) -> None:
        self.rows = rows
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"rows": self.rows, **super().widget_attrs(widget)}

    def to_python(self, value: Any) -> str:
        if isinstance(value, str):
            value = value.replace("\r\n", "\n").replace("\r", "\n")
        return str(super().to_python(value))


class CodeField(forms.CharField):
    """A one-time code; spaces and hyphens that people copy along are taken out."""

    widget = CodeInput

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace(" ", "").replace("-", "")


# Renderer -----------------------------------------------------------------------------------------

_COMPONENTS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.MultipleHiddenInput, "hidden"),
    (DateInput, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.SelectMultiple, "select"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
)
_CLASSES = {
    "input": "govuk-input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "file": "govuk-file-upload",
    "radios": "govuk-radios__input",
    "checkboxes": "govuk-checkboxes__input",
    "checkbox": "govuk-checkboxes__input",
}
_ERROR_CLASSES = {
    "input": "govuk-input--error",
    "password": "govuk-input--error",
    "select": "govuk-select--error",
    "textarea": "govuk-textarea--error",
    "file": "govuk-file-upload--error",
}


class GovukBoundField(BoundField):
    """A field with its data that knows its component, its ids and where its error link leads."""

    @cached_property
    def component(self) -> str:
        """Return which component of the design system prints this field."""
        widget = self.field.widget
        return next((name for kind, name in _COMPONENTS if isinstance(widget, kind)), "input")

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint" if self.help_text else ""

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error" if self.errors else ""

    @property
    def count_id(self) -> str:
        return f"{self.auto_id}-info" if self.counts_characters else ""

    @cached_property
    def counts_characters(self) -> bool:
        """Return whether the page counts the characters left."""
        return self.component == "textarea" and bool(getattr(self.field, "max_length", None))

    @property
    def described_by(self) -> str:
        """Return the ids of the hint, the error and the character count, in reading order."""
        return " ".join(name for name in (self.count_id, self.hint_id, self.error_id) if name)

    @property
    def aria_describedby(self) -> str | None:
        if self.field.widget.attrs.get("aria-describedby") or self.is_hidden:
            return None
        return self.described_by

    @cached_property
    def first_id(self) -> str:
        """Return the id of the first thing to type into or choose, for the error summary's link."""
        if self.component == "date":
            wrong = wrong_date_parts(self.value()) if self.errors else DateInput.parts
            return f"{self.auto_id}_{wrong[0]}"
        if self.component in {"radios", "checkboxes"}:
            return f"{self.auto_id}_0"
        return str(self.auto_id)

    @property
    def is_heading(self) -> bool:
        """Return whether this field's label is the heading of the page."""
        return getattr(self.form, "heading", "") == self.name

    @property
    def is_small(self) -> bool:
        return self.name in getattr(self.form, "small", ())

    @property
    def is_inline(self) -> bool:
        return self.name in getattr(self.form, "inline", ())

    @property
    def is_optional(self) -> bool:
        """Return whether the label should say "(optional)"."""
        return (
            not self.field.required
            and self.component not in {"hidden", "checkbox", "checkboxes"}
            and getattr(self.form, "marks_optional", False)
            and "(optional)" not in str(self.label)
            and self.name not in getattr(self.form, "sometimes_needed", ())
            and not any(self.name in names for names in _revealed(self.form))
        )

    @cached_property
    def options(self) -> list[dict[str, Any]]:
        """Return the radios or checkboxes with their hints and the fields that they reveal."""
        hints = getattr(self.field, "option_hints", None) or getattr(self.form, "option_hints", {}).get(
            self.name, {}
        )
        reveals = getattr(self.form, "reveals", {}).get(self.name, {})
        found: list[dict[str, Any]] = []
        for option in self.subwidgets:
            value = str(option.data["value"])
            hint = hints.get(value, "")
            identity = option.data["attrs"].get("id", "")
            option.data["attrs"].pop("aria-describedby", None)
            if hint:
                option.data["attrs"]["aria-describedby"] = f"{identity}-hint"
            revealed = [self.form[name] for name in reveals.get(value, ())]
            if revealed:
                option.data["attrs"]["data-reveals"] = f"{identity}-reveals"
            found.append({"option": option, "hint": hint, "id": identity, "reveals": revealed})
        return found

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if widget.is_hidden:
            return attrs
        # The design system leaves checking to the server: a browser's own bubbles are not read out
        # reliably, and maxlength silently cuts off what somebody pastes.
        attrs.pop("required", None)
        attrs["maxlength"] = False
        attrs["minlength"] = False
        attrs["required"] = False
        classes = [_CLASSES.get(self.component, "")]
        if self.errors and self.component in _ERROR_CLASSES:
            classes.append(_ERROR_CLASSES[self.component])
        if self.counts_characters:
            classes.append("govuk-js-character-count")
        classes.append(str(widget.attrs.get("class", "")))
        attrs["class"] = " ".join(name for name in classes if name)
        if not attrs["class"]:
            del attrs["class"]
        if self.component in {"radios", "checkboxes"}:
            attrs.pop("aria-invalid", None)
        return attrs


def _revealed(form: Any) -> Iterator[Sequence[str]]:
    for answers in getattr(form, "reveals", {}).values():
        yield from answers.values()


class GovukRenderer(TemplatesSetting):
    """Django's form renderer, printing components of the design system (settings.FORM_RENDERER)."""

    form_template_name = "components/form_fields.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"
    bound_field_class = GovukBoundField


# Messages -----------------------------------------------------------------------------------------


def lower_first(text: str) -> str:
    """Return a label for the middle of a sentence; abbreviations keep their capitals."""
    if len(text) > 1 and text[0].isupper() and text[1].islower():
        return text[0].lower() + text[1:]
    return text


def upper_first(text: str) -> str:
    """Return a label for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


# A label that begins so takes no article of ours.
_STANDS_ALONE = {
    "a", "an", "the", "this", "that", "each", "every", "any", "no", "at", "one",
    "your", "our", "their", "his", "her", "its",
    "who", "whom", "whose", "which", "what", "when", "where", "why", "how", "whether", "if",
}  # fmt: skip


def with_article(name: str) -> str:
    """Return a label's words for the middle of a sentence: "the theme", but "your name" and "how often"."""
    return name if name.partition(" ")[0].lower() in _STANDS_ALONE else f"the {name}"


def word_messages(field: forms.Field, label: str) -> None:
    """Give a field messages that say what to do, unless its author wrote some.

    Only messages that are still Django's own are replaced.
    """
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    for code, message in wanted_messages(field, label).items():
        current = field.error_messages.get(code)
        if current is None or str(current) == str(defaults.get(code, "")):
            field.error_messages[code] = message


def wanted_messages(field: forms.Field, label: str) -> dict[str, str]:
    """Return our wording for everything that can be wrong with a field of this label."""
    name = lower_first(label.rstrip("?").removesuffix("(optional)").strip())
    start = upper_first(name)
    chooses = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
    messages = {
        "required": required_message(field, name, is_question=label.rstrip().endswith("?")),
        "max_length": f"{start} must be %(limit_value)d characters or fewer",
        "min_length": f"{start} must be %(limit_value)d characters or more",
        "max_value": f"{start} must be %(limit_value)s or less",
        "min_value": f"{start} must be %(limit_value)s or more",
        "null_characters_not_allowed": f"{start} must not include control characters",
        "invalid_choice": "Select one of the answers" if chooses else f"{start} is not one of the answers",
        "invalid_list": "Select from the list",
        "invalid_pk_value": "Select from the list",
        "empty": "The selected file is empty",
        "missing": "Select a file",
        "incomplete": f"{start} must include a %(parts)s",
        "too_early": f"{start} must be on or after %(bound)s",
        "too_late": f"{start} must be on or before %(bound)s",
        "max_decimal_places": f"{start} must have %(max)s decimal places or fewer",
        "max_digits": f"{start} must have %(max)s digits or fewer",
    }
    by_kind: list[tuple[tuple[type[forms.Field], ...], str]] = [
        ((forms.DateField,), f"{start} must be a real date, like 31 3 2019"),
        ((forms.DecimalField, forms.FloatField), f"{start} must be a number, like 42 or 42.5"),
        ((forms.IntegerField,), f"{start} must be a whole number, like 42"),
        ((forms.EmailField,), "Enter an email address in the correct format, like name@example.com"),
        ((forms.URLField,), "Enter a web address in the correct format, like https://www.example.com"),
        ((forms.TimeField,), f"{start} must be a time, like 2:30pm or 14:30"),
        ((forms.FileField,), "The file could not be read. Select it again"),
    ]
    for kinds, message in by_kind:
        if isinstance(field, kinds):
            messages["invalid"] = message
            break
    if isinstance(field, forms.FileField):
        messages["max_length"] = "The name of the file must be %(max)d characters or fewer"
    return messages


def required_message(field: forms.Field, name: str, *, is_question: bool) -> str:
    """Return what to say when nothing was answered: what to do, in the words of the label."""
    if isinstance(field, forms.BooleanField):
        return "Select the box to confirm" if is_question else f"Select the box to confirm: {name}"
    if isinstance(field, forms.FileField):
        return "Select a file"
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return "Select at least one answer" if is_question else f"Select at least one: {name}"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return "Select an answer" if is_question else f"Select {with_article(name)}"
    return "Enter an answer" if is_question else f"Enter {with_article(name)}"


# Bases --------------------------------------------------------------------------------------------


class GovukFormMixin:
    """What both bases share: no colons, no browser bubbles, messages worded for people."""

    use_required_attribute = False
    marks_optional: ClassVar[bool] = True
    heading: ClassVar[str] = ""
    error_labels: ClassVar[Mapping[str, str]] = {}
    option_hints: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    reveals: ClassVar[Mapping[str, Mapping[str, Sequence[str]]]] = {}
    small: ClassVar[frozenset[str] | set[str]] = frozenset()
    sometimes_needed: ClassVar[frozenset[str] | set[str]] = frozenset()
    inline: ClassVar[frozenset[str] | set[str]] = frozenset()

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if type(field.widget) is forms.NumberInput:
                field.widget.input_type = "text"
                field.widget.attrs.setdefault("inputmode", "numeric")
            label = self.error_labels.get(name) or str(field.label or name.replace("_", " ").capitalize())
            word_messages(field, label)

    @property
    def printed_fields(self) -> list[BoundField]:
        """Return the visible fields in order, without those that an answer reveals."""
        revealed = {name for names in _revealed(self) for name in names}
        return [field for field in self.visible_fields() if field.name not in revealed]  # type: ignore[attr-defined] # mixed into a form

    @property
    def problems(self) -> list[dict[str, str]]:
        """Return the lines of the error summary: text, and the id to jump to where there is one."""
        found: list[dict[str, str]] = []
        errors = self.errors  # type: ignore[attr-defined] # mixed into a form
        found.extend({"text": str(message), "id": ""} for message in errors.get(NON_FIELD_ERRORS, ()))
        for name in self.fields:
            if name not in errors:
                continue
            field = self[name]  # type: ignore[index] # mixed into a form
            anchor = "" if field.is_hidden else field.first_id
            found.extend({"text": str(message), "id": anchor} for message in errors[name])
        return found


class GovukForm(GovukFormMixin, forms.Form):
    """Base of every form that is not made from a model."""


def govuk_formfield(field: "models.Field[Any, Any]", **options: Any) -> forms.Field | None:
    """Return the form field for a model's field: our date, number and long text in place of Django's."""
    kinds: list[tuple[type[models.Field[Any, Any]], type[forms.Field]]] = [
        (models.DateField, DateField),
        (models.IntegerField, WholeNumberField),
        (models.TextField, LongTextField),
    ]
    if not getattr(field, "choices", None) and not isinstance(field, models.DateTimeField):
        for kind, replacement in kinds:
            if isinstance(field, kind):
                options.setdefault("form_class", replacement)
                break
    return field.formfield(**options)


class GovukModelFormMetaclass(ModelFormMetaclass):
    """Makes a model's form ask `govuk_formfield` for its fields."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **options: Any) -> type:
        meta = attrs.get("Meta")
        if meta is not None and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(govuk_formfield)
        return super().__new__(mcs, name, bases, attrs, **options)


class GovukModelForm(GovukFormMixin, forms.ModelForm, metaclass=GovukModelFormMetaclass):  # type: ignore[type-arg] # generic in the stubs alone
    """Base of every form made from a model."""


_INCOMPLETE = "This page was incomplete when it was sent. Check your answers and send it again."


class FormTokenMixin(forms.Form):
    """Adds a hidden token: a form sent twice with one token happens once.

    The service keeps the token beside what it wrote; the page shows a new one each time it is opened.
    """

    token = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={"required": _INCOMPLETE, "invalid": _INCOMPLETE},
    )


class VersionMixin(forms.Form):
    """Carries the version that the person saw, so that a save in between is noticed."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": _INCOMPLETE, "invalid": _INCOMPLETE},
    )


class FilterForm(GovukForm):
    """Filters of a list; nothing is required."""

    marks_optional = False


def problems_of(form: Any) -> list[dict[str, str]]:
    """Return the lines of the error summary for any form or formset, ours or a library's."""
    if hasattr(form, "problems"):
        return list(form.problems)
    if hasattr(form, "management_form"):
        found = [{"text": str(message), "id": ""} for message in form.non_form_errors()]
        for member in form.forms:
            found.extend(problems_of(member))
        return found
    if not getattr(form, "is_bound", False):
        return []
    found = []
    for name, messages in form.errors.items():
        anchor = ""
        if name in form.fields and not form[name].is_hidden:
            anchor = getattr(form[name], "first_id", form[name].auto_id)
        found.extend({"text": str(message), "id": anchor} for message in messages)
    return found
