#!/bin/sh
# Builds the five hook programs and puts them into a folder.
#
#   setup/build-hooks.sh [--target TRIPLE] [--profile PROFILE] [--out DIR]
#
# On Linux they are linked statically and without position independence, which takes a third off
# what starting a process costs. That needs an explicit --target, since the flags would otherwise
# reach build scripts and macros too. They are built in a cargo call of their own, so that no
# feature the command line wants leaks into them. Elsewhere they are linked as usual.
#
# Prints the folder it put them into, and nothing else, on stdout.
set -eu

cd "$(dirname "$0")/.."
profile=release
target=
out=

usage() {
    echo "usage: setup/build-hooks.sh [--target TRIPLE] [--profile PROFILE] [--out DIR]" >&2
    exit 64
}

while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || usage
    case $1 in
        --target) target=$2 ;;
        --profile) profile=$2 ;;
        --out) out=$2 ;;
        *) usage ;;
    esac
    shift 2
done

host=$(rustc -vV | sed -n 's/^host: //p')
[ -n "$target" ] || target=$host

case $target in
    *-linux-*)
        RUSTFLAGS="${RUSTFLAGS:+$RUSTFLAGS }-C target-feature=+crt-static -C relocation-model=static"
        export RUSTFLAGS
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

# Two calls: the prompt hook links the index, and what it needs of shared crates must not reach the
# other four.
cargo build --locked --profile "$profile" --target "$target" \
    -p moflo-gate -p moflo-session-start -p moflo-hook-handler -p moflo-statusline >&2
cargo build --locked --profile "$profile" --target "$target" -p moflo-prompt-hook >&2

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
