"""Read the official file of schools and colleges into the directory."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partnerships.directory.entries import FileFaulty
from partnerships.directory_reports import print_report, read_bytes
from partnerships.services.directory import import_gias


class Command(BaseCommand):
    help = (
        "Bring the directory's schools and colleges up to date from the register's edubasealldata file, with "
        "its links file. All or nothing; the same file again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("schools", type=Path, help="The CSV file edubasealldataYYYYMMDD.csv.")
        parser.add_argument("--links", type=Path, help="The CSV file links_edubasealldataYYYYMMDD.csv.")
        parser.add_argument(
            "--area",
            action="append",
            default=[],
            help="Code of a local authority in the register, such as 302; may be given several times. "
            "Without it, all are read.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would change; store nothing.")
        parser.add_argument("--report", type=Path, help="Write every change to this CSV file as well.")

    def handle(self, *args: Any, **options: Any) -> None:
        links = options["links"]
        try:
            report = import_gias(
                schools=read_bytes(options["schools"]),
                links=read_bytes(links) if links else b"",
                areas=options["area"],
                file_name=options["schools"].name,
                dry_run=options["dry_run"],
            )
        except FileFaulty as faulty:
            raise CommandError(f"Nothing was stored.\n{faulty}") from faulty
        print_report(report, self.stdout, options["report"], dry_run=options["dry_run"])
