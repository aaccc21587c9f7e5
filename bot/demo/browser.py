"""A browser without JavaScript: it follows links, fills in forms and presses their buttons, and keeps its cookies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2

_SILENT = frozenset({"script", "style", "template", "head"})
_BLOCKS = frozenset(
    {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "dt", "dd", "section", "article", "form", "pre", "ins", "del"}
)


@dataclass(slots=True)
class Button:
    """Something that submits its form: the words on it, its own name and value."""

    label: str
    name: str = ""
    value: str = ""


@dataclass(slots=True)
class Form:
    """A form as it came: where it goes, what its fields hold, its buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What was answered: the status, the words as a person reads them, the links by their words, the forms."""

    status: int
    url: str
    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)  # of tables: the words of each cell

    def buttons(self) -> list[str]:
        """The words on every button of the page."""
        return [button.label for form in self.forms for button in form.buttons]

    def link(self, words: str) -> str:
        """Where the first link with these words goes; "" when there is none."""
        return next((address for text, address in self.links if words in text), "")

    def form(self, label: str) -> tuple[Form, Button] | None:
        """The form with a button of exactly these words."""
        return next(((f, button) for f in self.forms for button in f.buttons if button.label == label), None)

    def says(self, *words: str) -> bool:
        """Whether all of these are on the page, however its lines are broken."""
        flat = " ".join(self.text.split())
        return all(word in flat for word in words)

    def line(self, words: str) -> str:
        """The first line that says this."""
        return next((line for line in self.text.splitlines() if words in line), "")


class Browser:
    """One person at one browser."""

    def __init__(self, home: str) -> None:
        self._http = httpx2.Client(base_url=home, follow_redirects=True, timeout=20, trust_env=False)

    def close(self) -> None:
        """Forget everything."""
        self._http.close()

    def open(self, address: str) -> Page:
        """Go to an address."""
        return _read(self._http.get(address))

    def press(self, page: Page, label: str, inputs: Mapping[str, str] | None = None) -> Page:
        """Press a button of ``page``, its form filled in with ``inputs``. Raises LookupError when it is not there."""
        found = page.form(label)
        if found is None:
            raise LookupError(f"there is no button {label!r} on {page.url}; there are {page.buttons()}")
        form, button = found
        sent = {**form.fields, **(inputs or {})}
        if button.name:
            sent[button.name] = button.value
        address = urljoin(page.url, form.action)
        if form.method == "post":
            origin = "/".join(page.url.split("/")[:3])
            return _read(self._http.post(address, data=sent, headers={"origin": origin, "referer": page.url}))
        return _read(self._http.get(address, params=sent))


def _read(answer: httpx2.Response) -> Page:
    reader = _Reader(Page(answer.status_code, str(answer.url)))
    reader.feed(answer.text)
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    """Reads one page; void and unclosed elements are taken as browsers take them, as far as our pages need."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._words: list[str] = []
        self._silent = 0
        self._form: Form | None = None
        self._named: list[str] | None = None  # the words of the link or button we are in
        self._button: Button | None = None
        self._address = ""
        self._field = ""  # the select or textarea we are in
        self._cell: list[str] | None = None

    def finish(self) -> Page:
        lines = (" ".join(line.split()) for line in "".join(self._words).splitlines())
        self._page.text = "\n".join(line for line in lines if line)
        return self._page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._silent += tag in _SILENT
        if tag in _BLOCKS or tag == "br":
            self._words.append("\n")
        elif tag == "span":  # most of ours begin a line of their own by their style
            self.handle_data(" ")
        if tag == "tr":
            self._page.rows.append([])
        elif tag in ("td", "th"):
            self._cell = []
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self._page.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._named, self._address = [], urljoin(self._page.url, given["href"])
        elif tag == "button":
            self._named, self._button = [], Button("", given.get("name", ""), given.get("value", ""))
        elif self._form is not None:
            self._start_field(self._form, tag, given)

    def _start_field(self, form: Form, tag: str, given: Mapping[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag in ("select", "textarea") and name:
            self._field = name
            form.fields[name] = ""
        elif tag == "option" and self._field and ("selected" in given or not form.fields.get(self._field)):
            form.fields[self._field] = value
        elif tag == "input" and given.get("type") == "submit":
            form.buttons.append(Button(value, name, value))
        elif tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT
        words = " ".join("".join(self._named or ()).split())
        if tag == "a" and self._address:
            self._page.links.append((words, self._address))
            self._named, self._address = None, ""
        elif tag == "button" and self._button is not None and self._form is not None:
            self._button.label = words
            self._form.buttons.append(self._button)
            self._named, self._button = None, None
        elif tag in ("select", "textarea"):
            self._field = ""
        elif tag == "form":
            self._form = None
        if tag in ("td", "th") and self._cell is not None and self._page.rows:
            self._page.rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None
        if tag in _BLOCKS:
            self._words.append("\n")
        elif tag in ("td", "th", "span", "button", "a"):
            self._words.append(" ")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        self._words.append(data)
        if self._cell is not None:
            self._cell.append(data)
        if self._named is not None:
            self._named.append(data)
