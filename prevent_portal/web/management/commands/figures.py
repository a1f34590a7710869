"""Run the programmes behind the project's claims and print what they measured."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Print one line of JSON for each figure: name, value, and what its control showed."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="*", help="only these figures")
        parser.add_argument("--workers", default="logical", help="processes that share the work")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the tests that record figures: a figure says what a test has just proved, or is not printed.

        Raises:
            CommandError: where the development requirements are missing, or a programme failed.
        """
        tests = Path(settings.BASE_DIR) / "tests"
        if not tests.is_dir():
            raise CommandError("Figures are measured by the tests, which are not part of this installation.")
        with tempfile.TemporaryDirectory() as directory:
            output = Path(directory) / "figures.jsonl"
            command = [sys.executable, "-m", "pytest", str(tests), "-q", "--no-header"]
            command += [f"--numprocesses={options['workers']}", f"--figures={output}"]
            command += [f"--figure={name}" for name in options["name"]]
            done = subprocess.run(
                command, cwd=settings.BASE_DIR, env=os.environ, stdout=sys.stderr, check=False
            )
            if output.exists():
                self.stdout.write(output.read_text(), ending="")
            if done.returncode == 5:
                raise CommandError(f"No figure is called {' or '.join(options['name']) or 'anything'}.")
            if done.returncode:
                raise CommandError(f"A programme behind a figure failed ({done.returncode}); see above.")
