"""What the end-to-end tests share: the client, our programs, and a project that was set up.

    MOFLO_BIN=target/debug python3 -m unittest discover -s tests/e2e -v

``MOFLO_BIN``   the folder that holds flo, setup-project and the five hook programs
``CC_CLIENT``   the client; else ``claude`` on ``PATH`` (``tests/run.sh`` brings one)
``CC_RUNS``     where the runs' records are kept (default: nowhere; a failure prints what it saw)

Without a client the tests say ``skipped: no client``.  Without our programs they fail.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIN = Path(os.environ.get("MOFLO_BIN", ROOT / "target" / "debug")).resolve()
RUNS = os.environ.get("CC_RUNS")
PROGRAMS = ["flo", "setup-project", "moflo-gate", "moflo-prompt-hook", "moflo-session-start",
            "moflo-hook-handler", "moflo-statusline"]
DONE = {"text": "done"}
# The servers of the project start without the question that a terminal would ask first.
ALLOW = {"permissions": {"allow": ["Bash", "Read", "Write", "Edit", "Agent", "TaskCreate", "TaskUpdate", "mcp__moflo"]},
         "enableAllProjectMcpServers": True}

# A small project about cooking: enough for a ranking to be right or wrong about it.
PROJECT = {
    "README.md": "# Kitchen\n\nReads recipes, scales them and plans the shopping.\n",
    "docs/scaling.md": "# Scaling recipes\n\nAmounts are scaled by the ratio of servings. Eggs are rounded up to whole eggs.\n",
    "kitchen/recipe.py": '"""Recipes and how they are read."""\n\n\nclass RecipeParser:\n'
                         '    """Turns the text of a recipe into ingredients and steps."""\n\n'
                         "    def parse_recipe(self, text):\n        lines = text.splitlines()\n        return [line.strip() for line in lines if line]\n",
    "kitchen/scaling.py": '"""Scales amounts."""\n\n\ndef scale_amount(amount, servings, wanted):\n'
                          '    """Scales an amount from some servings to the wanted ones."""\n    return amount * wanted / servings\n\n\n'
                          "def round_eggs(count):\n    return -(-count // 1)\n",
    "kitchen/shopping.py": '"""Plans the shopping."""\n\n\ndef shopping_list(recipes):\n'
                           '    """Adds up the ingredients of several recipes."""\n    total = {}\n    for recipe in recipes:\n'
                           "        for name, amount in recipe.items():\n            total[name] = total.get(name, 0) + amount\n    return total\n",
    "tests/test_scaling.py": "from kitchen.scaling import scale_amount\n\n\ndef test_scale_amount():\n    assert scale_amount(2, 4, 8) == 4\n",
}


CLIENT = os.environ.get("CC_CLIENT") or shutil.which("claude")
if CLIENT:
    os.environ["CC_CLIENT"] = CLIENT

from harness import Transcript, drive, write_tree  # noqa: E402  (reads CC_CLIENT when imported)


def bash(command: str) -> dict:
    return {"tools": [["Bash", {"command": command, "description": "x"}]]}


def agent(prompt: str, kind: str = "general-purpose") -> dict:
    return {"tools": [["Agent", {"description": "d", "prompt": prompt, "subagent_type": kind}]]}


class Live(unittest.TestCase):
    """A test that plays scenarios in a fresh project, set up by our own program."""

    @classmethod
    def setUpClass(cls):
        if CLIENT is None:
            print("skipped: no client")
            raise unittest.SkipTest("no client")
        missing = [name for name in PROGRAMS if not (BIN / name).exists()]
        if missing:
            raise AssertionError(f"not in {BIN}: {', '.join(missing)}")

    def setUp(self):
        if RUNS:
            self.root = Path(RUNS) / self.id().split(".", 1)[-1].replace(".", "-")
            shutil.rmtree(self.root, ignore_errors=True)
        else:
            self.root = Path(tempfile.mkdtemp(prefix="moflo-e2e-")).resolve()
            self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.project, self.home, self.bin = self.root / "project", self.root / "home", self.root / "bin"
        self.project.mkdir(parents=True)
        self.home.mkdir()
        self.bin.mkdir()
        # Each test has its own copy, so that it can take a program away.
        for name in PROGRAMS:
            try:
                os.link(BIN / name, self.bin / name)
            except OSError:
                shutil.copy2(BIN / name, self.bin / name)

    def env(self) -> dict:
        return {"HOME": str(self.home), "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8",
                "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}

    def run_ours(self, *argv: str, stdin: str = "") -> subprocess.CompletedProcess:
        program = str(self.bin / argv[0]) if (self.bin / argv[0]).exists() else argv[0]
        return subprocess.run([program, *argv[1:]], cwd=self.project, env=self.env(), input=stdin,
                              capture_output=True, text=True, timeout=120, check=False)

    def make(self, files: dict | None = None, config: str | None = None, index: bool = True, allow: bool = True):
        """Makes the project, sets it up and builds its index; its tools may run unless ``allow`` is off."""
        write_tree(self.project, PROJECT | (files or {}))
        if allow:
            write_tree(self.project, {".claude/settings.json": ALLOW})
        if config:
            write_tree(self.project, {"moflo.yaml": config})
        git = ["git", "-c", "user.name=dev", "-c", "user.email=dev@example.com"]
        for argv in (["git", "init", "-q", "-b", "main"], ["git", "add", "."], [*git, "commit", "-qm", "start"]):
            done = self.run_ours(*argv)
            self.assertEqual(done.returncode, 0, done.stderr)
        done = self.run_ours("setup-project", "-y", "--scope", "project", "--no-index", ".")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        if index:
            done = self.run_ours("flo", "index")
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def play(self, *turns: dict, prompt: str | list = "go on with it please", **scenario) -> Transcript:
        env = {"PATH": self.env()["PATH"], "MOFLO_POINTERS_MS": "20000"} | scenario.pop("env", {})
        scenario = {"prompt": prompt, "turns": list(turns) or [DONE], "env": env, **scenario}
        count = len(list(self.root.glob("out*")))
        transcript = drive(scenario, project=self.project, out=self.root / f"out{count}", home=self.home)
        if "tty" not in scenario:
            self.assertEqual(transcript.summary["exit_code"], 0, transcript.report())
        return transcript

    def assertSaw(self, t: Transcript, text: str, lane: str | None = None):
        self.assertTrue(t.model_saw(text, lane), f"{text!r} did not reach the model\n{t.report()}")

    def assertNotSaw(self, t: Transcript, text: str, lane: str | None = None):
        self.assertFalse(t.model_saw(text, lane), f"{text!r} reached the model\n{t.report()}")

    def reason(self, t: Transcript, nth: int = 0) -> str:
        """The reason our gate gave for its nth refusal, as it printed it."""
        printed = [json.loads(hook["stdout"]) for hook in t.hooks("PreToolUse") if hook.get("stdout", "").strip()]
        denied = [one["hookSpecificOutput"]["permissionDecisionReason"] for one in printed
                  if one.get("hookSpecificOutput", {}).get("permissionDecision") in ("deny", "ask")]
        self.assertGreater(len(denied), nth, t.report())
        return denied[nth]
