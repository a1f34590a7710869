"""Read the forms out of a page, as a browser would fill and send them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin


@dataclass
class Form:
    """One form of a page: where it goes, how, and what it would send untouched."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def sent(self) -> dict[str, list[str]]:
        """What an untouched form sends; a required choice that nothing chose is given its first value."""
        values = {name: list(given) for name, given in self.values.items()}
        for name, offered in self.choices.items():
            if not values.get(name) and any(offered):
                values[name] = [next(value for value in offered if value)]
        return values


class _Reader(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.url = url
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = urljoin(self.url, given.get("action") or self.url)
            self._form = Form(action, given.get("method", "get").upper())
            self.forms.append(self._form)
        if self._form is None:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and name:
            self._input(given, name, value)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._form.choices.setdefault(self._select, []).append(value)
            if "selected" in given:
                self._form.values[self._select] = [value]
        elif tag == "textarea":
            self._area = name
            self._form.values[name] = ["Words"]
        elif tag == "button" and name:
            self._form.choices.setdefault(name, []).append(value)

    def _input(self, given: dict[str, str], name: str, value: str) -> None:
        assert self._form is not None
        kind = given.get("type", "text")
        if kind in ("radio", "checkbox"):
            self._form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                self._form.values.setdefault(name, []).append(value)
        elif kind != "file":
            self._form.values.setdefault(name, []).append(value or "Words")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""


def forms_of(html: str, url: str) -> list[Form]:
    """Every form of a page."""
    reader = _Reader(url)
    reader.feed(html)
    return reader.forms
