//! Starts a program, with a limit to its time.

use std::io::{self, Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// A program that came to its end.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) code: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
    pub(super) took: Duration,
}

/// Runs `command` with `input`, and kills it when it takes longer than `limit`.
pub(super) fn run(command: &mut Command, input: &[u8], limit: Duration) -> io::Result<Finished> {
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (mut stdin, stdout, stderr) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let input = input.to_vec();
    // Each stream has its own thread, so that no full pipe holds up another.
    std::thread::spawn(move || {
        if let Some(stdin) = &mut stdin {
            let _ = stdin.write_all(&input);
        }
    });
    let (sender, receiver) = mpsc::channel();
    let errors = sender.clone();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stdout.map(|mut stdout| stdout.read_to_end(&mut bytes));
        let _ = sender.send((true, bytes));
    });
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stderr.map(|mut stderr| stderr.read_to_end(&mut bytes));
        let _ = errors.send((false, bytes));
    });
    let mut output = [Vec::new(), Vec::new()];
    for _ in 0..2 {
        let left = limit.saturating_sub(started.elapsed());
        let Ok((is_stdout, bytes)) = receiver.recv_timeout(left) else {
            let _ = child.kill();
            let _ = child.wait();
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("it took longer than {limit:?}"),
            ));
        };
        output[usize::from(!is_stdout)] = bytes;
    }
    let status = child.wait()?;
    let took = started.elapsed();
    let [stdout, stderr] = output;
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    Ok(Finished { code: status.code(), stdout, stderr, took })
}
