"""A page with one form says what it is about before it is served."""

from __future__ import annotations

from typing import Any

import pytest

from prevent_portal.accounts.permissions import AccountsPermission
from prevent_portal.web.form_pages import FormPage


def test_a_form_page_that_forgets_a_part_cannot_be_served() -> None:
    class Unfinished(FormPage[None, Any]):
        permission = AccountsPermission.VIEW_COUNCIL

    with pytest.raises(TypeError, match="abstract"):
        Unfinished()
