"""An upload too large for memory has no name on the disk, so a killed process leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile, UploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

LARGE = b"0123456789" * 110_000


def posted(content: bytes) -> HttpRequest:
    return RequestFactory().post("/", {"file": SimpleUploadedFile("figures.csv", content)})


@pytest.mark.parametrize(("content", "in_memory"), [(LARGE, False), (b"small", True)], ids=["large", "small"])
def test_an_upload_is_read_whole_and_no_file_of_it_can_be_listed(
    content: bytes, in_memory: bool, tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    request = posted(content)
    file = request.FILES["file"]
    assert isinstance(file, UploadedFile)
    assert (file.name, file.size, isinstance(file, InMemoryUploadedFile)) == (
        "figures.csv",
        len(content),
        in_memory,
    )
    # The file is open now; Django's own would lie here under a name.
    assert list(tmp_path.iterdir()) == []
    assert file.read() == content
    request.close()
    assert file.closed


def test_django_s_own_handler_would_be_seen(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    request = posted(LARGE)
    assert "file" in request.FILES
    assert len(list(tmp_path.iterdir())) == 1
    request.close()
