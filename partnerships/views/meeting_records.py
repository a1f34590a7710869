"""Pages of what a meeting records: agenda, papers, decisions, actions, minutes and packs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from partnerships.access.meetings import (
    decision_to_edit,
    item_to_edit,
    may_make_pack,
    meeting_to_edit,
    pack_file_for,
    paper_to_edit,
    versions_of_papers,
)
from partnerships.areas import areas
from partnerships.enums import PackEdition
from partnerships.forms.meetings import (
    ActionForm,
    ApproveForm,
    DecisionChangeForm,
    DecisionForm,
    ItemChangeForm,
    ItemForm,
    MinutesForm,
    PackForm,
    PaperForm,
)
from partnerships.models import AgendaItem, Decision, Meeting, Paper
from partnerships.queries.meeting_seats import attendance_of
from partnerships.queries.meetings import (
    actions_of,
    agenda_of,
    decisions_of,
    items_of,
    meetings_after,
    minutes_proposed,
    possible_paper_owners,
)
from partnerships.services.agendas import (
    add_item,
    add_paper,
    carry_over,
    change_item,
    remove_item,
    remove_paper,
)
from partnerships.services.board_packs import request_pack
from partnerships.services.minutes import (
    approve_minutes,
    change_decision,
    raise_arising_action,
    record_decision,
    write_minutes,
)
from partnerships.views.meetings import EDIT, ROOM, VIEW, MeetingForms, meeting_crumbs
from partnerships.views.pages import RoomFormPage
from prevent_portal.tenancy.refusals import PolicyError
from prevent_portal.web.components import Crumb
from prevent_portal.web.downloads import PDF_TYPE, download
from prevent_portal.web.form_pages import Data, Files
from prevent_portal.web.narrative import parts_of
from prevent_portal.web.views import CouncilView


class AgendaAddPage(MeetingForms):
    """Add an item to the agenda."""

    permission = EDIT
    button = "Add the item"

    def title(self, subject: Meeting, /) -> str:
        return "Add an item to the agenda"

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> ItemForm:
        return ItemForm(data)

    def save(self, subject: Meeting, form: ItemForm, /) -> str:
        add_item(meeting=subject, by=self.person, **form.cleaned_data)
        return "You have added the item."


class _ItemForms(RoomFormPage[AgendaItem, Any]):
    abstract = True
    room = ROOM

    def subject(self, **keys: UUID) -> AgendaItem:
        return item_to_edit(self.access, keys["item_id"])

    def target(self, subject: AgendaItem, /) -> str:
        return reverse("meeting", args=[self.council.slug, subject.meeting_id])

    def crumbs(self, subject: AgendaItem, /) -> list[Crumb]:
        return meeting_crumbs(self, subject.meeting, self.title(subject))


class AgendaChangePage(_ItemForms):
    """Change an item's words or place, or take it off."""

    permission = EDIT
    template = "partnerships/agenda_item.html"

    def title(self, subject: AgendaItem, /) -> str:
        return f"Change item {subject.position}"

    def form(self, subject: AgendaItem, /, data: Data = None, files: Files = None) -> ItemChangeForm:
        names = ("title", "lead", "position")
        return ItemChangeForm(data, initial={name: getattr(subject, name) for name in names})

    def save(self, subject: AgendaItem, form: ItemChangeForm, /) -> str:
        change_item(item=subject, by=self.person, **form.cleaned_data)
        return "You have changed the item."

    def more(self, subject: AgendaItem, /) -> dict[str, Any]:
        return {"remove_href": reverse("agenda-remove", args=[self.council.slug, subject.pk])}


class AgendaRemove(CouncilView):
    """Take an item off the agenda."""

    permission = EDIT

    def post(self, request: HttpRequest, item_id: UUID) -> HttpResponse:
        item = item_to_edit(self.access, item_id)
        return _done(
            self, item.meeting, "You have taken the item off.", lambda: remove_item(item=item, by=self.person)
        )


class AgendaCarry(CouncilView):
    """Carry an item over to the next meeting, or take that back."""

    permission = EDIT

    def post(self, request: HttpRequest, item_id: UUID) -> HttpResponse:
        item = item_to_edit(self.access, item_id)
        carried = not item.carry_over
        words = "The next meeting takes the item up again." if carried else "The item is not carried over."
        return _done(
            self, item.meeting, words, lambda: carry_over(item=item, by=self.person, carried=carried)
        )


class PaperAddPage(_ItemForms):
    """Ask for a paper, or put one on the agenda; its files are added on the meeting's page."""

    permission = EDIT
    button = "Add the paper"

    def title(self, subject: AgendaItem, /) -> str:
        return "Add a paper"

    def lead(self, subject: AgendaItem, /) -> str:
        return f"For item {subject.position}, {subject.title}. You add its files afterwards."

    def form(self, subject: AgendaItem, /, data: Data = None, files: Files = None) -> PaperForm:
        return PaperForm(data, people=possible_paper_owners(self.council))

    def save(self, subject: AgendaItem, form: PaperForm, /) -> str:
        paper = add_paper(item=subject, by=self.person, **form.cleaned_data)
        return f"You have added paper {paper.number}."


class PaperRemove(CouncilView):
    """Take a paper off the agenda."""

    permission = EDIT

    def post(self, request: HttpRequest, paper_id: UUID) -> HttpResponse:
        paper: Paper = paper_to_edit(self.access, paper_id)
        return _done(
            self,
            paper.meeting,
            "You have taken the paper off.",
            lambda: remove_paper(paper=paper, by=self.person),
        )


class DecisionAddPage(MeetingForms):
    """Record a decision."""

    permission = EDIT
    button = "Record the decision"

    def title(self, subject: Meeting, /) -> str:
        return "Record a decision"

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> DecisionForm:
        versions = versions_of_papers(self.access, subject)
        return DecisionForm(data, items=items_of(subject), versions=versions)

    def save(self, subject: Meeting, form: DecisionForm, /) -> str:
        given = form.cleaned_data
        made = record_decision(
            meeting=subject,
            by=self.person,
            text=given["text"],
            item=given["item"],
            document_version=given["paper"],
        )
        return f"You have recorded decision {made.reference}."


class DecisionChangePage(RoomFormPage[Decision, DecisionChangeForm]):
    """Mend a decision's words."""

    permission = EDIT
    room = ROOM

    def subject(self, **keys: UUID) -> Decision:
        return decision_to_edit(self.access, keys["decision_id"])

    def target(self, subject: Decision, /) -> str:
        return reverse("meeting", args=[self.council.slug, subject.meeting_id])

    def title(self, subject: Decision, /) -> str:
        return f"Change decision {subject.reference}"

    def crumbs(self, subject: Decision, /) -> list[Crumb]:
        return meeting_crumbs(self, subject.meeting, self.title(subject))

    def form(self, subject: Decision, /, data: Data = None, files: Files = None) -> DecisionChangeForm:
        return DecisionChangeForm(data, initial={"text": subject.text, "version": subject.version})

    def save(self, subject: Decision, form: DecisionChangeForm, /) -> str:
        change_decision(decision=subject, by=self.person, **form.cleaned_data)
        return "You have changed the decision."


class MeetingActionPage(MeetingForms):
    """Let a plan action arise."""

    permission = EDIT
    button = "Add the action"

    def title(self, subject: Meeting, /) -> str:
        return "Add an action"

    def lead(self, subject: Meeting, /) -> str:
        return "It goes into the council’s action plan, where its owner logs progress."

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> ActionForm:
        return ActionForm(data, items=items_of(subject), people=possible_paper_owners(self.council))

    def save(self, subject: Meeting, form: ActionForm, /) -> str:
        made = raise_arising_action(meeting=subject, by=self.person, **form.cleaned_data)
        return f"You have added action {made.reference} to the action plan."


class MinutesPage(MeetingForms):
    """Write the minutes; a first draft is made of what was recorded."""

    permission = EDIT
    button = "Save the draft"

    def title(self, subject: Meeting, /) -> str:
        return "Write the minutes"

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> MinutesForm:
        text = subject.minutes or minutes_proposed(
            subject,
            agenda_of(subject),
            attendance_of(subject),
            decisions_of(subject),
            actions_of(subject),
        )
        return MinutesForm(data, initial={"text": text, "version": subject.minutes_version})

    def save(self, subject: Meeting, form: MinutesForm, /) -> str:
        write_minutes(meeting=subject, by=self.person, **form.cleaned_data)
        return "You have saved the draft minutes."


class MinutesApprovePage(MeetingForms):
    """Record that a later meeting approved the minutes."""

    permission = EDIT
    template = "partnerships/approve_minutes.html"
    button = "Record the approval"

    def title(self, subject: Meeting, /) -> str:
        return "Approve the minutes"

    def lead(self, subject: Meeting, /) -> str:
        if not meetings_after(subject).exists():
            return "Minutes are approved at a later meeting of the same board. Record its attendance first."
        return "Once approved, the minutes and everything recorded of the meeting stay as they are."

    def form(self, subject: Meeting, /, data: Data = None, files: Files = None) -> ApproveForm:
        return ApproveForm(
            data, meetings=meetings_after(subject), initial={"version": subject.minutes_version}
        )

    def save(self, subject: Meeting, form: ApproveForm, /) -> str:
        approve_minutes(meeting=subject, by=self.person, **form.cleaned_data)
        return "The minutes are approved."

    def more(self, subject: Meeting, /) -> dict[str, Any]:
        return {"minutes": parts_of(subject.minutes)}


class PackPage(CouncilView):
    """Ask for the board pack, and follow its making."""

    permission = EDIT

    def get(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = meeting_to_edit(self.access, meeting_id)
        return self._printed(meeting, PackForm(editions=self._editions(meeting)))

    def post(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = meeting_to_edit(self.access, meeting_id)
        form = PackForm(request.POST, editions=self._editions(meeting))
        if not form.is_valid():
            return self._printed(meeting, form)
        try:
            _, job, _ = request_pack(meeting=meeting, by=self.person, edition=form.cleaned_data["edition"])
        except PolicyError as problem:
            form.add_error(None, str(problem))
            return self._printed(meeting, form)
        return redirect("job", self.council.slug, job.pk)

    def _editions(self, meeting: Meeting) -> list[str]:
        return [one.value for one in PackEdition if may_make_pack(self.access, meeting, one.value)]

    def _printed(self, meeting: Meeting, form: PackForm) -> HttpResponse:
        context = {
            "title": "Make the board pack",
            "lead": "One PDF with the agenda, the last minutes and the papers, with its own contents and "
            "page numbers. Papers for named readers are in no pack.",
            "form": form,
            "button": "Make the pack",
            "cancel": reverse("meeting", args=[self.council.slug, meeting.pk]),
            "crumbs": meeting_crumbs(self, meeting, "Make the board pack"),
            "areas": areas(self.access, ROOM),
        }
        return render(self.request, "web/form_page.html", context)


class PackDownload(CouncilView):
    """The stored pack, for whoever reads its edition."""

    permission = VIEW

    def get(self, request: HttpRequest, file_id: UUID) -> HttpResponseBase:
        file = pack_file_for(self.access, file_id)
        pack = file.pack
        name = f"{pack.meeting.board.name} {pack.meeting.held_on.isoformat()} pack {pack.number}.pdf"
        return download(content=bytes(file.pdf), filename=name, content_type=PDF_TYPE)


def _done(view: CouncilView, meeting: Meeting, words: str, work: Any) -> HttpResponse:
    """Do a thing that has no form, and go back to the meeting with what came of it."""
    try:
        work()
    except PolicyError as problem:
        messages.error(view.request, str(problem))
    else:
        messages.success(view.request, words)
    return redirect("meeting", view.council.slug, meeting.pk)
