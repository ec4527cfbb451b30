//! Archives: what goes in, where it is unpacked, and the programs they call.

use super::{Arg, Effects, Order, Shell, Work, is, is_remote, parse};

pub(super) fn tar(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    // The old style puts the letters first, without a dash.
    let mut args = args.to_vec();
    if let Some(first) = args.first_mut()
        && !first.text.starts_with('-')
        && first.text.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        // In the old style the values follow in the order of their letters; the archive is enough.
        first.text.insert(0, '-');
        let bundle = first.text.clone();
        if bundle.contains('f') && !bundle.ends_with('f') {
            first.text = format!("{}f", bundle.replace('f', ""));
        }
    }
    let parsed = parse(
        &args,
        "fCIFTXbHgKLNVn",
        &[
            "file",
            "directory",
            "use-compress-program",
            "checkpoint-action",
            "to-command",
            "info-script",
            "new-volume-script",
            "rsh-command",
            "files-from",
            "exclude",
            "exclude-from",
            "transform",
            "xform",
            "owner",
            "group",
            "mode",
            "format",
            "strip-components",
            "rmt-command",
            "one-file-system-from",
            "add-file",
        ],
        Order::Mixed,
    );
    let extracts = parsed.has(&["-x", "--extract", "--get"]);
    let creates = parsed.has(&["-c", "--create", "-r", "--append", "-u", "--update"]);
    for (typed, value) in &parsed.options {
        let Some(value) = value else { continue };
        let arg = Arg { text: (*value).to_owned(), literal: true, ..Arg::default() };
        match *typed {
            "-C" | "--directory" if extracts => effects.write(shell, &arg, work),
            "-f" | "--file" if creates && *value != "-" && !is_remote(value) => {
                effects.write(shell, &arg, work);
            }
            "-I" | "-F" => effects.run_text(work, value, 0, true),
            "-T" | "--files-from" => {
                effects.read(shell, &arg, work);
            }
            _ => {
                let names = [
                    "--use-compress-program",
                    "--to-command",
                    "--info-script",
                    "--new-volume-script",
                    "--rsh-command",
                    "--rmt-command",
                ];
                if names.iter().any(|name| is(typed, name)) {
                    effects.run_text(work, value, 0, true);
                } else if is(typed, "--checkpoint-action")
                    && let Some(text) = value.strip_prefix("exec=")
                {
                    effects.run_text(work, text, 0, true);
                }
            }
        }
    }
    if parsed.has(&["--remove-files"]) && creates {
        for operand in &parsed.operands {
            effects.delete(shell, operand, true, work);
        }
    }
    if creates {
        for operand in &parsed.operands {
            effects.read(shell, operand, work);
            if crate::places::is_secret_folder(&shell.absolute(&operand.text)) {
                effects.hit("secrets.read", operand.text.clone());
            }
        }
    }
    if extracts && parsed.has(&["-P", "--absolute-names"]) {
        effects.hit("fs.write-outside", "tar --absolute-names");
    }
}

pub(super) fn zip(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    args: &[Arg],
) {
    for (index, arg) in args.iter().enumerate() {
        let text = arg.text.as_str();
        if let Some(value) =
            text.strip_prefix("-TT=").or_else(|| text.strip_prefix("--unzip-command="))
        {
            effects.run_text(work, value, arg.taint, true);
        } else if matches!(text, "-TT" | "--unzip-command")
            && let Some(next) = args.get(index + 1)
        {
            effects.run_text(work, &next.text, next.taint, true);
        } else if !text.starts_with('-') {
            effects.read(shell, arg, work);
            if crate::places::is_secret_folder(text) {
                effects.hit("secrets.read", text);
            }
        }
    }
    let moves = args.iter().any(|arg| {
        arg.text == "--move"
            || (arg.text.starts_with('-')
                && !arg.text.starts_with("--")
                && arg.text.contains('m')
                && !arg.text.contains('T'))
    });
    let files: Vec<&Arg> = args.iter().filter(|arg| !arg.text.starts_with('-')).collect();
    if let Some((archive, files)) = files.split_first() {
        effects.write(shell, archive, work);
        if moves {
            for file in files {
                effects.delete(shell, file, true, work);
            }
        }
    }
}
