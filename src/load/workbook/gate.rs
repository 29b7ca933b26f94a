//! Lets a workbook be read while its sheets are still being checked: the reader gets only those bytes of the file whose
//! content the check has passed, and waits for the others.

use std::fs::File;
use std::io::{Error, Read, Result, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How many bytes the check reads from the file at a time.
pub(super) const CHECK_BYTES: usize = 64 * 1024;
/// How far the reader stays behind: the unpacker may have taken bytes whose content it has not given out. That is less
/// than one buffer of what it gives out, and packed bytes are never more than what they hold.
const BEHIND: u64 = 2 * CHECK_BYTES as u64;

/// What the check and the reader agree on.
#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    moved: Condvar,
    /// Whether a sheet has a formula in what has been passed.
    formulas: AtomicBool,
}

#[derive(Default)]
struct State {
    /// Parts of the file that are not, or not wholly, checked.
    closed: Vec<Closed>,
    /// Whether the check has ended without passing the file, or will never end.
    refused: bool,
    /// Whether nobody waits for the check any more.
    unwanted: bool,
}

/// A part of the file, and how far into it the check has come.
struct Closed {
    start: u64,
    end: u64,
    passed: u64,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        // Whoever broke off while holding the lock has left nothing half done: each change is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes a part of the file until it is passed.
    pub(super) fn close(&self, start: u64, length: u64) {
        self.state().closed.push(Closed { start, end: start.saturating_add(length), passed: start });
    }

    /// Notes that there is a formula; before what holds it is passed.
    pub(super) fn see_formula(&self) {
        self.formulas.store(true, Ordering::Release);
    }

    /// Whether there may be a formula in what the reader has been given so far.
    pub(super) fn may_have_formulas(&self) -> bool {
        self.formulas.load(Ordering::Acquire)
    }

    /// The check has come to a byte of the file: what lies before it in its part has been looked at.
    fn pass(&self, at: u64) {
        let mut state = self.state();
        for closed in state.closed.iter_mut().filter(|closed| (closed.start..=closed.end).contains(&at)) {
            closed.passed = closed.passed.max(at);
        }
        self.moved.notify_all();
    }

    /// The check is through with a part.
    pub(super) fn open(&self, start: u64) {
        self.state().closed.retain(|closed| closed.start != start);
        self.moved.notify_all();
    }

    /// The check has ended; whatever is closed still will stay so.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.refused = !state.closed.is_empty();
        self.moved.notify_all();
    }

    /// Nobody waits for the check any more.
    pub(super) fn leave(&self) {
        self.state().unwanted = true;
    }

    /// Whether the check is still of use.
    pub(super) fn is_wanted(&self) -> bool {
        !self.state().unwanted
    }

    /// How many bytes from a place on may be read; waits until it is at least one.
    fn readable(&self, at: u64, wanted: usize) -> Result<usize> {
        let mut state = self.state();
        loop {
            let until = at.saturating_add(wanted as u64);
            let barred = state.closed.iter().filter(|closed| at < closed.end && until > closed.passed);
            let free = barred.map(|closed| closed.passed.saturating_sub(at)).min();
            match free {
                None => return Ok(wanted),
                Some(free @ 1..) => return Ok(usize::try_from(free).unwrap_or(wanted)),
                Some(0) if state.refused => return Err(Error::other("the check of the file has refused it")),
                Some(0) => state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// The file as its reader sees it.
///
/// The end of an archive, where its directory lies, is always free: of a closed part it holds less than the reader
/// stays behind, and whoever unpacks the part comes there only through what is closed.
pub(super) struct Gated {
    file: File,
    at: u64,
    gate: Option<Arc<Gate>>,
    free_from: u64,
}

impl Gated {
    /// A file from its start, behind a gate if it has one.
    pub(super) fn new(file: File, gate: Option<Arc<Gate>>) -> Gated {
        // Where the length cannot be told, nothing is free.
        let length = file.metadata().map_or(u64::MAX, |known| known.len());
        Gated { file, at: 0, gate, free_from: length.saturating_sub(CHECK_BYTES as u64) }
    }
}

impl Read for Gated {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        let free = match &self.gate {
            Some(gate) if self.at < self.free_from => gate.readable(self.at, out.len())?,
            _ => out.len(),
        };
        let count = self.file.read(&mut out[..free])?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Gated {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

/// The file as the check sees it: reading on means that what was read before has been looked at.
pub(super) struct Watched {
    file: File,
    at: u64,
    gate: Arc<Gate>,
}

impl Watched {
    /// A file from its start, whose reading opens a gate.
    pub(super) fn new(file: File, gate: Arc<Gate>) -> Watched {
        Watched { file, at: 0, gate }
    }
}

impl Read for Watched {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        self.gate.pass(self.at.saturating_sub(BEHIND));
        let count = self.file.read(out)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Watched {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use std::time::Duration;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file
    }

    const PIECE: u64 = CHECK_BYTES as u64;
    const LENGTH: usize = 10 * CHECK_BYTES;

    #[test]
    fn what_is_closed_is_read_once_it_is_passed() {
        let gate = Arc::new(Gate::default());
        gate.close(4 * PIECE, 4 * PIECE);
        let mut gated = Gated::new(file(&vec![7; LENGTH]), Some(gate.clone()));
        let mut out = vec![0; LENGTH];
        assert_eq!(gated.read(&mut out).unwrap(), 4 * CHECK_BYTES);
        let reading = std::thread::spawn(move || {
            let mut rest = Vec::new();
            gated.read_to_end(&mut rest).map(|_| rest)
        });
        std::thread::sleep(Duration::from_millis(20));
        assert!(!reading.is_finished(), "it waits");
        gate.pass(6 * PIECE);
        std::thread::sleep(Duration::from_millis(20));
        assert!(!reading.is_finished(), "it waits for the rest of the part");
        gate.open(4 * PIECE);
        assert_eq!(reading.join().unwrap().unwrap().len(), 6 * CHECK_BYTES);
    }

    #[test]
    fn what_is_refused_is_never_read() {
        let gate = Arc::new(Gate::default());
        gate.close(0, 4 * PIECE);
        gate.pass(2 * PIECE);
        gate.end();
        let mut gated = Gated::new(file(&vec![7; LENGTH]), Some(gate));
        let mut out = vec![0; LENGTH];
        assert_eq!(gated.read(&mut out).unwrap(), 2 * CHECK_BYTES);
        assert!(gated.read(&mut out).is_err());
        gated.seek(SeekFrom::Start(4 * PIECE)).unwrap();
        assert_eq!(gated.read(&mut out).unwrap(), 6 * CHECK_BYTES);
    }

    #[test]
    fn the_directory_at_the_end_is_always_free() {
        let gate = Arc::new(Gate::default());
        gate.close(0, 10 * PIECE);
        let mut gated = Gated::new(file(&vec![7; LENGTH]), Some(gate));
        let mut out = vec![0; LENGTH];
        gated.seek(SeekFrom::End(-100)).unwrap();
        assert_eq!(gated.read(&mut out).unwrap(), 100);
    }

    #[test]
    fn reading_on_passes_what_came_before() {
        let gate = Arc::new(Gate::default());
        gate.close(2, 5 * BEHIND);
        let mut watched = Watched::new(file(&vec![7; 5 * BEHIND as usize]), gate.clone());
        let mut out = vec![0; CHECK_BYTES];
        let wanted = 10 * CHECK_BYTES;
        for free in [2, 2, 2, CHECK_BYTES, 2 * CHECK_BYTES] {
            watched.read_exact(&mut out).unwrap();
            assert_eq!(gate.readable(0, wanted).unwrap(), free, "it stays two pieces behind the last that was read");
        }
    }
}
