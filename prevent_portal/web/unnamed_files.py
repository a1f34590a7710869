"""Where an uploaded file waits while its request runs: on the disk without a name.

Django gives it one. A web process that is killed then leaves the file behind, in clear, and whoever sends the
wrong file here may send names of people.
"""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class UnnamedFileUploadHandler(FileUploadHandler):
    """Keep an upload in a file that has no name, so that it is gone with the process that holds it."""

    file: UploadedFile[Any]

    def new_file(self, *args: Any, **options: Any) -> None:
        """Open the file."""
        super().new_file(*args, **options)
        self.file = UploadedFile(
            # Django closes it with the request.
            file=tempfile.TemporaryFile(suffix=".upload", dir=settings.FILE_UPLOAD_TEMP_DIR),  # noqa: SIM115
            name=self.file_name,
            content_type=self.content_type,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what has come."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """Give the file to the request."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """Let the file go when the sender does."""
        if hasattr(self, "file"):
            self.file.close()
