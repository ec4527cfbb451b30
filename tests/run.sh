#!/usr/bin/env bash
# Passes the tests: nextest, doctests, and the fast parts of the scorers.
#
# Installs what is missing by package name (cargo-nextest; the client, into a scratch folder, for
# the end-to-end tests) and says so. Needs a Rust toolchain, git, a C compiler and python3.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! cargo nextest --version >/dev/null 2>&1; then
  echo "tests: installing cargo-nextest"
  cargo install --locked cargo-nextest
fi

# The end-to-end tests drive the real client when npm can bring it.
scratch="${MOFLO_TEST_SCRATCH:-${XDG_CACHE_HOME:-$HOME/.cache}/moflo-tests}"
client="$scratch/node_modules/.bin/claude"
if [ ! -x "$client" ] && command -v npm >/dev/null 2>&1; then
  echo "tests: bringing the client into $scratch"
  mkdir -p "$scratch"
  (cd "$scratch" && npm install --silent --no-audit --no-fund --no-save @anthropic-ai/claude-code >/dev/null 2>&1) ||
    echo "tests: npm could not bring the client; end-to-end tests will say so"
fi
if [ -x "$client" ] && "$client" --version >/dev/null 2>&1; then
  export CC_CLIENT="$client"
fi

# Tests across programs start them as a user would, so all of them are built first.
cargo build --workspace --bins
profile=default
if [ -n "${CI:-}" ]; then profile=ci; fi
cargo nextest run --workspace --profile "$profile"
cargo test --workspace --doc --quiet
