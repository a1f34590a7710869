"""A measurement replaces its own section of the page of figures and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import results

PAGE = "# Performance\n\nold\n\n## Reports\n\nr\n\n## Lists\n\nl\n\n## Search\n\ns\n"


@pytest.mark.parametrize(
    ("section", "page"),
    [
        ("## Reports\n\nnew\n", PAGE.replace("\nr\n", "\nnew\n")),
        ("## Lists\n\nnew", PAGE.replace("\nl\n", "\nnew\n")),
        ("## Search\n\nnew\n", PAGE.replace("\ns\n", "\nnew\n")),
        ("## Uploads\n\nnew\n", f"{PAGE}\n## Uploads\n\nnew\n"),
    ],
)
def test_a_section_takes_the_place_of_the_last_one_and_of_no_other(
    section: str, page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "RESULTS", tmp_path / "performance.md")
    results.RESULTS.write_text(PAGE)
    results.put_section(section)
    assert results.RESULTS.read_text() == page
    results.put_beginning("# Performance\n\nnewer\n")
    assert results.RESULTS.read_text() == page.replace("old", "newer")
