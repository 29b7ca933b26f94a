//! A grid: named, typed columns to print or write, whether they belong to a table or came out of a query.

use crate::model::{Cell, Column, Kind, SourceRow, Table};
use std::borrow::Cow;
use std::sync::Arc;

/// One column of a [`Grid`].
#[derive(Clone, Debug)]
pub struct GridColumn {
    /// The column's name, as queries and templates use it.
    pub name: String,
    /// What its cells are.
    pub kind: Kind,
    cells: Cells,
}

#[derive(Clone, Debug)]
enum Cells {
    /// The column of this number in the shared table.
    Table(usize),
    /// The source column of this number that rides along in the shared table.
    Extra(usize),
    /// Cells of its own.
    Own(Column),
    /// The same text in each row.
    Constant(String),
    /// Where the row came from: the file's name.
    Source(Arc<[String]>),
    /// Where the row came from: the row's number.
    SourceRow,
}

/// Rows with named columns. Sharing a table costs nothing: no cell is copied.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    /// The columns, in the order in which they are written.
    pub columns: Vec<GridColumn>,
    rows: usize,
    table: Option<Arc<Table>>,
}

impl Grid {
    /// A view of a table with its own columns and those that ride along.
    pub fn of_table(table: &Arc<Table>) -> Grid {
        let own = table.def.columns.iter().enumerate().map(|(index, column)| GridColumn {
            name: column.name.to_owned(),
            kind: column.kind,
            cells: Cells::Table(index),
        });
        let extra = table.extra.iter().enumerate().map(|(index, (name, _))| GridColumn {
            name: name.to_string(),
            kind: Kind::Text,
            cells: Cells::Extra(index),
        });
        Grid { columns: own.chain(extra).collect(), rows: table.len(), table: Some(table.clone()) }
    }

    /// A grid of columns of its own, all of the same length.
    pub fn of_columns(columns: Vec<(String, Kind, Column)>) -> Grid {
        let rows = columns.first().map_or(0, |(_, _, column)| column.len());
        let columns =
            columns.into_iter().map(|(name, kind, column)| GridColumn { name, kind, cells: Cells::Own(column) });
        Grid { columns: columns.collect(), rows, table: None }
    }

    /// Adds `source_file` and `source_row` where the table says where its rows came from.
    /// `sources` are the names of the run's sources, by their number.
    pub fn with_places(mut self, sources: &[String]) -> Grid {
        if self.table.as_ref().is_some_and(|table| !table.places.is_empty()) {
            let cells = Cells::Source(sources.into());
            self.columns.push(GridColumn { name: "source_file".to_owned(), kind: Kind::Word, cells });
            let name = "source_row".to_owned();
            self.columns.push(GridColumn { name, kind: Kind::Int, cells: Cells::SourceRow });
        }
        self
    }

    /// Adds a column with cells of its own, one for each row.
    pub fn with_column(mut self, name: &str, kind: Kind, column: Column) -> Grid {
        self.columns.push(GridColumn { name: name.to_owned(), kind, cells: Cells::Own(column) });
        self
    }

    /// Adds a column with the same text in each row.
    pub fn with_constant(mut self, name: &str, text: &str) -> Grid {
        let cells = Cells::Constant(text.to_owned());
        self.columns.push(GridColumn { name: name.to_owned(), kind: Kind::Word, cells });
        self
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Where a column stands, if there is one of that name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The cell of a row and column.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        match (&self.columns[column].cells, &self.table) {
            (Cells::Own(cells), _) => cells.cell(row),
            (Cells::Constant(text), _) => Cell::text(text),
            (Cells::Table(index), Some(table)) => table.columns[*index].cell(row),
            (Cells::Extra(index), Some(table)) => Cell::text(table.extra[*index].1.get(row)),
            (Cells::Source(names), Some(table)) => {
                Cell::text(names.get(table.places[row].source as usize).map_or("", String::as_str))
            }
            (Cells::SourceRow, Some(table)) => Cell::Int(i64::from(table.places[row].row)),
            (_, None) => Cell::Null,
        }
    }

    /// The text of a cell; empty where it is blank or no text.
    pub fn text(&self, row: usize, column: usize) -> &str {
        match self.cell(row, column) {
            Cell::Text(text) => text,
            _ => "",
        }
    }

    /// The ten-thousandths of a money cell, `None` where it is blank or no amount.
    pub fn units(&self, row: usize, column: usize) -> Option<i64> {
        match self.cell(row, column) {
            Cell::Money(money) => Some(money.units()),
            _ => None,
        }
    }

    /// The whole column, for writers that work on columns. Places are turned into columns of their own.
    pub fn column(&self, column: usize) -> Cow<'_, Column> {
        let make = |kind: Kind| {
            let mut cells = Column::new(kind);
            (0..self.rows).for_each(|row| cells.push(self.cell(row, column)));
            Cow::Owned(cells)
        };
        match (&self.columns[column].cells, &self.table) {
            (Cells::Own(cells), _) => Cow::Borrowed(cells),
            (Cells::Table(index), Some(table)) => Cow::Borrowed(&table.columns[*index]),
            (Cells::Extra(index), Some(table)) => Cow::Owned(Column::Text(table.extra[*index].1.clone())),
            _ => make(self.columns[column].kind),
        }
    }

    /// Where the rows came from, for a view of an input table.
    pub fn places(&self) -> &[SourceRow] {
        self.table.as_ref().map_or(&[], |table| &table.places)
    }
}
