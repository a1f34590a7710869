"""In what state a staff register may be confirmed."""

from __future__ import annotations

from datetime import datetime

from prevent_portal.tenancy.refusals import PolicyError
from training.enums import RegisterState
from training.models import StaffRegister


def require_register_confirmable(register: StaffRegister | None, now: datetime) -> StaffRegister:
    """The register, or the refusal of one that is not checked, has problems, or has waited too long. None
    where what lapsed was swept already.
    """
    if register is None or register.expires_at <= now:
        raise PolicyError("This register was sent more than a day ago. Send it again.")
    if register.state == RegisterState.WAITING:
        raise PolicyError("This register is still being checked. Wait for the check, then confirm it.")
    if register.state == RegisterState.REFUSED:
        raise PolicyError("This register has problems. Put them right in the file and send it again.")
    return register
