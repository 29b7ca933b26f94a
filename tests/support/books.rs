//! A close so small that it can be read at a glance, and that ties: three invoices of 1,984.81.

use super::Close;

/// The register.
pub const AR: &str = "\
entity,item_id,item_type,customer_id,customer_name,document_date,posting_date,due_date,currency,amount,open_amount
US01,INV-1,invoice,C1,Muller Tools,2026-10-05,2026-10-05,2026-11-04,USD,1234.56,1234.56
US01,INV-2,invoice,C2,Acme,2026-10-13,2026-10-13,2026-11-12,USD,500.00,500.00
US01,INV-3,invoice,C2,Acme,2026-10-30,2026-10-30,2026-11-29,USD,250.25,250.25
";

/// The ledger.
pub const GL: &str = "\
entity,account,journal_id,line_no,posting_date,document_id,customer_id,source,description,debit,credit
US01,1200,J1,1,2026-10-05,INV-1,C1,AR,Invoice,1234.56,
US01,4000,J1,2,2026-10-05,INV-1,C1,AR,Invoice,,1234.56
US01,1200,J2,1,2026-10-13,INV-2,C2,AR,Invoice,500.00,
US01,4000,J2,2,2026-10-13,INV-2,C2,AR,Invoice,,500.00
US01,1200,J3,1,2026-10-30,INV-3,C2,AR,Invoice,250.25,
US01,4000,J3,2,2026-10-30,INV-3,C2,AR,Invoice,,250.25
";

/// The trial balance.
pub const TB: &str = "\
entity,account,account_name,opening_balance,debit,credit,ending_balance
US01,1200,Trade receivables,0.00,1984.81,0.00,1984.81
US01,4000,Sales,0.00,0.00,1984.81,-1984.81
";

/// The head and the foot of its configuration.
const HEAD: &str = "[close]\nname = \"Small\"\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n";
const FOOT: &str =
    "\n[[entity]]\nid = \"US01\"\n\n[[control_account]]\nentity = \"US01\"\naccount = \"1200\"\nsubledger = \"ar\"\n";

/// A configuration: (table, path, further keys) of each source.
pub fn configuration(sources: &[(&str, &str, &str)]) -> String {
    let entry = |(table, path, more): &(&str, &str, &str)| {
        format!("\n[[source]]\ntable = \"{table}\"\npath = \"{path}\"\n{more}\n")
    };
    format!("{HEAD}{}{FOOT}", sources.iter().map(entry).collect::<String>())
}

/// The usual sources, with a path and further keys for the register.
pub fn with_register(path: &str, more: &str) -> String {
    configuration(&[("ar_items", path, more), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")])
}

/// The usual sources, with further keys for the ledger.
pub fn with_ledger(more: &str) -> String {
    configuration(&[("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", more), ("trial_balance", "tb.csv", "")])
}

/// The close itself.
pub fn small() -> Close {
    let close = Close::empty();
    close.write("ar.csv", AR).write("gl.csv", GL).write("tb.csv", TB);
    close.write("close.toml", with_register("ar.csv", ""));
    close
}

/// The close with another register.
pub fn small_with(register: impl AsRef<[u8]>, more: &str) -> Close {
    let close = small();
    close.write("ar.csv", register).write("close.toml", with_register("ar.csv", more));
    close
}

/// The register with other amounts (and the same open amounts) in its three rows.
pub fn register_of(amounts: [&str; 3]) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut lines = AR.lines().map(str::to_owned).collect::<Vec<_>>();
    for (line, amount) in lines[1..].iter_mut().zip(amounts) {
        let head: Vec<&str> = line.split(',').take(9).collect();
        *line = format!("{},{},{}", head.join(","), quoted(amount), quoted(amount));
    }
    lines.join("\n") + "\n"
}

/// The register with one of its columns rewritten, row by row.
pub fn register_with(column: &str, cells: [&str; 3]) -> String {
    let headings: Vec<&str> = AR.lines().next().expect("headings").split(',').collect();
    let at = headings.iter().position(|heading| *heading == column).expect("the column");
    let mut lines = vec![headings.join(",")];
    for (line, cell) in AR.lines().skip(1).zip(cells) {
        let mut fields: Vec<String> = line.split(',').map(str::to_owned).collect();
        fields[at] = format!("\"{cell}\"");
        lines.push(fields.join(","));
    }
    lines.join("\n") + "\n"
}
