//! An interrupt while a run is being written: what was staged is removed, what was there stays.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

/// What an interrupted run would leave behind.
#[derive(Clone, Debug)]
pub(super) struct Staged {
    /// The staged folder, until it is renamed into place.
    pub(super) folder: Option<PathBuf>,
    /// The lock beside the target.
    pub(super) lock: PathBuf,
}

/// What is being staged, if anything.
static STAGED: Mutex<Option<Staged>> = Mutex::new(None);

/// Notes what is staged; `None` once it was published or removed.
pub(super) fn note(now: Option<Staged>) {
    if let Ok(mut staged) = STAGED.lock() {
        *staged = now;
    }
}

/// Creates something below the staged folder. Once an interrupt has begun to clear up this waits for the end of the
/// process, so that nothing comes back that was removed.
pub(super) fn creating<T>(create: impl FnOnce() -> T) -> T {
    let _staged = STAGED.lock();
    create()
}

/// Keeps an interrupt waiting while a run is renamed into place; the folder is not staged any more afterwards.
pub(super) fn hold() -> Option<MutexGuard<'static, Option<Staged>>> {
    let mut staged = STAGED.lock().ok()?;
    if let Some(staged) = staged.as_mut() {
        staged.folder = None;
    }
    Some(staged)
}

/// Removes what was staged. The process is about to end; the lock is kept so that nothing is staged anew.
pub fn abandon() {
    if let Ok(staged) = STAGED.lock() {
        if let Some(staged) = staged.as_ref() {
            // Nothing better can be done here: the next run clears what is left.
            let _ = staged.folder.as_ref().map(std::fs::remove_dir_all);
            let _ = std::fs::remove_file(&staged.lock);
        }
        std::mem::forget(staged);
    }
}
