//! Writes one generation: rows, vectors and blocks are appended, the manifest is written beside the old
//! one, and tantivy's commit names all of them at once.
//!
//! A kill at any moment before the commit leaves bytes nobody reads; [`sweep`] takes them away.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use moflo_embed::{DIM, middle};
use tantivy::index::{SegmentComponent, SegmentId, SegmentMeta};
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::{Index, IndexSettings, IndexWriter, TantivyError, Term};

use super::IndexError;
use super::ledger::Ledger;
use super::prepare::Documents;
use crate::store::{
    BLOCK_BYTES, Block, Fields, Files, Payload, ROW_BYTES, Row, cut, schema, tokenizers,
};

/// A generation being written.
pub(super) struct Publication {
    dir: PathBuf,
    files: Files,
    fields: Fields,
    writer: IndexWriter,
    sides: Sides,
}

/// The files beside tantivy's that grow.
struct Sides {
    dir: PathBuf,
    rows: BufWriter<File>,
    vectors: BufWriter<File>,
    blocks: BufWriter<File>,
    means: BufWriter<File>,
    row_count: u32,
    block_count: u32,
}

/// A change of so many bytes is worth more than tantivy's least memory.
const LARGE_BYTES: u64 = 8 << 20;

/// Returns how much tantivy may gather before it writes a segment, for a change of so many bytes:
/// little for a few files, since even untouched memory has a price, and otherwise enough that the
/// segments are few and need no merging. Postings take about as many bytes as the text.
pub(super) fn memory_for(bytes: u64) -> usize {
    if bytes <= LARGE_BYTES {
        return 15_000_000;
    }
    (bytes / 4).clamp(56_000_000, 320_000_000) as usize
}

impl Publication {
    /// Begins the first generation of an index in an empty folder.
    pub(super) fn create(dir: &Path, memory: usize) -> Result<Self, IndexError> {
        let files = Files::open(dir)
            .map_err(|err| IndexError::io("opening", dir, io::Error::other(err)))?;
        let index = Index::builder()
            .schema(schema())
            .settings(IndexSettings {
                docstore_compress_dedicated_thread: false,
                ..IndexSettings::default()
            })
            .tokenizers(tokenizers());
        let index = match index.open_or_create(files.clone()) {
            Ok(index) => index,
            Err(err) => return Err(IndexError::tantivy(err, &files, dir)),
        };
        Self::begin(dir, files, &index, [0, 0], memory)
    }

    /// Begins the next generation of an index, after what the last one's payload names.
    pub(super) fn next(dir: &Path, last: &Payload, memory: usize) -> Result<Self, IndexError> {
        let files = Files::open(dir)
            .map_err(|err| IndexError::io("opening", dir, io::Error::other(err)))?;
        let mut index = match Index::open(files.clone()) {
            Ok(index) => index,
            Err(err) => return Err(IndexError::tantivy(err, &files, dir)),
        };
        index.set_tokenizers(tokenizers());
        Self::begin(dir, files, &index, [last.rows, last.blocks], memory)
    }

    fn begin(
        dir: &Path,
        files: Files,
        index: &Index,
        [rows, blocks]: [u32; 2],
        memory: usize,
    ) -> Result<Self, IndexError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(memory)
            .build();
        let writer: IndexWriter = match index.writer_with_options(options) {
            Ok(writer) => writer,
            Err(err) => return Err(IndexError::tantivy(err, &files, dir)),
        };
        // Merging is decided after the commit, in `merge`.
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let fields = Fields::find(&index.schema()).ok_or_else(|| {
            IndexError::tantivy(TantivyError::SchemaError("other fields".to_owned()), &files, dir)
        })?;
        let sides = Sides {
            rows: append(&dir.join(Payload::ROWS), u64::from(rows) * ROW_BYTES as u64)?,
            vectors: append(&dir.join(Payload::VECTORS), u64::from(rows) * DIM as u64)?,
            blocks: append(&dir.join(Payload::BLOCKS), u64::from(blocks) * BLOCK_BYTES as u64)?,
            means: append(&dir.join(Payload::MEANS), u64::from(blocks) * DIM as u64)?,
            dir: dir.to_owned(),
            row_count: rows,
            block_count: blocks,
        };
        Ok(Self { dir: dir.to_owned(), files, fields, writer, sides })
    }

    /// Takes a file out of the index.
    pub(super) fn delete(&self, path: &[u8]) {
        self.writer.delete_term(Term::from_field_bytes(self.fields.key, path));
    }

    /// Puts a file into the index and returns its rows.
    pub(super) fn add(&mut self, documents: Documents) -> Result<std::ops::Range<u32>, IndexError> {
        let first = self.sides.row_count;
        self.sides.add(&documents.rows, &documents.vectors)?;
        let mut all = Vec::with_capacity(documents.chunks.len() + 1);
        let mut file = documents.file;
        // A column in which no document is missing is read without looking up where its value is.
        file.add_u64(self.fields.row, u64::from(first));
        all.push(file);
        for (row, mut chunk) in (u64::from(first)..).zip(documents.chunks) {
            chunk.add_u64(self.fields.row, row);
            all.push(chunk);
        }
        for document in all {
            if let Err(err) = self.writer.add_document(document) {
                // Why the thread ended is told to whoever joins it.
                let err = self.writer.prepare_commit().err().unwrap_or(err);
                return Err(IndexError::tantivy(err, &self.files, &self.dir));
            }
        }
        Ok(first..self.sides.row_count)
    }

    /// Publishes everything, or nothing.
    pub(super) fn commit(
        mut self,
        ledger: &mut Ledger,
        mut payload: Payload,
        max_segments: usize,
    ) -> Result<Payload, IndexError> {
        payload.rows = self.sides.row_count;
        payload.blocks = self.sides.block_count;
        payload.live = ledger.live_rows();
        payload.files = ledger.indexed();
        let text = serde_json::to_string(&payload).unwrap_or_default();
        let (sides, writer, dir) = (&mut self.sides, &mut self.writer, &self.dir);
        // The last segment is written while the disk is busy with the files beside it.
        let (prepared, flushed) = std::thread::scope(|scope| {
            let flushed = scope.spawn(|| {
                sides.flush()?;
                write_manifest(&sides.dir, payload.generation, ledger)
            });
            let prepared = writer.prepare_commit();
            let flushed = flushed.join().unwrap_or_else(|_| {
                let err = io::Error::other("a thread failed");
                Err(IndexError::io("writing", dir, err))
            });
            (prepared, flushed)
        });
        flushed?;
        let committed = prepared.and_then(|mut prepared| {
            prepared.set_payload(&text);
            prepared.commit()
        });
        if let Err(err) = committed {
            return Err(IndexError::tantivy(err, &self.files, &self.dir));
        }
        // From here on the new generation is what readers see.
        if let Err(err) = self.merge(max_segments) {
            return Err(IndexError::tantivy(err, &self.files, &self.dir));
        }
        remove_other_manifests(&self.dir, payload.generation);
        Ok(payload)
    }

    fn merge(&mut self, max_segments: usize) -> tantivy::Result<()> {
        let segments: Vec<(SegmentId, u32)> = self
            .writer
            .index()
            .searchable_segment_metas()?
            .iter()
            .map(|meta| (meta.id(), meta.max_doc()))
            .collect();
        let chosen = to_merge(segments, max_segments);
        if !chosen.is_empty() {
            self.writer.merge(&chosen).wait()?;
        }
        Ok(())
    }
}

impl Sides {
    /// Appends the rows of one file, their vectors, and the blocks they make.
    fn add(&mut self, rows: &[Row], vectors: &[u8]) -> Result<(), IndexError> {
        let dir = &self.dir;
        let failed = |name: &str, err| IndexError::io("writing", &dir.join(name), err);
        for row in rows {
            self.rows.write_all(&row.encode()).map_err(|err| failed(Payload::ROWS, err))?;
        }
        self.vectors.write_all(vectors).map_err(|err| failed(Payload::VECTORS, err))?;
        let Some(file) = rows.first().map(|row| row.file) else { return Ok(()) };
        for range in cut(0..rows.len() as u32) {
            let (mean, spread) =
                middle(&vectors[range.start as usize * DIM..range.end as usize * DIM]);
            let first = self.row_count + range.start;
            let block = Block { file, first, rows: range.len() as u32, spread };
            self.blocks.write_all(&block.encode()).map_err(|err| failed(Payload::BLOCKS, err))?;
            let mean = mean.map(i8::cast_unsigned);
            self.means.write_all(&mean).map_err(|err| failed(Payload::MEANS, err))?;
            self.block_count += 1;
        }
        self.row_count += rows.len() as u32;
        Ok(())
    }

    /// Writes everything to the disk.
    fn flush(&mut self) -> Result<(), IndexError> {
        for (name, side) in [
            (Payload::ROWS, &mut self.rows),
            (Payload::VECTORS, &mut self.vectors),
            (Payload::BLOCKS, &mut self.blocks),
            (Payload::MEANS, &mut self.means),
        ] {
            side.flush()
                .and_then(|()| side.get_ref().sync_data())
                .map_err(|err| IndexError::io("writing", &self.dir.join(name), err))?;
        }
        Ok(())
    }
}

/// Chooses the segments to make one of, when there are more than `max`.
///
/// The small ones go together, so that the large ones are rarely written again, and no more than
/// have to beside those that cost next to nothing.
fn to_merge<T>(mut segments: Vec<(T, u32)>, max: usize) -> Vec<T> {
    if segments.len() <= max {
        return Vec::new();
    }
    segments.sort_by_key(|(_, documents)| *documents);
    let total: u64 = segments.iter().map(|(_, documents)| u64::from(*documents)).sum();
    let small =
        segments.iter().take_while(|(_, documents)| u64::from(*documents) * 100 < total).count();
    let needed = segments.len() - max.min(segments.len()) + 1;
    segments.truncate(small.max(needed).max(2));
    segments.into_iter().map(|(id, _)| id).collect()
}

/// Opens a file for appending after its first `length` bytes, which must be there.
fn append(path: &Path, length: u64) -> Result<BufWriter<File>, IndexError> {
    let open = || {
        let mut file = File::options().create(true).truncate(false).write(true).open(path)?;
        let have = file.metadata()?.len();
        if have < length {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "cut short"));
        }
        if have > length {
            file.set_len(length)?;
        }
        file.seek(SeekFrom::End(0))?;
        Ok(BufWriter::with_capacity(1 << 18, file))
    };
    open().map_err(|err| IndexError::io("opening", path, err))
}

/// Writes a generation's manifest whole; the same generation's is replaced.
pub(super) fn write_manifest(
    dir: &Path,
    generation: u64,
    ledger: &mut Ledger,
) -> Result<(), IndexError> {
    let path = dir.join(Payload::manifest_name(generation));
    let bytes = ledger.encode(super::now_ms());
    moflo_hooks::file::replace(&path, &bytes).map_err(IndexError::file)
}

pub(super) fn is_manifest(name: &str) -> bool {
    name.strip_prefix("files-").is_some_and(|rest| rest.strip_suffix(".bin").is_some())
}

fn remove_other_manifests(dir: &Path, generation: u64) {
    let keep = Payload::manifest_name(generation);
    for (name, path) in entries(dir) {
        if is_manifest(&name) && name != keep {
            drop(std::fs::remove_file(path));
        }
    }
}

fn entries(dir: &Path) -> Vec<(String, PathBuf)> {
    std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect()
}

/// Takes away what killed writers left: half-built indexes, files no commit names.
///
/// Only the holder of the lock may call it.
pub(super) fn sweep(moflo_dir: &Path) {
    let (dir, aside) = (moflo_dir.join("index"), moflo_dir.join("index.aside"));
    if aside.is_dir() {
        // Killed between the renames of `exchange_in_steps`: this is the index from before.
        drop(if dir.exists() {
            std::fs::remove_dir_all(&aside)
        } else {
            std::fs::rename(&aside, &dir)
        });
    }
    for (name, path) in entries(moflo_dir) {
        if name.starts_with("index.tmp-") {
            drop(std::fs::remove_dir_all(path));
        } else if name.starts_with(".summary.json.") && is_temporary(&name) {
            drop(std::fs::remove_file(path));
        }
    }
    let Ok(files) = Files::open(&dir) else { return };
    let Ok(index) = Index::open(files) else { return };
    let (Ok(metas), Ok(segments)) = (index.load_metas(), index.searchable_segment_metas()) else {
        return;
    };
    let generation = metas
        .payload
        .as_deref()
        .and_then(|text| serde_json::from_str::<Payload>(text).ok())
        .map(|payload| Payload::manifest_name(payload.generation));
    let segments: HashMap<String, SegmentMeta> =
        segments.into_iter().map(|meta| (meta.id().uuid_string(), meta)).collect();
    for (name, path) in entries(&dir) {
        let orphan = if is_manifest(&name) {
            generation.as_ref() != Some(&name)
        } else if name.starts_with('.') {
            is_temporary(&name)
        } else {
            is_orphan_of_segment(&name, &segments)
        };
        if orphan {
            drop(std::fs::remove_file(path));
        }
    }
}

/// Files are written under such a name and then renamed.
fn is_temporary(name: &str) -> bool {
    name.strip_suffix(".tmp").is_some()
}

/// Tells whether a file is part of a segment.
pub(super) fn is_of_segment(name: &str) -> bool {
    split_of_segment(name).is_some()
}

/// Splits the name of a segment's file, which tantivy begins with 32 hexadecimal digits.
fn split_of_segment(name: &str) -> Option<(&str, &str)> {
    let (id, rest) = name.split_once('.')?;
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some((id, rest))
}

/// Tells whether a file is part of a segment the commit does not name, or an older list of what
/// is deleted in one it names.
pub(super) fn is_orphan_of_segment(name: &str, segments: &HashMap<String, SegmentMeta>) -> bool {
    let Some((id, rest)) = split_of_segment(name) else { return false };
    let Some(segment) = segments.get(id) else { return true };
    let deletes = segment.relative_path(SegmentComponent::Delete);
    rest.strip_suffix(".temp").is_some()
        || (rest.ends_with("del") && !(segment.has_deletes() && deletes == Path::new(name)))
}

/// Puts a finished index in the place of another one, or where none was.
pub(super) fn swap(finished: &Path, place: &Path) -> io::Result<()> {
    if !place.exists() {
        std::fs::rename(finished, place)?;
        return flush_dir(place.parent());
    }
    exchange(finished, place)?;
    flush_dir(place.parent())?;
    // The old index now has the temporary name; whoever has its files open keeps them.
    std::fs::remove_dir_all(finished)
}

#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // Some file systems cannot.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => exchange_in_steps(one, other),
        Err(err) => Err(err.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    exchange_in_steps(one, other)
}

/// Exchanges two folders in three renames; readers that come between them try again.
fn exchange_in_steps(one: &Path, other: &Path) -> io::Result<()> {
    let aside = other.with_extension("aside");
    std::fs::rename(other, &aside)?;
    if let Err(err) = std::fs::rename(one, other) {
        std::fs::rename(&aside, other)?;
        return Err(err);
    }
    std::fs::rename(&aside, one)
}

fn flush_dir(dir: Option<&Path>) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(dir) = dir {
        File::open(dir)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sizes: &[u32], max: usize) -> Vec<u32> {
        to_merge(sizes.iter().map(|size| (*size, *size)).collect(), max)
    }

    #[test]
    fn small_segments_are_merged_and_large_ones_left_alone() {
        assert_eq!(chosen(&[1000, 3, 2, 1], 8), [0; 0]);
        assert_eq!(chosen(&[1000, 3, 2, 1], 3), [1, 2, 3]);
        assert_eq!(chosen(&[10, 10, 10, 10, 10], 4), [10, 10]);
        assert_eq!(chosen(&[5; 12], 8).len(), 5, "no more is written again than has to be");
        assert_eq!(chosen(&[5; 400], 8).len(), 400, "very many equal segments are all small");
    }

    #[test]
    fn memory_grows_with_what_is_to_be_written() {
        assert_eq!(memory_for(1000), 15_000_000);
        assert_eq!(memory_for(70_000_000), 56_000_000);
        assert_eq!(memory_for(400_000_000), 100_000_000);
        assert_eq!(memory_for(u64::MAX), 320_000_000);
    }

    /// A `.moflo` with two folders that each hold one file.
    fn two_folders() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let moflo = tempfile::tempdir().unwrap();
        let (new, old) = (moflo.path().join("index.tmp-1"), moflo.path().join("index"));
        for (dir, name) in [(&new, "new"), (&old, "old")] {
            std::fs::create_dir(dir).unwrap();
            std::fs::write(dir.join(name), name).unwrap();
        }
        (moflo, new, old)
    }

    #[test]
    fn an_index_takes_the_place_of_another_also_in_steps() {
        let (_moflo, new, old) = two_folders();
        swap(&new, &old).unwrap();
        assert!(old.join("new").exists() && !new.exists());
        let (_moflo, new, old) = two_folders();
        exchange_in_steps(&new, &old).unwrap();
        assert!(old.join("new").exists() && new.join("old").exists());
    }

    #[test]
    fn an_exchange_cut_short_is_put_right() {
        let (moflo, _, old) = two_folders();
        std::fs::rename(&old, moflo.path().join("index.aside")).unwrap();
        sweep(moflo.path());
        assert!(old.join("old").exists(), "the old index is back");
        let left: Vec<_> = std::fs::read_dir(moflo.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        std::fs::create_dir(moflo.path().join("index.aside")).unwrap();
        sweep(moflo.path());
        assert!(old.exists() && !moflo.path().join("index.aside").exists());
    }
}
