"""Set a council up by command, as the guided start does page by page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db.models import Q

from compliance.policies import PolicyError
from compliance.services.council_start import Wanted, set_up
from compliance.shipped_plans import SHIPPED_PLANS
from compliance.shipped_templates import SHIPPED
from partnerships.enums import Cadence
from prevent_portal.accounts.policies import AccountsRefused
from prevent_portal.tenancy.models import Council
from prevent_portal.tenancy.services.councils import load_register


class Command(BaseCommand):
    help = (
        "Make a council a tenant, invite its administrator and coordinator by email, and make what they "
        "start from. Safe to run again: what is there stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "council", help="Code of the council, such as E09000003, or the name in its address."
        )
        parser.add_argument("--administrator", required=True, metavar="EMAIL")
        parser.add_argument("--coordinator", required=True, metavar="EMAIL")
        parser.add_argument("--board", default="", metavar="NAME", help="Its multi-agency board.")
        parser.add_argument(
            "--edition", default="", metavar="CODE", help="Open the first round on it: guidance-2023."
        )
        parser.add_argument(
            "--plan", default="", choices=["", *SHIPPED_PLANS], help="Start an action plan from it."
        )
        parser.add_argument(
            "--courses", action="store_true", help="Set targets for the council's services and schools."
        )
        parser.add_argument(
            "--template", default="", choices=["", *SHIPPED], help="Copy this kind of report."
        )
        parser.add_argument("--schedule", default="", metavar="COMMITTEE", help="Who gets that report.")
        parser.add_argument("--cadence", default=Cadence.QUARTERLY.value, choices=Cadence.values)

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("administrator", "coordinator"):
            try:
                validate_email(options[name].strip())
            except ValidationError as error:
                raise CommandError(f"“{options[name]}” is no email address of the {name}.") from error
        wanted = Wanted(
            administrator=options["administrator"],
            coordinator=options["coordinator"],
            board=options["board"],
            edition=options["edition"],
            plan=options["plan"],
            courses=options["courses"],
            committee=options["schedule"],
            cadence=Cadence(options["cadence"]),
            template=options["template"],
        )
        try:
            done = set_up(council=_council(options["council"]), wanted=wanted)
        except (PolicyError, AccountsRefused) as problem:
            raise CommandError(str(problem)) from problem
        for each in done:
            self.stdout.write(f"{'Done' if each.is_new else 'Already there'}: {each.words}.")
        if not any(each.is_new for each in done):
            self.stdout.write("Nothing was changed.")


def _council(named: str) -> Council:
    """The council with this code or name in the address. The register is read in if it is not known yet."""
    asked = named.strip()
    found = Council.objects.filter(Q(slug=asked.lower()) | Q(codes__code=asked.upper())).distinct()
    council = found.first()
    if council is None:
        load_register()
        council = found.all().first()
    if council is None:
        raise CommandError(f"There is no council with the code or address “{asked}”.")
    return council
