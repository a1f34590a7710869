"""Print the code that a demo account's authenticator app would show now."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management.base import BaseCommand, CommandError

from prevent_portal.accounts.models import User
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.accounts.services.second_factors import totp_secret

STEP = 30


class Command(BaseCommand):
    """``manage.py demo_code EMAIL``, for addresses that end in .example and nobody else's."""

    help = "Print the current sign-in code of a demo account (addresses ending in .example only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        person = User.objects.filter(email=email).first()
        if person is None:
            raise CommandError(f"There is no account {email}.")
        try:
            secret = totp_secret(person)
        except AccountsRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if secret is None:
            raise CommandError(f"{email} has no authenticator app; sign in with the password alone.")
        now = int(time.time())
        code = format_hotp_value(hotp_value(secret, now // STEP))
        self.stdout.write(code)
        self.stderr.write(f"works for {STEP - now % STEP} seconds and half a minute beyond, once")
