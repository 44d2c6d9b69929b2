"""Any server that speaks the OpenAI chat protocol: vLLM, llama.cpp, Ollama, commercial ones."""

from __future__ import annotations

import email.utils
import json
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

from models.base import Answer, Decoding, Limits, Request
from models.errors import ModelError, ServerError, SourceTooLong
from models.prompt import Message, load_prompt
from models.registry import Entry, Server
from models.spending import Purse

# Worth another try: time-outs, too many requests, and a server that is down or starting.
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 60.0
# What stands beside the words of a message in pieces: role, start, end.
MESSAGE_PIECES = 8


class ServedTranslator:
    """A Translator behind a server. Answers belong to requests by position, never by arrival.

    The server counts pieces its own way: `count_pieces` takes one a character, which Chinese text
    seldom exceeds. Pieces cannot be forbidden over this protocol.
    """

    def __init__(
        self, name: str, entry: Entry, *, batch: int = 0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        if entry.server is None:
            raise ModelError(f"{name}: its registry entry has no server")
        self.name = name
        self.entry = entry
        self.server: Server = entry.server
        self.limits: Limits = entry.limits
        self.prompt = load_prompt(entry.prompt or "qwen")
        self.revision = f"{entry.revision()}-served-{self.prompt.sha256[:8]}"
        self.concurrency = batch or self.server.concurrency
        self.purse = Purse(self.server)
        self._sleep = sleep
        self._client: Any = None

    def load(self) -> None:
        """Make the client; nothing is sent yet."""
        if self._client is not None:
            return
        try:
            import httpx
        except ImportError as error:
            raise ModelError(
                f"{self.name} is served over HTTP; run: python -m pip install 'duizhao[served]'"
            ) from error
        if not self.server.url.startswith(("http://", "https://")):
            raise ModelError(f"{self.name}: url must begin with http:// or https://, not {self.server.url!r}")
        key = os.environ.get(self.server.key_env, "") if self.server.key_env else ""
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self.server.timeout_s, connect=self.server.connect_timeout_s),
            limits=httpx.Limits(max_connections=self.concurrency),
        )

    def count_pieces(self, text: str) -> int:
        """An estimate: one piece a character."""
        return len(text)

    def translate(self, requests: Sequence[Request], *, decoding: Decoding | None = None) -> list[Answer]:
        """Translate in order, one answer per request; empty input gives empty output.

        Raises:  SourceTooLong: a text exceeds the limit (never cut silently).
                 ServerError: the server failed after all retries; `answers` holds what it answered.
                 SpendLimit: the limit in pieces or money would be passed; `answers` likewise.
        """
        decoding = self.entry.search(decoding)
        for request in requests:
            self._check_length(request)
        self.load()
        with ThreadPoolExecutor(self.concurrency) as pool:
            futures = [pool.submit(self._answer, request, decoding) for request in requests]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        failures = [error for future in futures if (error := _failure(future)) is not None]
        if failures and isinstance(failures[0], ServerError):
            failures[0].answers = {i: f.result() for i, f in enumerate(futures) if _succeeded(f)}
        if failures:
            raise failures[0]
        return [future.result() for future in futures]

    def _check_length(self, request: Request) -> None:
        count, limit = self.count_pieces(request.text), self.limits.max_source_pieces
        if count > limit:
            raise SourceTooLong(
                f"{self.name}: a text of about {count} pieces, at most {limit} are allowed: "
                f"{request.text[:30]}…"
            )

    def _answer(self, request: Request, decoding: Decoding) -> Answer:
        """The answer to one request; further candidates are sampled in calls of their own."""
        first = self._ask(request, decoding)
        others = []
        for number in range(1, decoding.candidates):
            sampled = replace(decoding, temperature=decoding.temperature or 0.7, seed=decoding.seed + number)
            others.append(self._ask(request, sampled))
        return replace(first, others=tuple(other.text for other in others if other.finished))

    def _ask(self, request: Request, decoding: Decoding) -> Answer:
        """One call, with its pieces counted against the limits."""
        messages = self.prompt.messages(request)
        most = 48 + 3 * self.count_pieces(request.text)
        limit = min(self.limits.max_target_pieces, decoding.max_target_pieces or most)
        reserved = (sum(self.count_pieces(m.content) + MESSAGE_PIECES for m in messages), limit)
        self.purse.reserve(*reserved)
        used = (0, 0)
        try:
            reply = self._post(_body(self.server, messages, limit, decoding))
            answer = _read_reply(reply)
            used = (answer.n_source_pieces or reserved[0], answer.n_target_pieces or reserved[1])
            return answer
        finally:
            self.purse.settle(reserved, used)

    def _post(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The reply to a call, tried again with growing pauses while the failure may pass.

        Raises:  ServerError: it did not pass, or was of a kind that does not.
        """
        for tried in range(self.server.retries + 1):
            failure, pause = "", pause_before(tried + 1)
            try:
                status, headers, content = self._send(body)
                if status == 200:
                    return _parsed(content)
                failure = f"answered {status}: {_words(content)}"
                if status not in PASSING:
                    raise ServerError(f"{self.server.url} {failure}{self._advice(status)}")
                pause = wanted_pause(headers.get("retry-after", ""), pause)
            except (OSError, ValueError) as error:
                failure = f"gave no usable answer: {error or type(error).__name__}"
            if pause > LONGEST_PAUSE_S:
                raise ServerError(f"{self.server.url} {failure}; it asks to wait {pause:.0f} s")
            if tried < self.server.retries:
                self._sleep(pause)
        raise ServerError(f"{self.server.url} {failure} (after {self.server.retries + 1} tries)")

    def _send(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, str], bytes]:
        """One HTTP exchange, all of it within the time-out however slowly bytes drip in.

        Raises:  OSError: the network failed or the time is up.
        """
        import httpx

        ends = time.monotonic() + self.server.timeout_s
        url = f"{self.server.url.rstrip('/')}/chat/completions"
        try:
            with self._client.stream("POST", url, json=body) as response:
                content = bytearray()
                for block in response.iter_bytes():
                    content += block
                    if time.monotonic() > ends:
                        raise TimeoutError(f"no whole answer within {self.server.timeout_s:g} s")
                return response.status_code, response.headers, bytes(content)
        except httpx.TimeoutException as error:
            raise TimeoutError(f"no answer within {self.server.timeout_s:g} s") from error
        except httpx.HTTPError as error:
            raise OSError(str(error) or type(error).__name__) from error

    def _advice(self, status: int) -> str:
        if status in (401, 403):
            return (
                f"; is the key in the environment variable {self.server.key_env or '(key_env is not set)'}?"
            )
        return ""


def _body(server: Server, messages: Sequence[Message], limit: int, decoding: Decoding) -> dict[str, Any]:
    """The JSON of a call."""
    body: dict[str, Any] = {
        "model": server.model,
        "messages": [{"role": role, "content": content} for role, content in messages],
        "temperature": decoding.temperature,
        "seed": decoding.seed,
        "stream": False,
        server.limit_key: limit,
    }
    if server.logprobs:
        body["logprobs"] = True
    return body | dict(server.body)


def _read_reply(reply: Mapping[str, Any]) -> Answer:
    """The answer in a reply of the protocol.

    Raises:  ServerError: the reply has another form.
    """
    try:
        (choice,) = reply["choices"]
        text = choice["message"]["content"] or ""
        usage = reply.get("usage") or {}
        scored = (choice.get("logprobs") or {}).get("content") or []
        scores = [float(piece["logprob"]) for piece in scored]
        return Answer(
            text=text.strip(),
            score=sum(scores) / len(scores) if scores else None,
            finished=choice.get("finish_reason") == "stop",
            n_source_pieces=int(usage.get("prompt_tokens") or 0),
            n_target_pieces=int(usage.get("completion_tokens") or 0),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServerError(f"the reply is not a chat completion: {str(reply)[:200]}") from error


def pause_before(tried: int) -> float:
    """Seconds before the next try: doubled each time, spread so that clients do not come together."""
    longest: float = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (tried - 1))
    return longest * random.uniform(0.5, 1.0)  # only spreads load: needs no seed


def wanted_pause(header: str, otherwise: float) -> float:
    """What `Retry-After` asks for, in seconds or as a date; else the pause given."""
    if not header:
        return otherwise
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return otherwise


def _parsed(content: bytes) -> Mapping[str, Any]:
    """Raises:  ValueError: cut short, or not a JSON object."""
    reply = json.loads(content)
    if not isinstance(reply, dict):
        raise ValueError("the reply is no JSON object")
    return reply


def _words(content: bytes) -> str:
    """What an error reply says, in one line."""
    text = content.decode("utf-8", "replace")
    try:
        error = json.loads(text)["error"]
        text = error["message"] if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError):
        pass
    return " ".join(text.split())[:200] or "without a word"


def _succeeded(future: Future[Answer]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _failure(future: Future[Answer]) -> BaseException | None:
    return None if future.cancelled() else future.exception()
