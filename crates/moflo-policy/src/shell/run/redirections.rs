//! Redirections: what they open, and what comes in through them.

use super::{Arg, Flow, Loaded, NET, Redir, RedirOp, RedirectKind, Redirection, Shell, Span};

impl Shell<'_> {
    /// Returns the redirections to and from files, what is read on standard input, and whether that
    /// is a text of the script.
    pub(super) fn redirections(
        &mut self,
        loaded: &Loaded,
        redirs: Span,
    ) -> (Vec<Redirection>, Option<Flow>, bool) {
        let mut found = Vec::new();
        let mut stdin = None;
        let mut heredoc = false;
        for index in redirs.range() {
            let Some(&Redir { fd, op, word, .. }) = loaded.script.redirs.get(index) else {
                continue;
            };
            let target = self.expand_joined(&loaded.script, loaded.base, word);
            let kind = match op {
                RedirOp::Heredoc | RedirOp::HereString => {
                    let mut text = target.text;
                    if op == RedirOp::HereString {
                        text.push('\n');
                    }
                    if fd.is_none_or(|fd| fd == 0) {
                        stdin = Some(Flow::text(&text, target.taint));
                        heredoc = true;
                    }
                    continue;
                }
                RedirOp::Duplicate { output } => {
                    let digits =
                        target.text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
                    if digits && !output && fd.is_none_or(|fd| fd == 0) {
                        stdin = self.files.get(&format!("&{}", target.text)).cloned().or(stdin);
                    }
                    if digits || !output || !target.literal {
                        continue;
                    }
                    RedirectKind::Write
                }
                RedirOp::Read => {
                    if fd.is_none_or(|fd| fd == 0) {
                        stdin = Some(self.read(&target));
                    }
                    RedirectKind::Read
                }
                RedirOp::Write => RedirectKind::Write,
                RedirOp::Append => RedirectKind::Append,
                RedirOp::ReadWrite => RedirectKind::ReadWrite,
            };
            if target.source != 0 {
                continue;
            }
            if let Some(fd) = fd.filter(|fd| *fd > 2)
                && is_network(&target.text)
            {
                self.files.insert(format!("&{fd}"), Flow::tainted(NET));
            }
            found.push(Redirection { fd, kind, target });
        }
        (found, stdin, heredoc)
    }

    /// What is read from a file: the network, a substitution, or what was written before.
    fn read(&self, target: &Arg) -> Flow {
        let flow = if is_network(&target.text) {
            Some(Flow::tainted(NET))
        } else if target.source != 0 {
            self.flows.get(target.source as usize).cloned()
        } else {
            self.file(&target.text)
        };
        flow.unwrap_or_else(Flow::unknown)
    }
}

/// Says whether the shell makes a network connection of this path.
fn is_network(path: &str) -> bool {
    path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/")
}
