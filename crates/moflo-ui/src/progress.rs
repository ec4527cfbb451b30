//! How far a long piece of work has come.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::output::say;
use crate::text::{grouped, human_duration};

/// How progress is shown. It always goes to standard error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ProgressStyle {
    /// A bar on a terminal, nothing elsewhere
    #[default]
    Auto,
    /// One line a second
    Plain,
    /// One JSON object a line, once a second and at the end of each step
    Json,
    /// Nothing
    None,
}

/// Shows how far a long piece of work has come.
///
/// Can be told from several threads at once; telling it costs an addition, and showing it happens
/// at most once a second (`plain`, `json`) or as often as the bar redraws itself.
#[derive(Debug)]
pub struct Progress {
    shown: Shown,
    started: Instant,
    done: AtomicU64,
    step: Mutex<Step>,
}

#[derive(Debug)]
enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines { json: bool },
}

#[derive(Debug)]
struct Step {
    name: String,
    total: Option<u64>,
    last_shown: Instant,
}

impl Progress {
    /// Progress in this style.
    pub fn new(style: ProgressStyle) -> Self {
        let shown = match style {
            ProgressStyle::Auto if std::io::stderr().is_terminal() => Shown::Bar(
                // Ten times a second is smooth, and cheap beside parsing.
                ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10)),
            ),
            ProgressStyle::Auto | ProgressStyle::None => Shown::Nothing,
            ProgressStyle::Plain => Shown::Lines { json: false },
            ProgressStyle::Json => Shown::Lines { json: true },
        };
        let now = Instant::now();
        Self {
            shown,
            started: now,
            done: AtomicU64::new(0),
            step: Mutex::new(Step { name: String::new(), total: None, last_shown: now }),
        }
    }

    /// Begins a step of `total` pieces, if that is known already.
    pub fn begin(&self, name: &str, total: Option<u64>) {
        self.end();
        self.done.store(0, Ordering::Relaxed);
        if let Ok(mut step) = self.step.lock() {
            name.clone_into(&mut step.name);
            step.total = total;
            step.last_shown = Instant::now();
        }
        if let Shown::Bar(bar) = &self.shown {
            bar.reset();
            if let Some(total) = total {
                bar.set_length(total);
                if let Ok(look) = indicatif::ProgressStyle::with_template(
                    "{msg:>12} [{bar:30}] {human_pos}/{human_len} {eta}",
                ) {
                    bar.set_style(look.progress_chars("=> "));
                }
            } else {
                bar.unset_length();
                if let Ok(look) =
                    indicatif::ProgressStyle::with_template("{msg:>12} {spinner} {human_pos}")
                {
                    bar.set_style(look);
                }
            }
            bar.set_message(name.to_owned());
            bar.tick();
        }
    }

    /// Says that `count` more pieces are done.
    pub fn advance(&self, count: u64) {
        let done = self.done.fetch_add(count, Ordering::Relaxed) + count;
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => bar.inc(count),
            Shown::Lines { json } => {
                // Whoever finds the lock taken leaves the showing to the one who has it.
                if let Ok(mut step) = self.step.try_lock()
                    && step.last_shown.elapsed() >= Duration::from_secs(1)
                {
                    step.last_shown = Instant::now();
                    say(&line(&step, done, self.started.elapsed(), *json));
                }
            }
        }
    }

    /// Ends the current step; what was shown of it stays only where it is a log.
    pub fn end(&self) {
        let Ok(mut step) = self.step.lock() else { return };
        if step.name.is_empty() {
            return;
        }
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => bar.finish_and_clear(),
            Shown::Lines { json } => {
                let done = self.done.load(Ordering::Relaxed);
                say(&line(&step, done, self.started.elapsed(), *json));
            }
        }
        step.name.clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // A bar left standing would glue the next line to itself.
        if let Shown::Bar(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}

fn line(step: &Step, done: u64, elapsed: Duration, json: bool) -> String {
    if json {
        let event = serde_json::json!({
            "event": "progress",
            "step": step.name,
            "done": done,
            "total": step.total,
            "elapsed_ms": elapsed.as_millis() as u64,
        });
        return format!("{event}\n");
    }
    let of = step.total.map(|total| format!(" of {}", grouped(total))).unwrap_or_default();
    format!("{}: {}{of} ({})\n", step.name, grouped(done), human_duration(elapsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(total: Option<u64>) -> Step {
        Step { name: "parsing".to_owned(), total, last_shown: Instant::now() }
    }

    #[test]
    fn a_plain_line_says_what_and_how_far() {
        let elapsed = Duration::from_millis(1400);
        assert_eq!(
            line(&step(Some(6855)), 1200, elapsed, false),
            "parsing: 1 200 of 6 855 (1.4 s)\n"
        );
        assert_eq!(line(&step(None), 12, elapsed, false), "parsing: 12 (1.4 s)\n");
    }

    #[test]
    fn a_json_line_says_the_same() {
        let text = line(&step(Some(3)), 2, Duration::from_millis(7), true);
        assert_eq!(
            text,
            "{\"done\":2,\"elapsed_ms\":7,\"event\":\"progress\",\"step\":\"parsing\",\"total\":3}\n"
        );
    }

    #[test]
    fn threads_may_advance_it_together() {
        let progress = Progress::new(ProgressStyle::None);
        progress.begin("parsing", Some(400));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..100).for_each(|_| progress.advance(1)));
            }
        });
        assert_eq!(progress.done.load(Ordering::Relaxed), 400);
    }
}
