"""How the events of accounts read on the audit page, after the name of who did it."""

from __future__ import annotations

from datetime import date

from prevent_portal.accounts.enums import Role
from prevent_portal.audit.models import Event
from prevent_portal.audit.presenters import Presenter


def _role(event: Event) -> str:
    try:
        return Role(event.details.get("role", "")).in_sentence
    except ValueError:
        return "unknown"


def _role_ended(event: Event) -> str:
    day = event.details.get("ends_on")
    if not day:
        return f"ended {{user}}’s role of {_role(event)} at once"
    return f"set {_day(day)} as the last day of {{user}}’s role of {_role(event)}"


def _role_granted(event: Event) -> str:
    day = event.details.get("ends_on")
    until = f", until {_day(day)}" if day else ""
    return f"gave {{user}} the role of {_role(event)}{until}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


SENTENCES: dict[str, str | Presenter] = {
    "accounts.council_entered": "chose to work in this council",
    "accounts.council_left": "left this council to work in another of their councils",
    "accounts.role_granted": _role_granted,
    "accounts.role_ended": _role_ended,
    "accounts.role_lapsed": lambda event: f"noted that {{user}}’s role of {_role(event)} had ended",
    "accounts.sessions_ended": "ended every session and token of {user}",
    "accounts.password_changed": "changed their password",
    "accounts.deactivated": "closed the account of {user}",
    "accounts.suspended": "suspended the account of {user}, which was not used",
    "accounts.let_back_in": "let {user} back in",
    "accounts.second_factor_enrolled": "set up an authenticator app",
    "accounts.second_factor_removed": "removed their authenticator app",
    "accounts.recovery_codes_renewed": "made new recovery codes",
    "accounts.invited": lambda event: f"invited somebody to the role of {_role(event)}",
    "accounts.invitation_withdrawn": lambda event: f"withdrew an invitation to the role of {_role(event)}",
    "accounts.invitation_accepted": lambda event: f"accepted the invitation to the role of {_role(event)}",
    "accounts.token_created": "made an API token",
    "accounts.token_ended": "ended an API token",
    "accounts.calendar_link_made": "made a private link to their calendar",
    "accounts.calendar_link_replaced": "replaced the private link to their calendar",
    "accounts.calendar_link_ended": "ended the private link to their calendar",
    "accounts.signed_in": "signed in",
    "accounts.council_joined": "opened the portal for this council",
}
"""``{user}`` stands for the name of the person whom it happened to."""
