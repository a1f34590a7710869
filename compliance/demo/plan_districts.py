"""Demo plans of Southwark and of the counties' districts: some on the portal, some kept by their county."""

from __future__ import annotations

from compliance.demo.plans import DOING, DONE, Aim, DemoPlan, Move, Note, Promise, Review
from compliance.enums import PlanKind, Priority
from partnerships.enums import Cadence

SOUTHWARK, TWO = "coordinator@southwark.example", "officer@twocouncils.example"
PARTNERSHIPS = "District Community Safety Partnerships"
_HEARD = "Heard the district's lead officer. The actions go on as agreed."

SOUTHWARK_PLAN = DemoPlan(
    council="southwark",
    title="Prevent partnership delivery plan",
    kind=PlanKind.MULTI_AGENCY,
    purpose="What the partners of the borough do in the year, along the workstreams of the duty checklist.",
    reviewers=(("Safer Southwark Partnership", Cadence.SIX_MONTHLY),),
    reviews=(
        Review(
            "Safer Southwark Partnership",
            110,
            "Agreed the plan for the year. Asked to see the training figures at the next meeting.",
            "Chair of the partnership",
        ),
    ),
    aims=(
        Aim(
            "Every service knows its part of the duty",
            "Each service can say what it does and show it.",
            (
                Promise(
                    "Fill the vacant post of co-ordinator",
                    "Somebody is in post and has met every partner.",
                    SOUTHWARK,
                    "",
                    -30,
                    Priority.HIGH,
                    moves=(Move(45, 40, "The first round of interviews found nobody."),),
                    notes=(Note(44, "red", DOING, "Advertised again, with a longer closing date."),),
                ),
                Promise(
                    "Send every school the borough's page on whom to call",
                    "All schools have confirmed that it hangs in the staff room.",
                    TWO,
                    "South London and Maudsley NHS Foundation Trust",
                    35,
                    notes=(Note(20, "green", DOING, "Sent to 61 schools; 40 have confirmed."),),
                ),
            ),
        ),
    ),
)


def _district(
    council: str,
    name: str,
    reviewer: str,
    aims: tuple[Aim, ...],
    *,
    inside: str = "",
    kept: bool = False,
    said: str = "",
    cadence: Cadence = Cadence.QUARTERLY,
) -> DemoPlan:
    """A district's plan, of its own or inside its community safety plan; ``kept`` by the county for it."""
    return DemoPlan(
        council=council,
        title=f"{name}: Prevent in the community safety plan" if inside else f"{name} Prevent action plan",
        kind=PlanKind.COMMUNITY_SAFETY if inside else PlanKind.DISTRICT,
        part_of=inside,
        district=name if kept else "",
        purpose=f"What {name} does in its own area, beside the county's plan.",
        reviewers=((reviewer, cadence),),
        reviews=(Review(reviewer, 75, said, "Chair of the partnership"),) if said else (),
        aims=aims,
    )


def _aims(title: str, first: Promise, *more: Promise) -> tuple[Aim, ...]:
    return (Aim(title, "", (first, *more)),)


DISTRICTS = (
    _district(
        "wycombe",
        "Wycombe",
        "Wycombe Prevent Board",
        (
            Aim(
                "The board steers by the local risk",
                "Projects answer what the district has found.",
                (
                    Promise(
                        "Choose projects for the year with the Home Office's adviser",
                        "Two projects are agreed and have begun.",
                        "coordinator@wycombe.example",
                        "",
                        -60,
                        Priority.HIGH,
                        notes=(
                            Note(120, "green", DOING, "Five bids came in, three are invited to talk."),
                            Note(66, "green", DONE, "Two projects chosen; both began this week."),
                        ),
                    ),
                    Promise(
                        "Offer every secondary school an assembly on life online",
                        "All schools have been asked, and ten have taken it up.",
                        "coordinator@wycombe.example",
                        "",
                        50,
                        notes=(Note(25, "amber", DOING, "Seven schools so far; two ask for the summer."),),
                    ),
                ),
            ),
        ),
        said="Content with both projects. Wants a short paper on what pupils said.",
    ),
    _district(
        "charnwood",
        "Charnwood",
        "Charnwood Community Safety Partnership",
        _aims(
            "Staff and partners notice and pass on concern",
            Promise(
                "Train the district's own trainer",
                "One trainer has led a first session.",
                "coordinator@charnwood.example",
                "",
                20,
                Priority.HIGH,
                notes=(Note(33, "green", DOING, "She has watched two sessions and leads one next month."),),
            ),
            Promise(
                "Talk with the students' union about speakers",
                "A note on who asks whom before a speaker is booked.",
                "coordinator@charnwood.example",
                "",
                -14,
                moves=(Move(21, 30, "Term had begun before the union had its new officers."),),
                notes=(Note(22, "amber", DOING, "First talk held; the draft note is with the union."),),
            ),
        ),
        said="Noted. Asked for the same page every quarter.",
    ),
    _district(
        "blaby",
        "Blaby",
        "Blaby Community Safety Partnership",
        _aims(
            "Halls and parks are not used to spread hatred",
            Promise(
                "Send parish councils the page on hiring out halls",
                "All parish councils have answered.",
                "coordinator@blaby.example",
                "",
                28,
                notes=(Note(18, "green", DOING, "Fourteen of twenty-four have answered."),),
            ),
        ),
        inside="Community safety strategy, priority 3",
    ),
    *(
        _district(
            "leicestershire",
            name,
            PARTNERSHIPS,
            _aims(
                "The locality can train its own people",
                Promise(title, measure, "coordinator@leicestershire.example", "", due, notes=notes),
            ),
            inside=inside,
            kept=True,
            said="" if name == "Melton" else _HEARD,
        )
        for name, inside, title, measure, due, notes in (
            (
                "Harborough",
                "",
                "Find a trainer in the market towns",
                "One name, one first session.",
                45,
                (Note(50, "green", DOING, "A housing officer has come forward."),),
            ),
            (
                "Hinckley and Bosworth",
                "",
                "Train the staff of the leisure centres",
                "Three sessions, one in each centre.",
                -8,
                (Note(30, "amber", DOING, "Two sessions held; the third fell to a burst pipe."),),
            ),
            (
                "Melton",
                "Safer Melton partnership plan",
                "Put the referral page on the staff intranet",
                "The page is found within three clicks.",
                -40,
                (Note(52, "green", DONE, "Live. Two clicks from the first page."),),
            ),
            (
                "North West Leicestershire",
                "",
                "Bring parish clerks together once",
                "An evening with at least twenty clerks.",
                60,
                (),
            ),
            (
                "Oadby and Wigston",
                "Community safety partnership plan, theme 2",
                "Test filtering in the two youth cafés",
                "A note of the test in each.",
                33,
                (Note(12, "green", DOING, "The first café is done."),),
            ),
        )
    ),
    *(
        _district(
            "buckinghamshire",
            name,
            PARTNERSHIPS,
            _aims(
                "Concern finds its way",
                Promise(title, measure, "coordinator@buckinghamshire.example", "", due, notes=notes),
            ),
            kept=True,
            said="" if name == "South Bucks" else _HEARD,
            cadence=Cadence.SIX_MONTHLY,
        )
        for name, title, measure, due, notes in (
            (
                "Aylesbury Vale",
                "Write to every venue about the hiring policy",
                "All venues have the letter.",
                -25,
                (Note(31, "green", DONE, "All 88 letters are out."),),
            ),
            (
                "Chiltern",
                "Add Prevent to the induction of new councillors",
                "It is on the programme after the elections.",
                75,
                (Note(40, "green", DOING, "Agreed with democratic services."),),
            ),
            (
                "South Bucks",
                "Name a lead officer and a deputy",
                "Both are known to the county.",
                -5,
                (Note(60, "amber", DOING, "The lead is named, a deputy is not."),),
            ),
        )
    ),
)
PLANS = (SOUTHWARK_PLAN, *DISTRICTS)
