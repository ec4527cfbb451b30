//! Power, processes, and what formats or repartitions a device.

use super::{Arg, Effects, UNKNOWN};

pub(super) fn power(effects: &mut Effects<'_>, name: &str, args: &[Arg]) {
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    if words.iter().any(|word| {
        matches!(*word, "--help" | "-h" | "--version") && name != "shutdown" || *word == "--help"
    }) {
        return;
    }
    let off = [
        "poweroff",
        "reboot",
        "halt",
        "kexec",
        "suspend",
        "hibernate",
        "emergency",
        "rescue",
        "isolate",
        "exit",
    ];
    match name {
        "shutdown" if !words.iter().any(|word| matches!(*word, "-c" | "--show" | "--version")) => {
            effects.hit("disk.power", name);
        }
        "reboot" | "halt" | "poweroff" => effects.hit("disk.power", name),
        "init" | "telinit"
            if words.first().is_some_and(|word| matches!(*word, "0" | "1" | "6")) =>
        {
            effects.hit("disk.power", format!("{name} {}", words.join(" ")));
        }
        "systemctl" => {
            let sub = words.iter().find(|word| !word.starts_with('-')).copied().unwrap_or("");
            if off.contains(&sub) {
                effects.hit("disk.power", format!("systemctl {sub}"));
            } else if matches!(sub, "stop" | "disable" | "mask")
                && words.iter().any(|word| {
                    let access = ["ssh", "sshd", "network", "firewall", "auditd", "systemd-"]
                        .iter()
                        .any(|unit| word.starts_with(unit));
                    // A server that is stopped comes back; one that is disabled does not.
                    let server =
                        ["docker", "postgresql", "mysql"].iter().any(|unit| word.starts_with(unit));
                    access || (server && (sub != "stop" || !word.contains('@')))
                })
            {
                effects.hit("infra.destroy", format!("systemctl {sub}"));
            }
        }
        "kill" => {
            let everything = words.iter().skip(1).any(|word| *word == "-1")
                || (words.len() == 1 && words.first() == Some(&"-1"));
            if everything || (words.contains(&"--") && words.last() == Some(&"-1")) {
                effects.hit("disk.kill-all", "kill -1");
            } else if words.last() == Some(&"1")
                && words.iter().any(|word| matches!(*word, "-9" | "-KILL" | "-SIGKILL"))
            {
                effects.hit("disk.kill-all", "kill 1");
            }
        }
        "killall5" => effects.hit("disk.kill-all", name),
        "pkill" | "killall" => {
            let everything = words.iter().any(|word| matches!(*word, "." | ".*" | "-1" | "" | "^"))
                || (name == "pkill"
                    && words
                        .windows(2)
                        .any(|pair| matches!(pair, ["-u" | "-U" | "--uid" | "--euid", _]))
                    && words.iter().filter(|word| !word.starts_with('-')).count() <= 1)
                || (name == "killall"
                    && words.windows(2).any(|pair| matches!(pair, ["-u" | "--user", _]))
                    && words.iter().filter(|word| !word.starts_with('-')).count() <= 1);
            if everything {
                effects.hit("disk.kill-all", name);
            }
        }
        _ => {}
    }
}

/// Programs that wipe or repartition what they are given.
pub(super) fn devices(effects: &mut Effects<'_>, name: &str, args: &[Arg]) {
    let device = |arg: &Arg| arg.text.starts_with("/dev/") && effects_device(&arg.text);
    let formats = name.starts_with("mkfs")
        || matches!(
            name,
            "mke2fs"
                | "mkswap"
                | "mkntfs"
                | "newfs"
                | "mkdosfs"
                | "mkexfatfs"
                | "mkreiserfs"
                | "bcachefs"
        );
    let asks = args.iter().any(|arg| {
        matches!(
            arg.text.as_str(),
            "--help" | "-h" | "--version" | "-V" | "-n" | "--dry-run" | "--no-act"
        )
    });
    if formats && !args.is_empty() && args.iter().any(|arg| !arg.text.starts_with('-')) {
        if !args.iter().any(|arg| matches!(arg.text.as_str(), "--help" | "--version" | "-V"))
            && args.iter().any(|arg| device(arg) || arg.text.contains(UNKNOWN))
        {
            effects
                .hit("disk.format", format!("{name} {}", args.last().map_or("", |arg| &arg.text)));
        }
        return;
    }
    let partition = matches!(
        name,
        "wipefs"
            | "fdisk"
            | "sfdisk"
            | "cfdisk"
            | "gdisk"
            | "sgdisk"
            | "parted"
            | "blkdiscard"
            | "hdparm"
            | "nvme"
            | "cryptsetup"
            | "pvremove"
            | "vgremove"
            | "lvremove"
            | "pvcreate"
            | "mdadm"
            | "badblocks"
            | "zpool"
            | "zfs"
            | "btrfs"
            | "diskutil"
            | "flashrom"
            | "efibootmgr"
            | "tune2fs"
            | "e2fsck"
            | "debugfs"
            | "swapoff"
            | "format"
            | "xfs_repair"
            | "resize2fs"
            | "losetup"
            | "dmsetup"
            | "grub-install"
    );
    if !partition || (asks && name != "badblocks") {
        return;
    }
    let words: Vec<&str> = args.iter().map(|arg| arg.text.as_str()).collect();
    let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
    let bad = match name {
        "wipefs" => has(&["-a", "--all", "-af", "-fa", "-o", "--offset", "-f"]),
        "fdisk" | "sfdisk" | "cfdisk" | "gdisk" => {
            args.iter().any(device)
                && !has(&["-l", "--list", "-s", "-d", "--dump", "-J", "--json", "-x"])
        }
        "sgdisk" => words.iter().any(|word| {
            word.starts_with("-Z")
                || word.starts_with("--zap")
                || word.starts_with("-o")
                || word.starts_with("-d")
                || word.starts_with("-n")
        }),
        "parted" => has(&["mklabel", "rm", "mkpart", "mktable", "resizepart"]),
        "blkdiscard" | "pvremove" | "vgremove" | "lvremove" | "grub-install" => !args.is_empty(),
        "pvcreate" => args.iter().any(device),
        "hdparm" => words.iter().any(|word| {
            word.contains("security-erase")
                || word.contains("trim-sector")
                || word.contains("make-bad")
        }),
        "nvme" => has(&["format", "sanitize", "delete-ns"]),
        "cryptsetup" => {
            has(&["luksFormat", "erase", "luksErase", "luksRemoveKey", "luksKillSlot", "reencrypt"])
        }
        "mdadm" => words.iter().any(|word| {
            word.starts_with("--zero")
                || word.starts_with("--stop")
                || word.starts_with("--remove")
                || word.starts_with("--create")
        }),
        "badblocks" => words.iter().any(|word| word.starts_with('-') && word.contains('w')),
        "zpool" => has(&["destroy", "labelclear"]),
        "zfs" => has(&["destroy", "rollback"]),
        "btrfs" => has(&["delete"]) && has(&["subvolume", "sub", "device"]),
        "diskutil" => {
            words.first().is_some_and(|word| {
                ["erase", "partition", "zero", "secure", "random", "reformat", "delete", "apfs"]
                    .iter()
                    .any(|start| word.to_ascii_lowercase().starts_with(start))
            }) && !has(&["list"])
        }
        "flashrom" => has(&["-w", "-E", "--write", "--erase"]),
        "efibootmgr" => has(&["-B", "--delete-bootnum"]),
        "dmsetup" => has(&["remove", "remove_all", "wipe_table"]),
        "debugfs" => has(&["-w"]),
        "format" => words.iter().any(|word| word.ends_with(':')),
        _ => false,
    };
    if bad {
        effects.hit("disk.format", format!("{name} {}", words.join(" ")));
    }
}

fn effects_device(path: &str) -> bool {
    crate::places::is_device(path)
}
