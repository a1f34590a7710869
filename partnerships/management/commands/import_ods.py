"""Read the official file of NHS trusts into the directory."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from partnerships.directory.entries import FileFaulty
from partnerships.directory_reports import print_report, read_bytes
from partnerships.services.directory import import_ods


class Command(BaseCommand):
    help = (
        "Bring the directory's health bodies up to date from a report of the Organisation Data Service "
        "(etr, ect or wlhb), with its file of successions (succ). All or nothing; the same file again "
        "changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("trusts", type=Path, help="The CSV file of 27 columns, such as etr.csv.")
        parser.add_argument(
            "--successions", type=Path, help="The CSV file of who followed whom, such as succ.csv."
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would change; store nothing.")
        parser.add_argument("--report", type=Path, help="Write every change to this CSV file as well.")

    def handle(self, *args: Any, **options: Any) -> None:
        successions = options["successions"]
        try:
            report = import_ods(
                trusts=read_bytes(options["trusts"]),
                successions=read_bytes(successions) if successions else b"",
                file_name=options["trusts"].name,
                dry_run=options["dry_run"],
            )
        except FileFaulty as faulty:
            raise CommandError(f"Nothing was stored.\n{faulty}") from faulty
        print_report(report, self.stdout, options["report"], dry_run=options["dry_run"])
