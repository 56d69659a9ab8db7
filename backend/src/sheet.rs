//! Tables that people take away, as CSV or as XLSX. In neither does a cell run as a formula.

use crate::error::Result;
use crate::imports::inert_csv;
use rust_xlsxwriter::{Format, Workbook};

/// Most rows of one table: more than there are structures of insertion today.
pub const ROWS_MAX: usize = 20_000;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number that spreadsheets add up.
    Number(u32),
    /// Nobody said.
    Empty,
}

impl Cell {
    /// A number, if somebody said one.
    #[must_use]
    pub fn number(of: Option<u32>) -> Self {
        of.map_or(Self::Empty, Self::Number)
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Empty => String::new(),
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// How a table is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetFormat {
    /// Comma-separated, UTF-8.
    Csv,
    /// Office Open XML (ECMA-376).
    Xlsx,
}

impl SheetFormat {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// Its code, which is also how the name of its files ends.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.code() == text)
    }

    /// What its files are.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What its columns are.
    pub head: Vec<&'static str>,
    /// Its rows, each as long as the head.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// As a file.
    ///
    /// # Errors
    /// When it cannot be written, which memory never refuses.
    pub fn to_file(&self, format: SheetFormat) -> Result<Vec<u8>> {
        match format {
            SheetFormat::Csv => self.to_csv(),
            SheetFormat::Xlsx => Ok(self.to_xlsx().map_err(anyhow::Error::from)?),
        }
    }

    fn to_csv(&self) -> Result<Vec<u8>> {
        let head = self.head.iter().map(|title| (*title).to_owned()).collect::<Vec<String>>();
        let rows = self.rows.iter().map(|row| row.iter().map(Cell::text).collect());
        Ok(inert_csv([head].into_iter().chain(rows))?.into_bytes())
    }

    fn to_xlsx(&self) -> std::result::Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
        let mut book = Workbook::new();
        let bold = Format::new().set_bold();
        let sheet = book.add_worksheet();
        for (column, title) in (0u16..).zip(&self.head) {
            sheet.write_string_with_format(0, column, *title, &bold)?;
        }
        for (row, cells) in (1u32..).zip(&self.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    // A text that begins with « = » is written as text: it is never read as a formula.
                    Cell::Text(text) => sheet.write_string(row, column, shortened(text))?,
                    Cell::Number(number) => sheet.write_number(row, column, *number)?,
                    Cell::Empty => continue,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        book.save_to_buffer()
    }
}

/// Most characters of a cell of that format.
const CELL_MAX: usize = 32_767;

fn shortened(text: &str) -> String {
    text.chars().take(CELL_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Read};

    fn sheet() -> Sheet {
        let rows = ["=1+1", "+33 5", "@x", "-2", "Le « Relais »", "00000021300017"];
        Sheet {
            head: vec!["nom", "heures"],
            rows: rows.map(|text| vec![text.into(), Cell::Number(12)]).to_vec(),
        }
    }

    fn part(file: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).expect("an archive");
        let mut text = String::new();
        archive.by_name(name).expect(name).read_to_string(&mut text).expect("text");
        text
    }

    #[test]
    fn no_cell_runs_as_a_formula() {
        let csv = String::from_utf8(sheet().to_file(SheetFormat::Csv).expect("written")).expect("text");
        for line in csv.lines() {
            assert!(!line.trim_start_matches('"').starts_with(['=', '+', '@', '-']), "{line}");
        }
        let xlsx = sheet().to_file(SheetFormat::Xlsx).expect("written");
        let cells = part(&xlsx, "xl/worksheets/sheet1.xml");
        assert!(!cells.contains("<f>"), "{cells}");
        assert!(cells.contains("<v>12</v>"), "numbers are numbers: {cells}");
        let texts = part(&xlsx, "xl/sharedStrings.xml");
        for text in ["=1+1", "Le « Relais »", "00000021300017"] {
            assert!(texts.contains(&format!(">{text}<")), "{text} in {texts}");
        }
    }

    #[test]
    fn a_cell_that_is_too_long_is_no_reason_to_refuse() {
        let long = Sheet { head: vec!["a"], rows: vec![vec!["é".repeat(CELL_MAX + 5).into()]] };
        for format in SheetFormat::ALL {
            assert!(long.to_file(format).is_ok(), "{format:?}");
            assert_eq!(SheetFormat::parse(format.code()), Some(format));
        }
    }
}
