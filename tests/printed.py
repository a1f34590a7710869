"""The words of a printed page, as a reader of the PDF has them."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

TOOL = "pdftotext"


def text_of(pdf: bytes) -> str:
    """The words of a PDF. Without a tool that reads them the test is skipped, and fails in CI."""
    return "\f".join(pages_of(pdf))


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page of a PDF as they lie on it. Skips and fails as :func:`text_of`."""
    if shutil.which(TOOL) is None:
        reason = f"{TOOL} was not found. Install the package poppler-utils to run the tests of printed pages."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run([TOOL, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]
