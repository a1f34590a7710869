"""Asking for a file of a panel, and taking it out."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from channel import access
from channel.access.files import file_for, performing_panel_for
from channel.enums import FileForm, FileKind
from channel.permissions import ChannelPermission
from channel.policies import ChannelRefused
from channel.services import files
from channel.views.pages import ChannelView
from prevent_portal.web.components import Crumb, SummaryRow
from prevent_portal.web.dates import british_datetime
from prevent_portal.web.downloads import download


class MeetingFileView(ChannelView):
    """Ask for a meeting's agenda or record."""

    permission = ChannelPermission.EXPORT_PDF
    page = "meeting-file"
    identifier = "meeting_id"

    def post(self, request: HttpRequest, meeting_id: UUID) -> HttpResponse:
        meeting = access.prepared_meeting_for(self.access, meeting_id)
        try:
            asked = FileKind(request.POST.get("kind", "")), FileForm(request.POST.get("form", ""))
        except ValueError:
            messages.error(request, "This page was incomplete when it was sent. Choose a file again.")
            return HttpResponseRedirect(self.meeting_href(meeting))
        try:
            _, job = files.request_meeting_file(meeting=meeting, kind=asked[0], form=asked[1], by=self.person)
        except ChannelRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.meeting_href(meeting))
        return HttpResponseRedirect(reverse("job", args=[self.council.slug, job.pk]))


class FiguresFileView(ChannelView):
    """Ask for a panel's exact figures of a year."""

    permission = ChannelPermission.VIEW_PERFORMANCE
    page = "figures-file"
    identifier = "panel_id"

    def post(self, request: HttpRequest, panel_id: UUID) -> HttpResponse:
        panel = performing_panel_for(self.access, panel_id)
        back = reverse("channel-performance", args=[self.council.slug])
        year = request.POST.get("year", "")
        try:
            form = FileForm(request.POST.get("form", ""))
        except ValueError:
            messages.error(request, "This page was incomplete when it was sent. Choose a file again.")
            return HttpResponseRedirect(back)
        try:
            _, job = files.request_figures_file(
                panel=panel,
                year=int(year) if len(year) == 4 and year.isdecimal() else 0,
                form=form,
                by=self.person,
            )
        except ChannelRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(back)
        return HttpResponseRedirect(reverse("job", args=[self.council.slug, job.pk]))


class FileView(ChannelView):
    """A file that was asked for: its page, and by the button its bytes."""

    permission = ChannelPermission.EXPORT_PDF
    page = "file"
    identifier = "file_id"

    def get(self, request: HttpRequest, file_id: UUID) -> HttpResponse:
        file = file_for(self.access, file_id)
        title = FileKind(file.kind).label
        return self.page_of(
            "file_page",
            {
                "crumbs": self.crumbs(Crumb(title)),
                "title": title,
                "rows": [
                    SummaryRow("Panel", file.panel.name),
                    SummaryRow("Form", FileForm(file.form).label),
                    SummaryRow("Asked for", british_datetime(file.requested_at)),
                    SummaryRow("File name", files.file_name(file)),
                ],
                "is_ready": file.made_at is not None and not files.has_lapsed(file),
                "has_lapsed": files.has_lapsed(file),
            },
        )

    def post(self, request: HttpRequest, file_id: UUID) -> HttpResponseBase:
        file = file_for(self.access, file_id)
        try:
            content = files.read_file(file=file, by=self.person)
        except ChannelRefused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.path)
        return download(
            content=content, filename=files.file_name(file), content_type=files.TYPES[FileForm(file.form)]
        )
