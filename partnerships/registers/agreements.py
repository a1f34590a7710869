"""Information-sharing agreements, impact assessments and promises to keep confidential."""

from __future__ import annotations

from types import MappingProxyType

from partnerships.enums import AcknowledgementScope, LegalBasis, RegisterStatus, ResidualRisk
from partnerships.permissions import PartnershipsPermission
from partnerships.registers.shape import Answer, Field, Register

AGREEMENTS = Register(
    slug="agreements",
    model="Agreement",
    kind="partnerships.agreement",
    title="Information-sharing agreements",
    one="agreement",
    article="an",
    lead="Who shares information with whom, for what, on which legal basis and until when.",
    empty="Add the agreement under which the partners share information; attach the signed copy as evidence.",
    title_label="Name of the agreement",
    fields=(
        Field(
            "parties",
            "Parties",
            Answer.ORGANISATIONS,
            hint="Organisations that are linked to the council. The council itself need not be named.",
            listed=True,
            renewed=True,
        ),
        Field("purpose", "Purpose", Answer.LONG, required=True, longest=2000),
        Field(
            "legal_basis",
            "Legal basis",
            Answer.CHOICE,
            required=True,
            choices=LegalBasis,
            filtered=True,
        ),
        Field(
            "legal_power",
            "Duty or power",
            hint="Such as section 26 of the Counter-Terrorism and Security Act 2015.",
            longest=200,
        ),
        Field("signed_on", "Signed on", Answer.DATE, renewed=True),
    ),
)

IMPACT_ASSESSMENTS = Register(
    slug="impact-assessments",
    model="ImpactAssessment",
    kind="partnerships.impact_assessment",
    title="Data protection impact assessments",
    one="assessment",
    article="an",
    lead="What each use of personal data risks, what is done about it, and when it is looked at again.",
    empty="Add the assessment of each use of personal data; attach the assessment as evidence.",
    title_label="Name of the assessment",
    starts="Counts from",
    ends="Valid until",
    renew="Record the next edition",
    fields=(
        Field("processing", "Use of personal data", Answer.LONG, required=True, longest=2000),
        Field(
            "residual_risk",
            "Remaining risk",
            Answer.CHOICE,
            hint="After the measures. A high one must be put to the Information Commissioner.",
            required=True,
            choices=ResidualRisk,
            listed=True,
            filtered=True,
            renewed=True,
        ),
        Field("advice", "Advice of the data protection officer", Answer.LONG, longest=2000, renewed=True),
        Field("approved_by", "Approved by", hint="A post or body.", renewed=True),
        Field("approved_on", "Approved on", Answer.DATE, listed=True, renewed=True),
    ),
)

ACKNOWLEDGEMENTS = Register(
    slug="confidentiality",
    model="Acknowledgement",
    kind="partnerships.acknowledgement",
    title="Confidentiality agreements",
    one="confidentiality agreement",
    lead="Who has promised to keep confidential what they learn, and until when the promise counts.",
    empty="Add the dated promise of each member; attach the signed copy as evidence.",
    title_label="What was acknowledged",
    title_hint="The name and edition of the statement.",
    starts="Acknowledged on",
    ends="Valid until",
    review="",
    starts_required=True,
    ends_required=True,
    remind_days=28,
    view=PartnershipsPermission.VIEW_ACKNOWLEDGEMENTS,
    subject="person",
    fields=(
        Field(
            "person",
            "Person",
            Answer.PERSON,
            hint="Somebody with a role in this council.",
            required=True,
            listed=True,
        ),
        Field(
            "covers",
            "Covers",
            Answer.CHOICE,
            hint="Access to Channel rests on a promise that covers the Channel panel.",
            required=True,
            choices=AcknowledgementScope,
            initial=AcknowledgementScope.CHANNEL,
            listed=True,
            filtered=True,
        ),
    ),
    words=MappingProxyType({RegisterStatus.UPCOMING: "Valid later"}),
)
