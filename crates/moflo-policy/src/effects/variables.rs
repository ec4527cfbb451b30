//! Variables that change what programs run or what moflo does.

use super::{Effects, Place, Work, data};
use crate::places;
use crate::shell::Arg;
use crate::shell::run::Invocation;

impl Effects<'_> {
    /// Looks at what is set for one command, which may run it.
    pub(super) fn assignments(&mut self, work: &mut Work<'_>, assignments: &[(String, Arg)]) {
        for (name, value) in assignments {
            if data::EXECUTED_VARIABLES.contains(&name.as_str())
                || name.starts_with("GIT_CONFIG_VALUE_")
            {
                let text = value.text.strip_prefix('!').unwrap_or(&value.text);
                // Words may be added to it, which changes nothing about what it starts with.
                self.run_text(work, text, value.taint, true);
            } else if name.starts_with("MOFLO_") || name == "CLAUDE_CODE_SIMPLE" {
                self.hit("self.tamper", format!("sets {name}"));
            } else if name == "LD_PRELOAD" || name == "DYLD_INSERT_LIBRARIES" || name == "BASH_ENV"
            {
                let place = places::place_of(&value.text, false, self.ctx);
                if place == Place::Scratch
                    && !value.text.starts_with("/dev/null")
                    && !value.text.is_empty()
                {
                    self.hit("exec.preload", format!("{name}={}", value.text));
                }
            }
        }
    }

    /// Looks at what is set without a command: no program sees it yet, so only ours is refused.
    pub(super) fn lone_assignments(&mut self, call: &Invocation) {
        for (name, _) in &call.assignments {
            if name.starts_with("MOFLO_") {
                self.hit("self.tamper", format!("sets {name}"));
            }
        }
    }
}
