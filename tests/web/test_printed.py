"""The tests of printed pages never pass in silence where CI lacks their tool."""

from __future__ import annotations

import pytest

from tests import printed


def test_without_its_tool_a_test_of_a_printed_page_is_skipped_and_in_ci_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(printed, "TOOL", "no-such-tool")
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="poppler-utils"):
        printed.text_of(b"%PDF")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="poppler-utils"):
        printed.text_of(b"%PDF")
