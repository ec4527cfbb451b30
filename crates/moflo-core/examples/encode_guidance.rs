//! Computes the second tier's vectors of a project: `encode_guidance DIR WEIGHTS`.

use std::path::Path;
use std::time::Instant;

use moflo_core::tier;
use moflo_hooks::project::Project;

#[expect(clippy::print_stdout, reason = "printing is what this example is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args_os().skip(1);
    let mut next = || args.next().ok_or("usage: encode_guidance DIR WEIGHTS");
    let (dir, weights) = (next()?, next()?);
    let project = Project::find(Path::new(&dir), None);
    let start = Instant::now();
    let filled = tier::fill(&project, Path::new(&weights), tier::Effort::Foreground, |_, _| {})?;
    println!("{filled:?} in {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}
