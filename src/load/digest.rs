//! The SHA-256 of an input, reckoned beside the reading, and whether the file stood still meanwhile.

use crate::diag::{Place, Problem, Result};
use crate::model::text::hexadecimal;
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread::JoinHandle;

/// A digest that is being reckoned on a thread of its own while the file is read.
pub struct PendingDigest {
    path: PathBuf,
    name_shown: String,
    before: Metadata,
    thread: JoinHandle<std::io::Result<String>>,
}

/// Starts the digest of a file.
///
/// # Errors
/// When the file cannot be opened.
pub fn start(path: &Path, name_shown: &str) -> Result<PendingDigest> {
    let unreadable = |error: std::io::Error| cannot_open(name_shown, &error);
    let mut file = File::open(path).map_err(unreadable)?;
    let before = file.metadata().map_err(unreadable)?;
    beside(path, name_shown, before, move || of(&mut file))
}

/// Runs the reckoning on a thread of its own.
fn beside(
    path: &Path,
    name_shown: &str,
    before: Metadata,
    reckon: impl FnOnce() -> std::io::Result<String> + Send + 'static,
) -> Result<PendingDigest> {
    let thread = std::thread::Builder::new()
        .name("input-digest".to_owned())
        .spawn(reckon)
        .map_err(|error| Problem::machine("T1109", name_shown, &error))?;
    Ok(PendingDigest { path: path.to_owned(), name_shown: name_shown.to_owned(), before, thread })
}

/// A digest of the very bytes that a reader reads: it hands each chunk on once it is done with it.
pub struct FedDigest {
    pending: PendingDigest,
    feed: SyncSender<Vec<u8>>,
    spent: Receiver<Vec<u8>>,
}

/// Starts the digest of a file that is open; `before` is what the file system says of it.
///
/// # Errors
/// When the machine has no thread left.
pub fn start_fed(path: &Path, name_shown: &str, before: Metadata) -> Result<FedDigest> {
    const AHEAD: usize = 4;
    let (feed, fed) = mpsc::sync_channel::<Vec<u8>>(AHEAD);
    let (spend, spent) = mpsc::channel();
    let pending = beside(path, name_shown, before, move || {
        let mut hasher = Sha256::new();
        for chunk in fed {
            hasher.update(&chunk);
            // The reader may have ended: then nobody wants the chunk back.
            let _ = spend.send(chunk);
        }
        Ok(hexadecimal(&hasher.finalize()))
    })?;
    Ok(FedDigest { pending, feed, spent })
}

impl FedDigest {
    /// A buffer of a length to read into: one that was digested, if any.
    pub fn buffer(&self, length: usize) -> Vec<u8> {
        let mut buffer = self.spent.try_recv().unwrap_or_default();
        buffer.resize(length, 0);
        buffer
    }

    /// Hands on the next bytes.
    pub fn feed(&self, chunk: Vec<u8>) {
        // A thread that broke off is told by `finish`.
        let _ = self.feed.send(chunk);
    }

    /// Waits for the digest of all bytes that were handed on.
    ///
    /// # Errors
    /// As [`PendingDigest::finish`].
    pub fn finish(self) -> Result<String> {
        drop(self.feed);
        self.pending.finish()
    }
}

impl PendingDigest {
    /// Waits for the digest.
    ///
    /// # Errors
    /// When the file could not be read to its end, or has changed since the digest was started (T1113).
    pub fn finish(self) -> Result<String> {
        let unreadable = |error: std::io::Error| cannot_open(&self.name_shown, &error);
        let digest = match self.thread.join() {
            Ok(digest) => digest.map_err(unreadable)?,
            Err(_) => return Err(Problem::internal("the digest of an input broke off")),
        };
        let after = std::fs::metadata(&self.path).map_err(unreadable)?;
        let same_time = match (self.before.modified(), after.modified()) {
            (Ok(before), Ok(after)) => before == after,
            // A file system without times: size alone has to tell.
            _ => true,
        };
        if self.before.len() == after.len() && same_time {
            return Ok(digest);
        }
        Err(Problem::input(
            "T1113",
            Place::file(&self.name_shown),
            "the file changed while it was read",
            "wait until the export has finished, then run again",
        ))
    }
}

/// The problem of an input that cannot be opened.
pub fn cannot_open(name_shown: &str, error: &std::io::Error) -> Problem {
    Problem::input(
        "T1001",
        Place::file(name_shown),
        format!("the file cannot be read: {error}"),
        "check the path and that you may read the file",
    )
}

fn of(reader: &mut impl Read) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0_u8; 256 * 1024];
    loop {
        let count = reader.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
    }
    Ok(hexadecimal(&hasher.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_sha256() {
        assert_eq!(of(&mut &b"abc"[..]).unwrap(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn n13_changed_while_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "a,b\n").unwrap();
        let pending = start(&path, "a.csv").unwrap();
        std::fs::write(&path, "a,b\n1,2\n").unwrap();
        assert_eq!(pending.finish().unwrap_err().findings[0].code, "T1113");
    }
}
