"""Verify the audit trail, or write its heads outside the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from prevent_portal.audit import anchors, verification


class Command(BaseCommand):
    help = (
        "Walk the chain of every council's audit trail and compare it with the heads that were written "
        "outside the database. Ends with an error, and tells the operators, when one does not hold."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchor", action="store_true", help="write the heads now, and verify nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["anchor"]:
            self.stdout.write(f"{verification.anchor_heads():,} heads written to {anchors.anchor_file()}.")
            return
        if not anchors.read_anchors().anchors:
            raise CommandError(
                f"{anchors.anchor_file()} holds no heads, so a chain that was cut or rewritten would not "
                "show. Beat writes them; for the first ones run: manage.py verify_audit --anchor"
            )
        verdict = verification.verify_chains()
        for fault in verdict.faults:
            self.stderr.write(str(fault))
        if verdict.faults:
            raise CommandError(f"{len(verdict.faults):,} faults: the audit trail does not verify.")
        self.stdout.write(
            f"{verdict.events:,} events in {verdict.chains:,} chains verify, "
            f"and all {verdict.anchors:,} anchors."
        )
