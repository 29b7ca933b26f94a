//! What can go wrong while writing, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T5001",
        "The output place is taken",
        "A run replaces an earlier run as a whole, and nothing else. Something that is no run (a file, a link, or a \
         folder with other things and without a run.json) stands where the output should go. Example: `--out \
         report.xlsx`.",
        "Choose another --out, or move what stands there.",
    ),
    (
        "T5002",
        "Another run writes to the same place",
        "Two runs into one folder at the same time would mix their files. The first holds a lock beside the folder.",
        "Wait until the other run has ended, or choose another --out.",
    ),
    (
        "T5003",
        "An input lies where the run would be written",
        "A run replaces its output folder as a whole, and a source inside it would be lost. Example: path = \
         \"out/2026-10/ar.csv\".",
        "Move the input, or choose another --out or close.out.",
    ),
    (
        "T5004",
        "The machine could not write",
        "A file or folder could not be created, written, or renamed: no permission, no space, a read-only disk. What \
         stood at the output place before is unchanged.",
        "Make space or choose a folder that can be written, then run again.",
    ),
    (
        "T5005",
        "A workbook could not be built",
        "The workbook breaks a limit of the Excel format that the layout should have kept. Nothing was written.",
        "Check the named sheet of the template; a built-in template that fails is a defect worth reporting.",
    ),
    (
        "T5006",
        "A cell was cut",
        "A text is longer than the 32,767 characters that a cell of Excel holds. The cell ends with a mark; the CSV \
         and Parquet files under data/ have the whole text.",
        "Nothing to do, unless the length of the text is itself a mistake.",
    ),
    (
        "T5007",
        "The earlier workbook cannot be read back",
        "Annotations, owners, dispositions and signatures that people typed into workpaper.xlsx are carried into the \
         new one. If the workbook that is there cannot be read, or the sheet of its items and the headings Item, \
         Annotation, Owner and Disposition are not there any more, replacing it would destroy them. A formula that \
         was typed by a program and never calculated has no text to keep. Example: the workbook is open in Excel and \
         locked, or the heading Annotation was renamed.",
        "Close it in Excel, name the headings as they were, and run again; or move it away if what was typed into it \
         is not needed. A sheet may have another name.",
    ),
    (
        "T5008",
        "A file of the earlier run is open",
        "A run replaces the earlier one, and what is being typed into an open workbook is in no file yet: it would be \
         lost. Excel and LibreOffice show that a file is open by an owner file beside it. Example: ~$workpaper.xlsx.",
        "Save and close the file and run again. If no program has it open, delete the owner file that was left behind.",
    ),
];
