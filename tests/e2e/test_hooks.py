"""The hook programs, started by the real client, seen by a scripted model."""

from __future__ import annotations

import json
import unittest

from live import DONE, ROOT, Live, agent, bash

# The prompt says nothing that the index could know, so the model starts without pointers.
BLIND = "prompt: { inject: false }\n"


class Context(Live):
    def test_digest_and_pointers_reach_the_model(self):
        self.make()
        t = self.play(prompt="how does scale_amount in the kitchen project work?")
        self.assertSaw(t, "moflo: indexed ")
        self.assertSaw(t, "(python ")
        self.assertSaw(t, "From the project's index, for this prompt:")
        self.assertSaw(t, "kitchen/scaling.py:")

    def test_an_acknowledgement_gets_no_pointers(self):
        self.make()
        t = self.play(prompt="ok, thanks")
        self.assertNotSaw(t, "From the project's index")

    def test_subagents_are_told_to_search_first(self):
        self.make()
        t = self.play(agent("SUB look around"), DONE, lanes=[{"name": "sub", "when": "SUB", "turns": [DONE]}])
        self.assertSaw(t, "# Search first", "sub")
        self.assertSaw(t, "task-first: ", "main")

    def test_a_task_silences_the_remark(self):
        self.make()
        task = {"tools": [["TaskCreate", {"subject": "s", "description": "d"}]]}
        t = self.play(task, agent("SUB look"), DONE, lanes=[{"name": "sub", "when": "SUB", "turns": [DONE]}])
        self.assertNotSaw(t, "task-first: ")

    def test_what_the_last_session_left_open_is_told(self):
        self.make()
        path = str(self.project / "kitchen/new.py")
        self.play({"tools": [["Write", {"file_path": path, "content": "x = 1\n"}]]},
                  {"tools": [["TaskCreate", {"subject": "weigh the flour", "description": "d"}]]}, DONE)
        t = self.play()
        self.assertSaw(t, "The last session edited: kitchen/new.py.")
        self.assertSaw(t, "The last session left open: weigh the flour.")

    def test_where_nothing_was_set_up_there_is_silence(self):
        self.make()
        done = self.run_ours("setup-project", "-y", "--uninstall", ".")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        t = self.play(bash("grep -rn parse_recipe kitchen"), DONE)
        self.assertNotSaw(t, "moflo")
        self.assertEqual(t.hooks(), [])


class MemoryFirst(Live):
    def check_blind(self, command: str, pointer: str):
        """The first look is denied with pointers, word for word; the same look then passes."""
        self.make(config=BLIND)
        t = self.play(bash(command), bash(command), DONE)
        refused = t.result_of("Bash", 0)
        self.assertTrue(refused.is_error, t.report())
        self.assertEqual(refused.text, self.reason(t))
        self.assertIn("memory-first: ", refused.text)
        self.assertIn(pointer, refused.text)
        self.assertFalse(t.result_of("Bash", 1).is_error, t.report())

    def test_blind_recursive_grep(self):
        self.check_blind("grep -rn parse_recipe .", "kitchen/recipe.py:")

    def test_blind_grep_in_a_folder(self):
        self.check_blind("grep -rln scale_amount kitchen", "kitchen/scaling.py:")

    def test_blind_cat(self):
        self.check_blind("cat kitchen/shopping.py", "kitchen/")

    def test_blind_rg(self):
        self.make(config=BLIND)
        t = self.play(bash("rg shopping_list kitchen"), DONE)
        self.assertIn("kitchen/shopping.py:", t.result_of("Bash").text)
        self.assertEqual(t.result_of("Bash").text, self.reason(t))

    def test_pointers_in_the_prompt_are_credit(self):
        self.make()
        t = self.play(bash("grep -rn scale_amount kitchen"), DONE, prompt="how does scale_amount work?")
        self.assertFalse(t.result_of("Bash").is_error, t.report())

    def test_a_named_file_may_be_read(self):
        self.make(config=BLIND)
        t = self.play(bash("cat kitchen/recipe.py"), bash("cat kitchen/scaling.py"), DONE, prompt="explain kitchen/recipe.py")
        self.assertFalse(t.result_of("Bash", 0).is_error, t.report())
        self.assertTrue(t.result_of("Bash", 1).is_error, t.report())

    def test_a_search_is_credit(self):
        self.make(config=BLIND)
        t = self.play(bash("flo search 'scale amounts'"), bash("grep -rn scale_amount kitchen"), DONE)
        self.assertIn("kitchen/scaling.py", t.result_of("Bash", 0).text)
        self.assertFalse(t.result_of("Bash", 1).is_error, t.report())

    def test_a_search_over_mcp_is_credit(self):
        self.make(config=BLIND)
        search = {"tools": [["mcp__moflo__memory_search", {"query": "scale amounts"}]]}
        t = self.play(search, bash("grep -rn scale_amount kitchen"), DONE)
        found = t.result_of("mcp__moflo__memory_search")
        self.assertFalse(found.is_error, t.report())
        self.assertIn("kitchen/scaling.py:", found.text)
        self.assertFalse(t.result_of("Bash").is_error, t.report())

    def test_subagents_have_their_own_state(self):
        self.make(config=BLIND)
        look = bash("grep -rn scale_amount kitchen")
        t = self.play(look, look, agent("SUB look"), DONE,
                      lanes=[{"name": "sub", "when": "SUB", "turns": [look, look, DONE]}])
        in_sub = [r for r in t.tool_results if r.lane == "sub" and r.name == "Bash"]
        self.assertEqual([r.is_error for r in in_sub], [True, False], t.report())
        self.assertIn("memory-first: ", in_sub[0].text)

    def test_each_prompt_is_armed_anew_and_resume_keeps_what_is_known(self):
        self.make(config=BLIND)
        look = bash("grep -rn scale_amount kitchen")
        read = bash("cat kitchen/scaling.py")
        first = self.play(look, read, DONE)
        self.assertEqual([r.is_error for r in first.tool_results], [True, False])
        again = self.play(read, look, DONE, prompt="now do the same for the shopping", args=["--resume", first.result["session_id"]])
        answers = ["deny" if '"deny"' in hook["stdout"] else "pass" for hook in again.hooks("PreToolUse")]
        self.assertEqual(answers, ["pass", "deny"], again.report())

    def test_clear_begins_afresh_and_compact_tells_what_was_done(self):
        self.make(config=BLIND)
        path = str(self.project / "kitchen/new.py")
        write = {"tools": [["Write", {"file_path": path, "content": "x = 1\n"}]]}
        t = self.play(write, DONE, {"text": "summary"}, {"text": "after"}, prompt=["one thing", "/compact keep it", "two things"])
        self.assertSaw(t, "This session edited: kitchen/new.py.")
        look = bash("grep -rn scale_amount kitchen")
        t = self.play(look, DONE, look, DONE, prompt=["one thing", "/clear", "two things"])
        results = [r for r in t.tool_results if r.name == "Bash"]
        self.assertEqual([r.is_error for r in results], [True, True], t.report())


class Danger(Live):
    def check_denied(self, command: str):
        self.make(index=False)
        t = self.play(bash(command), DONE)
        refused = t.result_of("Bash")
        self.assertTrue(refused.is_error, t.report())
        self.assertEqual(refused.text, self.reason(t))
        self.assertLessEqual(len(refused.text.splitlines()), 4, refused.text)

    def test_rm_rf_root(self):
        self.check_denied("rm -rf --no-preserve-root /moflo-does-not-exist/../")

    def test_forced_push(self):
        self.check_denied("git push --force origin main")

    def test_settings_without_us_are_not_written(self):
        self.make(index=False)
        path = str(self.project / ".claude/settings.json")
        t = self.play({"tools": [["Write", {"file_path": path, "content": "{}"}]]}, DONE)
        self.assertTrue(t.result_of("Write").is_error, t.report())
        self.assertIn("moflo-gate", (self.project / ".claude/settings.json").read_text())


class Everyday(Live):
    COMMANDS = 200
    AT_ONCE = 20
    REFUSED = "not run by this test"

    def test_commands_of_public_repositories_pass(self):
        """None runs: a second hook refuses them all, and the client asks both hooks about each.

        If that hook were lost, nothing allows shell calls here, and nobody is there to be asked.
        """
        self.make(allow=False)
        answer = {"hookEventName": "PreToolUse", "permissionDecision": "deny", "permissionDecisionReason": self.REFUSED}
        refuse = {"type": "command", "command": f"echo '{json.dumps({'hookSpecificOutput': answer})}'"}
        own = {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [refuse]}]}}
        (self.project / ".claude/settings.local.json").write_text(json.dumps(own))
        corpus = (ROOT / "tests/corpora/benign.jsonl").read_text().splitlines()
        commands = [json.loads(line)["command"] for line in corpus[:: len(corpus) // self.COMMANDS]][: self.COMMANDS]
        calls = [["Bash", {"command": command, "description": "x"}] for command in commands]
        turns = [{"tools": calls[at : at + self.AT_ONCE]} for at in range(0, len(calls), self.AT_ONCE)]
        t = self.play(*turns, DONE, prompt="how does scale_amount work?")
        results = [r for r in t.tool_results if r.name == "Bash"]
        self.assertEqual(len(results), self.COMMANDS)
        stopped = [(r.input["command"], r.text) for r in results if r.text != self.REFUSED]
        self.assertEqual(stopped, [])
        answers = [hook["stdout"].strip() for hook in t.hooks("PreToolUse")]
        self.assertEqual(answers.count(""), self.COMMANDS, "our gate was asked about each and said nothing")
        self.assertEqual(sum(self.REFUSED in one for one in answers), self.COMMANDS)


class Terminal(Live):
    def test_the_status_line_shows_what_is_known(self):
        self.make()
        # The row is there before the first prompt; the context is known after the first answer.
        # The client paints only the cells that change, so the answer has no letter of what stood there.
        steps = [{"wait": "main · index "}, {"send": "weigh on"}, {"wait": "weigh on"}, {"send": "\r", "until": "#7#7#7#"},
                 {"wait": "context 0%"}, {"send": "\x03", "until": "Ctrl-C again"}, {"send": "\x03"}]
        t = self.play({"text": "#7#7#7#"}, tty=steps, env={"NO_COLOR": "1"})
        self.assertEqual(t.summary["missed"], [])
        self.assertRegex((t.out / "tty.txt").read_text(), r"\$\d+\.\d\d · main · index \d+ files, \d+m old")


class Faults(Live):
    """A program of ours that is missing, crashes or hangs never stops the client."""

    def check_fault(self, script: str | None):
        self.make(index=False)
        for name in ("moflo-gate", "moflo-prompt-hook", "moflo-session-start", "moflo-hook-handler"):
            path = self.bin / name
            path.unlink()
            if script is not None:
                path.write_text(script)
                path.chmod(0o755)
        path = str(self.project / "kitchen/new.py")
        t = self.play(bash("echo alive"), {"tools": [["Write", {"file_path": path, "content": "x\n"}]]}, {"text": "all done"},
                      timeout=120)
        self.assertIn("alive", t.result_of("Bash").text)
        self.assertTrue((self.project / "kitchen/new.py").exists(), t.report())
        self.assertEqual(t.result["result"], "all done")

    def test_missing(self):
        self.check_fault(None)

    def test_crashing(self):
        self.check_fault("#!/bin/sh\nkill -SEGV $$\n")

    def test_hanging(self):
        self.check_fault("#!/bin/sh\nexec sleep 60\n")

    def test_babbling(self):
        self.check_fault("#!/bin/sh\necho '{\"continue\": \"maybe\"'\nexit 1\n")

    def test_an_index_that_cannot_be_searched_disarms_the_gate(self):
        self.make(config=BLIND)
        (self.bin / "moflo-prompt-hook").unlink()
        t = self.play(bash("grep -rn scale_amount kitchen"), DONE)
        self.assertFalse(t.result_of("Bash").is_error, t.report())


if __name__ == "__main__":
    unittest.main()
