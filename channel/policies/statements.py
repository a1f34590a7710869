"""What Channel refuses about statements, and what is refused without them."""

from __future__ import annotations

from channel import queries
from channel.enums import StatementKind
from channel.models import Panel, StatementVersion
from channel.policies.panels import require_leader
from channel.policies.refusals import ChannelRefused, StatementChanged
from channel.queries.promises import has_promised
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User
from prevent_portal.tenancy.models import Council


def require_preparer(panel: Panel, by: User) -> None:
    """A case is prepared by who leads the panel under a promise in force and this year's acknowledgement.

    Raises:
        ChannelRefused: where one of them is missing, saying which, and who can mend it.
    """
    require_leader(panel, by)
    access = council_access(by, panel.council)
    if not has_promised(access):
        raise ChannelRefused(
            "Your promise of confidentiality for Channel is not in force. "
            "Ask the partnership’s coordinator to renew it."
        )
    if not queries.prepared_panels(access).filter(pk=panel.pk).exists():
        raise ChannelRefused("Sign this year’s acknowledgement before you prepare cases.")


def require_current(council: Council, kind: StatementKind, read: object) -> StatementVersion:
    """Return the words in force if they are the ones that the person has read.

    Args:
        read: the id of the version that the person's page showed.

    Raises:
        StatementChanged: if other words are in force by now, so that the person reads them and signs again.
        ChannelRefused: if the council has published no statement.
    """
    current = queries.current_statement(council, kind)
    if current is None:
        raise ChannelRefused("The council has not published this statement yet. The chair does that first.")
    if str(current.pk) != str(read):
        raise StatementChanged(
            "The statement has changed since you opened this page. Read the new words and sign."
        )
    return current
