"""Two people decide on an answer: who may take which step, in which state, and what stays (OP-6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from compliance.enums import AnswerState
from compliance.models import AnswerStep, Assessment, ItemAnswer
from compliance.policies import AlreadySent, PolicyError, StaleVersion
from compliance.policies.answers import ANSWER_MOVES
from compliance.queries.checklist import item_lines
from compliance.services.checklist import answer_item, submit_answer
from compliance.services.moderation import accept_answer, agree_score, moderate_answer, return_answer
from prevent_portal.accounts.enums import Role
from prevent_portal.accounts.models import User
from prevent_portal.outbox.due_items import due_items
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.scope import own_councils_scope, service_scope
from tests.accounts.sessions import sign_in
from tests.compliance.answers import accepted, answer_of, given, moderated, saved, sent_fields, submitted
from tests.compliance.factories import make_round
from tests.factories import CouncilFactory, member

pytestmark = pytest.mark.django_db


class Scene:
    """A round of one council, its respondent and two coordinators, and a round of another council."""

    def __init__(self) -> None:
        self.council, self.neighbour = CouncilFactory.create(), CouncilFactory.create()
        self.first, self.second = (member(self.council, Role.COORDINATOR) for _ in range(2))
        self.respondent = member(self.council, Role.SAFETY_OFFICER)
        self.assessment: Assessment = make_round(self.council, self.first)
        make_round(self.neighbour, member(self.neighbour, Role.COORDINATOR))
        with service_scope(council=self.council):
            ItemAnswer.objects.filter(council=self.council).update(owner=self.respondent)

    def answer(self, ref: str = "S-01") -> ItemAnswer:
        return answer_of(self.council, ref)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def _return(answer: ItemAnswer, by: User, **fields: Any) -> ItemAnswer:
    asked = {"comment": "Say which.", "version": answer.version, "token": uuid4(), **fields}
    return return_answer(answer=answer, by=by, **asked)


def _accept(answer: ItemAnswer, by: User, **fields: Any) -> ItemAnswer:
    return accept_answer(answer=answer, by=by, **{"version": answer.version, "token": uuid4(), **fields})


def _moderate(answer: ItemAnswer, by: User, **fields: Any) -> ItemAnswer:
    asked = {"score": "in_progress", "challenge": "Why?", "version": answer.version, "token": uuid4()}
    return moderate_answer(answer=answer, by=by, **{**asked, **fields})


def _agree(answer: ItemAnswer, by: User, **fields: Any) -> ItemAnswer:
    asked = {
        "score": "in_progress",
        "agreed_on": timezone.localdate(),
        "comment": "",
        "version": answer.version,
        "token": uuid4(),
    }
    return agree_score(answer=answer, by=by, **{**asked, **fields})


def _submit(answer: ItemAnswer, by: User) -> ItemAnswer:
    return submit_answer(answer=answer, by=by, version=answer.version, token=uuid4())


def _save(answer: ItemAnswer, by: User) -> ItemAnswer:
    return answer_item(answer=answer, by=by, owner=answer.owner, version=answer.version, **given())


STATES: dict[str, Callable[[Scene], ItemAnswer]] = {
    "to_answer": lambda scene: scene.answer(),
    "draft": lambda scene: saved(scene.answer(), scene.respondent),
    "submitted": lambda scene: submitted(scene.answer(), scene.respondent),
    "returned": lambda scene: _return(submitted(scene.answer(), scene.respondent), scene.first),
    "accepted": lambda scene: accepted(scene.answer(), scene.respondent, scene.first),
    "moderated": lambda scene: moderated(scene.answer(), scene.respondent, scene.first),
    "agreed": lambda scene: _agree(moderated(scene.answer(), scene.respondent, scene.first), scene.first),
}
STEPS: dict[str, Callable[[ItemAnswer, User], ItemAnswer]] = {
    "save": _save,
    "submit": _submit,
    "return": _return,
    "accept": _accept,
    "moderate": _moderate,
    "agree": _agree,
}
ALLOWED = {
    "to_answer": {"save"},
    "draft": {"save", "submit"},
    "submitted": {"return", "accept"},
    "returned": {"save", "submit"},
    "accepted": {"return", "moderate"},
    "moderated": {"return", "moderate", "agree"},
    "agreed": {"return"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_possible_from_its_states_and_from_no_other(scene: Scene, state: str, step: str) -> None:
    with service_scope(council=scene.council):
        answer = STATES[state](scene)
        steps = AnswerStep.objects.filter(council=scene.council).count()
        if step in ALLOWED[state]:
            assert STEPS[step](answer, scene.second).version > answer.version
        else:
            with pytest.raises(PolicyError):
                STEPS[step](answer, scene.second)
            assert AnswerStep.objects.filter(council=scene.council).count() == steps
            assert scene.answer().version == answer.version


def test_the_table_of_moves_is_the_one_that_the_steps_follow() -> None:
    assert {state.value: sorted(move.value for move in moves) for state, moves in ANSWER_MOVES.items()} == {
        "to_answer": ["draft"],
        "draft": ["submitted"],
        "submitted": ["accepted", "returned"],
        "returned": ["submitted"],
        "accepted": ["returned"],
    }
    assert set(ANSWER_MOVES) == set(AnswerState)


@pytest.mark.parametrize(("state", "step"), [("submitted", _accept), ("accepted", _moderate)])
def test_nobody_decides_on_what_they_submitted(
    scene: Scene, state: str, step: Callable[..., ItemAnswer]
) -> None:
    with service_scope(council=scene.council):
        answer = submitted(scene.answer(), scene.second)
        if state == "accepted":
            answer = _accept(answer, scene.first)
        with pytest.raises(PolicyError, match="somebody else decides on it"):
            step(answer, scene.second)
        assert step(answer, scene.first).version == answer.version + 1


def test_nobody_agrees_the_score_of_what_they_submitted(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = moderated(scene.answer(), scene.second, scene.first)
        with pytest.raises(PolicyError, match="somebody else decides on it"):
            _agree(answer, scene.second)
        assert _agree(answer, scene.first).agreed_by == scene.first


def test_whoever_wrote_the_text_decides_nothing_though_another_submitted_it(scene: Scene) -> None:
    with service_scope(council=scene.council):
        written = saved(scene.answer(), scene.second)
        handed_in = _submit(written, scene.respondent)
        with pytest.raises(PolicyError, match="You wrote or submitted"):
            _accept(handed_in, scene.second)
        assert _accept(handed_in, scene.first).state == "accepted"


def test_whoever_submitted_an_answer_may_take_it_back(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = submitted(scene.answer(), scene.second)
        assert _return(answer, scene.second).state == "returned"


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "submitted"},
        {"state": "accepted"},
        {"moderated": "in_place"},
        {"agreed": "in_place"},
        {"challenge": "A note without a score."},
    ],
)
def test_the_database_refuses_a_state_without_what_it_rests_on(scene: Scene, fields: dict[str, str]) -> None:
    with service_scope(council=scene.council):
        answer = saved(scene.answer(), scene.respondent)
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemAnswer.objects.filter(council=scene.council, pk=answer.pk).update(**fields)


@pytest.mark.parametrize("field", ["accepted_by", "moderated_by", "agreed_by"])
def test_the_database_refuses_that_one_person_plays_both_parts(scene: Scene, field: str) -> None:
    with service_scope(council=scene.council):
        answer = _agree(moderated(scene.answer(), scene.respondent, scene.first), scene.first)
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemAnswer.objects.filter(council=scene.council, pk=answer.pk).update(**{field: scene.respondent})


def test_an_answer_still_to_confirm_cannot_be_submitted(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = saved(scene.answer(), scene.respondent)
        ItemAnswer.objects.filter(council=scene.council, pk=answer.pk).update(to_confirm=True)
        with pytest.raises(PolicyError, match="Confirm or change"):
            _submit(answer, scene.respondent)
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemAnswer.objects.filter(council=scene.council, pk=answer.pk).update(
                state="submitted", submitted_at=timezone.now(), submitted_by=scene.respondent
            )


@pytest.mark.parametrize(
    ("step", "fields", "words"),
    [
        (_moderate, {"score": "excellent"}, "from the edition’s scale"),
        (_moderate, {"challenge": "  "}, "Say why you score it differently"),
        (_return, {"comment": " "}, "what the respondent should change"),
    ],
)
def test_a_decision_must_be_complete(
    scene: Scene, step: Callable[..., ItemAnswer], fields: dict[str, str], words: str
) -> None:
    with service_scope(council=scene.council):
        answer = accepted(scene.answer(), scene.respondent, scene.first)
        with pytest.raises(PolicyError, match=words):
            step(answer, scene.second, **fields)
        assert scene.answer().state == "accepted"


def test_the_same_score_needs_no_challenge_note(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = accepted(scene.answer(), scene.respondent, scene.first)
        done = _moderate(answer, scene.first, score="in_place", challenge="")
        assert (done.moderated, done.challenge) == ("in_place", "")


def test_a_score_is_not_agreed_tomorrow(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = moderated(scene.answer(), scene.respondent, scene.first)
        tomorrow = timezone.localdate() + timedelta(days=1)
        with pytest.raises(PolicyError, match="today or in the past"):
            _agree(answer, scene.first, agreed_on=tomorrow)


def test_the_round_reports_the_agreed_score_and_until_then_the_respondents_own(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = moderated(scene.answer(), scene.respondent, scene.first)
        assert item_lines(scene.assessment)[0].status == "In place"
        _agree(answer, scene.second, score="planned")
        assert item_lines(scene.assessment)[0].status == "Planned"
        stored = scene.answer()
        assert (stored.status, stored.moderated, stored.agreed) == ("in_place", "in_progress", "planned")
        assert stored.agreed_on == timezone.localdate()


def test_a_returned_answer_loses_its_scores_and_its_steps_keep_them(scene: Scene) -> None:
    with service_scope(council=scene.council):
        agreed = _agree(moderated(scene.answer(), scene.respondent, scene.first), scene.second)
        back = _return(agreed, scene.second, comment="The board asks again.")
        assert (back.state, back.moderated, back.agreed, back.agreed_on, back.challenge) == (
            "returned",
            "",
            "",
            None,
            "",
        )
        taken = AnswerStep.objects.filter(council=scene.council, answer=back).order_by("at")
        assert [(step.kind, step.score, step.comment) for step in taken] == [
            ("submitted", "in_place", ""),
            ("accepted", "", ""),
            ("moderated", "in_progress", "Two services are missing."),
            ("agreed", "in_progress", ""),
            ("returned", "", "The board asks again."),
        ]
        assert AnswerStep.objects.filter(council=scene.council).update(comment="") == 0


def test_a_step_sent_twice_happens_once(scene: Scene) -> None:
    token = uuid4()
    with service_scope(council=scene.council):
        answer = submitted(scene.answer(), scene.respondent)
        other = submitted(scene.answer("S-02"), scene.respondent)
        for _ in range(2):
            assert _accept(answer, scene.first, token=token).version == answer.version + 1
        with pytest.raises(AlreadySent):
            _accept(other, scene.first, token=token)
        with pytest.raises(AlreadySent):
            _accept(answer, scene.second, token=token)
        assert AnswerStep.objects.filter(council=scene.council, kind="accepted").count() == 1


@pytest.mark.parametrize("step", [_return, _accept])
def test_a_decision_on_an_older_version_is_refused(scene: Scene, step: Callable[..., ItemAnswer]) -> None:
    with service_scope(council=scene.council):
        answer = submitted(scene.answer(), scene.respondent)
        with pytest.raises(StaleVersion):
            step(answer, scene.first, version=answer.version - 1)


def test_a_closed_round_takes_no_step(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = submitted(scene.answer(), scene.respondent)
        done = moderated(scene.answer("S-02"), scene.respondent, scene.first)
        Assessment.objects.filter(council=scene.council).update(state="closed")
        for step, subject in ((_accept, answer), (_return, answer), (_moderate, done), (_agree, done)):
            with pytest.raises(PolicyError, match="round is closed"):
                step(subject, scene.second)


def _steps_offered(client: Client, council: Council, answer: ItemAnswer) -> list[str]:
    page = client.get(f"/c/{council.slug}/checklist/items/{answer.pk}/").content.decode()
    return [
        words
        for words in (
            "Accept or return",
            "Take it back",
            "Moderate the score",
            "Change the moderated score",
            "Record the agreed score",
            "Return it with a comment",
        )
        if f">{words}<" in page
    ]


def test_the_page_offers_the_next_step_to_those_who_may_take_it(scene: Scene) -> None:
    first, second = sign_in(Client(), scene.first), sign_in(Client(), scene.second)
    reader = sign_in(Client(), member(scene.council, Role.BOARD_MEMBER))
    with service_scope(council=scene.council):
        answer = submitted(scene.answer(), scene.first)
    council = scene.council
    assert _steps_offered(first, council, answer) == ["Take it back"]
    assert _steps_offered(second, council, answer) == ["Accept or return"]
    assert _steps_offered(reader, council, answer) == []
    own = first.get(f"/c/{council.slug}/checklist/items/{answer.pk}/").content.decode()
    assert "another coordinator accepts and scores it" in own
    address = f"/c/{council.slug}/checklist/items/{answer.pk}/"
    sent = {"version": str(answer.version), "token": str(uuid4()), "decision": "accept"}
    alone = first.get(f"{address}decide/").content.decode()
    for words in ("Return the answer</h1>", "What should the respondent change?</label>"):
        assert words in alone, words
    assert 'type="radio"' not in alone
    for comment in ("", "Say more."):
        tried = first.post(f"{address}decide/", {**sent, "comment": comment}).content.decode()
        assert "You cannot accept this answer." in tried
    assert (
        "Enter what the respondent should change"
        in first.post(
            f"{address}decide/", {"version": str(answer.version), "token": str(uuid4())}
        ).content.decode()
    )
    assert "Accept or return the answer</h1>" in second.get(f"{address}decide/").content.decode()
    assert second.post(f"{address}decide/", sent).status_code == 302
    assert _steps_offered(second, council, answer) == ["Moderate the score", "Return it with a comment"]
    score = {"version": str(answer.version + 1), "token": str(uuid4()), "score": "planned"}
    assert "Say why you score it differently" in second.post(f"{address}moderate/", score).content.decode()
    score["challenge"] = "Nothing has begun."
    assert second.post(f"{address}moderate/", score).status_code == 302
    assert _steps_offered(second, council, answer) == [
        "Change the moderated score",
        "Record the agreed score",
        "Return it with a comment",
    ]
    today = timezone.localdate()
    agreed = {
        "version": str(answer.version + 2),
        "token": str(uuid4()),
        "score": "planned",
        "agreed_on": today.isoformat(),
        "comment": "At the board.",
    }
    late = {**agreed, "agreed_on": (today + timedelta(days=1)).isoformat()}
    assert "must be on or before" in second.post(f"{address}agree/", late).content.decode()
    stale = second.post(f"{address}agree/", {**agreed, "version": "1"})
    assert (stale.status_code, "Somebody else saved" in stale.content.decode()) == (409, True)
    assert second.post(f"{address}agree/", agreed).status_code == 302
    page = reader.get(address).content.decode()
    for words in ("Agreed score", "Moderated score", "Nothing has begun.", "At the board."):
        assert words in page
    assert _steps_offered(second, council, answer) == ["Return it with a comment"]


def test_decisions_are_the_coordinators_and_nobody_elses(scene: Scene) -> None:
    with service_scope(council=scene.council):
        answer = submitted(scene.answer(), scene.respondent)
    with service_scope(council=scene.neighbour):
        foreign = answer_of(scene.neighbour, "S-01")
    base = f"/c/{scene.council.slug}/checklist/items"
    people = (
        (scene.first, 200),
        (scene.respondent, 404),
        (member(scene.council, Role.BOARD_MEMBER), 404),
        (member(scene.council, Role.PARTNER_LEAD), 404),
        (member(scene.neighbour, Role.COORDINATOR), 404),
    )
    for person, expected in people:
        visitor = sign_in(Client(), person)
        for page in ("decide", "moderate", "agree"):
            assert visitor.get(f"{base}/{answer.pk}/{page}/").status_code == expected, (person, page)
            assert visitor.get(f"{base}/{foreign.pk}/{page}/").status_code == 404


def test_a_returned_answer_shows_its_comment_until_it_is_submitted_again(scene: Scene) -> None:
    respondent = sign_in(Client(), scene.respondent)
    with service_scope(council=scene.council):
        back = _return(submitted(scene.answer(), scene.respondent), scene.first, comment="Which boards?")
    address = f"/c/{scene.council.slug}/checklist/items/{back.pk}/"
    page = respondent.get(address).content.decode()
    assert f"Returned by {scene.first.name}" in page
    assert page.count("Which boards?") == 2, "above the form, and in the history"
    fields = {**sent_fields(back, response="Both boards."), "submit": "yes"}
    assert respondent.post(address, fields).status_code == 302
    page = respondent.get(address).content.decode()
    assert "Returned by" not in page
    assert page.count("Which boards?") == 1
    with service_scope(council=scene.council):
        again = scene.answer()
        assert (again.state, again.response) == ("submitted", "Both boards.")


def test_a_submitted_answer_waits_for_another_coordinator_than_its_author(scene: Scene) -> None:
    with service_scope(council=scene.council):
        submitted(scene.answer("S-01"), scene.respondent)
        submitted(scene.answer("S-02"), scene.first)

    def waiting(person: User) -> list[str]:
        with own_councils_scope(user_id=person.pk):
            items = due_items(person, timezone.localdate())
        return [item.reference for item in items if item.task == "Accept or return the answer"]

    assert waiting(scene.first) == ["S-01"]
    assert sorted(waiting(scene.second)) == ["S-01", "S-02"]
    assert waiting(scene.respondent) == []
