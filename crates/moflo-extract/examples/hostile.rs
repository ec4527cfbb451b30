//! Prints what texts cost that no person wrote: seconds of CPU and peak memory, per language and
//! shape. Each is read in a process of its own, so that the peak is its own.
//!
//! `hostile [--bytes N] [--over SECONDS] [EXTENSION [SHAPE]]`

#![expect(clippy::print_stdout, reason = "printing is what it is for")]
#![expect(clippy::unwrap_used, reason = "a tool for its own developers")]

#[path = "../tests/hostile/mod.rs"]
mod hostile;

use std::process::Command;

use hostile::{SAMPLES, SHAPES};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--one") {
        let number = |at: usize| arguments[at].parse::<usize>().unwrap();
        one(number(1), &arguments[2], number(3));
        return;
    }
    let mut option = |name: &str, default: f64| {
        arguments.iter().position(|argument| argument == name).map_or(default, |at| {
            arguments.remove(at);
            arguments.remove(at).parse().unwrap()
        })
    };
    let bytes = option("--bytes", 1_000_000.0) as usize;
    let over = option("--over", 0.0);
    for (at, (extension, _)) in SAMPLES.iter().enumerate() {
        for shape in SHAPES {
            let chosen = arguments.iter().zip([extension, shape]).all(|(want, have)| want == have);
            if !chosen {
                continue;
            }
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["--one", &at.to_string(), shape, &bytes.to_string()])
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            let seconds = text.split_whitespace().next().and_then(|word| word.parse().ok());
            if seconds.unwrap_or(f64::INFINITY) >= over {
                println!(
                    "{extension:8} {shape:12} {} {}",
                    text.trim_end(),
                    String::from_utf8_lossy(&output.stderr).trim_end()
                );
            }
        }
    }
}

/// Reads one text and prints what that took.
fn one(sample: usize, shape: &str, bytes: usize) {
    let text = hostile::text(sample, shape, bytes, 1);
    let path = format!("src/file.{}", SAMPLES[sample].0);
    let (cpu, base) = (cpu_seconds(), peak_megabytes());
    let found = moflo_extract::extract(&path, text.as_bytes(), &moflo_extract::Options::default());
    let (cpu, peak) = (cpu_seconds() - cpu, peak_megabytes());
    let said = match &found {
        Ok(extract) => {
            format!("{} symbols {} chunks", extract.outline.symbols.len(), extract.chunks.len())
        }
        Err(skip) => skip.as_str().to_owned(),
    };
    println!("{cpu:7.2} s {:6.0} MB  {said}", peak - base);
}

/// Returns the time this thread has run, as Linux counts it.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn peak_megabytes() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
