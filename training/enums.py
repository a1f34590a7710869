"""Fixed vocabularies of training. Names of courses are data, never an enum."""

from django.db.models import TextChoices


class Tier(TextChoices):
    """What a course is for."""

    AWARENESS = "awareness", "Awareness, for all staff"
    ENHANCED = "enhanced", "Enhanced, for staff who must respond"
    REFERRALS = "referrals", "Making a referral"
    CHANNEL = "channel", "Channel"
    REFRESHER = "refresher", "Refresher"
    LOCAL = "local", "Local course"


class Delivery(TextChoices):
    FACE_TO_FACE = "face_to_face", "Face to face"
    E_LEARNING = "e_learning", "E-learning"
    EITHER = "either", "Face to face or e-learning"


class PeriodKind(TextChoices):
    """How a return names its period; its dates are what counts."""

    QUARTER = "quarter", "Quarter of the financial year"
    SNAPSHOT = "snapshot", "Position at the end of a quarter"
    MONTH = "month", "Month"
    FREE = "free", "From one day to another"


class Reported(TextChoices):
    """What the organisation said. "Not returned" is none of these: then there is no return."""

    FIGURES = "figures", "Figures"
    NIL = "nil", "Nil: no staff in scope"
    UNKNOWN = "unknown", "The organisation does not know"


class ReturnState(TextChoices):
    """Where a return stands for one council."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    QUERIED = "queried", "Queried"
    ACCEPTED = "accepted", "Accepted"


class ReminderStage(TextChoices):
    """Why a reminder of a round went out."""

    BEFORE = "before", "Before the deadline"
    AFTER = "after", "After the deadline"
    EXECUTIVE = "executive", "To the executive lead"
    ASKED = "asked", "Sent by hand"


class ImprovementState(TextChoices):
    """Where an improvement plan stands."""

    OPEN = "open", "Open"
    ACHIEVED = "achieved", "Target reached"
    CLOSED = "closed", "Closed without reaching the target"


class SchoolMeasure(TextChoices):
    """Two measures of schools, counted apart and never added up."""

    WHOLE_SCHOOL = "whole_school", "Whole-school training"
    LEAD = "lead", "Designated safeguarding lead trained"


class SchoolState(TextChoices):
    """What is known of a measure. Unknown is not "not trained" (rule 10 of the product)."""

    TRAINED = "trained", "Trained"
    NOT_TRAINED = "not_trained", "Not trained"
    UNKNOWN = "unknown", "Not known"


class SchoolPhase(TextChoices):
    """What a school or setting is for."""

    EARLY_YEARS = "early_years", "Nursery or early years"
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    ALL_THROUGH = "all_through", "All-through"
    SPECIAL = "special", "Special"
    ALTERNATIVE = "alternative", "Alternative provision"
    POST_16 = "post_16", "College or sixth form"


class RegisterState(TextChoices):
    """Where a staff register stands between its sending and its returns."""

    WAITING = "waiting", "Being checked"
    REFUSED = "refused", "Has problems"
    CHECKED = "checked", "Checked, to be confirmed"
    CONFIRMED = "confirmed", "Received"


class SessionState(TextChoices):
    """Where a session stands. Only a delivered one counts in any total."""

    PLANNED = "planned", "Planned"
    BOOKED = "booked", "Booked"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"


class SessionDated(TextChoices):
    """What is known of when a session was; logs often give a year and no days."""

    DAY = "day", "On one day"
    PERIOD = "period", "From one day to another"
    YEAR = "year", "In a calendar year, without dates"


class FacilitatorState(TextChoices):
    """How far somebody is on the way to deliver alone: train the trainer."""

    TRAINED = "trained", "Trained, to be observed"
    OBSERVED = "observed", "Observed"
    SIGNED_OFF = "signed_off", "Signed off"
    ACTIVE = "active", "Active"
    LAPSED = "lapsed", "Lapsed"


class RequestState(TextChoices):
    """Where an organisation's request for training stands."""

    ASKED = "asked", "No answer yet"
    WAITING = "waiting", "On the waiting list"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"


class WaveKind(TextChoices):
    """Before the training, and after it."""

    BASELINE = "baseline", "Baseline"
    FOLLOW_UP = "follow_up", "Follow-up"
