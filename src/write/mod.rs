//! Bytes on disk: workbooks, CSV, Parquet, the manifest, and the staging that makes a run all or nothing.

pub mod charts;
pub mod csv;
pub mod interrupt;
pub mod manifest;
pub mod parquet;
pub mod staging;
pub mod xlsx;

use crate::model::text::hexadecimal;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// What was written: for the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Rows, without the heading.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// SHA-256 of those bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Text cells that got a `'` in front so that no spreadsheet takes them for a formula.
    pub guarded: u64,
}

/// Passes bytes on and keeps their count and SHA-256.
pub struct Hashing<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    /// Wraps a writer.
    pub fn new(inner: W) -> Self {
        Hashing { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// Flushes and tells what went through.
    ///
    /// # Errors
    /// When the inner writer cannot flush.
    pub fn finish(mut self, rows: u64, guarded: u64) -> io::Result<Written> {
        self.inner.flush()?;
        Ok(Written { rows, bytes: self.bytes, sha256: hexadecimal(&self.hasher.finalize()), guarded })
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// SHA-256 of some bytes, lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}
