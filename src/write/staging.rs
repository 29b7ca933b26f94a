//! All or nothing: a run writes into a hidden folder beside its target and is renamed into place at the end.

use super::interrupt::{self, Staged};
use crate::diag::{Place, Problem, Result};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file that tells a run's folder from any other.
pub const MANIFEST: &str = "run.json";

/// A run's output while it is being written. Dropping it removes what was staged; what stood at the target stays.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    folder: PathBuf,
    lock_path: PathBuf,
    /// Held, never read: the lock ends with the process, also when it is killed.
    _lock: File,
}

impl Staging {
    /// Takes the lock beside `target`, clears what killed runs left behind, and creates the staged folder.
    ///
    /// # Errors
    /// T5001 where the target is something other than an earlier run or an empty folder, T5002 where another run
    /// holds the lock (both exit 2), T5004 where the machine refuses (exit 3).
    pub fn new(target: &Path) -> Result<Staging> {
        let name = match target.file_name() {
            Some(name) => name.to_string_lossy().into_owned(),
            None => return Err(taken(target, "it has no name of its own")),
        };
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(|error| refused(parent, &error))?;
        check_target(target)?;
        let lock_path = parent.join(format!(".{name}.lock"));
        let lock = take_lock(&lock_path, target)?;
        interrupt::note(Some(Staged { folder: None, lock: lock_path.clone() }));
        clear_leftovers(parent, &name, target)?;
        let folder = parent.join(format!(".{name}.staged-{}", std::process::id()));
        interrupt::note(Some(Staged { folder: Some(folder.clone()), lock: lock_path.clone() }));
        interrupt::creating(|| fs::create_dir(&folder)).map_err(|error| refused(&folder, &error))?;
        Ok(Staging { target: target.to_owned(), folder, lock_path, _lock: lock })
    }

    /// The folder that files are to be written into.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates a file below the staged folder, with the folders above it.
    ///
    /// # Errors
    /// T5004 where the machine refuses.
    pub fn create(&self, relative: &str) -> Result<File> {
        let path = self.folder.join(relative);
        interrupt::creating(|| {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(|error| refused(parent, &error))?;
            }
            File::create(&path).map_err(|error| refused(&path, &error))
        })
    }

    /// Writes a whole file below the staged folder.
    ///
    /// # Errors
    /// T5004 where the machine refuses.
    pub fn write(&self, relative: &str, bytes: &[u8]) -> Result<()> {
        let mut file = self.create(relative)?;
        io::Write::write_all(&mut file, bytes).map_err(|error| refused(&self.folder.join(relative), &error))
    }

    /// Names a failed write below the staged folder as the problem that it is.
    pub fn failed(&self, relative: &str, error: &io::Error) -> Problem {
        refused(&self.target.join(relative), error)
    }

    /// Makes the staged folder durable and puts it in the place of the earlier run, if there is one.
    ///
    /// # Errors
    /// T5001 where something else has come to stand at the target meanwhile, T5004 where the machine refuses.
    pub fn commit(self) -> Result<()> {
        check_target(&self.target)?;
        sync_tree(&self.folder)?;
        let old = self.old_path();
        let _held = interrupt::hold();
        let replaced = self.target.exists();
        if replaced {
            fs::rename(&self.target, &old).map_err(|error| refused(&self.target, &error))?;
        }
        if let Err(error) = fs::rename(&self.folder, &self.target) {
            if replaced {
                // Back to where it was; if even that fails, the next run restores it (clear_leftovers).
                let _ = fs::rename(&old, &self.target);
            }
            return Err(refused(&self.target, &error));
        }
        if let Some(parent) = self.target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            sync(parent)?;
        }
        if replaced {
            // The new run stands; an old one that cannot be removed is cleared by the next run.
            let _ = fs::remove_dir_all(&old);
        }
        Ok(())
    }

    fn old_path(&self) -> PathBuf {
        let name = self.target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.target.with_file_name(format!(".{name}.old-{}", std::process::id()))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // After a commit the folder is gone already. A failure here leaves a folder that the next run clears.
        let _ = fs::remove_dir_all(&self.folder);
        let _ = fs::remove_file(&self.lock_path);
        interrupt::note(None);
    }
}

/// Writes one file, whole or not at all: what stood there stays until the new one is complete. What is no regular
/// file, such as a device, is written to as it is.
///
/// # Errors
/// Where the machine refuses.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    let Some(name) = path.file_name().filter(|_| !is_special) else { return fs::write(path, bytes) };
    // A link keeps pointing to its file, which is the one that is replaced.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let staged = target.with_file_name(format!(".{}.part-{}", name.to_string_lossy(), std::process::id()));
    let written = fs::write(&staged, bytes).and_then(|()| fs::rename(&staged, &target));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&staged);
    }
    written
}

fn refused(path: &Path, error: &io::Error) -> Problem {
    Problem::machine("T5004", path.display().to_string(), error)
}

fn taken(target: &Path, why: &str) -> Problem {
    Problem::input(
        "T5001",
        Place::file(target.display().to_string()),
        format!("the output cannot go here: {why}"),
        "choose another --out, or move what stands there; only an earlier run is replaced",
    )
}

/// Whether the target may be replaced: nothing there, an earlier run, or an empty folder.
fn check_target(target: &Path) -> Result<()> {
    let metadata = match fs::symlink_metadata(target) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(refused(target, &error)),
    };
    if metadata.file_type().is_symlink() {
        return Err(taken(target, "it is a symbolic link"));
    }
    if !metadata.is_dir() {
        return Err(taken(target, "it is no folder"));
    }
    let entries = || fs::read_dir(target).map_err(|error| refused(target, &error));
    if target.join(MANIFEST).is_file() {
        return match entries()?.filter_map(std::result::Result::ok).find_map(|entry| open_document(&entry)) {
            Some(document) => Err(open_elsewhere(target, &document)),
            None => Ok(()),
        };
    }
    // Letters may have been written before the run that they belong to: they are a run of their own in its folder.
    let is_part = |entry: io::Result<fs::DirEntry>| entry.is_ok_and(|entry| entry.path().join(MANIFEST).is_file());
    match entries()?.all(is_part) {
        true => Ok(()),
        false => Err(taken(target, "it is a folder with files in it but without a run.json")),
    }
}

/// The document that an owner file beside it says is open: `~$book.xlsx` of Excel, `.~lock.book.xlsx#` of LibreOffice.
fn open_document(entry: &fs::DirEntry) -> Option<String> {
    let name = entry.file_name().to_string_lossy().into_owned();
    let of_office = name.strip_prefix("~$");
    let of_libre = || name.strip_prefix(".~lock.").and_then(|rest| rest.strip_suffix('#'));
    of_office.or_else(of_libre).map(str::to_owned)
}

/// What is typed into an open workbook is in no file yet, so it would be lost (bad-inputs 102).
fn open_elsewhere(target: &Path, document: &str) -> Problem {
    Problem::input(
        "T5008",
        Place::file(target.join(document).display().to_string()),
        "the earlier run's file is open in a spreadsheet program",
        "save and close it, then run again; if it is not open, delete the owner file (~$… or .~lock…) beside it",
    )
}

fn take_lock(path: &Path, target: &Path) -> Result<File> {
    // A run that ends removes its lock file, so the file that was locked may no longer be the one at the path.
    for _ in 0..100 {
        let file = File::options().create(true).truncate(false).write(true).open(path);
        let file = file.map_err(|error| refused(path, &error))?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => break,
            Err(TryLockError::Error(error)) => return Err(refused(path, &error)),
        }
    }
    Err(Problem::input(
        "T5002",
        Place::file(target.display().to_string()),
        "another run is writing here at this moment",
        "wait until it has ended, or choose another --out",
    ))
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => held.ino() == there.ino() && held.dev() == there.dev(),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}

/// Removes the folders of runs that were killed. We hold the lock, so none of them is in use. A run that was killed
/// between its two renames has moved the earlier run away: that one is put back.
fn clear_leftovers(parent: &Path, name: &str, target: &Path) -> Result<()> {
    let (staged, old) = (format!(".{name}.staged-"), format!(".{name}.old-"));
    let mut leftovers = Vec::new();
    for entry in fs::read_dir(parent).map_err(|error| refused(parent, &error))? {
        let entry = entry.map_err(|error| refused(parent, &error))?;
        let found = entry.file_name().to_string_lossy().into_owned();
        let digits = found.strip_prefix(&staged).or_else(|| found.strip_prefix(&old));
        let ours = digits.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()));
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            leftovers.push((found.starts_with(&old), entry.path()));
        }
    }
    leftovers.sort();
    for (is_old, path) in leftovers {
        let done = if is_old && !target.exists() && path.join(MANIFEST).is_file() {
            fs::rename(&path, target)
        } else {
            fs::remove_dir_all(&path)
        };
        done.map_err(|error| refused(&path, &error))?;
    }
    Ok(())
}

/// Makes every file below a folder, and the folder itself, durable.
fn sync_tree(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| refused(folder, &error))? {
        let path = entry.map_err(|error| refused(folder, &error))?.path();
        if path.is_dir() { sync_tree(&path)? } else { sync(&path)? }
    }
    sync(folder)
}

#[cfg(unix)]
fn sync(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| refused(path, &error))
}

#[cfg(not(unix))]
fn sync(path: &Path) -> Result<()> {
    // Folders cannot be opened as files here, and a read-only handle cannot be flushed.
    if path.is_dir() {
        return Ok(());
    }
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.sync_all()).map_err(|error| refused(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Fault;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn write_run(target: &Path, text: &str) {
        let staging = Staging::new(target).expect("staging");
        staging.write("data/items.csv", text.as_bytes()).expect("a file");
        staging.write(MANIFEST, b"{}").expect("a file");
        staging.commit().expect("a commit");
    }

    #[test]
    fn a_run_replaces_the_earlier_one_as_a_whole() {
        let root = tempfile::tempdir().expect("a folder");
        let target = root.path().join("out").join("2026-10");
        write_run(&target, "first");
        fs::write(target.join("stray.txt"), "of the first run").expect("a file");
        write_run(&target, "second");
        assert_eq!(fs::read_to_string(target.join("data/items.csv")).expect("text"), "second");
        assert_eq!(names(&target), ["data", "run.json"]);
        assert_eq!(names(&root.path().join("out")), ["2026-10"]);
    }

    #[test]
    fn a_failed_run_leaves_what_was_there() {
        let root = tempfile::tempdir().expect("a folder");
        let target = root.path().join("2026-10");
        write_run(&target, "first");
        let staging = Staging::new(&target).expect("staging");
        staging.write("data/items.csv", b"half").expect("a file");
        drop(staging);
        assert_eq!(fs::read_to_string(target.join("data/items.csv")).expect("text"), "first");
        assert_eq!(names(root.path()), ["2026-10"]);
    }

    #[test]
    fn anything_that_is_no_run_is_refused() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join("file");
        fs::write(&file, "mine").expect("a file");
        let folder = root.path().join("folder");
        fs::create_dir(&folder).expect("a folder");
        fs::write(folder.join("mine.txt"), "mine").expect("a file");
        let mut places = vec![file, folder];
        #[cfg(unix)]
        {
            let link = root.path().join("link");
            std::os::unix::fs::symlink(root.path(), &link).expect("a link");
            places.push(link);
        }
        for place in places {
            let problem = Staging::new(&place).expect_err("refused");
            assert_eq!((problem.fault, problem.findings[0].code), (Fault::Input, "T5001"));
            assert!(place.exists());
        }
        let empty = root.path().join("empty");
        fs::create_dir(&empty).expect("a folder");
        write_run(&empty, "fine");
    }

    #[test]
    fn two_runs_at_once_do_not_mix_and_leftovers_go() {
        let root = tempfile::tempdir().expect("a folder");
        let target = root.path().join("2026-10");
        let first = Staging::new(&target).expect("staging");
        assert_eq!(Staging::new(&target).expect_err("locked").findings[0].code, "T5002");
        drop(first);
        fs::create_dir(root.path().join(".2026-10.staged-999999")).expect("a folder");
        fs::create_dir(root.path().join(".2026-10.staged-mine")).expect("a folder");
        let moved_away = root.path().join(".2026-10.old-999999");
        fs::create_dir(&moved_away).expect("a folder");
        fs::write(moved_away.join(MANIFEST), "earlier").expect("a file");
        drop(Staging::new(&target).expect("staging"));
        assert_eq!(fs::read_to_string(target.join(MANIFEST)).expect("put back"), "earlier");
        assert_eq!(names(root.path()), [".2026-10.staged-mine", "2026-10"]);
    }

    #[test]
    fn a_place_that_cannot_be_created_is_the_machines_fault() {
        let root = tempfile::tempdir().expect("a folder");
        fs::write(root.path().join("file"), "").expect("a file");
        let problem = Staging::new(&root.path().join("file").join("2026-10")).expect_err("refused");
        assert_eq!((problem.fault, problem.findings[0].code), (Fault::Machine, "T5004"));
    }
}
