"""Whole screens for the pictures: a channel with its messages, a thread, a form, the app's own page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from scripts.slack_blocks import Json, Names, draw_blocks, text_of
from scripts.slack_mrkdwn import NotDrawn, mrkdwn

_CSS = Path(__file__).with_name("slack.css")


def channel(name: str, messages: Sequence[Json], names: Names) -> str:
    """Messages of the app one below the other; each has ``text`` and ``blocks``, as they were sent."""
    shown = "".join(_message(each, names) for each in messages)
    return _page(f'<section class="channel"><header># {html.escape(name)}</header>{shown}</section>')


def thread(message: Json, replies: Sequence[Json], names: Names) -> str:
    """A thread: of the message only its line, of each reply the whole."""
    count = f'<div class="replies">{len(replies)} repl{"y" if len(replies) == 1 else "ies"}</div>'
    first = _message({"text": message["text"], "blocks": []}, names)
    shown = "".join(_message(each, names) for each in replies)
    return _page(f'<section class="channel"><header>Thread</header>{first}{count}{shown}</section>')


def modal(view: Json, names: Names) -> str:
    """A form, with its title above and its buttons below."""
    if view["type"] != "modal":
        raise NotDrawn(f"a view of type {view['type']!r} is no modal")
    close = f"<button>{text_of(view['close'], names)}</button>" if "close" in view else ""
    submit = f'<button class="primary">{text_of(view["submit"], names)}</button>' if "submit" in view else ""
    title, blocks = text_of(view["title"], names), draw_blocks(view["blocks"], names)
    footer = f'<footer class="actions">{close}{submit}</footer>'
    return _page(f'<section class="modal"><header>{title}</header><div class="body">{blocks}</div>{footer}</section>')


def home(view: Json, names: Names) -> str:
    """The app's own page of one person."""
    if view["type"] != "home":
        raise NotDrawn(f"a view of type {view['type']!r} is no home")
    blocks = draw_blocks(view["blocks"], names)
    return _page(f'<section class="channel"><header>Suture · Home</header><div class="body">{blocks}</div></section>')


def _message(sent: Json, names: Names) -> str:
    """With blocks Slack shows those; without, the text, as markup."""
    inside = draw_blocks(sent["blocks"], names) if sent["blocks"] else f"<p>{mrkdwn(sent['text'], names)}</p>"
    head = '<b>Suture</b> <span class="app">APP</span>'
    return f'<article><div class="face">S</div><div class="said"><div>{head}</div>{inside}</div></article>'


def _page(body: str) -> str:
    css = _CSS.read_text(encoding="utf-8")
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return f"<!doctype html>{meta}<style>{css}</style><body>{body}</body>"
