"""The demo's published passwords stay out of a portal that is in use."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from prevent_portal.accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_demo_is_not_loaded_where_the_portal_is_served_over_https(settings: object) -> None:
    settings.SECURE = True
    before = User.objects.count()
    with pytest.raises(CommandError, match="published password"):
        call_command("load_demo", verbosity=0)
    assert User.objects.count() == before
