"""The served backend against a real server process, and against servers that break."""

import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import replace
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from models.base import Decoding, Limits, Request, Translator
from models.errors import ModelError, ServerError, SourceTooLong, SpendLimit
from models.openai_backend import ServedTranslator, pause_before, wanted_pause
from models.registry import Entry, Server

REQUESTS = [Request(text=f"第{number}项改革") for number in range(12)]


class Script(ThreadingHTTPServer):
    """Answers each call as its next scripted reply says; `ok` once the script is over."""

    def __init__(self, *replies):
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = list(replies)
        self.bodies, self.keys, self.most, self.now = [], [], 0, 0
        self.lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Script

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        with server.lock:
            server.bodies.append(body)
            server.keys.append(self.headers.get("Authorization"))
            server.now += 1
            server.most = max(server.most, server.now)
            reply = server.replies.pop(0) if server.replies else ok
        try:
            reply(self, body)
        finally:
            with server.lock:
                server.now -= 1

    def send(self, status, content, headers=(), length=None):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(length or len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


def completion(text, finish="stop", **more):
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": finish, **more}
    return {"choices": [choice], "usage": {"prompt_tokens": 100, "completion_tokens": 10}}


def ok(handler, body):
    """Echoes the number in the last message, so that an answer out of step shows."""
    number = re.findall(r"第(\d+)项", body["messages"][-1]["content"])
    time.sleep(0.02 * (int(number[0]) % 3) if number else 0)
    handler.send(200, completion(f"Item {number[0]}" if number else "ok"))


def status(code, headers=(), content=None):
    body = {"error": {"message": "no luck"}} if content is None else content
    return lambda handler, _: handler.send(code, body, headers)


def cut(handler, body):
    handler.send(200, b'{"choices": [', length=5000)
    handler.close_connection = True


def text(content):
    return lambda handler, _: handler.send(200, content)


def slow(handler, body):
    time.sleep(1.5)
    handler.send(200, completion("late"))


def dripping(handler, body):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(12):
        handler.wfile.write(b" ")
        time.sleep(0.2)


@pytest.fixture
def serve():
    started = []

    def start(*replies, **options):
        server = Script(*replies)
        started.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server, translator(server.url, **options)

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def translator(url, **options):
    pauses = []
    limits = Limits(max_source_pieces=100, max_target_pieces=50)
    server = Server(url=url, model="m", **{"retries": 2, "timeout_s": 5.0} | options)
    entry = Entry(kind="served", engine="openai", prompt="qwen", limits=limits, server=server)
    served = ServedTranslator("served", entry, sleep=pauses.append)
    served.pauses = pauses
    return served


def test_answers_are_keyed_to_requests_and_calls_are_bounded(serve):
    server, served = serve(concurrency=3)
    assert isinstance(served, Translator)
    assert [answer.text for answer in served.translate(REQUESTS)] == [f"Item {n}" for n in range(12)]
    assert 1 < server.most <= 3
    assert served.translate([]) == []


def test_call_says_what_was_asked(serve):
    server, served = serve(limit_key="max_completion_tokens", logprobs=True, body={"top_k": 1})
    served.translate([Request(text="改革", terms=(("改革", "reform"),))], decoding=Decoding(seed=7))
    (body,) = server.bodies
    assert body["messages"][0]["role"] == "system"
    assert "改革 = reform" in body["messages"][-1]["content"]
    assert (body["seed"], body["temperature"], body["top_k"], body["logprobs"]) == (7, 0.0, 1, True)
    assert body["max_completion_tokens"] == 50
    assert "max_tokens" not in body


def test_key_comes_from_the_environment(serve, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret")
    server, served = serve(key_env="MY_KEY")
    served.translate(REQUESTS[:1])
    assert server.keys == ["Bearer secret"]


def test_refused_key_names_its_variable_and_is_not_tried_again(serve, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret")
    server, served = serve(status(401), key_env="MY_KEY")
    with pytest.raises(ServerError, match=r"401.*MY_KEY") as caught:
        served.translate(REQUESTS[:1])
    assert "secret" not in str(caught.value)
    assert len(server.bodies) == 1


@pytest.mark.parametrize("code", [429, 500, 503])
def test_passing_failures_are_tried_again(serve, code):
    server, served = serve(status(code), status(code))
    assert served.translate(REQUESTS[:1])[0].text == "Item 0"
    assert len(server.bodies) == 3
    assert served.pauses[1] > 0


@pytest.mark.parametrize("reply", [cut, text(b"<html>"), text(b"[]"), text(b"")])
def test_broken_replies_are_tried_again(serve, reply):
    server, served = serve(reply)
    assert served.translate(REQUESTS[:1])[0].text == "Item 0"
    assert len(server.bodies) == 2


@pytest.mark.parametrize("reply", [slow, dripping])
def test_slow_replies_run_into_the_time_out(serve, reply):
    _, served = serve(reply, retries=0, timeout_s=0.5)
    with pytest.raises(ServerError, match=r"0\.5 s"):
        served.translate(REQUESTS[:1])


def test_retries_end(serve):
    server, served = serve(*[status(500)] * 9)
    with pytest.raises(ServerError, match=r"500: no luck \(after 3 tries\)"):
        served.translate(REQUESTS[:1])
    assert len(server.bodies) == 3


def test_retry_after_is_honoured(serve):
    _, served = serve(status(429, [("Retry-After", "7")]))
    served.translate(REQUESTS[:1])
    assert served.pauses == [7.0]
    _, served = serve(status(429, [("Retry-After", "3600")]))
    with pytest.raises(ServerError, match="wait 3600 s"):
        served.translate(REQUESTS[:1])


def test_pauses():
    assert all(0.25 <= pause_before(1) <= 0.5 for _ in range(50))
    assert all(2 <= pause_before(4) <= 4 for _ in range(50))
    assert pause_before(30) <= 60
    assert wanted_pause("", 3.0) == 3.0
    assert wanted_pause("nonsense", 3.0) == 3.0
    assert 5 < wanted_pause(formatdate(time.time() + 10), 0) <= 10
    assert wanted_pause(formatdate(time.time() - 10), 1.0) == 0


def test_refused_connection_is_one_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ServerError, match=rf"127\.0\.0\.1:{port}.*after 2 tries"):
        translator(f"http://127.0.0.1:{port}/v1", retries=1).translate(REQUESTS[:1])


@pytest.mark.parametrize(
    "reply", [{}, {"choices": []}, {"choices": [{"text": "x"}]}, {"choices": [{"message": "x"}]}]
)
def test_replies_of_another_form_are_refused(serve, reply):
    _, served = serve(text(json.dumps(reply).encode()))
    with pytest.raises(ServerError, match="not a chat completion"):
        served.translate(REQUESTS[:1])


def test_unfinished_and_scored_answers(serve):
    pieces = {"logprobs": {"content": [{"logprob": -1.0}, {"logprob": -3.0}]}}
    replies = [completion("a", "length"), completion("b", **pieces), completion(None, "content_filter")]
    _, served = serve(*[text(json.dumps(reply).encode()) for reply in replies])
    first, second, third = (served.translate(REQUESTS[:1])[0] for _ in replies)
    assert (first.finished, first.score) == (False, None)
    assert (second.finished, second.score) == (True, -2.0)
    assert (third.text, third.finished) == ("", False)
    assert (first.n_source_pieces, first.n_target_pieces) == (100, 10)


def test_candidates_are_calls_of_their_own(serve):
    server, served = serve()
    (answer,) = served.translate(REQUESTS[:1], decoding=Decoding(candidates=3, seed=4))
    assert len(answer.others) == 2
    assert sorted((body["seed"], body["temperature"]) for body in server.bodies) == [
        (4, 0.0), (5, 0.7), (6, 0.7)
    ]  # fmt: skip


def test_limits_on_spending_keep_what_was_paid_for(serve):
    server, served = serve(concurrency=1, price_source=10.0, price_target=100.0, max_cost=0.04)
    with pytest.raises(SpendLimit, match="max_cost") as caught:
        served.translate(REQUESTS)
    assert 0 < len(server.bodies) < 12
    assert len(caught.value.answers) == len(server.bodies)
    assert caught.value.answers[0].text == "Item 0"
    assert served.purse.spent.cost <= 0.04
    _, served = serve(concurrency=1, max_pieces=1500)
    with pytest.raises(SpendLimit, match="max_pieces"):
        served.translate(REQUESTS)
    assert served.purse.spent.source + served.purse.spent.target <= 1500


def test_spending_is_what_the_server_counted(serve):
    _, served = serve(price_source=1.0, price_target=2.0)
    served.translate(REQUESTS[:3])
    assert (served.purse.spent.source, served.purse.spent.target) == (300, 30)
    assert served.purse.spent.cost == pytest.approx(360e-6)


def test_too_long_a_source_is_refused_before_any_call(serve):
    server, served = serve()
    with pytest.raises(SourceTooLong, match="100"):
        served.translate([*REQUESTS, Request(text="改" * 101)])
    assert server.bodies == []


def test_address_must_be_http():
    with pytest.raises(ModelError, match="http://"):
        translator("ftp://x").load()


@pytest.fixture(scope="module")
def real_server(tiny_gguf, tmp_path_factory):
    """`transformers serve` with the tiny model, in a process of its own."""
    import torch
    import transformers as hf

    folder = tmp_path_factory.mktemp("served")
    where = {"pretrained_model_name_or_path": str(tiny_gguf.parent), "gguf_file": tiny_gguf.name}
    dense = hf.GgufConfig(dequantize=True)
    model = hf.AutoModelForCausalLM.from_pretrained(**where, quantization_config=dense, dtype=torch.float32)
    model.save_pretrained(folder)
    hf.AutoTokenizer.from_pretrained(**where).save_pretrained(folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from transformers.cli.transformers import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "serve", str(folder), "--host", "127.0.0.1"]
    process = subprocess.Popen([*command, "--port", str(port), "--device", "cpu"])
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process)
        yield f"http://127.0.0.1:{port}/v1", str(folder)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(url, process, seconds=150):
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail("transformers serve did not start")


@pytest.mark.slow
def test_real_server_translates_like_the_same_weights_here(real_server, tiny_gguf, causal_entry, tmp_path):
    from models import gguf_convert
    from models.ctranslate2_causal import CausalTranslator

    url, model = real_server
    entry = replace(causal_entry, kind="served", engine="openai", server=Server(url=url, model=model))
    requests = [Request(text=text) for text in ("改革方案由省委审定", "全省", "撤销事业单位")]
    decoding = Decoding(max_target_pieces=4, forbid_chinese=False)
    served = ServedTranslator("served", entry).translate(requests, decoding=decoding)
    gguf_convert.convert(tiny_gguf, tmp_path / "ct2", compute_type="float32", progress=lambda *_: None)
    here = CausalTranslator("t", causal_entry, tmp_path / "ct2").translate(requests, decoding=decoding)
    assert [answer.n_target_pieces for answer in served] == [4, 4, 4]
    assert not any(answer.finished for answer in served)
    assert sum(a.text == b.text for a, b in zip(served, here, strict=True)) >= 2
