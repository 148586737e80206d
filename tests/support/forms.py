"""What a browser without JavaScript would send of a form on a page."""

from __future__ import annotations

from html.parser import HTMLParser


class Form(HTMLParser):
    """The fields of the form with ``id``, or of all forms on a page together: ``fields`` by their names."""

    def __init__(self, html: str, form_id: str = "") -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._wanted, self._within = form_id, not form_id
        self._area = self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and self._wanted:
            self._within = given.get("id") == self._wanted
        if not self._within:
            return
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "textarea":
            self._area = name
            self.fields[name] = ""
        elif tag == "select":
            self._select = name
            self.fields[name] = ""
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = value
        elif tag == "input" and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self.fields[name] = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data.removeprefix("\n") if not self.fields[self._area] else data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
