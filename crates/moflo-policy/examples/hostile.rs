//! Prints what judging a hostile or merely long command costs, in milliseconds.

use std::io::{self, Write as _};
use std::time::{Duration, Instant};

use moflo_policy::project::ProjectPolicy;
use moflo_policy::{Context, judge_command};

const SIZE: usize = 2 << 20;

fn main() -> io::Result<()> {
    let project = ProjectPolicy::default();
    let ctx = Context::made_up(&project);
    let fill = |piece: &str| piece.repeat(SIZE / piece.len());
    let shapes: Vec<(&str, String)> = vec![
        ("single quotes", format!("echo '{}'", fill("some words "))),
        ("double quotes", format!("echo \"{}\"", fill("some words "))),
        ("double quotes with escapes", format!("echo \"{}\"", fill("a \\\" b "))),
        ("a message", format!("git commit -m '{}'", fill("some words "))),
        ("one word", format!("echo {}", fill("a"))),
        ("heredoc", format!("cat > x <<'E'\n{}\nE", fill("some words\n"))),
        ("heredoc with expansions", format!("cat > x <<E\n{}\nE", fill("some $words\n"))),
        ("code", format!("python3 -c '{}'", fill("print(1);"))),
        ("code in a heredoc", format!("python3 <<'E'\n{}\nE", fill("print(1)\n"))),
        ("statements", format!("psql -c '{}'", fill("select 1; "))),
        ("a shell's text", format!("bash -c '{}'", fill("true; "))),
        ("words", format!("rm {}", fill("src/a.rs "))),
        ("secrets", format!("cat {}", fill("a/.envx "))),
        ("paths of the client", format!("touch {}", fill(".claude/x "))),
        ("commands", fill("true; ")),
        ("git", format!("git {}", fill("-a "))),
        ("nests", format!("{}x{}", "$(".repeat(SIZE / 3), ")".repeat(SIZE / 3))),
        ("braces", format!("echo {}", fill("{a,b} "))),
        ("variables", fill("a=1; echo $a; ")),
        ("small heredocs", fill("cat <<E\nx\nE\n")),
        ("pipes", fill("echo a | cat | ")),
        ("deep path", format!("cat {}", fill("/.git"))),
        ("deep home", format!("cat > {}", fill("/.claude"))),
    ];
    let mut out = io::stdout().lock();
    for (name, command) in &shapes {
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let _ = judge_command(command, &ctx);
            best = best.min(start.elapsed());
        }
        writeln!(out, "{name:28} {:7.2} ms", best.as_secs_f64() * 1e3)?;
    }
    Ok(())
}
