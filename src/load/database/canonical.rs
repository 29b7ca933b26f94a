//! The canonical form of a query's result, and its SHA-256: what stands for the hash of a file.
//!
//! The text of the query, then each heading, then the cells of each row from left to right: each as its length in
//! bytes (decimal digits), a colon, the bytes and a comma. A line feed ends the query, the headings and each row. Cells
//! are hashed as they are read: numbers in their exact decimal form, dates as `2026-10-31`, null as the empty text.

use crate::load::raw::RawBlock;
use crate::model::text::hexadecimal;
use sha2::{Digest, Sha256};

/// Reckons the digest while the rows come in.
pub(super) struct Canonical {
    hasher: Sha256,
    buffer: Vec<u8>,
    bytes: u64,
}

impl Canonical {
    /// Starts with the text of the query.
    pub(super) fn new(sql: &str) -> Canonical {
        let mut canonical = Canonical { hasher: Sha256::new(), buffer: Vec::new(), bytes: 0 };
        canonical.cell(sql);
        canonical.buffer.push(b'\n');
        canonical.flush();
        canonical
    }

    /// Adds the rows of a block.
    pub(super) fn add(&mut self, block: &RawBlock) {
        for row in block.rows() {
            row.cells().for_each(|cell| self.cell(cell.text));
            self.buffer.push(b'\n');
            if self.buffer.len() > 64 * 1024 {
                self.flush();
            }
        }
        self.flush();
    }

    fn cell(&mut self, text: &str) {
        self.buffer.extend_from_slice(text.len().to_string().as_bytes());
        self.buffer.push(b':');
        self.buffer.extend_from_slice(text.as_bytes());
        self.buffer.push(b',');
    }

    fn flush(&mut self) {
        self.hasher.update(&self.buffer);
        self.bytes += self.buffer.len() as u64;
        self.buffer.clear();
    }

    /// How many bytes were hashed, and their digest.
    pub(super) fn finish(&self) -> (u64, String) {
        (self.bytes, hexadecimal(&self.hasher.clone().finalize()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::raw::RawKind;

    #[test]
    fn the_form_is_the_stated_one() {
        let mut block = RawBlock::default();
        for (row, cells) in [["no", "memo"], ["1", "a,b\nc"], ["2", ""]].iter().enumerate() {
            cells.iter().for_each(|cell| block.push_cell(cell, RawKind::Text));
            block.end_row(row as u32);
        }
        let mut canonical = Canonical::new("select 1");
        canonical.add(&block);
        let form = b"8:select 1,\n2:no,4:memo,\n1:1,5:a,b\nc,\n1:2,0:,\n";
        assert_eq!(canonical.finish(), (form.len() as u64, hexadecimal(&Sha256::digest(form))));
    }
}
