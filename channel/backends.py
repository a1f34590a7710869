"""``has_perm`` on a case gives the answer that lists and pages give (OP-2)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from channel.enums import READ_CASE
from channel.models import ChannelCase
from channel.queries.cases import readable_cases
from prevent_portal.accounts.access import council_access
from prevent_portal.accounts.models import User


class CaseBackend:
    """Says who may read a case, and speaks before guardian does.

    Guardian knows the grants by name and their dates. It knows nothing of meetings, statements, seats,
    residence, promises and emergencies, so about a case it is not asked at all. It has no ``get_user``:
    nobody signs in here, and no session can name it.
    """

    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Sign nobody in; Django asks every backend."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Whether the person may read the case at this moment; asked in their scope of its council.

        Raises:
            PermissionDenied: if not, which ends Django's questions to other backends.
        """
        if not isinstance(obj, ChannelCase):
            return False
        if (
            perm in (READ_CASE, f"channel.{READ_CASE}")
            and isinstance(user_obj, User)
            and readable_cases(council_access(user_obj, obj.council)).filter(pk=obj.pk).exists()
        ):
            return True
        raise PermissionDenied
