//! The formats that are read, and what holds for each.

/// The formats that the readers of this room take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Delimited text; also whatever is not recognised, so that the text reader can say what is wrong with it.
    Delimited,
    /// Excel workbook (xlsx, xlsm).
    Xlsx,
    /// Excel binary workbook.
    Xlsb,
    /// Excel 97-2003 workbook.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Parquet.
    Parquet,
    /// Arrow IPC file, also called Feather 2.
    ArrowFile,
    /// Arrow IPC stream.
    ArrowStream,
    /// Bank statement in BAI2.
    Bai2,
    /// Bank statement or interim report in SWIFT's MT940 or MT942.
    Mt940,
    /// Bank statement, report or notification in ISO 20022's camt.052, 053 or 054.
    Camt,
    /// Bank statement in OFX, as SGML or XML.
    Ofx,
    /// Bank statement in QIF.
    Qif,
    /// ANSI ASC X12 interchange.
    X12,
    /// UN/EDIFACT interchange.
    Edifact,
    /// NACHA ACH file.
    Ach,
    /// BAI lockbox file.
    Lockbox,
    /// Standard Audit File for Tax.
    Saft,
    /// DATEV's exchange format.
    Datev,
    /// QuickBooks Desktop's interchange format.
    Iif,
}

impl FileKind {
    /// The format as a person would call it.
    pub const fn title(self) -> &'static str {
        match self {
            FileKind::Delimited => "plain text",
            FileKind::Xlsx => "an Excel workbook (xlsx)",
            FileKind::Xlsb => "an Excel binary workbook (xlsb)",
            FileKind::Xls => "an Excel 97-2003 workbook (xls)",
            FileKind::Ods => "an OpenDocument spreadsheet (ods)",
            FileKind::Parquet => "a Parquet file",
            FileKind::ArrowFile => "an Arrow file",
            FileKind::ArrowStream => "an Arrow stream",
            FileKind::Bai2 => "a bank statement (BAI2)",
            FileKind::Mt940 => "a bank statement (MT940 or MT942)",
            FileKind::Camt => "a bank statement (camt.052, 053 or 054)",
            FileKind::Ofx => "a bank statement (OFX)",
            FileKind::Qif => "a bank statement (QIF)",
            FileKind::X12 => "an X12 file",
            FileKind::Edifact => "an EDIFACT file",
            FileKind::Ach => "an ACH file (NACHA)",
            FileKind::Lockbox => "a lockbox file (BAI)",
            FileKind::Saft => "a SAF-T file",
            FileKind::Datev => "a DATEV file",
            FileKind::Iif => "an IIF file",
        }
    }

    /// The format's word in the `sources` table.
    pub const fn format(self) -> &'static str {
        match self {
            FileKind::Delimited => "csv",
            FileKind::Xlsx => "xlsx",
            FileKind::Xlsb => "xlsb",
            FileKind::Xls => "xls",
            FileKind::Ods => "ods",
            FileKind::Parquet => "parquet",
            FileKind::ArrowFile | FileKind::ArrowStream => "arrow",
            FileKind::Bai2 => "bai2",
            FileKind::Mt940 => "mt940",
            FileKind::Camt => "camt",
            FileKind::Ofx => "ofx",
            FileKind::Qif => "qif",
            FileKind::X12 => "x12",
            FileKind::Edifact => "edifact",
            FileKind::Ach => "nacha",
            FileKind::Lockbox => "lockbox",
            FileKind::Saft => "saf-t",
            FileKind::Datev => "datev",
            FileKind::Iif => "iif",
        }
    }

    /// Whether the workbook reader takes it.
    pub const fn is_workbook(self) -> bool {
        matches!(self, FileKind::Xlsx | FileKind::Xlsb | FileKind::Xls | FileKind::Ods)
    }

    /// Whether the columnar reader takes it.
    pub const fn is_columnar(self) -> bool {
        matches!(self, FileKind::Parquet | FileKind::ArrowFile | FileKind::ArrowStream)
    }

    /// Whether it is a bank statement.
    pub const fn is_bank(self) -> bool {
        matches!(self, FileKind::Bai2 | FileKind::Mt940 | FileKind::Camt | FileKind::Ofx | FileKind::Qif)
    }

    /// Whether it is a file of payments, remittances or invoices.
    pub const fn is_payment(self) -> bool {
        matches!(self, FileKind::X12 | FileKind::Edifact | FileKind::Ach | FileKind::Lockbox)
    }

    /// Whether its rows are records of its format, so that none is a total or a page head.
    pub const fn has_records(self) -> bool {
        self.is_bank() || self.is_payment()
    }

    /// Whether it holds several tables, of which a source takes one.
    pub const fn has_parts(self) -> bool {
        self.has_records() || matches!(self, FileKind::Saft | FileKind::Datev | FileKind::Iif)
    }

    /// Whether a file of this kind may have the ending of plain text: banks send theirs as `.txt` and `.csv` too.
    pub(super) const fn is_text(self) -> bool {
        matches!(self, FileKind::Delimited) || self.has_records()
    }

    /// The kinds that an ending promises; none where the ending promises nothing.
    pub(super) fn promised(extension: &str) -> &'static [FileKind] {
        match extension {
            "csv" | "tsv" | "tab" | "psv" | "txt" => &[FileKind::Delimited, FileKind::Datev, FileKind::Iif],
            "iif" => &[FileKind::Iif],
            "xlsx" | "xlsm" | "xltx" | "xltm" => &[FileKind::Xlsx],
            "xlsb" => &[FileKind::Xlsb],
            "xls" | "xlt" => &[FileKind::Xls],
            "ods" => &[FileKind::Ods],
            "parquet" | "pq" => &[FileKind::Parquet],
            "arrow" | "feather" | "ipc" | "arrows" => &[FileKind::ArrowFile, FileKind::ArrowStream],
            _ => &[],
        }
    }
}
