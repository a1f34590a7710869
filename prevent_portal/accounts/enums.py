"""Roles of the product: who a person is in a council."""

from django.db.models import TextChoices


class Role(TextChoices):
    """A person's role in one council, from a date to a date. The order is the product's role table's."""

    ADMINISTRATOR = "administrator", "Council administrator"
    COORDINATOR = "coordinator", "Prevent coordinator"
    SAFETY_OFFICER = "safety_officer", "Community safety officer"
    EDUCATION_OFFICER = "education_officer", "Schools and education officer"
    CHANNEL_CHAIR = "channel_chair", "Channel chair"
    CHANNEL_ADMINISTRATOR = "channel_administrator", "Channel administrator"
    PANEL_MEMBER = "panel_member", "Channel panel member"
    DISTRICT_ATTENDER = "district_attender", "District attender"
    CASE_MANAGER = "case_manager", "Case manager"
    POLICE_REPRESENTATIVE = "police_representative", "Police panel representative"
    REPORT_AUTHOR = "report_author", "Report author"
    BOARD_MEMBER = "board_member", "Board member"
    PARTNER_SUBMITTER = "partner_submitter", "Partner submitter"
    PARTNER_LEAD = "partner_lead", "Partner Prevent lead"
    COUNCILLOR = "councillor", "Scrutiny councillor"
    CABINET_MEMBER = "cabinet_member", "Cabinet member"
    CONSULTEE = "consultee", "Report consultee"
    DEMOCRATIC_SERVICES = "democratic_services", "Democratic services"
    AUDITOR = "auditor", "Auditor or data protection officer"

    @property
    def in_sentence(self) -> str:
        """The role within a sentence: "scrutiny councillor", and "Prevent coordinator", which is a name."""
        if self.label.startswith(("Prevent ", "Channel ")):
            return self.label
        return self.label[0].lower() + self.label[1:]


CHANNEL_ROLES = frozenset(
    {
        Role.CHANNEL_CHAIR,
        Role.CHANNEL_ADMINISTRATOR,
        Role.PANEL_MEMBER,
        Role.DISTRICT_ATTENDER,
        Role.CASE_MANAGER,
        Role.POLICE_REPRESENTATIVE,
    }
)
"""Roles that can come to hold a grant on a case."""

SECOND_FACTOR_ROLES = CHANNEL_ROLES | {
    Role.ADMINISTRATOR,
    Role.COORDINATOR,
    Role.CABINET_MEMBER,
    Role.AUDITOR,
}
"""Roles for which the second factor is mandatory (AU-1): L3, L4, administration and sign-off."""

EMAIL_CODE_ROLES = frozenset(
    {Role.PARTNER_SUBMITTER, Role.PARTNER_LEAD, Role.COUNCILLOR, Role.CONSULTEE, Role.BOARD_MEMBER}
)
"""Roles of people who come once a quarter and may sign in with a code sent by e-mail."""

OCCASIONAL_ROLES = EMAIL_CODE_ROLES | {Role.CABINET_MEMBER}
"""Partners and councillors: an account lies unused for 400 days before it is suspended, not 90 (AU-4)."""
