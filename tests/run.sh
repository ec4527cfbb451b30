#!/usr/bin/env bash
# Passes the tests: nextest, doctests, the real client, and the scorers.
#
# Installs what is missing by package name (cargo-nextest; the client, into a scratch folder, for
# the end-to-end tests) and says so. Needs a Rust toolchain, git, a C compiler and python3; strace and
# valgrind make it stricter.
#
#   CC_CLIENT            the client to drive, instead of one that npm brings
#   MOFLO_TEST_SCRATCH   where npm puts the client (default: the user's cache folder)
#   MOFLO_CORPORA        a folder of external corpora, scored as well: <name>/score.py beside
#                        gate/dev.jsonl, search/queries and search/repos
set -euo pipefail
unset CDPATH
cd "$(dirname "$0")/.."

if ! cargo nextest --version >/dev/null 2>&1; then
  echo "tests: installing cargo-nextest"
  cargo install --locked cargo-nextest
fi

# The end-to-end tests drive the real client when npm can bring it.
runs() { "$1" --version </dev/null >/dev/null 2>&1; }
scratch="${MOFLO_TEST_SCRATCH:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/moflo-tests}"
if [ -z "${CC_CLIENT:-}" ]; then
  client="$scratch/node_modules/.bin/claude"
  if ! runs "$client" && command -v npm >/dev/null 2>&1; then
    echo "tests: bringing the client into $scratch"
    { mkdir -p "$scratch" && npm install --prefix "$scratch" --silent --no-audit --no-fund \
      @anthropic-ai/claude-code </dev/null >/dev/null 2>&1; } ||
      echo "tests: npm could not bring the client"
  fi
  if runs "$client"; then export CC_CLIENT="$client"; fi
fi
if [ -n "${CC_CLIENT:-}" ] || command -v claude >/dev/null 2>&1; then
  echo "tests: the client is ${CC_CLIENT:-$(command -v claude)}"
else
  echo "tests: end to end: skipped: no client"
fi

profile=default
if [ -n "${CI:-}" ]; then profile=ci; fi
# This builds every program too: each has a test root, and the end-to-end tests need them all.
cargo nextest run --workspace --locked --profile "$profile"
cargo test --workspace --doc --locked --quiet

# Kills between system calls and instruction budgets need a tool each; the tests pass without them,
# and this is where it is said. The budget holds for an optimised gate, which is small.
command -v strace >/dev/null 2>&1 || echo "tests: kills at every system call: skipped: no strace"
if command -v valgrind >/dev/null 2>&1; then
  cargo nextest run --locked --profile "$profile" --cargo-profile fast -p moflo-gate -E 'test(/^budget::/)'
else
  echo "tests: instruction budget: skipped: no valgrind"
fi

if [ -z "${MOFLO_CORPORA:-}" ]; then
  echo "tests: external corpora: skipped: MOFLO_CORPORA names no folder"
  exit 0
fi
corpora="$(cd "$MOFLO_CORPORA" && pwd)"
target="$(cargo metadata --format-version 1 --no-deps --offline |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')"
flo="$target/debug/flo"
if [ -f "$corpora/gate/score.py" ]; then
  echo "tests: the gate over $corpora/gate/dev.jsonl"
  python3 "$corpora/gate/score.py" --flo "$flo" "$corpora/gate/dev.jsonl"
fi
if [ -f "$corpora/search/score.py" ] && [ -d "$corpora/search/repos" ]; then
  echo "tests: the search over $corpora/search/queries/code.jsonl"
  cargo build --locked --profile fast -p flo
  python3 "$corpora/search/score.py" --set "$corpora/search/queries/code.jsonl" \
    --repos "$corpora/search/repos" --index-cmd "$target/fast/flo index" \
    --cmd "$target/fast/flo search --json -n 30 {query}"
fi
