"""Forms of report templates and their sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from compliance.enums import HeaderField, Numbering, SectionKind
from compliance.legal_texts import LEGAL_TEXTS
from compliance.models import ReportTemplate, TemplateSection
from compliance.queries.report_templates import block_choices
from compliance.services.report_templates import SectionFields
from compliance.shipped_templates import SHIPPED
from prevent_portal.web.forms import GovukForm, LongTextField, VersionMixin

LONGEST_START = 10_000


class CopyForm(GovukForm):
    """Which shipped shape to copy, and what the council calls it."""

    shape = forms.ChoiceField(
        label="Which kind of report?",
        widget=forms.RadioSelect,
        choices=[(shape.key, shape.name) for shape in SHIPPED.values()],
    )
    name = forms.CharField(
        label="What do you call it?",
        max_length=160,
        required=False,
        help_text="Leave empty for the name above. Two templates of a council never share a name.",
    )

    option_hints = {"shape": {shape.key: shape.modelled_on for shape in SHIPPED.values()}}


class TemplateForm(VersionMixin, GovukForm):
    """What a template says of the whole report."""

    name = forms.CharField(label="Name", max_length=160)
    numbering = forms.ChoiceField(
        label="Numbering",
        widget=forms.RadioSelect,
        choices=Numbering.choices,
        help_text="The portal numbers; no author types a number.",
    )
    header_fields = forms.MultipleChoiceField(
        label="Lines of the header block",
        widget=forms.CheckboxSelectMultiple,
        choices=HeaderField.choices,
        required=False,
        help_text="You can put them in order on the template’s page. “Date” is the day of the meeting.",
    )
    signatories = LongTextField(
        label="Who signs after the author?",
        required=False,
        max_length=1_000,
        rows=4,
        help_text=(
            "One title on each line, in order, such as “Cabinet member”. Each report says who holds the "
            "place. Without any, a second person still makes a report final."
        ),
    )

    small = {"header_fields", "numbering"}

    @classmethod
    def showing(cls, template: ReportTemplate) -> TemplateForm:
        return cls(
            initial={
                "name": template.name,
                "numbering": template.numbering,
                "header_fields": template.header_fields,
                "signatories": "\n".join(template.signatories),
                "version": template.version,
            }
        )

    def clean_signatories(self) -> list[str]:
        titles = [" ".join(line.split()) for line in self.cleaned_data["signatories"].split("\n")]
        titles = [title for title in titles if title]
        if any(len(title) > 160 for title in titles):
            raise forms.ValidationError("Each title must be 160 characters or fewer")
        return titles


class TemplateSectionForm(VersionMixin, GovukForm):
    """One section of a template; of a new one also its place."""

    after = forms.ChoiceField(label="Where does it stand?", choices=())
    title = forms.CharField(label="Heading", max_length=160, help_text="Without a number.")
    level = forms.TypedChoiceField(
        label="Level",
        widget=forms.RadioSelect,
        coerce=int,
        choices=[(1, "A section"), (2, "A part of the section above it")],
        initial=1,
    )
    kind = forms.ChoiceField(
        label="What does it hold?",
        widget=forms.RadioSelect,
        choices=SectionKind.choices,
        initial=SectionKind.NARRATIVE,
    )
    blocks = forms.MultipleChoiceField(
        label="Figures that the portal adds",
        widget=forms.CheckboxSelectMultiple,
        choices=(),
        required=False,
        help_text="They stand below the words, in this order.",
    )
    numbered = forms.BooleanField(
        label="It is numbered",
        required=False,
        initial=True,
        help_text="A summary before the first section is not.",
    )
    required = forms.BooleanField(
        label="It is required",
        required=False,
        help_text="A report without it is not ready. One that is not required is left out while it is empty.",
    )
    none_identified_allowed = forms.BooleanField(label="“None identified” is an answer here", required=False)
    adviser = forms.CharField(
        label="Whose advice does it hold?",
        max_length=160,
        required=False,
        help_text="The office, such as “Director of Finance”, if an officer writes this section.",
    )
    guidance = LongTextField(
        label="Guidance for the author",
        max_length=1_000,
        rows=3,
        required=False,
        help_text="It is never printed.",
    )
    legal = forms.MultipleChoiceField(
        label="Legal texts to start with",
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, text.title) for name, text in LEGAL_TEXTS.items()],
        required=False,
        help_text="They go before the words below, where they do not stand there yet.",
    )
    starts_with = LongTextField(
        label="Words that every report starts with",
        max_length=LONGEST_START,
        rows=8,
        required=False,
        help_text="The author can change them in each report.",
    )

    small = {"level", "kind", "blocks", "legal"}

    def __init__(
        self,
        *args: Any,
        sections: Sequence[TemplateSection] = (),
        section: TemplateSection | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        chosen = section.blocks if section is not None else []
        blocks = cast("forms.MultipleChoiceField", self.fields["blocks"])
        # What the section holds keeps its order; the rest follows by title.
        offered = dict(block_choices(chosen))
        blocks.choices = [(name, offered[name]) for name in chosen] + [
            (name, title) for name, title in offered.items() if name not in chosen
        ]
        if section is not None:
            del self.fields["after"]
            return
        cast("forms.ChoiceField", self.fields["after"]).choices = [
            ("0", "First"),
            *((str(one.position), f"After “{one.heading}”") for one in sections),
        ]
        self.fields["after"].initial = str(sections[-1].position) if sections else "0"

    @classmethod
    def showing(cls, section: TemplateSection) -> TemplateSectionForm:
        initial = {name: getattr(section, name) for name in SectionFields.__annotations__}
        return cls(
            section=section,
            initial={**initial, "title": section.heading, "version": section.template.version},
        )

    @property
    def given(self) -> SectionFields:
        """The section as it was entered, with the legal texts that were asked for in front."""
        cleaned = self.cleaned_data
        words = cleaned["starts_with"].strip()
        texts = [LEGAL_TEXTS[name].text for name in cleaned["legal"]]
        starts_with = "\n\n".join(
            [*(text for text in texts if text not in words), *([words] if words else [])]
        )
        return {
            "heading": cleaned["title"],
            "level": cleaned["level"],
            "kind": cleaned["kind"],
            "numbered": cleaned["numbered"],
            "blocks": cleaned["blocks"],
            "required": cleaned["required"],
            "none_identified_allowed": cleaned["none_identified_allowed"],
            "guidance": cleaned["guidance"],
            "adviser": cleaned["adviser"],
            "starts_with": starts_with,
        }
