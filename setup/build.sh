#!/bin/sh
# Builds all programs, and puts them into a folder if one is named.
#
#   setup/build.sh [--target TRIPLE] [--profile PROFILE] [--out DIR] [--hooks-only yes]
#
# On Linux they are linked statically and without position independence: that takes a third off what
# starting a hook costs, and spares flo some 47,000 relocations of its grammars' tables at every
# start. It needs an explicit --target, since the flags would otherwise reach build scripts and
# macros too. The hook programs are built in cargo calls of their own, so that no feature the
# command line wants leaks into them. Elsewhere, and where there is no static C library, they are
# linked as usual.
#
# Prints the folder the programs are in, and nothing else, on stdout.
set -eu

cd "$(dirname "$0")/.."
profile=release
target=
out=
hooks_only=no

usage() {
    echo "usage: setup/build.sh [--target TRIPLE] [--profile PROFILE] [--out DIR] [--hooks-only yes]" >&2
    exit 64
}

while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
        --target) target=$2 ;;
        --profile) profile=$2 ;;
        --out) out=$2 ;;
        --hooks-only) hooks_only=$2 ;;
        *) usage ;;
    esac
    shift 2
done

host=$(rustc -vV | sed -n 's/^host: //p')
[ -n "$target" ] || target=$host

# Some systems keep the static C library in a package of its own.
static() {
    printf 'int main(void) { return 0; }\n' | cc -x c -static -o /dev/null - 2>/dev/null
}

case $target in
    *-linux-*)
        if [ "$target" = "$host" ] && ! static; then
            echo "moflo: there is no static C library here; the programs start a little slower" >&2
        else
            RUSTFLAGS="${RUSTFLAGS:+$RUSTFLAGS }-C target-feature=+crt-static -C relocation-model=static"
            export RUSTFLAGS
        fi
        ;;
esac

# A cross build needs the target's linker; the usual name is taken when nobody set another.
if [ "$target" != "$host" ]; then
    name=CARGO_TARGET_$(echo "$target" | tr 'a-z-' 'A-Z_')_LINKER
    gcc=$(echo "$target" | sed 's/-unknown//')-gcc
    if [ -z "$(eval "echo \${$name:-}")" ] && command -v "$gcc" >/dev/null; then
        eval "export $name=$gcc"
    fi
fi

programs="moflo-gate moflo-prompt-hook moflo-session-start moflo-hook-handler moflo-statusline"

# A call each: the prompt hook links the index, and what it needs of shared crates must not reach the
# other four; the command line wants all features of all crates.
cargo build --locked --profile "$profile" --target "$target" \
    -p moflo-gate -p moflo-session-start -p moflo-hook-handler -p moflo-statusline >&2
cargo build --locked --profile "$profile" --target "$target" -p moflo-prompt-hook >&2
if [ "$hooks_only" = no ]; then
    programs="$programs flo setup-project"
    cargo build --locked --profile "$profile" --target "$target" -p flo -p setup-project >&2
fi

folder=$profile
[ "$profile" = dev ] && folder=debug
built=$(cargo metadata --format-version 1 --no-deps --offline |
    sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/$target/$folder

suffix=
case $target in
    *-windows-*) suffix=.exe ;;
esac

if [ -z "$out" ]; then
    echo "$built"
    exit 0
fi
mkdir -p "$out"
for program in $programs; do
    # A running program cannot be written to, but its name can be given to another.
    cp "$built/$program$suffix" "$out/.$program.new"
    mv -f "$out/.$program.new" "$out/$program$suffix"
done
echo "$out"
