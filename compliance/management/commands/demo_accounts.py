"""Print the demo accounts: who each is and what it is good for."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from prevent_portal.accounts.demo import ACCOUNTS, PASSWORD, TOTP_SECRET


class Command(BaseCommand):
    help = "Print the demo accounts as a table."

    def handle(self, *args: Any, **options: Any) -> None:
        width = max(len(account.email) for account in ACCOUNTS)
        self.stdout.write(f"Password of every demo account: {PASSWORD}")
        self.stdout.write(f"Authenticator secret where 2nd factor says yes: {TOTP_SECRET}")
        self.stdout.write("")
        self.stdout.write(f"{'account':<{width}}  2nd factor  what it shows")
        for account in ACCOUNTS:
            factor = "yes" if account.needs_second_factor else "no"
            self.stdout.write(f"{account.email:<{width}}  {factor:<10}  {account.shows}")
