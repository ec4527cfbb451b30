//! Columns.

use crate::text::width;

/// On which side of its column a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows of cells, printed in columns two spaces apart, without lines around them.
///
/// A table without rows prints nothing, not a lonely heading. Cells may carry colours.
#[derive(Debug)]
pub struct Table {
    align: Vec<Align>,
    rows: Vec<Vec<String>>,
    indent: usize,
}

impl Table {
    /// A table whose columns are aligned like this.
    pub fn new(align: impl Into<Vec<Align>>) -> Self {
        Self { align: align.into(), rows: Vec::new(), indent: 0 }
    }

    /// Starts every line with so many spaces.
    #[must_use]
    pub fn indented(mut self, spaces: usize) -> Self {
        self.indent = spaces;
        self
    }

    /// Adds a row; missing cells are empty, cells beyond the last column are an error of ours.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) {
        let row: Vec<String> = cells.into_iter().map(Into::into).collect();
        debug_assert!(row.len() <= self.align.len(), "a row wider than its table");
        self.rows.push(row);
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let widths: Vec<usize> = (0..self.align.len())
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| width(cell)).max().unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut line = " ".repeat(self.indent);
            let last = row.iter().rposition(|cell| !cell.is_empty());
            for (column, cell) in row.iter().enumerate() {
                let padding = widths[column] - width(cell);
                match self.align[column] {
                    Align::Right => {
                        line.push_str(&" ".repeat(padding));
                        line.push_str(cell);
                    }
                    Align::Left => {
                        line.push_str(cell);
                        // Nothing invisible at the end of a line.
                        if Some(column) != last {
                            line.push_str(&" ".repeat(padding));
                        }
                    }
                }
                if Some(column) == last {
                    break;
                }
                line.push_str("  ");
            }
            writeln!(f, "{line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn columns_line_up_whatever_is_in_them() {
        let mut table = Table::new([Align::Left, Align::Right, Align::Left]).indented(2);
        table.row(["rust", "1 204", "code"]);
        table.row(["日本語", "7", ""]);
        table.row(["\u{1b}[1mpython\u{1b}[0m", "88"]);
        let text = anstream::adapter::strip_str(&table.to_string()).to_string();
        assert!(text.lines().all(|line| !line.ends_with(' ')), "{text:?}");
        assert_snapshot!(text, @r"
        rust    1 204  code
        日本語      7
        python     88
        ");
    }

    #[test]
    fn an_empty_table_prints_nothing() {
        assert_eq!(Table::new([Align::Left]).to_string(), "");
    }
}
