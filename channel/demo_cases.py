"""The demo's cases of Barnet's panel at every stage: all of them are invented, and nobody is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from channel.case_choices import (
    CareConsidered,
    ConsentGiver,
    DecisionBasis,
    DecisionKind,
    Outcome,
    PartnerKind,
    ReviewKind,
    ReviewResult,
)
from channel.enums import ConsentToSupport, SourceSector
from channel.models import CaseReview, ChannelCase, Panel
from channel.services import cases, consent, decisions, support
from prevent_portal.accounts.models import User

ASKED, GIVEN = ConsentToSupport.ASKED, ConsentToSupport.GIVEN
REFUSED, WITHDRAWN = ConsentToSupport.REFUSED, ConsentToSupport.WITHDRAWN


@dataclass(frozen=True)
class Story:
    """An invented case: what is written of it, and how many days ago each step was taken."""

    summary: str
    sector: SourceSector
    concern: str
    age_band: str
    referred: int
    partners: tuple[PartnerKind, ...] = (PartnerKind.POLICE,)
    susceptibilities: tuple[str, ...] = ()
    screened: int | None = None
    decided: int | None = None
    decision: DecisionKind = DecisionKind.ADOPT
    basis: DecisionBasis = DecisionBasis.UNANIMOUS
    answers: tuple[tuple[ConsentToSupport, int], ...] = ()
    planned: int | None = None
    started: int | None = None
    review_in: int = 30
    left: int | None = None
    outcome: Outcome = Outcome.CLOSED
    care: CareConsidered | None = None
    owner: str = ""


STORIES = (
    Story(
        "A college noticed that a student had begun to repeat slogans from videos and had stopped "
        "coming to lessons. A mentor met them every fortnight and helped with a work placement. The "
        "student finished the programme and says that they have new friends.",
        SourceSector.EDUCATION,
        "extreme_right_wing",
        "18_to_20",
        referred=420,
        partners=(PartnerKind.EDUCATION, PartnerKind.POLICE),
        susceptibilities=("isolation", "online"),
        screened=411,
        decided=395,
        answers=((ASKED, 393), (GIVEN, 390)),
        planned=388,
        started=384,
        left=200,
        outcome=Outcome.COMPLETED,
    ),
    Story(
        "A school was worried about drawings and remarks in class. The family welcomed help. A "
        "mentor and the youth service see the pupil each week, and attendance has improved since.",
        SourceSector.EDUCATION,
        "none_found",
        "11_to_15",
        referred=130,
        partners=(PartnerKind.EDUCATION, PartnerKind.CHILDREN, PartnerKind.YOUTH_JUSTICE),
        susceptibilities=("identity", "family"),
        screened=124,
        decided=103,
        basis=DecisionBasis.MAJORITY,
        answers=((ASKED, 101), (GIVEN, 96)),
        planned=96,
        started=90,
    ),
    Story(
        "A clinic asked for advice about a patient who spoke of violence without any cause behind "
        "it. The person did not want support. The clinic goes on seeing them, and the panel looks "
        "at the case again.",
        SourceSector.HEALTH,
        "violence",
        "21_to_30",
        referred=95,
        partners=(PartnerKind.MENTAL_HEALTH, PartnerKind.POLICE),
        susceptibilities=("mental_health",),
        screened=90,
        decided=75,
        answers=((ASKED, 73), (REFUSED, 70)),
    ),
    Story(
        "A probation officer noticed contact with people who recruit for a group abroad. Support "
        "began and was going well until the person asked to stop. The panel offers it again at its "
        "next assessment.",
        SourceSector.PRISON_AND_PROBATION,
        "islamist",
        "over_30",
        referred=240,
        partners=(PartnerKind.PROBATION, PartnerKind.POLICE, PartnerKind.HOUSING),
        susceptibilities=("exploitation",),
        screened=236,
        decided=222,
        basis=DecisionBasis.CHAIR,
        answers=((ASKED, 220), (GIVEN, 214), (WITHDRAWN, 40)),
        planned=212,
        started=207,
    ),
    Story(
        "A relative was worried about what a young person watched at night. The family has since "
        "moved out of the borough, and the panel there took the case over.",
        SourceSector.FRIENDS_AND_FAMILY,
        "mixed",
        "16_to_17",
        referred=170,
        partners=(PartnerKind.CHILDREN,),
        susceptibilities=("online", "neurodivergence"),
        screened=165,
        decided=150,
        answers=((ASKED, 148), (GIVEN, 141)),
        planned=140,
        left=110,
        outcome=Outcome.TRANSFERRED,
        care=CareConsidered.SOCIAL_CARE,
        owner="Channel panel of a neighbouring county",
    ),
    Story(
        "A housing team reported remarks in a hostel. The panel found nothing that it could help "
        "with and made sure that the person sees a doctor.",
        SourceSector.LOCAL_AUTHORITY,
        "none_found",
        "over_30",
        referred=330,
        partners=(PartnerKind.HOUSING, PartnerKind.HEALTH),
        screened=321,
        decided=300,
        decision=DecisionKind.NOT_ADOPT,
        left=300,
        care=CareConsidered.HEALTH,
    ),
    Story(
        "A youth club asked what to do about a member who wants everybody to join an online group. "
        "The person has agreed to meet a mentor; the first meeting is being arranged.",
        SourceSector.COMMUNITY,
        "other_ideology",
        "16_to_17",
        referred=45,
        partners=(PartnerKind.VOLUNTARY, PartnerKind.EDUCATION),
        susceptibilities=("identity", "online"),
        screened=40,
        decided=20,
        answers=((ASKED, 18), (GIVEN, 12)),
        planned=10,
    ),
    Story(
        "A school referred a pupil after an argument about the news. It has been screened and comes "
        "to the next meeting.",
        SourceSector.EDUCATION,
        "",
        "11_to_15",
        referred=12,
        screened=5,
    ),
)
SECOND_REFERRAL = (
    "The person came back to notice: new neighbours reported threats in a stairwell. The panel is "
    "asked whether there is more that it can offer this time."
)


def tell_stories(*, panel: Panel, chair: User) -> None:
    """Make the cases once, in the scope of the panel's chair."""
    if ChannelCase.objects.filter(council=panel.council_id, panel=panel).count() > 1:
        return
    made = [_told(panel, story, chair) for story in STORIES]
    first, closed = made[0], made[5]
    due = CaseReview.objects.open().filter(council=panel.council_id, case=first).order_by("due_on").first()
    if due is not None and due.due_on <= timezone.localdate():
        support.hold_review(review=due, done_on=due.due_on, result=ReviewResult.NO_CONCERN, by=chair)
    cases.re_refer_case(
        case=ChannelCase.objects.select_related("panel", "residence").get(
            council=panel.council_id, pk=closed.pk
        ),
        summary=SECOND_REFERRAL,
        referred_on=_ago(8),
        no_intelligence=True,
        by=chair,
    )


def _told(panel: Panel, story: Story, chair: User) -> ChannelCase:
    case = cases.create_case(
        panel=panel,
        facts=cases.CaseFacts(
            summary=story.summary,
            residence=panel.council,
            police_area="Metropolitan",
            source_sector=story.sector,
            referred_on=_ago(story.referred),
            screened_on=None if story.screened is None else _ago(story.screened),
            national_reference=f"DEMO-{story.referred:04}",
            concern=story.concern,
            age_band=story.age_band,
            susceptibilities=story.susceptibilities,
            partners_involved=story.partners,
        ),
        no_intelligence=True,
        by=chair,
    )
    if story.decided is not None:
        decisions.record_decision(
            case=case,
            kind=story.decision,
            basis=story.basis,
            decided_on=_ago(story.decided),
            police_present=True,
            version=_version(case),
            by=chair,
        )
    child = story.age_band in {"11_to_15", "16_to_17"}
    for state, days in story.answers:
        consent.record_consent(
            case=case,
            answer=consent.ConsentAnswer(
                state=state,
                dated=_ago(days),
                by_whom=ConsentGiver.GUARDIAN if child else ConsentGiver.PERSON,
                under_18=child,
                capacity_considered=state == GIVEN,
                reassess_on=_ago(days) + timedelta(days=60) if state in {REFUSED, WITHDRAWN} else None,
            ),
            version=_version(case),
            by=chair,
        )
        if state == GIVEN:
            _support(case, story, chair)
    if story.left is not None:
        decisions.close_case(
            case=case,
            outcome=story.outcome,
            exited_on=_ago(story.left),
            care_considered=story.care,
            owner_now=story.owner,
            no_intelligence=True,
            version=_version(case),
            by=chair,
        )
    return case


def _support(case: ChannelCase, story: Story, chair: User) -> None:
    """The plan, the start of support, and the reviews that were due while it lasted."""
    if story.planned is None:
        return
    first_review = _ago(story.planned) + timedelta(days=story.review_in)
    support.agree_plan(
        case=case, agreed_on=_ago(story.planned), review_on=first_review, version=_version(case), by=chair
    )
    if story.started is None:
        return
    support.start_support(case=case, started_on=_ago(story.started), version=_version(case), by=chair)
    if first_review <= timezone.localdate():
        review = CaseReview.objects.open().get(council=case.council_id, case=case, kind=ReviewKind.PLAN)
        support.hold_review(
            review=review,
            done_on=first_review,
            result=ReviewResult.CARRY_ON,
            next_on=_ago(-14),
            by=chair,
        )


def _version(case: ChannelCase) -> int:
    return ChannelCase.objects.values_list("version", flat=True).get(council=case.council_id, pk=case.pk)


def _ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)
