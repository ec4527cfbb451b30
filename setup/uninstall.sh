#!/usr/bin/env bash
# Removes moflo's programs.
#
#   setup/uninstall.sh          remove them, unless a project still needs them
#   setup/uninstall.sh --all    take moflo out of every project it was set up in, then remove them
#
# Environment: MOFLO_INSTALL_DIR, as for setup/install.sh. What was learned in a project stays in
# it; setup-project says where.
set -euo pipefail
unset CDPATH

say() { printf 'moflo: %s\n' "$*"; }

all=no
case ${1:-} in
    '') ;;
    --all) all=yes ;;
    *)
        sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
        case $1 in -h | --help) exit 0 ;; *) exit 2 ;; esac
        ;;
esac

dir=${MOFLO_INSTALL_DIR:-$HOME/.local/bin}
programs="flo moflo-gate moflo-prompt-hook moflo-session-start moflo-hook-handler moflo-statusline setup-project"
state=${MOFLO_STATE_DIR:-${XDG_STATE_HOME:-$HOME/.local/state}/moflo}

# Hooks whose program is gone would greet every tool call with an error.
left=0
for record in "$state"/*/setup/record.json; do
    [ -e "$record" ] || continue
    # The record is JSON, and writes a percent sign as %25.
    project=$(sed -n 's/^  "root": "\(.*\)",$/\1/p' "$record" | sed 's/\\"/"/g; s/\\\\/\\/g; s/%25/%/g')
    [ -d "$project" ] || continue
    if [ "$all" = yes ]; then
        "$dir/setup-project" -y --uninstall "$project" || left=$((left + 1))
    else
        [ "$left" -gt 0 ] || say "these projects still use the programs:"
        printf '  setup-project --uninstall %s\n' "$(printf '%q' "$project")"
        left=$((left + 1))
    fi
done
if [ "$left" -gt 0 ]; then
    [ "$all" = yes ] || say "run these first, or this script with --all; nothing was removed"
    exit 1
fi

removed=0
for program in $programs; do
    path=$dir/$program
    [ -e "$path" ] || continue
    if [ -d "$path" ] || ! grep -q moflo "$path"; then
        say "$path is another program, and is kept"
        continue
    fi
    rm -f "$path"
    removed=$((removed + 1))
done
say "removed $removed programs from $dir"
