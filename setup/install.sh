#!/usr/bin/env bash
# Builds moflo, installs its programs, and sets up a repository.
#
#   setup/install.sh [REPO]       set up REPO (default: this repository), index it, show a search
#   setup/install.sh --no-repo    only build and install
#
# Needs a Rust toolchain, git, a C compiler and crates.io. Running it again does nothing twice; it
# works while hooks are running. Environment:
#
#   MOFLO_INSTALL_DIR     where the programs go (default: ~/.local/bin)
#   MOFLO_BUILD_PROFILE   how they are built (default: release)
#
# Prints what it changed and how to undo it. setup/uninstall.sh takes the programs away again.
set -euo pipefail
unset CDPATH

say() { printf 'moflo: %s\n' "$*"; }
fail() {
    local code=$1
    shift
    printf 'moflo: %s\n' "$@" >&2
    exit "$code"
}
usage() { sed -n '2,14s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
repo=$top
while [ $# -gt 0 ]; do
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        --no-repo) repo= ;;
        -*) fail 2 "there is no option $1" "try setup/install.sh --help" ;;
        *)
            [ -d "$1" ] || fail 2 "there is no folder $1"
            repo=$(cd "$1" && pwd -P)
            ;;
    esac
    shift
done

dir=${MOFLO_INSTALL_DIR:-$HOME/.local/bin}
case $dir in
    /*) ;;
    *) dir=$PWD/$dir ;;
esac
profile=${MOFLO_BUILD_PROFILE:-release}
programs="flo moflo-gate moflo-prompt-hook moflo-session-start moflo-hook-handler moflo-statusline setup-project"

# rustup puts cargo here, and a shell that was open before does not know it yet.
if ! command -v cargo >/dev/null 2>&1 && [ -x "$HOME/.cargo/bin/cargo" ]; then
    PATH=$HOME/.cargo/bin:$PATH
fi
command -v cargo >/dev/null 2>&1 || fail 5 "cargo is missing; https://rustup.rs brings it"
command -v cc >/dev/null 2>&1 || fail 5 "a C compiler is missing; the package is called gcc or clang"

# Another program that happens to have one of our names stays what it is. Ours know their name.
for program in $programs; do
    if [ -d "$dir/$program" ] || { [ -e "$dir/$program" ] && ! grep -q moflo "$dir/$program"; }; then
        fail 4 "$dir/$program is another program, and is kept" \
            "set MOFLO_INSTALL_DIR to a folder of moflo's own"
    fi
done

cd "$top"
started=$SECONDS

say "building the programs ($profile)"
built=$(setup/build.sh --profile "$profile")

mkdir -p "$dir"
trap 'rm -f "$dir"/.*.moflo-new' EXIT
for program in $programs; do
    # A program that is running cannot be written to, but its name can be given to another.
    cp "$built/$program" "$dir/.$program.moflo-new"
    chmod 755 "$dir/.$program.moflo-new"
    mv -f "$dir/.$program.moflo-new" "$dir/$program"
done
say "installed into $dir after $((SECONDS - started)) s:"
for program in $programs; do
    printf '  %8s KiB  %s\n' "$(($(wc -c <"$dir/$program") / 1024))" "$program"
done

quoted_dir=$(printf '%q' "$dir")
on_path=yes
case :$PATH: in
    *:"$dir":*) ;;
    *)
        on_path=no
        say "$dir is not on PATH; add this line to your shell's profile:"
        printf '  export PATH=%s:$PATH\n' "$quoted_dir"
        ;;
esac
if [ "$on_path" = yes ] && [ "$(command -v flo)" != "$dir/flo" ]; then
    say "another flo comes first on PATH: $(command -v flo)"
fi

undo() {
    say "to undo:"
    [ -z "$repo" ] || printf '  %s/setup-project --uninstall %s\n' "$quoted_dir" "$(printf '%q' "$repo")"
    printf '  %s/setup/uninstall.sh\n' "$(printf '%q' "$top")"
}
if [ -z "$repo" ]; then
    say "to set up a repository: setup-project REPO"
    undo
    exit 0
fi

say "setting up $repo"
status=0
"$dir/setup-project" -y "$repo" || status=$?
if [ "$status" -ne 0 ]; then
    say "the programs are installed; the repository is not fully set up (exit $status, see above)"
    undo
    exit "$status"
fi

query="where does the program start"
say "a search, as the agent makes it: flo search \"$query\""
(cd "$repo" && "$dir/flo" search --limit 5 "$query") || say "nothing was found for that here"
undo
