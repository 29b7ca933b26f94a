//! The findings of queries to databases, for the catalogue behind `tieout help CODE`.

/// Code, title, explanation with an example, and remedy.
use super::Entry;

pub(super) const CODES: &[Entry] = &[
    (
        "T1601",
        "A connection is not given, or cannot be read",
        "connection = \"env:ERP_DSN\" names an environment variable that holds the connection string, so that no \
         password stands in close.toml or in a result. It is postgresql://user:password@host/database, host=… \
         dbname=…, or sqlite:FILE. Example: a password with an @ in it that is not written %40.",
        "Set the variable before the run. The message never shows what it holds.",
    ),
    (
        "T1602",
        "The file of a query or of a database is not there",
        "sql_file and sqlite:FILE name files; a relative path starts at the folder of close.toml. Example: sql_file = \
         \"queries/erp/ar.sql\" where the file is called ar_items.sql.",
        "Correct the path in close.toml.",
    ),
    (
        "T1603",
        "There is no driver for the database",
        "Databases are read through ADBC drivers: shared libraries that are installed beside tieout and named by their \
         full path. A relative path is refused, because a driver is a program, and which one runs must not depend on \
         the folder that a run is started in. Example: [drivers] postgresql = \"libadbc_driver_postgresql.so\".",
        "Install the driver (pip install adbc-driver-postgresql) and give the full path of its library under \
         [drivers], or in TIEOUT_DRIVER_POSTGRESQL or TIEOUT_DRIVER_SQLITE.",
    ),
    (
        "T1604",
        "The database refused the connection",
        "The server is not there, or does not accept user and password. What the driver says is shown without any \
         part of the connection string. Example: password authentication failed.",
        "Check host, port, database, user and password in the environment variable, and that the server runs.",
    ),
    (
        "T1605",
        "The database refused the query",
        "The query has a mistake, is not one SELECT, or tries to change something: it is asked in a read-only \
         transaction. Example: cannot execute INSERT in a read-only transaction.",
        "Try the query in the database's own shell; write one SELECT.",
    ),
    (
        "T1606",
        "The result of a query broke off",
        "The connection was lost, or the database stopped at a row. Nothing of the result is used, because a part of a \
         table would look like the whole. Example: division by zero after row 199,999.",
        "Run again when the database is there; mend the row or the query that it stopped at.",
    ),
    (
        "T1607",
        "A column of a query cannot be read exactly",
        "Binary floats hold most decimals only nearly; a moment with a time zone has no day until a zone is chosen; \
         PostgreSQL's money does not say its decimals; lists and bytes are no cells. Example: a column of SQLite \
         declared decimal(18,2) keeps 10.50 as a float.",
        "Cast the column in the query, as the message shows.",
    ),
    (
        "T1608",
        "No read-only transaction can be had",
        "A query is asked only once the database itself has confirmed that the transaction can change nothing.",
        "Check the driver's version, and that nothing between tieout and the database (a pooler) changes settings.",
    ),
    (
        "T1609",
        "The query has no ORDER BY",
        "A database gives rows in any order it likes. The figures are the same, but row numbers in the evidence and \
         the hash of the result may change from run to run. Example: select * from ar_items.",
        "End the query in ORDER BY a key.",
    ),
    (
        "T1610",
        "Whole numbers that may be cents",
        "A column of SQLite with amounts holds whole numbers. 12345 may be 123.45 or 12,345.00, and nothing in the \
         database says which.",
        "Declare options = { minor_units = { amount = 2 } } for cents, or amount = 0 for whole units.",
    ),
];
