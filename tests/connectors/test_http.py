"""Reading a configured location: a real TLS server with its own certificate, and files."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from connectors.context.fetch import Feed, open_feed
from connectors.contract.failure import NeedsHuman, Retriable
from connectors.http import open_source
from tests.fakes.certificate import certificate

BODY = b"0123456789" * 1_000


class Feeds(BaseHTTPRequestHandler):
    """What a publisher may answer, one path each."""

    def do_GET(self) -> None:
        getattr(self, "answer_" + self.path.strip("/").split("?")[0], self.answer_missing)()

    def answer_feed(self) -> None:
        self._send(200, BODY)

    def answer_packed(self) -> None:
        self._send(200, gzip.compress(BODY), ("Content-Encoding", "gzip"))

    def answer_unpackable(self) -> None:
        self._send(200, b"junk", ("Content-Encoding", "gzip"))

    def answer_moved(self) -> None:
        self._send(302, b"", ("Location", "/feed"))

    def answer_away(self) -> None:
        self._send(302, b"", ("Location", "https://elsewhere.example.com/feed?token=hidden"))

    def answer_downgraded(self) -> None:
        self._send(302, b"", ("Location", f"http://localhost:{self.server.server_port}/feed"))

    def answer_circle(self) -> None:
        self._send(302, b"", ("Location", "/circle"))

    def answer_busy(self) -> None:
        self._send(503, b"", ("Retry-After", "17"))

    def answer_torn(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "500")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True

    def answer_missing(self) -> None:
        self._send(404, b"")

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, httpx2.Client]]:
    """(address, a client that trusts it)."""
    pem = certificate(tmp_path_factory.mktemp("tls"))
    server = ThreadingHTTPServer(("localhost", 0), Feeds)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    trusting = ssl.create_default_context(cafile=str(pem))
    with httpx2.Client(verify=trusting, trust_env=False, timeout=10) as client:
        yield f"https://localhost:{server.server_port}", client
    server.shutdown()
    thread.join()
    server.server_close()


def fetched(publisher: tuple[str, httpx2.Client], path: str, most_bytes: int = 100_000) -> bytes:
    address, client = publisher
    with open_source(address + path, hosts={"localhost"}, most_bytes=most_bytes, client=client) as stream:
        assert stream.seekable()
        return stream.read()


@pytest.mark.parametrize("path", ["/feed", "/packed", "/moved"])
def test_a_feed_arrives_whole(publisher: tuple[str, httpx2.Client], path: str) -> None:
    assert fetched(publisher, path) == BODY


@pytest.mark.parametrize("path", ["/feed", "/packed"])
def test_no_more_is_read_than_allowed(publisher: tuple[str, httpx2.Client], path: str) -> None:
    with pytest.raises(NeedsHuman, match="larger than the 9,999 bytes"):
        fetched(publisher, path, most_bytes=9_999)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/away", r"redirects to https://elsewhere\.example\.com/feed; if"),
        ("/downgraded", "redirects to http://"),
        ("/circle", "redirects more than 5 times"),
        ("/nowhere?token=hidden", r"/nowhere answered 404"),
    ],
)
def test_what_a_person_must_put_right_without_a_secret_in_it(
    publisher: tuple[str, httpx2.Client], path: str, words: str
) -> None:
    with pytest.raises(NeedsHuman, match=words) as caught:
        fetched(publisher, path)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("path", ["/torn", "/unpackable"])
def test_half_a_feed_is_never_handed_out(publisher: tuple[str, httpx2.Client], path: str) -> None:
    with pytest.raises(Retriable):
        fetched(publisher, path)


def test_a_busy_publisher_says_when(publisher: tuple[str, httpx2.Client]) -> None:
    with pytest.raises(Retriable) as caught:
        fetched(publisher, "/busy")
    assert caught.value.after == 17


def test_an_answer_may_not_drip_for_ever(publisher: tuple[str, httpx2.Client]) -> None:
    address, client = publisher
    ticks = iter(range(0, 10_000, 601))
    with (
        pytest.raises(Retriable, match="longer than 600 s"),
        open_source(address + "/feed", hosts={"localhost"}, client=client, clock=lambda: float(next(ticks))),
    ):
        pass


def test_nobody_listening_is_retriable() -> None:
    with (
        pytest.raises(Retriable, match="could not be read"),
        open_source("https://localhost:1/feed", hosts={"localhost"}),
    ):
        pass


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://localhost/feed", "only plain https"),
        ("ftp://localhost/feed", "only plain https"),
        ("file:///etc/passwd", "only plain https"),
        ("https://ana:hidden@localhost/feed", "without a password"),
        ("https://evil.example.com/feed?token=hidden", "evil.example.com is not among the hosts"),
        ("https://localhost.evil.example.com/feed", "not among the hosts"),
        ("https://localhost:port/feed", "no URL"),
    ],
)
def test_other_places_are_never_asked(location: str, words: str) -> None:
    with pytest.raises(NeedsHuman, match=words) as caught, open_source(location, hosts={"localhost"}):
        pass
    assert "hidden" not in str(caught.value)


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(BODY)
    with open_source(str(path), hosts=()) as stream:
        assert stream.read() == BODY
    with pytest.raises(NeedsHuman, match="larger than"), open_source(str(path), hosts=(), most_bytes=9):
        pass
    with pytest.raises(NeedsHuman, match="No such file"), open_source(str(tmp_path / "none"), hosts=()):
        pass


def test_a_feed_is_asked_of_its_publisher_or_a_mirror_only(publisher: tuple[str, httpx2.Client]) -> None:
    address, client = publisher
    with open_feed(Feed.EPSS, address + "/feed", hosts=("localhost",), client=client) as stream:
        assert stream.read() == BODY
    with pytest.raises(NeedsHuman, match=r"epss\.empiricalsecurity\.com"), open_feed(Feed.EPSS, address + "/feed"):
        pass
    assert all(httpx2.URL(feed.address).host in feed.hosts for feed in Feed if feed.address)
