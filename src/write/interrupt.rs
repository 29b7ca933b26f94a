//! An interrupt while a run is being written: what was staged is removed, what was there stays.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

/// The folder that is being staged, if any.
static STAGED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Notes the staged folder; `None` once it was published or removed.
pub(super) fn note(folder: Option<&Path>) {
    if let Ok(mut staged) = STAGED.lock() {
        *staged = folder.map(Path::to_owned);
    }
}

/// Keeps an interrupt waiting while a run is renamed into place; nothing is staged any more afterwards.
pub(super) fn hold() -> Option<MutexGuard<'static, Option<PathBuf>>> {
    let mut staged = STAGED.lock().ok()?;
    *staged = None;
    Some(staged)
}

/// Removes what was staged. The process is about to end; the lock is kept so that nothing is staged anew.
pub fn abandon() {
    if let Ok(staged) = STAGED.lock() {
        if let Some(folder) = staged.as_ref() {
            // Nothing better can be done here: the next run clears what is left.
            let _ = std::fs::remove_dir_all(folder);
        }
        std::mem::forget(staged);
    }
}
