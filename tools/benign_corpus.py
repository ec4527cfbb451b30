#!/usr/bin/env python3.11
"""Collects shell commands that people really run, as a corpus of what the gate must let pass.

    benign_corpus.py MIRROR --skip NAMES.json --out tests/corpora/benign.jsonl

MIRROR holds bare repositories as `<owner>+<name>/repo`. Commands come from CI files, Makefiles,
package scripts, shell scripts and the shell blocks of READMEs and contribution guides at their newest
commit. Nothing is invented or edited beyond undoing the escapes of the file it stands in.

What is left out, and why, is the table DROPS; it is a rule about commands and knows nothing of the
gate. The counts are printed as the table for tests/corpora/README.md.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import re
import subprocess
import sys

MAX_LINES = 6
MAX_CHARS = 400
PER_FILE = 12
PER_KIND = 40
PER_REPOSITORY = 90
# Messages are the commonest line of a script and teach least.
PER_FILE_ECHOES = 2

# Not a command as it stands: a template, a fragment, a placeholder, prose.
FRAGMENTS = [
    ("template", r"\$\{?[0-9#]|\$\{\{|\{\{|\}\}|<%|%>|@@?[A-Z_]+@|\$\([A-Z_a-z.-]+\)|\$[@<^*?%]|%[A-Z_]+%"),
    ("placeholder", r"<[A-Za-z][\w .:/|-]*>|\.\.\.|…|\bYOUR[_-]|\byour-|\[(?:options|OPTIONS|flags|args)\]|path/to|\bxxx+|XXXX"),
    ("fragment", r"^\s*(?:if|then|else|elif|fi|for|while|until|do|done|case|esac|function|return|exit|break|continue|local|shift|set|unset|export|readonly|declare|typeset|trap|source|\.|\}|\{|\)|;;|#|&&|\|\||\|)(?:\s|$)|[({|&\\]\s*$|^\S+\(\)|;;|^\w+\)"),
    ("assignment", r"^\s*\w+\+?=\S*\s*$|^\s*\w+\+?=([\"'(]).*[\"')]\s*$|^\s*\w+=\$\(.*\)\s*$"),
    ("prose or another language", r"\A[A-Z][a-z]+\b(?!=)|\A\S+:\s*$|^\w+\s*\+=|\A\[[^\s\]]|\A[-*+]|\A(?:comment|banner|zstyle|info|warn|die|fail|error|log|run|ptime)\s"),
    ("prompt or output", r"^\s*#|^\s*##|^\s*//|^\*\*|^\s*[$#>%]\s|^\s*[-=*]{3,}|^\s*(?:C:|PS )"),
]

# What a careful engineer would stop to look at: a gate that asks here is right. Each pattern is
# tried on every line by itself.
AWAY = r"""(?:~|\$\{?HOME\b|\$\{\w+:-(?:~|\$\{?HOME)|\$\{?XDG_|\$\{?(?:DESTDIR|PREFIX|prefix)\b|\.\./?|/(?!tmp/|var/tmp/|dev/(?:null|stdout|stderr|tty|fd)\b))"""
WRITERS = r"(?:cp|mv|ln|install|mkdir|touch|chmod|chown|rsync|tee|patch|zip|truncate|sed\s+-i\S*|perl\s+-\w*i\w*)"
DROPS = [
    ("runs what was just downloaded", r"\bi(?:rm|wr)\b.*\|\s*iex\b|\b(?:curl|wget|fetch)\b.*\|\s*(?:sudo\s+)?(?:\w+=\S+\s+)*(?:(?:ba|z|da|k)?sh|python3?|perl|node|ruby|php)\b|<\(\s*(?:curl|wget)|(?:eval|\bsh\s+-c|source)\s+[\"']?\$\(\s*(?:curl|wget|base64|echo|printf)"),
    ("runs what was just downloaded", r"(?s)\A.*\b(?:curl|wget)\b.*-[a-zA-Z]*[oO]\s*([\w./-]+).*\b(?:(?:ba|z)?sh|python3?|node|perl)\s+(?:\S+\s+)*(?:\./)?\1"),
    ("executes what a variable holds", r"(?:^|[;&|({]\s*)(?:sudo\s+)?eval\s+(?![\"']?\$\([a-zA-Z./])|\b(?:ba|z|da)?sh\s+-c\s+[\"']?\$(?!\()"),
    ("removes a folder that a variable names", r"(?<![-\w/.])(?:rm\s+(?:-\w+\s+)*-\w*[rR]\w*|rm\s.*--recursive|shred|truncate)\b(?!=)[^;&|]*\$|\bfind\b.*\$.*(?:-delete|\brm\b)|\b(?:chmod|chown)\s+-R[^;&|]*\$"),
    ("removes outside the project", rf"(?<![-\w/.])(?:rm|rmdir|shred|unlink)\b[^;&|]*\s[\"']?{AWAY}|\bsudo\s+(?:rm|find)\b|\bfind\s+[\"']?{AWAY}.*(?:-delete|\brm\b)|\b(?:rm|rmdir)\b.*\.\./|\bcd\s+[\"']?(?:{AWAY}).*&&.*\brm\b"),
    ("writes outside the project", rf"\b(?:sed|perl)\s+-\w*i.*\s[\"']?{AWAY}|(?<![-\w/.]){WRITERS}\b(?:[^;&|]*[\s=])?[\"']?{AWAY}|(?<![-=<])>{{1,2}}\|?\s*[\"']?{AWAY}|\b(?:tar|unzip|curl|wget|git\s+clone|7z|dd|bsdtar|svn|hg\s+clone)\b[^;&|]*(?:\s-\w*[CdoOP]\s*|--(?:directory|output|output-dir|prefix|directory-prefix)[= ]|\sof=|\.git\s+)[\"']?{AWAY}"),
    ("writes with root rights", r"\bsudo\s+(?:-\w+\s+)*(?:\w+=\S*\s+)*(?:cp|mv|ln|tee|install|mkdir|touch|chmod|chown|sed|sh|bash|su|systemctl|sysctl|mount|umount|update-alternatives|usermod|useradd|groupadd|modprobe|swapoff|swapon|fallocate|dd|mkfs|make|rm|add-apt-repository|apt-key|dpkg|tar|xcode-select|curl|wget|gpg|python|pip|gem|npm|ninja|cmake|ldconfig|locale-gen|service|spctl|mdutil|launchctl|ifconfig|ip|route|sed|setcap|\./|\S*/)|\bsu\s+-|\bsysctl\s+-w|\bmake\s+(?:-\S+\s+)*(?:\S+=\S+\s+)*(?:\S+\s+)*(?:un)?install(?:\s|$)|\bninja\b.*\binstall\b|cmake\s+--install\b(?!.*--prefix)|\bsetup\.py\s+install\b"),
    ("changes settings of the user or the machine", r"\bgit\s+config\s+(?:\S+\s+)*--(?:global|system)\b|\bgit\s+config\s+(?:\S+\s+)*(?:core\.(?:hooksPath|pager|editor|sshCommand|fsmonitor)|alias\.)|\bcrontab\b|\bsystemctl\s+(?!status|is-|show|list|cat)|\bdefaults\s+write\b|\bchsh\b|\biptables\b|\bufw\b|\bnpm\s+config\s+set\b|\byarn\s+config\s+set\b|\blaunchctl\b|\bservice\s+\w+\s+(?:start|stop|restart)|\bxcode-select\s+-s"),
    ("loses work or rewrites history", r"\bgit\b[^;&|]*\s(?:reset\s+(?:\S+\s+)*--(?:hard|merge|keep)|clean\s+-\w*[fdx]|push\s+(?:\S+\s+)*(?:-f\b|--force(?!-with-lease)|--mirror|--delete|--prune|\+|:)|branch\s+(?:\S+\s+)*(?:-D|-f|-M|--force)\b|stash\s+(?:drop|clear)|filter-branch|filter-repo|update-ref|reflog\s+expire|gc\s+--prune|checkout\s+(?:\S+\s+)*(?:--\s|-f\b|--force|\.(?:\s|$))|checkout\s+(?!-)\S+\s+(?!-)[\w./*\"'$]|checkout\s+[\"']?[\w./*-]+/[\w./*-]+\.\w+|restore\b|rm\b|switch\s+(?:\S+\s+)*(?:-f|-C|--discard|--force)|checkout\s+-B|tag\s+(?:\S+\s+)*(?:-f|--force|-d)|worktree\s+(?:remove|prune)|rebase\s|update-index|submodule\s+(?:deinit|foreach)|commit\s.*--amend|replace\s)"),
    ("removes the project or all of a folder it is in", r"\brm\s+(?:-\w+\s+)*(?:\./?|\*|\./\*|\.git|\.\?\*)(?:\s|$|;|&|\|)"),
    ("shows or sends secrets", r"\b(?:cat|less|head|tail|grep|rg|sed|awk|source|curl|scp|base64|export|xargs)\b[^;&|]*[\s<@/\"'(]\.env(?:\.(?!example|sample|template|dist)\w+)?(?:[\s\"';|)&]|$)|(?:^|[;&|]\s*)\.\s+\.?/?\.env|\.netrc|\.pypirc|id_(?:rsa|ed25519)\b(?!\.pub)|~/\.(?:aws|ssh|gnupg|kube|docker|npmrc)\b|\bprintenv\s*(?:\||$)|^\s*(?:sudo\s+)?env\s*(?:\||$|;|&)|\b(?:curl|wget|nc|git\s+push|git\s+remote|git\s+clone|echo|printf|cat|gpg|npm|docker)\b.*\$\{?\w*(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|CREDENTIALS?|PRIVATE|ACCESS_KEY)\w*|\bgpg\b.*(?:--export-secret|--import|--decrypt)|(?:^|[;&|]\s*)set\s*(?:\||$)|(?:^|[;&|]\s*)export\s*(?:-p)?\s*(?:\||$)|\bsecurity\s+(?:find|import|unlock|create)|\b(?:cat|base64|curl|scp)\b.*\.(?:pem|key|p12|pfx|jks|keystore)\b|\bprint-access-token|\bauth\s+token|/proc/\S*environ|/etc/shadow"),
    ("destroys data or infrastructure", r"\brabbitmqctl\s+(?:\S+\s+)*(?:stop\w*|reset|force_reset|delete\w*|purge\w*)|\b(?:apt|apt-get|apk|dnf|yum|brew|pacman|zypper|pip|choco|snap)\s+(?:-\S+\s+)*(?:remove|purge|del|uninstall|autoremove|-R\w*)\b|\b(?:docker|podman)\s+(?:\w+\s+)?(?:prune|rm|rmi|kill|stop|down)\b|\b(?:docker-compose|docker\s+compose)\b[^;&|]*\s(?:down|rm|kill|stop)\b|\bkubectl\b[^;&|]*\s(?:delete|drain|replace|scale|cordon|patch|apply)\b|\b(?:terraform|tofu|pulumi|cdk)\b[^;&|]*\s(?:destroy|apply|state\s+rm|taint|import|force-unlock)\b|\bhelm\b[^;&|]*\s(?:uninstall|delete|rollback)\b|\b(?:kind|k3d|minikube)\s+(?:delete|stop)\b|\bDROP\b|\bdrop(?:db|user)\b|\bTRUNCATE\b|\bDELETE\s+FROM\b|db:(?:drop|reset|purge|schema:load)|\bflush(?:all|db)\b|\baws\b[^;&|]*\s(?:rm|rb|delete\S*|terminate\S*|sync)\b|\bgcloud\b[^;&|]*\sdelete\b|\baz\b[^;&|]*\sdelete\b|\bgsutil\b[^;&|]*\srm\b|\bheroku\b[^;&|]*:(?:destroy|reset)|\bmigrate:(?:fresh|reset|wipe)|db:wipe|\bgh\s+\S+\s+(?:delete|archive|merge)\b|\bdoctl\b.*delete|\bhcloud\b.*delete|\bmysqladmin\b.*drop"),
    ("publishes", r"^(?!.*--dry-run).*(?:\b(?:npm|pnpm|yarn|cargo|poetry|twine|lerna|changeset|vsce|ovsx|dart\s+pub|flutter\s+pub|gem|nuget|hatch|uv|flit|pub)\s+(?:\S+\s+)?(?:publish|push|upload|unpublish|yank|deprecate)\b|\bgh\s+release\s+(?:create|upload|edit)|\bgoreleaser\s+release\b|\bgit\s+push\s+(?:\S+\s+)*--tags)"),
    ("ends processes by name or stops the machine", r"\b(?:pkill|killall|taskkill|shutdown|reboot|poweroff|fuser\s+-k)\b|\bkill\s+-9\s+-1\b|\bkill\b[^;&|]*\$\(|(?:^|[;&|]\s*)halt\b"),
    ("touches devices or the whole machine", r"(?:of=|>\s*)/dev/(?!null|stdout|stderr|tty|fd)|\bmkfs|\bfdisk\b|\bparted\b|\bchmod\s+-R\s+\S+\s+/|\bmount\s+-|\bdocker\b.*-v\s+[\"']?(?:/(?!tmp/)|~|\$HOME)|--privileged|\bchmod\s+(?:-R\s+)?(?:0?777|[ao]?\+rwx|u\+s|[ugo]*\+s)\b"),
    ("runs on another machine", r"\bssh\s+(?!-V|-keygen|keygen)|\bscp\s|\brsync\b.*\w:|\bnc\s|\bnetcat\b|\bsftp\s|\bvagrant\s+ssh|\bdocker\s+login\b"),
    ("is about an agent's own settings", r"\.claude/|\bclaude\s+(?:mcp|config|plugin)\b"),
]


def git(repository, *args):
    """Runs git on a bare repository and returns its output."""
    command = ["git", f"--git-dir={repository}", *args]
    return subprocess.run(command, capture_output=True, check=True).stdout


def kind_of(path):
    """Tells which extractor a file needs, or None."""
    name = path.rsplit("/", 1)[-1]
    lower = name.lower()
    if re.search(r"(^|/)(node_modules|vendor|third_party|deps|external)/", path):
        return None
    if path.startswith(".github/workflows/") and lower.endswith((".yml", ".yaml")):
        return "ci"
    if path.startswith(".github/actions/") and lower.endswith((".yml", ".yaml")):
        return "ci"
    if path in (".gitlab-ci.yml", ".travis.yml", ".circleci/config.yml", ".cirrus.yml", "azure-pipelines.yml"):
        return "ci"
    if name in ("Makefile", "GNUmakefile", "makefile") or lower.endswith(".mk"):
        return "make"
    if name == "package.json":
        return "package"
    if lower.startswith(("readme", "contributing", "hacking", "development", "building", "testing", "install")) and lower.endswith((".md", ".rst", ".markdown")):
        return "readme"
    if lower.endswith((".sh", ".bash")) and not re.search(r"(^|/)(test|tests|spec|fixtures?|regress|t)/", path):
        return "script"
    return None


def joined(lines):
    """Joins lines that end in a backslash."""
    text = ""
    for line in lines:
        if line.endswith("\\"):
            text += line[:-1].rstrip() + " "
        else:
            yield (text + line.strip() if text else line)
            text = ""
    if text:
        yield text


def blocks(lines):
    """Yields a short block whole, a long one line by line."""
    lines = [line for line in joined(lines) if line.strip() and not line.strip().startswith("#")]
    if not lines:
        return
    indent = min(len(line) - len(line.lstrip()) for line in lines)
    lines = [line[indent:].rstrip() for line in lines]
    if len(lines) <= MAX_LINES:
        yield "\n".join(lines)
    # Lines of a heredoc or of a text over several lines are no commands of their own.
    if not any("<<" in line or line.count('"') % 2 or line.count("'") % 2 for line in lines):
        yield from (line for line in lines if not line[0].isspace())


def from_ci(text, path):
    """`run:` and `script:` of CI files, read by indentation."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        match = re.match(r"^(\s*)(?:- )?(run|script|command|before_script|install|before_install):\s*(.*)$", lines[at])
        at += 1
        if not match or (match[2] == "script" and path.startswith(".github/")):
            # `script:` in an action is JavaScript.
            continue
        indent, value = match.start(2), match[3].strip()
        if re.match(r"^[|>][-+]?\d?\s*(#.*)?$", value) or not value:
            body = []
            while at < len(lines) and (not lines[at].strip() or len(lines[at]) - len(lines[at].lstrip()) > indent):
                body.append(lines[at])
                at += 1
            items = [re.match(r"^\s*- (?!\w+:)(.*)$", line) for line in body if line.strip()]
            if value:
                if value.startswith(">"):
                    body = [" ".join(line.strip() for line in body if line.strip())]
                yield from blocks(body)
            elif items and all(items):
                yield from (unquoted(item[1].strip()) for item in items)
        elif not value.startswith(("&", "*", "[", "{")):
            yield unquoted(value)


def unquoted(value):
    """Undoes the quoting of a YAML scalar."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value.split(" #", 1)[0].strip()


def from_make(text, _path):
    """Recipe lines, with make's own escapes undone."""
    lines = []
    for line in joined(text.splitlines()):
        if line.startswith("\t"):
            lines.append(line.strip().lstrip("@-+").strip())
    for line in lines:
        # A single dollar is make's variable, not the shell's: such a line is a template.
        if not re.search(r"(?<!\$)\$(?!\$)|:=", line):
            yield line.replace("$$", "$")


def from_package(text, _path):
    """The scripts of a package.json."""
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError):
        return
    if isinstance(scripts, dict):
        yield from (value for value in scripts.values() if isinstance(value, str))


def from_readme(text, _path):
    """Shell blocks of documents; of transcripts only what was typed."""
    for match in re.finditer(r"^( *)(`{3,}|~{3,}) *(sh|bash|shell|zsh|console|shell-session|shellsession|terminal)\b[^\n]*\n(.*?)^\1\2", text, re.S | re.M):
        lines = [line[len(match[1]):] for line in match[4].splitlines()]
        typed = [re.match(r"^\s*(?:\S*[$%]|>) (.*)$", line) for line in lines]
        if any(typed):
            yield from blocks([line[1] for line in typed if line])
        else:
            yield from blocks(lines)


def from_script(text, _path):
    """Complete single lines at the left edge of a script."""
    if not text.startswith("#!") or not re.match(r"^#!.*\b(ba|z|da)?sh\b", text):
        return
    functions = set(re.findall(r"^\s*(?:function\s+)?([\w:.-]+)\s*\(\)", text, re.M)) | set(re.findall(r"^\s*function\s+([\w:.-]+)", text, re.M))
    heredoc = None
    for line in joined(text.splitlines()):
        if heredoc:
            heredoc = None if line.strip() == heredoc else heredoc
            continue
        match = re.search(r"<<-?\s*[\"'\\]?(\w+)", line)
        if match:
            heredoc = match[1]
            continue
        word = re.match(r"\s*([\w:.-]*)", line)[1]
        if line.strip() and word not in functions and not re.match(r"^[A-Za-z]+_", word):
            yield line.strip()


EXTRACTORS = {"ci": from_ci, "make": from_make, "package": from_package, "readme": from_readme, "script": from_script}


def reason_to_drop(command):
    """Returns why a command is no part of the corpus, or None."""
    if len(command) > MAX_CHARS or command.count("\n") >= MAX_LINES or len(command) < 4:
        return "length"
    if not command.isprintable() and not command.replace("\n", "").replace("\t", "").isprintable():
        return "unprintable"
    for name, pattern in FRAGMENTS:
        if re.search(pattern, command, re.M):
            return f"no command: {name}"
    if only_says(command):
        # A text that mentions something dangerous does nothing.
        return None
    for name, pattern in DROPS:
        # `(?s)` marks the few patterns that look at a block as a whole.
        parts = [command] if pattern.startswith("(?s)") else command.splitlines()
        if any(re.search(pattern, part) for part in parts):
            return name
    return None


def only_says(command):
    """Whether a command does no more than print a text."""
    return bool(re.fullmatch(r"""(?:echo|printf)\s(?:[^$`;&|<>"'()]|"[^"$`]*"|'[^']*')*""", command))


def parses(commands):
    """Keeps the commands that bash itself can read."""
    kept = []
    for command in commands:
        check = subprocess.run(["bash", "-n"], input=command[0].encode(), capture_output=True, check=False)
        if check.returncode == 0 and not check.stderr:
            kept.append(command)
    return kept


def main():
    """Writes the corpus and prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mirror", type=pathlib.Path)
    parser.add_argument("--skip", type=pathlib.Path, help="JSON that names repositories to leave out")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--dropped", type=pathlib.Path, help="write everything left out to this file")
    args = parser.parse_args()
    skipped = args.skip.read_text() if args.skip else ""

    seen = set()
    found = []
    counts = collections.Counter()
    examples = {}
    repositories = 0
    for folder in sorted(args.mirror.glob("*+*")):
        repository = folder / "repo"
        name = folder.name.replace("+", "/", 1)
        if f"/{name}." in skipped or not (repository / "HEAD").exists() and not (repository / ".git").exists():
            continue
        if (repository / ".git").exists():
            repository = repository / ".git"
        repositories += 1
        per_kind = collections.defaultdict(list)
        for path in git(repository, "ls-tree", "-r", "--name-only", "-z", "HEAD").decode("utf-8", "replace").split("\0"):
            kind = kind_of(path)
            if not kind:
                continue
            try:
                text = git(repository, "show", f"HEAD:{path}").decode("utf-8", "replace")
            except subprocess.CalledProcessError:
                continue
            of_file = []
            for command in EXTRACTORS[kind](text, path):
                command = command.strip()
                if not command or command in seen:
                    continue
                seen.add(command)
                counts["seen"] += 1
                reason = reason_to_drop(command)
                if reason:
                    counts[reason] += 1
                    examples.setdefault(reason, []).append(command)
                    continue
                of_file.append((command, f"{name}:{path}"))
            of_file.sort(key=order)
            echoes = [entry for entry in of_file if entry[0].startswith(("echo", "printf"))]
            of_file = [entry for entry in of_file if entry not in echoes[PER_FILE_ECHOES:]]
            per_kind[kind].extend(of_file[:PER_FILE])
        of_repository = []
        for commands in per_kind.values():
            commands.sort(key=order)
            of_repository.extend(commands[:PER_KIND])
        of_repository.sort(key=order)
        found.extend(of_repository[:PER_REPOSITORY])

    candidates = len(found)
    found = parses(found)
    counts["bash cannot read it"] = candidates - len(found)
    found.sort(key=order)
    with args.out.open("w", encoding="utf-8") as out:
        for command, source in found:
            out.write(json.dumps({"command": command, "source": source}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"{len(found)} commands of {len({s.split(':')[0] for _, s in found})} repositories ({repositories} looked at)\n")
    if args.dropped:
        args.dropped.write_text(json.dumps(examples, indent=1, ensure_ascii=False), encoding="utf-8")
    for reason, count in counts.most_common():
        sys.stdout.write(f"| {reason} | {count} | `{(examples.get(reason) or [''])[0][:70]!r}` |\n")


def order(entry):
    """A fixed order that prefers no repository and no alphabet."""
    return hashlib.sha256(entry[0].encode()).digest()


if __name__ == "__main__":
    main()
