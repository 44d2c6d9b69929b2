"""Downloads from a hub, played by a small HTTP server that can break in every way a network does."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from models.errors import FetchError
from models.hub import fetch_hub
from models.registry import HubSource

CONTENT = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Hub(ThreadingHTTPServer):
    """Redirects to a second path like the real one. `cut` bytes are sent before it hangs up."""

    cut = 0
    stated = SHA256
    asked: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self):
        self.server.asked.append(self.headers.get("Range", ""))
        if "missing" in self.path:
            self.send_error(404)
        elif "/resolve/" in self.path:
            self.send_response(302)
            self.send_header("Location", "/cdn/file")
            self.send_header("X-Linked-ETag", f'"{self.server.stated}"')
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.send_content()

    def send_content(self):
        first = int((self.headers.get("Range") or "bytes=0-").split("=")[1].rstrip("-"))
        if first >= len(CONTENT):
            self.send_error(416)
            return
        body = CONTENT[first:]
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.cut:
            body, self.server.cut = body[: self.server.cut], 0
            self.close_connection = True
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def hub(monkeypatch):
    server = Hub(("127.0.0.1", 0), Handler)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.shutdown()
    server.server_close()


def quiet(stage, done, total):
    pass


def test_file_is_fetched_and_checked_by_the_hubs_word(hub, tmp_path):
    seen = []
    fetch_hub(HubSource(repo="a/b", files=("x/w.bin",)), tmp_path, progress=lambda *p: seen.append(p))
    assert (tmp_path / "x" / "w.bin").read_bytes() == CONTENT
    assert seen[-1] == ("download", len(CONTENT), len(CONTENT))


def test_broken_connection_is_continued(hub, tmp_path):
    hub.cut = 100_000
    fetch_hub(HubSource(repo="a/b", files=("w",), sha256=(SHA256,)), tmp_path, progress=quiet)
    assert (tmp_path / "w").read_bytes() == CONTENT
    assert "bytes=100000-" in hub.asked


def test_interrupted_call_is_continued(hub, tmp_path):
    (tmp_path / "w.partial").write_bytes(CONTENT[:5000])
    fetch_hub(HubSource(repo="a/b", files=("w",)), tmp_path, progress=quiet)
    assert (tmp_path / "w").read_bytes() == CONTENT
    assert hub.asked[0] == "bytes=5000-"


def test_whole_partial_file_is_accepted(hub, tmp_path):
    (tmp_path / "w.partial").write_bytes(CONTENT)
    fetch_hub(HubSource(repo="a/b", files=("w",)), tmp_path, progress=quiet)
    assert (tmp_path / "w").read_bytes() == CONTENT


def test_whole_file_is_not_asked_for(hub, tmp_path):
    (tmp_path / "w").write_bytes(CONTENT)
    fetch_hub(HubSource(repo="a/b", files=("w",), sha256=(SHA256,)), tmp_path, progress=quiet)
    assert hub.asked == []


@pytest.mark.parametrize("stated", [True, False])
def test_wrong_checksum_is_refused(hub, tmp_path, stated):
    hub.stated = "0" * 64 if stated else SHA256
    wanted = () if stated else ("0" * 64,)
    with pytest.raises(FetchError, match="checksum"):
        fetch_hub(HubSource(repo="a/b", files=("w",), sha256=wanted), tmp_path, progress=quiet)
    assert list(tmp_path.iterdir()) == []


def test_git_checksum_of_small_files(hub, tmp_path):
    hub.stated = hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest()
    fetch_hub(HubSource(repo="a/b", files=("w",)), tmp_path, progress=quiet)
    assert (tmp_path / "w").read_bytes() == CONTENT


def test_missing_file_names_its_address(hub, tmp_path):
    with pytest.raises(FetchError, match=r"404.*missing"):
        fetch_hub(HubSource(repo="a/missing", files=("w",)), tmp_path, progress=quiet)


def test_closed_port_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(FetchError, match="cannot be reached"):
        fetch_hub(HubSource(repo="a/b", files=("w",)), tmp_path, progress=quiet)
