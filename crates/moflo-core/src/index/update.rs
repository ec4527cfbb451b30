//! Takes in what a scan found.

use std::num::NonZero;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use moflo_hooks::project::Project;

use super::ledger::{Ledger, Record};
use super::prepare::{self, Context, Job, Outcome as Turned, Prepared};
use super::publication::{self, Publication};
use super::report::{self, Outcome, Report, Totals};
use super::rules::Selection;
use super::scan::{Candidate, Scan};
use super::sibling::Sibling;
use super::{IndexError, Phase, Progress, SEGMENTS};
use crate::store::{Fields, FileState, OpenError, Payload, Role, Store, schema};

/// What is written.
pub(super) enum Target<'a> {
    /// The next generation of an index, with at most so many segments.
    Next(&'a Store, usize),
    /// A new index, for this reason.
    New(String),
    /// A new index that begins as a copy of another worktree's, which lies where it will grow.
    Over(&'a Sibling, String),
}

impl Target<'_> {
    /// The index that is known so far.
    fn before(&self) -> Option<&Store> {
        match self {
            Self::Next(store, _) => Some(store),
            Self::Over(sibling, _) => Some(&sibling.store),
            Self::New(_) => None,
        }
    }

    /// Whether it grows beside the index it replaces.
    fn is_beside(&self) -> bool {
        !matches!(self, Self::Next(..))
    }
}

/// Returns the folder in which this process makes a new index.
pub(super) fn beside(project: &Project) -> PathBuf {
    project.moflo_dir().join(format!("index.tmp-{}", std::process::id()))
}

/// One run.
pub(super) struct Update<'a> {
    pub(super) project: &'a Project,
    pub(super) selection: &'a Selection,
    pub(super) progress: &'a dyn Progress,
    pub(super) target: Target<'a>,
    pub(super) started: Instant,
}

/// With so few files, threads cost more than they save.
const FEW: usize = 4;

/// Files that are ready and not yet written; bounds the memory.
const QUEUE: usize = 32;

/// Files of so many bytes are prepared first.
const LARGE_FILE: u64 = 64 << 10;

/// How many files pass between two words to `Progress`.
const PROGRESS_FILES: usize = 64;

#[derive(Debug, Default)]
struct Counts {
    added: usize,
    changed: usize,
    touched: usize,
    removed: usize,
    bytes: u64,
}

/// The index being written, if anything has to be.
struct Sink<'a> {
    target: &'a Target<'a>,
    dir: PathBuf,
    /// How much tantivy may gather.
    memory: usize,
    ledger: Ledger,
    publication: Option<Publication>,
    /// The manifest differs from the one on disk.
    dirty: bool,
    counts: Counts,
}

impl Update<'_> {
    /// Takes in what the scan found, and publishes it.
    pub(super) fn run(self, scan: Scan) -> Result<Report, IndexError> {
        let scanned = Instant::now();
        let problems = report::said(&scan.problems);
        if let Target::Next(store, _) = &self.target
            && scan.is_empty()
        {
            let mut report = self.report(&Counts::default(), Totals::of(&store.manifest), problems);
            report.scan = scanned - self.started;
            report.total = self.started.elapsed();
            return Ok(report);
        }
        let index_dir = self.project.index_dir();
        let dir = if self.target.is_beside() { beside(self.project) } else { index_dir.clone() };
        let result = self.write(scan, dir.clone());
        let (counts, built) = match result {
            Ok(done) => done,
            Err(err) => {
                if self.target.is_beside() {
                    drop(std::fs::remove_dir_all(&dir));
                }
                publication::sweep(&self.project.moflo_dir());
                return Err(err);
            }
        };
        if self.target.is_beside() {
            publication::swap(&dir, &index_dir)
                .map_err(|err| IndexError::io("replacing", &index_dir, err))?;
        }
        let store = Store::open(&index_dir).map_err(|err| unreadable(err, &index_dir))?;
        let mut report = self.report(&counts, Totals::of(&store.manifest), problems);
        report.scan = scanned - self.started;
        report.build = built - scanned;
        report.commit = built.elapsed();
        report.total = self.started.elapsed();
        Ok(report)
    }

    /// Writes the next generation into `dir`; returns when the last file had been taken in.
    fn write(&self, scan: Scan, dir: PathBuf) -> Result<(Counts, Instant), IndexError> {
        let before = self.target.before();
        let mut ledger = before.map_or_else(Ledger::default, |store| Ledger::of(&store.manifest));
        let dirty = scan.dirs.is_some() || scan.rules_changed;
        if let Some(dirs) = scan.dirs {
            ledger.dirs = dirs;
        }
        ledger.ignore_fingerprint = scan.ignore_fingerprint;
        let limit = moflo_extract::MAX_BYTES as u64;
        let bytes: u64 = scan
            .candidates
            .iter()
            .filter(|candidate| self.is_to_write(candidate))
            .map(|candidate| candidate.stat.size)
            .filter(|size| *size <= limit)
            .sum();
        let jobs: Vec<Job> =
            scan.candidates.into_iter().map(|candidate| job(&mut ledger, candidate)).collect();
        let mut sink = Sink {
            target: &self.target,
            dir,
            memory: publication::memory_for(bytes),
            ledger,
            publication: None,
            dirty,
            counts: Counts::default(),
        };
        if matches!(self.target, Target::New(_)) {
            sink.publication()?;
        }
        for number in scan.removed {
            sink.remove(number)?;
        }
        self.take_in(jobs, &mut sink)?;
        let built = Instant::now();
        self.progress.report(Phase::Commit, 0, 0, sink.counts.bytes);
        let counts = sink.publish(self.selection)?;
        Ok((counts, built))
    }

    /// Guesses whether a file will turn out to differ from what is known of it.
    fn is_to_write(&self, candidate: &Candidate) -> bool {
        let Target::Over(sibling, _) = &self.target else { return true };
        let known = candidate.known.and_then(|number| sibling.store.manifest.file(number));
        known.is_none_or(|file| file.size() != candidate.stat.size)
    }

    /// Prepares files on all processors and takes them in one after another.
    fn take_in(&self, jobs: Vec<Job>, sink: &mut Sink<'_>) -> Result<(), IndexError> {
        let fields = Fields::find(&schema()).ok_or_else(|| {
            IndexError::Engine(tantivy::TantivyError::SchemaError("our own".to_owned()))
        })?;
        let context = Context { root: self.project.root(), selection: self.selection, fields };
        let total = jobs.len();
        let told = |done: usize, bytes| {
            self.progress.report(Phase::Build, done as u64, total as u64, bytes);
        };
        if total <= FEW {
            for job in jobs {
                sink.take(prepare::prepare(&context, &job))?;
            }
            told(total, sink.counts.bytes);
            return Ok(());
        }
        let order = in_order(&jobs);
        let next = AtomicUsize::new(0);
        let stopped = AtomicBool::new(false);
        let threads = std::thread::available_parallelism().map_or(2, NonZero::get);
        let (sender, receiver) = mpsc::sync_channel::<Prepared>(QUEUE);
        std::thread::scope(|scope| {
            for _ in 0..threads.min(total) {
                let (sender, context) = (sender.clone(), &context);
                let (jobs, order, next, stopped) = (&jobs, &order, &next, &stopped);
                scope.spawn(move || {
                    while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed))
                        && !stopped.load(Ordering::Relaxed)
                    {
                        // The receiver is gone only when it failed, and it says why itself.
                        drop(sender.send(prepare::prepare(context, &jobs[*at])));
                    }
                });
            }
            drop(sender);
            let mut result = Ok(());
            for (done, prepared) in receiver.iter().enumerate() {
                if result.is_err() {
                    continue;
                }
                result = sink.take(prepared);
                if result.is_err() {
                    stopped.store(true, Ordering::Relaxed);
                }
                if done % PROGRESS_FILES == 0 {
                    told(done, sink.counts.bytes);
                }
            }
            told(total, sink.counts.bytes);
            result
        })
    }

    fn report(&self, counts: &Counts, totals: Totals, problems: Vec<String>) -> Report {
        let outcome = match &self.target {
            Target::New(reason) => Outcome::Built(reason.clone()),
            Target::Over(sibling, reason) => Outcome::TakenOver {
                reason: reason.clone(),
                from: sibling.root.clone(),
                files: totals.files - (counts.added + counts.changed).min(totals.files),
            },
            Target::Next(..) if counts.added + counts.changed + counts.removed > 0 => {
                Outcome::Updated
            }
            Target::Next(..) => Outcome::Unchanged,
        };
        Report {
            outcome,
            added: counts.added,
            changed: counts.changed,
            touched: counts.touched,
            removed: counts.removed,
            bytes_read: counts.bytes,
            problems,
            totals,
            index_bytes: report::bytes_in(&self.project.index_dir()),
            scan: Duration::ZERO,
            build: Duration::ZERO,
            commit: Duration::ZERO,
            total: Duration::ZERO,
        }
    }
}

/// Returns the order in which files are prepared: as they come, but large ones first, so that at
/// the end no thread waits for another one's large file.
fn in_order(jobs: &[Job]) -> Vec<usize> {
    let size = |at: usize| jobs[at].candidate.stat.size;
    let (mut large, small): (Vec<usize>, Vec<usize>) =
        (0..jobs.len()).partition(|at| size(*at) >= LARGE_FILE);
    large.sort_by_key(|at| std::cmp::Reverse(size(*at)));
    large.extend(small);
    large
}

fn job(ledger: &mut Ledger, candidate: Candidate) -> Job {
    let known = candidate.known.and_then(|number| ledger.get(number)).map(|record| record.hash);
    let number = candidate.known.unwrap_or_else(|| ledger.reserve());
    Job { candidate, number, known }
}

fn unreadable(err: OpenError, dir: &std::path::Path) -> IndexError {
    match err {
        OpenError::Io { path, source } => IndexError::io("reading", &path, source),
        other => IndexError::io("reading", dir, std::io::Error::other(other)),
    }
}

impl Sink<'_> {
    /// Opens the index for writing, the first time something has to be written.
    fn publication(&mut self) -> Result<&mut Publication, IndexError> {
        if self.publication.is_none() {
            self.publication = Some(if let Some(store) = self.target.before() {
                Publication::next(&self.dir, &store.payload, self.memory)?
            } else {
                std::fs::create_dir_all(&self.dir)
                    .map_err(|err| IndexError::io("creating", &self.dir, err))?;
                Publication::create(&self.dir, self.memory)?
            });
        }
        self.publication.as_mut().ok_or(IndexError::Busy)
    }

    /// Forgets a file.
    fn remove(&mut self, number: u32) -> Result<(), IndexError> {
        let Some(record) = self.ledger.remove(number) else { return Ok(()) };
        self.dirty = true;
        if record.state == FileState::Indexed {
            self.counts.removed += 1;
            self.publication()?.delete(&record.path);
        }
        Ok(())
    }

    fn take(&mut self, prepared: Prepared) -> Result<(), IndexError> {
        let Prepared { number, path, stat, hash, bytes, outcome } = prepared;
        self.counts.bytes += bytes;
        let before = self.ledger.get(number).map(|record| (record.state, record.stat));
        let was_indexed = matches!(before, Some((FileState::Indexed, _)));
        let mut record = Record {
            path,
            stat,
            hash,
            rows: 0..0,
            terms: 0,
            lines: 0,
            symbols: 0,
            tests: 0,
            role: Role::Text,
            language: 0,
            reason: 0,
            state: FileState::Skipped,
        };
        match outcome {
            Turned::Unchanged => {
                self.counts.touched += 1;
                if before.is_some_and(|(_, known)| known != stat) {
                    self.dirty = true;
                    self.ledger.restat(number, stat);
                }
            }
            Turned::Gone => {
                self.remove(number)?;
                self.ledger.release(number);
            }
            Turned::Skipped { reason, language, role } => {
                if was_indexed {
                    self.counts.removed += 1;
                    self.publication()?.delete(&record.path);
                }
                record.reason = self.ledger.label(reason);
                record.language = self.ledger.label(language);
                record.role = role;
                if self.ledger.get(number) != Some(&record) {
                    self.dirty = true;
                    self.ledger.put(number, record);
                }
            }
            Turned::Indexed(documents) => {
                self.dirty = true;
                if was_indexed {
                    self.counts.changed += 1;
                    self.publication()?.delete(&record.path);
                } else {
                    self.counts.added += 1;
                }
                record.role = documents.role;
                record.language = self.ledger.label(documents.language);
                record.reason = self.ledger.label(documents.left_out);
                record.lines = documents.lines;
                record.symbols = documents.symbols;
                record.tests = documents.tests;
                record.state = FileState::Indexed;
                record.terms =
                    documents.rows.iter().fold(0, |sum, row| row.terms.saturating_add(sum));
                record.rows = self.publication()?.add(*documents)?;
                self.ledger.put(number, record);
            }
        }
        Ok(())
    }

    /// Publishes what was written, if anything was.
    fn publish(mut self, selection: &Selection) -> Result<Counts, IndexError> {
        let Some(publication) = self.publication else {
            if let (Some(store), true) = (self.target.before(), self.dirty) {
                // Only times changed, or files that are left out: no document names them.
                publication::write_manifest(&self.dir, store.payload.generation, &mut self.ledger)?;
            }
            return Ok(self.counts);
        };
        let generation = self.target.before().map_or(0, |store| store.payload.generation) + 1;
        let segments = match self.target {
            Target::Next(_, segments) => *segments,
            Target::New(_) | Target::Over(..) => SEGMENTS,
        };
        let payload = Payload {
            format: crate::FORMAT,
            extractor: moflo_extract::VERSION,
            model: moflo_embed::MODEL_ID.to_owned(),
            config: selection.fingerprint.clone(),
            generation,
            rows: 0,
            blocks: 0,
            files: 0,
            live: 0,
        };
        publication.commit(&mut self.ledger, payload, segments)?;
        Ok(self.counts)
    }
}
