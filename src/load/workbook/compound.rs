//! The compound file that an xls workbook lies in (MS-CFB): its one stream of records is taken out, so that sizes and
//! chains that lie are told here, and is put into a fresh compound file for the library.

/// A sector number from here on is a mark, not a sector (MS-CFB 2.1).
const FIRST_MARK: u32 = 0xFFFF_FFFA;
const FAT_SECTOR: u32 = 0xFFFF_FFFD;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Where the header holds the first sectors of the table of sectors, and where it ends.
const FIRST_TABLE: usize = 76;
const HEADER: usize = 512;
/// Streams below this lie in the small sectors of a stream of their own.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
const ENTRY: usize = 128;

/// The records of a workbook, and the name of their stream.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// Takes the records of the workbook out of its file. The error says how the file is damaged.
pub(super) fn workbook_stream(file: &[u8]) -> Result<Stream, String> {
    let compound = Compound::open(file)?;
    for name in ["Workbook", "Book"] {
        if let Some(entry) = compound.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name)) {
            return Ok(Stream { name, bytes: compound.content(entry)? });
        }
    }
    Err("it holds no workbook".to_owned())
}

struct Entry {
    name: String,
    start: u32,
    length: usize,
}

struct Compound<'a> {
    file: &'a [u8],
    sector: usize,
    table: Vec<u32>,
    entries: Vec<Entry>,
}

impl<'a> Compound<'a> {
    fn open(file: &'a [u8]) -> Result<Compound<'a>, String> {
        if file.len() < HEADER || !file.starts_with(&SIGNATURE) {
            return Err("it is too short for a compound file".to_owned());
        }
        let sector = match u16_at(file, 30) {
            9 => 512,
            12 => 4096,
            other => return Err(format!("its sectors have 2^{other} bytes")),
        };
        let mut compound = Compound { file, sector, table: Vec::new(), entries: Vec::new() };
        compound.table = compound.read_table()?;
        let folder = compound.chain(u32_at(file, 48))?;
        let entries = folder.chunks_exact(ENTRY).map(|entry| Entry {
            name: name_of(&entry[..64]),
            start: u32_at(entry, 116),
            length: u32_at(entry, 120) as usize,
        });
        compound.entries = entries.collect();
        Ok(compound)
    }

    /// The bytes of a sector; the last of the file may be cut short.
    fn sector(&self, number: u32) -> Result<&'a [u8], String> {
        let start = (number as usize).saturating_add(1).saturating_mul(self.sector);
        let end = start.saturating_add(self.sector).min(self.file.len());
        self.file
            .get(start..end)
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| format!("its sector {number} lies beyond its end"))
    }

    fn sectors(&self) -> usize {
        self.file.len() / self.sector + 1
    }

    /// The table that says which sector follows which.
    fn read_table(&self) -> Result<Vec<u32>, String> {
        let mut of_table: Vec<u32> = numbers(&self.file[FIRST_TABLE..HEADER]).collect();
        let (mut next, mut seen) = (u32_at(self.file, 68), 0);
        while next < FIRST_MARK {
            seen += 1;
            let mut more: Vec<u32> = numbers(self.sector(next)?).collect();
            next = more.pop().unwrap_or(END_OF_CHAIN);
            of_table.extend(more);
            if seen > self.sectors() {
                return Err("its list of sectors has no end".to_owned());
            }
        }
        of_table.retain(|sector| *sector < FIRST_MARK);
        if of_table.len() > self.sectors() {
            return Err("its table of sectors is longer than the file".to_owned());
        }
        let mut table = Vec::new();
        for sector in of_table {
            table.extend(numbers(self.sector(sector)?));
        }
        Ok(table)
    }

    /// The bytes of a chain of sectors.
    fn chain(&self, start: u32) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        for sector in follow(&self.table, start, self.sectors())? {
            bytes.extend_from_slice(self.sector(sector)?);
        }
        Ok(bytes)
    }

    fn content(&self, entry: &Entry) -> Result<Vec<u8>, String> {
        let mut bytes = match entry.length < SMALL_STREAM {
            true => self.small_content(entry)?,
            false => self.chain(entry.start)?,
        };
        bytes.truncate(entry.length);
        Ok(bytes)
    }

    fn small_content(&self, entry: &Entry) -> Result<Vec<u8>, String> {
        let root = self.entries.first().ok_or("its folder is empty")?;
        let (small, table) = (self.chain(root.start)?, self.chain(u32_at(self.file, 60))?);
        let table: Vec<u32> = numbers(&table).collect();
        let mut bytes = Vec::new();
        for number in follow(&table, entry.start, small.len() / SMALL_SECTOR + 1)? {
            let start = (number as usize).saturating_mul(SMALL_SECTOR);
            let end = start.saturating_add(SMALL_SECTOR).min(small.len());
            let sector = small.get(start..end);
            bytes.extend_from_slice(sector.ok_or_else(|| format!("its small sector {number} lies beyond its end"))?);
        }
        Ok(bytes)
    }
}

/// The sectors of a chain, which cannot be more than there are.
fn follow(table: &[u32], start: u32, most: usize) -> Result<Vec<u32>, String> {
    let (mut found, mut next) = (Vec::new(), start);
    while next < FIRST_MARK {
        found.push(next);
        if found.len() > most {
            return Err("a chain of its sectors has no end".to_owned());
        }
        next = *table.get(next as usize).ok_or_else(|| format!("no sector follows its sector {next}"))?;
    }
    Ok(found)
}

/// A compound file that holds nothing but a stream.
pub(super) fn around(stream: &Stream) -> Vec<u8> {
    const SECTOR: usize = 4096;
    const PER_SECTOR: usize = SECTOR / 4;
    let mut content = stream.bytes.clone();
    content.resize(content.len().max(SMALL_STREAM).next_multiple_of(SECTOR), 0);
    // The folder is the first sector, the stream follows, the table of both and of itself comes last.
    let used = 1 + content.len() / SECTOR;
    let tables = (1..).find(|tables| (used + tables).div_ceil(PER_SECTOR) <= *tables).unwrap_or(1);
    let mut head = vec![0_u8; SECTOR];
    put(&mut head, 0, &SIGNATURE);
    put(&mut head, 24, &[0x3E, 0, 4, 0, 0xFE, 0xFF, 12, 0, 6, 0]);
    let small = SMALL_STREAM as u32;
    put(&mut head, 44, &words(&[tables as u32, 0, 0, small, END_OF_CHAIN, 0, END_OF_CHAIN, 0]));
    head[FIRST_TABLE..HEADER].fill(0xFF);
    let numbers: Vec<u32> = (used..used + tables).map(|sector| sector as u32).collect();
    put(&mut head, FIRST_TABLE, &words(&numbers));
    let mut folder = vec![0_u8; SECTOR];
    put(&mut folder, 0, &entry("Root Entry", 5, 1, 0, 0));
    put(&mut folder, ENTRY, &entry(stream.name, 2, FREE, 1, content.len() as u32));
    let mut table = vec![END_OF_CHAIN];
    table.extend(2..=used as u32);
    table[used - 1] = END_OF_CHAIN;
    table.truncate(used);
    table.resize(used + tables, FAT_SECTOR);
    table.resize(tables * PER_SECTOR, FREE);
    [head, folder, content, words(&table)].concat()
}

fn entry(name: &str, kind: u8, child: u32, start: u32, length: u32) -> Vec<u8> {
    let mut entry = vec![0_u8; ENTRY];
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put(&mut entry, 0, &wide);
    put(&mut entry, 64, &(wide.len() as u16 + 2).to_le_bytes());
    put(&mut entry, 66, &[kind, 1]);
    put(&mut entry, 68, &words(&[FREE, FREE, child]));
    put(&mut entry, 116, &words(&[start, length]));
    entry
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|word| u32_at(word, 0))
}

/// A number of two bytes; zero beyond the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |bytes| u16::from_le_bytes([bytes[0], bytes[1]]))
}

/// A number of four bytes; zero beyond the end.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn name_of(wide: &[u8]) -> String {
    let units = wide.chunks_exact(2).map(|unit| u16_at(unit, 0)).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_comes_out_of_the_file_it_was_put_into() {
        for length in [0, 5, 4095, 4096, 4097, 3 * 4096, 5 * 1024 * 1024 + 1] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let file = around(&Stream { name: "Workbook", bytes: bytes.clone() });
            let found = workbook_stream(&file).unwrap();
            assert_eq!(found.name, "Workbook");
            assert!(found.bytes.starts_with(&bytes), "{length}");
            assert!(found.bytes[length..].iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn chains_without_an_end_are_told() {
        let file = around(&Stream { name: "Book", bytes: vec![7; 3 * 4096] });
        let table = file.len() - 4096;
        for (sector, next) in [(0, 0), (3, 1), (2, 9999)] {
            let mut hostile = file.clone();
            put(&mut hostile, table + 4 * sector, &u32::to_le_bytes(next));
            let how = workbook_stream(&hostile).unwrap_err();
            assert!(how.contains("no end") || how.contains("no sector follows"), "{how}");
        }
        let mut hostile = file.clone();
        put(&mut hostile, 68, &1_u32.to_le_bytes());
        assert!(workbook_stream(&hostile).is_err(), "a list of tables in the middle of the data");
        assert!(workbook_stream(&file[..600]).is_err());
        assert!(workbook_stream(&SIGNATURE).is_err());
    }
}
