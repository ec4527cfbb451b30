#!/usr/bin/env python3
"""Drive the real Claude Code client offline against a scripted model.

The client is started with a scrubbed environment inside private network and PID
namespaces.  The only thing it can reach is a fake Messages API on loopback, which
plays a *script* of assistant turns and records every request.  From those requests
we can tell exactly what the "model" was shown: tool results (with deny reasons),
hook context, system reminders.

Library use::

    from harness import drive, write_tree
    write_tree(project, {".claude/settings.json": {...}})
    t = drive({"prompt": "go", "turns": [{"tools": [["Bash", {"command": "id"}]]},
                                         {"text": "done"}]}, project=project, out=out)
    assert "denied by gate" in t.result_of("Bash").text

Command line::

    harness.py run SCENARIO.json --project DIR --out DIR
    harness.py show OUT_DIR

Scenario keys (all optional but ``prompt``):

``prompt``   user text; a list of texts makes a multi-turn session (stream-json input)
``turns``    the main thread's assistant turns, played in order
``lanes``    ``[{"name", "when", "turns"}]``: scripts for subagents and for side requests
             (prompt hooks, summaries), chosen by a text ``when`` found in the request
``args``     extra client arguments, e.g. ``["--model", "sonnet"]``
``env``      extra environment variables for the client
``wrap``     a command put before the client's, e.g. ``["strace", "-f", "-o", "trace.txt"]``
``helpers``  commands started beside the client, in the same namespaces (a daemon, say)
``linger``   seconds to wait after the client's exit, to see what outlives it
``timeout``  seconds before the client is killed (default 60)
``trust``    false leaves the project untrusted (default: the trust dialog is pre-accepted)
``tty``      run the interactive client on a pty instead of ``-p``: a list of steps,
             ``{"wait": text-on-screen}``, ``{"send": keys}``, ``{"sleep": seconds}`` or
             ``{"send": keys, "until": text-on-screen}``, which sends them each second until then

A turn is ``{"text", "tools", "stop_reason", "delay", "usage", "error"}``; ``tools`` is a
list of ``[name, input]`` pairs, ``error`` is ``{"status", "type", "message"}``.
When a script is used up, the model answers with the plain text ``(end of script)``.
"""

from __future__ import annotations

import argparse
import dataclasses
import fcntl
import http.server
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import Any, Iterator

CLIENT = os.environ.get("CC_CLIENT") or shutil.which("claude") or "claude"
API_KEY = "dummy-key-for-the-fake-api"
END_OF_SCRIPT = {"text": "(end of script)"}


# --------------------------------------------------------------------------- script


class Lane:
    """One conversation's script: hands out its turns in order."""

    def __init__(self, name: str, turns: list[dict]):
        self.name, self.turns, self.used = name, turns, 0

    def next_turn(self) -> dict:
        turn = self.turns[self.used] if self.used < len(self.turns) else END_OF_SCRIPT
        self.used += 1
        return turn


class Script:
    """Chooses the lane that answers a request.

    The client marks a subagent's requests with its agent id.  Other requests with tools are
    the main thread's, except an agent hook's, known by its first message.  Requests without
    tools are side requests (prompt hooks, summaries, ...); they never eat main turns.
    """

    def __init__(self, scenario: dict):
        self.specs = scenario.get("lanes", [])
        self.main = Lane("main", scenario.get("turns", []))
        self.agents: dict[str, Lane] = {}
        self.side: dict[str, Lane] = {}

    def lane_for(self, body: dict, agent_id: str | None) -> Lane:
        if agent_id in self.agents:
            return self.agents[agent_id]
        messages = body.get("messages") or []
        if agent_id:
            spec = self._spec_in(messages)
            name = spec.get("name", "agent")
            taken = sum(lane.name.split("#")[0] == name for lane in self.agents.values())
            lane = Lane(f"{name}#{taken + 1}" if taken else name, spec.get("turns", []))
            return self.agents.setdefault(agent_id, lane)
        has_tools = bool(body.get("tools"))
        spec = self._spec_in(messages[:1] if has_tools else [body.get("system"), messages])
        if has_tools and not spec:
            return self.main
        name = spec.get("name", "side")
        return self.side.setdefault(name, Lane(name, spec.get("turns", [])))

    def _spec_in(self, where: list) -> dict:
        haystack = json.dumps(where, ensure_ascii=False)
        return next((spec for spec in self.specs if spec["when"] in haystack), {})


def content_blocks(turn: dict, stem: str) -> list[dict]:
    """The assistant content blocks of a scripted turn."""
    blocks: list[dict] = []
    if turn.get("text"):
        blocks.append({"type": "text", "text": turn["text"]})
    for i, (name, args) in enumerate(turn.get("tools", [])):
        blocks.append({"type": "tool_use", "id": f"toolu_{stem}_{i}", "name": name, "input": args})
    return blocks or [{"type": "text", "text": "(empty turn)"}]


def stop_reason(turn: dict) -> str:
    return turn.get("stop_reason") or ("tool_use" if turn.get("tools") else "end_turn")


def stream_events(message: dict) -> Iterator[dict]:
    """The server-sent events that stream a finished message."""
    start = {**message, "content": [], "stop_reason": None}
    yield {"type": "message_start", "message": start}
    for i, block in enumerate(message["content"]):
        if block["type"] == "text":
            opened = {"type": "text", "text": ""}
            delta = {"type": "text_delta", "text": block["text"]}
        else:
            opened = {**block, "input": {}}
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield {"type": "content_block_start", "index": i, "content_block": opened}
        yield {"type": "content_block_delta", "index": i, "delta": delta}
        yield {"type": "content_block_stop", "index": i}
    yield {
        "type": "message_delta",
        "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
        "usage": message["usage"],
    }
    yield {"type": "message_stop"}


# --------------------------------------------------------------------------- fake API


class FakeApi(http.server.ThreadingHTTPServer):
    """A Messages API on loopback that plays a script and logs what it was asked."""

    daemon_threads = True

    def __init__(self, script: Script, log_path: Path):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.lock = threading.Lock()
        self.count = 0
        self.log = log_path.open("w", encoding="utf-8")
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def record(self, entry: dict) -> None:
        with self.lock:
            self.log.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self.log.flush()

    def answer(self, body: dict, agent_id: str | None) -> tuple[str, int, dict]:
        """Take the next scripted turn for this request: (lane, number, turn)."""
        with self.lock:
            lane = self.script.lane_for(body, agent_id)
            self.count += 1
            return lane.name, self.count, lane.next_turn()

    def handle_error(self, request, client_address):  # the client drops sockets when it exits
        pass


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FakeApi

    def log_message(self, *args):
        pass

    def do_HEAD(self):
        self._json(200, {})

    def do_GET(self):
        self._other(None)

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        path = self.path.partition("?")[0]
        if path == "/v1/messages" and isinstance(body, dict):
            self._messages(body)
        elif path == "/v1/messages/count_tokens":
            self._other(body, 200, {"input_tokens": max(1, len(raw) // 4)})
        else:
            self._other(body)

    def _messages(self, body: dict) -> None:
        agent_id = self.headers.get("x-claude-code-agent-id")
        lane, number, turn = self.server.answer(body, agent_id)
        self.server.record(
            {"n": number, "t": time.time(), "path": self.path, "lane": lane,
             "headers": {k.lower(): v for k, v in self.headers.items() if k.lower() != "x-api-key"},
             "body": body, "turn": turn}
        )
        time.sleep(turn.get("delay", 0))
        if error := turn.get("error"):
            detail = {"type": error["type"], "message": error.get("message", error["type"])}
            self._json(error["status"], {"type": "error", "error": detail})
            return
        message = {
            "id": f"msg_{number:04d}", "type": "message", "role": "assistant",
            "model": body.get("model"), "content": content_blocks(turn, f"{lane}_{number:04d}"),
            "stop_reason": stop_reason(turn), "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 20, **turn.get("usage", {})},
        }
        if not body.get("stream"):
            self._json(200, message)
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for event in stream_events(message):
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()
        self.close_connection = True

    def _other(self, body, status=404, reply=None):
        self.server.record({"t": time.time(), "method": self.command, "path": self.path, "body": body})
        self._json(status, reply or {"type": "error", "error": {"type": "not_found_error"}})

    def _json(self, status: int, payload: dict) -> None:
        data = json.dumps(payload).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


# --------------------------------------------------------------------------- client run


def client_env(home: Path, url: str, extra: dict[str, str]) -> dict[str, str]:
    """The whole environment of the client: nothing is inherited."""
    return {
        "HOME": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin", "TERM": "xterm-256color",
        "LANG": "C.UTF-8", "ANTHROPIC_API_KEY": API_KEY, "ANTHROPIC_BASE_URL": url,
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1", "DISABLE_TELEMETRY": "1",
        "DISABLE_AUTOUPDATER": "1", "DISABLE_ERROR_REPORTING": "1", **extra,
    }


def prepare_home(home: Path, project: Path, trust: bool) -> None:
    """Answer the first-run questions (theme, API key, workspace trust) in a scratch home."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / ".claude.json"
    state = json.loads(path.read_text()) if path.exists() else {
        "hasCompletedOnboarding": True, "theme": "dark",
        "customApiKeyResponses": {"approved": [API_KEY[-20:]], "rejected": []},
    }
    if trust:
        state.setdefault("projects", {}).setdefault(str(project), {})["hasTrustDialogAccepted"] = True
    path.write_text(json.dumps(state))


def run_print(argv: list[str], scenario: dict, project: Path, env: dict, out: Path) -> dict:
    """Run ``claude -p`` and save its event stream; returns exit code and timing."""
    prompts = scenario["prompt"]
    many = isinstance(prompts, list)
    argv = argv + ["-p", "--output-format", "stream-json", "--verbose", "--include-hook-events",
                   "--debug-file", str(out / "debug.txt")]
    argv += ["--input-format", "stream-json"] if many else []
    argv += scenario.get("args", [])
    argv += [] if many else ["--", prompts]
    started = time.time()
    with (out / "stderr.txt").open("wb") as err, (out / "stream.jsonl").open("w") as stream:
        client = subprocess.Popen(
            argv, cwd=project, env=env, stderr=err, stdout=subprocess.PIPE, text=True,
            stdin=subprocess.PIPE if many else subprocess.DEVNULL, start_new_session=True)
        timer = threading.Timer(scenario.get("timeout", 60), _kill_group, [client.pid])
        timer.start()
        pending = list(prompts) if many else []
        _send_prompt(client, pending)
        for line in client.stdout:
            stream.write(json.dumps({"t": round(time.time() - started, 4), "raw": line.rstrip()}) + "\n")
            if many and '"type":"result"' in line:
                _send_prompt(client, pending)
        code = client.wait()
        timed_out = not timer.is_alive()
        timer.cancel()
    return {"exit_code": code, "timed_out": timed_out, "seconds": round(time.time() - started, 3)}


def _send_prompt(client: subprocess.Popen, pending: list[str]) -> None:
    if client.stdin is None or client.stdin.closed:
        return
    if not pending:
        client.stdin.close()
        return
    message = {"role": "user", "content": pending.pop(0)}
    client.stdin.write(json.dumps({"type": "user", "message": message}) + "\n")
    client.stdin.flush()


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


ANSI = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()].|\x1b[=>78]")


def screen_text(raw: bytes) -> str:
    """Terminal output without its escape sequences (cursor moves become spaces)."""
    return ANSI.sub(b" ", raw).decode("utf-8", "replace")


def run_tty(argv: list[str], scenario: dict, project: Path, env: dict, out: Path) -> dict:
    """Run the interactive client on a pty and play the scenario's key steps."""
    argv = argv + ["--debug-file", str(out / "debug.txt")] + scenario.get("args", [])
    started = time.time()
    deadline = started + scenario.get("timeout", 60)
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(project)
        os.execve(argv[0], argv, env)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    raw, mark, missed = bytearray(), 0, []

    def pump(seconds: float) -> bool:
        """Read what the client prints; False once it is gone."""
        ready, _, _ = select.select([fd], [], [], seconds)
        try:
            data = os.read(fd, 65536) if ready else b""
        except OSError:
            return False
        raw.extend(data)
        return bool(data) or not ready

    def shows(text: str, seconds: float) -> bool:
        """Whether a text comes on the screen in time, after what was waited for before."""
        nonlocal mark
        want, limit = text.replace(" ", ""), min(time.time() + seconds, deadline)
        while want not in re.sub(r"\s", "", screen_text(bytes(raw[mark:]))):
            if time.time() > limit or not pump(0.1):
                return False
        mark = len(raw)
        return True

    for step in scenario["tty"]:
        if "until" in step:
            for _ in range(step.get("for", 20)):
                os.write(fd, step["send"].encode())
                if shows(step["until"], 1):
                    break
            else:
                missed.append(step["until"])
        elif "send" in step:
            os.write(fd, step["send"].encode())
        elif "sleep" in step:
            end = time.time() + step["sleep"]
            while time.time() < end and pump(0.05):
                pass
        elif not shows(step["wait"], step.get("for", 20)):
            missed.append(step["wait"])
    end = min(deadline, time.time() + 8)
    while time.time() < end and pump(0.1):
        if os.waitpid(pid, os.WNOHANG)[0]:
            break
    else:
        _kill_group(pid)
    (out / "tty.raw").write_bytes(raw)
    (out / "tty.txt").write_text(screen_text(bytes(raw)))
    return {"exit_code": None, "timed_out": time.time() >= deadline, "missed": missed,
            "seconds": round(time.time() - started, 3)}


def run_inside(scenario: dict, project: Path, home: Path, out: Path) -> dict:
    """The body of a run; must already be inside the private namespaces."""
    out.mkdir(parents=True, exist_ok=True)
    prepare_home(home, project, scenario.get("trust", True))
    api = FakeApi(Script(scenario), out / "requests.jsonl")
    (out / "tmp").mkdir(exist_ok=True)
    private = {"TMPDIR": str(out / "tmp"), "CLAUDE_CODE_TMPDIR": str(out / "tmp")}
    env = client_env(home, api.url, private | scenario.get("env", {}))
    argv = [*scenario.get("wrap", []), CLIENT]
    runner = run_tty if scenario.get("tty") else run_print
    with (out / "helpers.txt").open("wb") as log:
        for helper in scenario.get("helpers", []):
            subprocess.Popen(helper, cwd=project, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        summary = runner(argv, scenario, project, env, out)
        time.sleep(scenario.get("linger", 0))
    (out / "summary.json").write_text(json.dumps(summary))
    return summary


def enter_namespaces(args: list[str]) -> None:
    """Re-exec this file in fresh network and PID namespaces (user namespace if not root)."""
    unshare = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        unshare[1:1] = ["--user", "--map-current-user", "--keep-caps"]
    bring_up = 'ip link set lo up && exec "$0" "$@"'
    env = {**os.environ, "CC_HARNESS_INSIDE": "1"}
    argv = [*unshare, "sh", "-c", bring_up, sys.executable, os.path.abspath(__file__), *args]
    os.execvpe("unshare", argv, env)


# --------------------------------------------------------------------------- transcript


@dataclasses.dataclass
class ToolResult:
    """What the model was told about one of its tool calls."""
    lane: str
    name: str
    input: dict
    is_error: bool
    text: str


@dataclasses.dataclass
class Shown:
    """A piece of text that reached the model: lane, request number, role, text."""
    lane: str
    request: int
    role: str
    text: str


def block_text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        content = [content]
    return "\n".join(b.get("text") or json.dumps(b, ensure_ascii=False) for b in content or [])


def lines(path: Path) -> list[str]:
    """The lines of a JSON-lines file; none if it does not exist."""
    return [line for line in path.read_text().split("\n") if line] if path.exists() else []


class Transcript:
    """Everything one run left behind, read from its output folder."""

    def __init__(self, out: Path):
        self.out = Path(out)
        self.summary = json.loads((self.out / "summary.json").read_text())
        log = [json.loads(line) for line in lines(self.out / "requests.jsonl")]
        self.requests = [r for r in log if "lane" in r]
        self.other_requests = [r for r in log if "lane" not in r]
        self.events, self.noise = self._read_stream()
        self.tool_results: list[ToolResult] = []
        self.shown: list[Shown] = []
        self._read_requests()

    def _read_stream(self) -> tuple[list[dict], list[str]]:
        events, noise = [], []
        for line in lines(self.out / "stream.jsonl"):
            item = json.loads(line)
            try:
                events.append({"t": item["t"], **json.loads(item["raw"])})
            except ValueError:
                noise.append(item["raw"])
        return events, noise

    def _read_requests(self) -> None:
        """Walk the requests and keep, per lane, only what is new in each."""
        calls: dict[str, dict] = {}
        seen: dict[str, set[str]] = {}
        for req in self.requests:
            for msg in req["body"].get("messages", []):
                blocks = msg["content"]
                blocks = [{"type": "text", "text": blocks}] if isinstance(blocks, str) else blocks
                for block in blocks:
                    key = json.dumps({k: v for k, v in block.items() if k != "cache_control"}, sort_keys=True)
                    known = seen.setdefault(req["lane"], set())
                    if (first := key not in known):
                        known.add(key)
                    if block["type"] == "tool_use":
                        calls[block["id"]] = block
                    elif first and block["type"] == "tool_result":
                        call = calls.get(block["tool_use_id"], {})
                        self.tool_results.append(ToolResult(
                            req["lane"], call.get("name", "?"), call.get("input", {}),
                            bool(block.get("is_error")), block_text(block.get("content"))))
                    elif first and msg["role"] != "assistant" and block["type"] == "text":
                        self.shown.append(Shown(req["lane"], req["n"], msg["role"], block["text"]))

    # -- questions a test asks

    def result_of(self, tool: str, nth: int = 0) -> ToolResult:
        found = [r for r in self.tool_results if r.name == tool]
        if nth >= len(found):
            raise LookupError(f"no result #{nth} of {tool}; had {[r.name for r in self.tool_results]}")
        return found[nth]

    def model_saw(self, needle: str, lane: str | None = None) -> list[Shown]:
        """Texts and tool results holding ``needle`` (also those of one lane only)."""
        results = [Shown(r.lane, -1, "tool_result", r.text) for r in self.tool_results]
        return [s for s in self.shown + results
                if needle in s.text and lane in (None, s.lane)]

    def hooks(self, event: str | None = None) -> list[dict]:
        """The client's own record of finished hooks (hook_response stream events)."""
        return [e for e in self.events if e.get("subtype") == "hook_response"
                and event in (None, e.get("hook_event"))]

    def hook_seconds(self) -> list[tuple[str, float]]:
        """How long each hook took, by the client's own start and end events."""
        started = {e["hook_id"]: e["t"] for e in self.events if e.get("subtype") == "hook_started"}
        return [(e["hook_name"], e["t"] - started[e["hook_id"]])
                for e in self.hooks() if e["hook_id"] in started]

    @property
    def result(self) -> dict:
        return next((e for e in reversed(self.events) if e.get("type") == "result"), {})

    @property
    def init(self) -> dict:
        return next((e for e in self.events if e.get("subtype") == "init"), {})

    def report(self) -> str:
        report = [f"summary: {self.summary}"]
        for e in self.hooks():
            report.append(f"hook   {e.get('hook_name')}: exit={e.get('exit_code')} outcome={e.get('outcome')} "
                         f"stdout={e.get('stdout', '')[:200]!r} stderr={e.get('stderr', '')[:200]!r}")
        for r in self.tool_results:
            verdict = "ERROR" if r.is_error else "ok"
            report.append(f"tool   [{r.lane}] {r.name} {json.dumps(r.input)[:120]} -> {verdict}: {r.text[:300]!r}")
        for s in self.shown:
            report.append(f"shown  [{s.lane} #{s.request} {s.role}] {s.text[:300]!r}")
        if self.result:
            kept = {k: self.result.get(k) for k in ("subtype", "is_error", "result", "stop_reason",
                                                    "num_turns", "permission_denials")}
            report.append(f"result {kept}")
        err = (self.out / "stderr.txt")
        if err.exists() and err.read_text().strip():
            report.append(f"stderr {err.read_text()[:1000]!r}")
        return "\n".join(report)


# --------------------------------------------------------------------------- library entry points


def write_tree(root: Path, files: dict[str, Any]) -> None:
    """Write files under ``root``: a dict or list becomes JSON, ``#!`` text becomes executable."""
    for name, content in files.items():
        path = Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content, indent=2)
        path.write_text(text)
        if text.startswith("#!"):
            path.chmod(0o755)


def drive(scenario: dict, project: Path | str, out: Path | str, home: Path | str | None = None) -> Transcript:
    """Run one scenario in its own namespaces and return what happened."""
    out = Path(out)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    spec = out / "scenario.json"
    spec.write_text(json.dumps(scenario))
    argv = [sys.executable, os.path.abspath(__file__), "run", str(spec), "--project", str(project),
            "--out", str(out), "--quiet"]
    argv += ["--home", str(home)] if home else []
    done = subprocess.run(argv, capture_output=True, text=True, timeout=scenario.get("timeout", 60) + 30)
    if done.returncode:
        raise RuntimeError(f"harness failed ({done.returncode}):\n{done.stderr[-4000:]}")
    return Transcript(out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a scenario file")
    run.add_argument("scenario", type=Path)
    run.add_argument("--project", type=Path, required=True, help="the client's working directory")
    run.add_argument("--out", type=Path, required=True, help="where the run's records go")
    run.add_argument("--home", type=Path, help="scratch HOME (default: OUT/home)")
    run.add_argument("--quiet", action="store_true", help="do not print the report")
    show = commands.add_parser("show", help="print the report of an earlier run")
    show.add_argument("out", type=Path)
    args = parser.parse_args()
    if args.command == "show":
        print(Transcript(args.out).report())
        return 0
    if os.environ.get("CC_HARNESS_INSIDE") != "1":
        enter_namespaces(sys.argv[1:])
    out = args.out.resolve()
    home = (args.home or out / "home").resolve()
    run_inside(json.loads(args.scenario.read_text()), args.project.resolve(), home, out)
    if not args.quiet:
        print(Transcript(out).report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
