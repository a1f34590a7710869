"""What Channel refuses about files that leave the portal."""

from __future__ import annotations

from channel.enums import FileForm, FileKind
from channel.models import ChannelMeeting, Panel
from channel.permissions import ChannelPermission
from channel.policies.panels import require_chair
from channel.policies.refusals import ChannelRefused
from channel.policies.statements import require_preparer
from prevent_portal.accounts.access import has_permission
from prevent_portal.accounts.models import User

RIGHTS = {FileForm.PDF: ChannelPermission.EXPORT_PDF, FileForm.XLSX: ChannelPermission.EXPORT_WORKBOOK}
"""Each form is a right of its own; the administrator takes no workbooks out."""

OFFERED = frozenset(
    {
        (FileKind.AGENDA, FileForm.PDF),
        (FileKind.RECORD, FileForm.PDF),
        (FileKind.RECORD, FileForm.XLSX),
        (FileKind.FIGURES, FileForm.PDF),
        (FileKind.FIGURES, FileForm.XLSX),
    }
)


def require_export(panel: Panel, kind: FileKind, form: FileForm, by: User) -> None:
    """Raise :class:`ChannelRefused` unless the person prepares the panel's cases and may take this form out.

    Figures are the chair's alone: to the administrator they would be a bulk export.
    """
    if (kind, form) not in OFFERED:
        raise ChannelRefused("This file is not made in that form.")
    if not has_permission(by, RIGHTS[form], panel.council):
        raise ChannelRefused(f"You cannot take this out in this form: {form.label}.")
    require_preparer(panel, by)
    if kind == FileKind.FIGURES:
        require_chair(panel, by)


def require_contents(meeting: ChannelMeeting, kind: FileKind) -> None:
    """Raise :class:`ChannelRefused` for the record of a meeting that was not held, or a cancelled agenda.

    Figures are of a panel's year and never of one meeting.
    """
    if kind == FileKind.FIGURES:
        raise ChannelRefused("Figures are made for a year of the panel, not for a meeting.")
    if kind == FileKind.RECORD and meeting.opened_at is None:
        raise ChannelRefused("This meeting was not opened, so there is no record of it.")
    if kind == FileKind.AGENDA and meeting.cancelled_at is not None:
        raise ChannelRefused("This meeting is cancelled.")
