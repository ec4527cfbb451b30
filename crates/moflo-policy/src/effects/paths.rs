//! What is done with a path: deleted, written, read, opened up.

use super::{Effects, Work, program_name, wrappers};
use crate::places::{self, Follow, Place, below, together};
use crate::shell::run::{SECRET, Shell};
use crate::shell::{Arg, RedirectKind};

impl Effects<'_> {
    /// Places a path, both as written and as the file system knows it.
    pub(super) fn place(&self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) -> (Place, String) {
        self.place_following(shell, arg, work, Follow::All)
    }

    fn place_following(
        &self,
        shell: &Shell<'_>,
        arg: &Arg,
        work: &Work<'_>,
        follow: Follow,
    ) -> (Place, String) {
        let mut text = arg.text.as_str();
        if text.is_empty() || text == "-" {
            return (Place::Unknown, String::new());
        }
        if let Some(rest) = text.strip_prefix("file://") {
            text = rest;
        }
        let mut path = match &work.cwd {
            Some(Some(cwd)) => crate::shell::run::absolute_in(cwd, text),
            Some(None) if !text.starts_with('/') => return (Place::Unknown, text.to_owned()),
            _ => shell.absolute(text),
        };
        for (inside, outside) in &work.mounts {
            if let Some(rest) = below(&path, inside.trim_end_matches('/')) {
                path = crate::shell::run::absolute_in(outside, rest);
                let place = places::place_of(&path, arg.glob, self.ctx);
                return (place, path);
            }
        }
        // `~` that the shell did not expand is expanded by many programs.
        if let Some(rest) = text.strip_prefix("~/")
            && !arg.quoted
        {
            path = crate::shell::run::absolute_in(self.ctx.home, rest);
        } else if text == "~" && !arg.quoted {
            self.ctx.home.clone_into(&mut path);
        }
        let glob = arg.glob || work.elsewhere;
        let mut place = places::place_of(&path, glob, self.ctx);
        if !work.elsewhere
            && arg.literal
            && !arg.glob
            && let Some(real) = places::real_of(&path, follow, self.ctx)
        {
            let other = places::place_of(&real, false, self.ctx);
            let both = together(place, other);
            if both != place {
                path = real;
            }
            place = both;
        }
        if work.elsewhere || shell.elsewhere {
            // On another machine only what makes up every machine is known.
            place = match place {
                Place::Root | Place::System | Place::Home | Place::Device => place,
                _ => Place::Unknown,
            };
        }
        (place, path)
    }

    pub(super) fn delete(
        &mut self,
        shell: &Shell<'_>,
        arg: &Arg,
        recursive: bool,
        work: &Work<'_>,
    ) {
        // What is deleted is a link itself, never what it leads to.
        let follow = if arg.text.ends_with('/') { Follow::All } else { Follow::Folders };
        let (place, path) = self.place_following(shell, arg, work, follow);
        if place == Place::Git && self.git.made(&path) {
            return;
        }
        if let Some(rule) = place.deleted(
            recursive
                // `find . -exec … {}`: the project itself, file by file.
                || (place == Place::Project
                    && (arg.glob || (work.count > 1 && !work.elsewhere))),
        ) {
            self.hit(rule, path);
        }
    }

    pub(super) fn write(&mut self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) {
        let (place, path) = self.place(shell, arg, work);
        if let Some(rule) = place.written(&path)
            && !(work.elsewhere && rule == "fs.write-outside")
        {
            self.hit(rule, path);
        }
    }

    /// Keeps the client's and moflo's own files out of what a command changes.
    pub(super) fn guard(&mut self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) {
        if let (Place::Guard(_), path) = self.place(shell, arg, work) {
            self.hit("self.tamper", path);
        }
    }

    pub(super) fn chmod(&mut self, shell: &Shell<'_>, arg: &Arg, recursive: bool, work: &Work<'_>) {
        let (place, path) = self.place(shell, arg, work);
        match place {
            Place::Guard(_) => self.hit("self.tamper", path),
            Place::Root
            | Place::System
            | Place::Home
            | Place::HomeBelow
            | Place::Outside
            | Place::Device => {
                // Making a key private is what it is for.
                if matches!(place, Place::Home | Place::HomeBelow | Place::Outside)
                    && (self.is_secret(&path, arg.glob) || path.contains("/.ssh") && !recursive)
                {
                    return;
                }
                self.hit("fs.permissions", path);
            }
            Place::Project | Place::Git | Place::GitHooks if recursive => {
                self.hit("fs.permissions", path);
            }
            _ => {}
        }
    }

    /// Whether reading this path shows a secret.
    pub(super) fn is_secret(&self, path: &str, glob: bool) -> bool {
        places::secret(path, glob, self.ctx).is_some()
    }

    /// The whole environment is printed, which shows what was read into it before.
    pub(super) fn shows_environment(&mut self, name: &str) {
        if self.sourced_secret {
            self.hit("secrets.read", format!("{name} after secrets were read into the shell"));
        }
    }

    pub(super) fn read(&mut self, shell: &Shell<'_>, arg: &Arg, work: &Work<'_>) -> bool {
        if arg.text.is_empty() || arg.source != 0 {
            return false;
        }
        let path =
            if arg.text.starts_with('/') { arg.text.clone() } else { shell.absolute(&arg.text) };
        let glob = arg.glob;
        let mut secret = self.is_secret(&path, glob);
        if !secret
            && arg.literal
            && let Some(real) = places::real_of(&path, Follow::All, self.ctx)
        {
            secret = self.is_secret(&real, false);
        }
        if secret && shell.files.contains_key(&path) {
            // Written by this very command line, so nothing is learnt.
            return false;
        }
        if secret {
            self.hit("secrets.read", path);
        }
        let _ = work;
        secret
    }

    pub(super) fn redirections(&mut self, shell: &Shell<'_>, work: &Work<'_>, argv: &[Arg]) {
        let known = self.findings.len();
        for redirection in &work.call.redirections {
            match redirection.kind {
                RedirectKind::Read => {
                    self.read(shell, &redirection.target, work);
                }
                RedirectKind::Write | RedirectKind::Append | RedirectKind::ReadWrite => {
                    let text = &redirection.target.text;
                    if text.starts_with("/dev/tcp/") || text.starts_with("/dev/udp/") {
                        let head = argv.first().map_or("", |head| program_name(head));
                        if wrappers::is_shell(head) {
                            self.hit("exec.reverse-shell", text.clone());
                        } else if work.stdin.taint & SECRET != 0 {
                            self.hit("secrets.send", text.clone());
                        }
                        continue;
                    }
                    self.write(shell, &redirection.target, work);
                }
            }
        }
        for found in self.findings.iter_mut().skip(known) {
            found.command = None;
        }
    }
}
