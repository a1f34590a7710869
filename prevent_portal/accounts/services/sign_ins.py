"""What happens when somebody has signed in, and what goes when their session has run out."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from prevent_portal.accounts import sessions
from prevent_portal.accounts.models import User
from prevent_portal.audit.services import record
from prevent_portal.tenancy.scope import own_councils_scope


def signed_in(*, request: HttpRequest, user: User) -> None:
    """Start the session's clocks and record the sign-in. Django has given the session a new id before."""
    sessions.begin(request)
    with own_councils_scope(user_id=user.pk):
        record(action="accounts.signed_in", subject=user, details={"user": user.pk})


def forget_sessions() -> int:
    """Delete the rows of sessions that have run out; nobody can use them any more. Returns how many."""
    gone: int = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    return gone
