"""What the reading process says of files, asked in this process, where coverage can follow it."""

from __future__ import annotations

import csv
import random
from pathlib import PurePath

import pytest

from prevent_portal.documents import file_reader
from prevent_portal.documents.policies import REFUSALS
from tests.documents.test_hostile import FAMILIES, SEED
from tests.documents.things import GOOD

READ = {".pdf", ".csv", ".txt", *file_reader.PICTURES, *file_reader.DOCUMENT_TYPES, *file_reader.OPEN_TYPES}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_of_every_type_is_read_to_its_end(name: str) -> None:
    file_reader.check(PurePath(name).suffix, GOOD[name]())


@pytest.mark.parametrize("family", sorted(set(FAMILIES) - {"bombs", "names"}))
@pytest.mark.filterwarnings("ignore::Warning")
def test_every_hostile_file_is_refused_by_the_reader_with_a_code(family: str) -> None:
    """Those that unpack to more than a machine holds are for the limited process alone."""
    codes = set()
    for name, content in FAMILIES[family](random.Random(f"{SEED}-{family}")):
        extension = PurePath(name).suffix
        if extension in READ:
            with pytest.raises(file_reader.Refused) as refused:
                file_reader.check(extension, content)
            codes.add(str(refused.value))
    assert codes
    assert codes <= set(REFUSALS), "policies.py words every code"


def test_reading_a_table_leaves_the_settings_of_the_process_alone() -> None:
    """The limit of a cell is one for the whole process: other readers of it count on their own."""
    before = csv.field_size_limit()
    file_reader.check(".csv", b"Heading,Other\n1,2\n")
    assert csv.field_size_limit() == before
