//! The file of a catalogue, as people send it: CSV, or XLSX of any spreadsheet. What it may cost is known before it is read.

use super::CatalogueColumn;
use crate::imports::BadFile;
use crate::imports::table::{Naming, Table};
use calamine::{Data, DataRef, Reader, Xlsx, XlsxError};
use domain::text::{fold, number};
use std::fmt;
use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Largest file, in bytes: it travels through a form from the preview to its button.
pub const CATALOGUE_BYTES_MAX: usize = 512 * 1024;
/// Most rows of a file.
pub const CATALOGUE_ROWS_MAX: usize = 5_000;
/// Most columns: ours, and those that people keep beside.
const COLUMNS_MAX: usize = 100;
/// Most files in an XLSX: a workbook of one sheet has a dozen.
const PARTS_MAX: usize = 200;
/// Most bytes that an XLSX unpacks to, in all.
const UNPACKED_MAX: u64 = 16 * 1024 * 1024;
/// Most bytes of the cells of a sheet: many may name one long text.
const TEXT_MAX: usize = 8 * 1024 * 1024;
/// Most texts that a workbook may say to hold: its reader makes room for as many.
const TEXTS_MAX: u64 = 500_000;

/// Why a file is refused whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadCatalogue {
    /// It is larger than [`CATALOGUE_BYTES_MAX`].
    TooLarge,
    /// It has more than [`CATALOGUE_ROWS_MAX`] rows.
    TooManyRows,
    /// It has more columns than anybody needs, or cells far to the right.
    TooManyColumns,
    /// It unpacks to more than a table of that many rows holds.
    TooMuch,
    /// It is of an older or of another spreadsheet.
    OtherSpreadsheet,
    /// It is an archive, and not one that can be read.
    Unreadable,
    /// It names a column twice.
    Twice(String),
    /// It is no table.
    NotRead(BadFile),
}

impl fmt::Display for BadCatalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str(
                "le fichier dépasse 512\u{a0}Ko\u{a0}: enregistrez-le en XLSX, qui est plus court, ou partagez-le en plusieurs",
            ),
            Self::TooManyRows => {
                let most = number(u64::try_from(CATALOGUE_ROWS_MAX).unwrap_or(u64::MAX));
                write!(f, "le fichier a plus de {most}\u{a0}lignes\u{a0}: partagez-le en plusieurs")
            }
            Self::TooManyColumns => {
                write!(f, "le fichier a plus de {COLUMNS_MAX}\u{a0}colonnes\u{a0}: gardez celles du modèle")
            }
            Self::TooMuch => f.write_str(
                "le fichier contient beaucoup plus qu’un catalogue\u{a0}: recopiez vos lignes dans le modèle vide",
            ),
            Self::OtherSpreadsheet => f.write_str(
                "ce format n’est pas lu\u{a0}: dans votre tableur, «\u{a0}Enregistrer sous\u{a0}», puis XLSX ou CSV",
            ),
            Self::Unreadable => f.write_str(
                "le classeur n’a pas pu être lu\u{a0}: ouvrez-le dans votre tableur, enregistrez-le de nouveau, sans mot de passe",
            ),
            Self::Twice(heading) => {
                write!(f, "la colonne «\u{a0}{heading}\u{a0}» est là deux fois\u{a0}: gardez-en une")
            }
            Self::NotRead(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for BadCatalogue {}

impl From<BadFile> for BadCatalogue {
    fn from(why: BadFile) -> Self {
        Self::NotRead(match why {
            // What people read at the head of the column.
            BadFile::NoColumn(_) => BadFile::NoColumn(CatalogueColumn::Siret.heading()),
            other => other,
        })
    }
}

impl From<XlsxError> for BadCatalogue {
    fn from(_: XlsxError) -> Self {
        Self::Unreadable
    }
}

/// What begins an archive (XLSX, ODS), and a file of the spreadsheets before (XLS).
const ARCHIVE: &[u8] = b"PK\x03\x04";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

/// Reads a file.
pub(super) fn table_read(bytes: &[u8]) -> Result<Table, BadCatalogue> {
    if bytes.len() > CATALOGUE_BYTES_MAX {
        return Err(BadCatalogue::TooLarge);
    }
    if bytes.starts_with(COMPOUND) {
        return Err(BadCatalogue::OtherSpreadsheet);
    }
    let known = |name: &str| CatalogueColumn::named(name).is_some();
    // Every heading of a column stands for one name.
    let of_heading = |heading: &str| {
        let folded = fold(heading);
        CatalogueColumn::named(&folded).map_or(folded, |column| column.code().to_owned())
    };
    let required = [CatalogueColumn::Siret.code()];
    let naming = Naming { known: &known, required: &required, of_heading };
    let table = match bytes.starts_with(ARCHIVE) {
        true => xlsx_read(bytes, &naming)?,
        false => Table::read_named(bytes, &naming)?,
    };
    if table.rows.len() + table.rejected.len() > CATALOGUE_ROWS_MAX {
        return Err(BadCatalogue::TooManyRows);
    }
    if table.names.len() > COLUMNS_MAX {
        return Err(BadCatalogue::TooManyColumns);
    }
    let count = |column: &CatalogueColumn| table.names.iter().filter(|name| *name == column.code()).count();
    match CatalogueColumn::ALL.into_iter().find(|column| count(column) > 1) {
        Some(twice) => Err(BadCatalogue::Twice(twice.heading().to_owned())),
        None => Ok(table),
    }
}

fn xlsx_read(bytes: &[u8], naming: &Naming<'_>) -> Result<Table, BadCatalogue> {
    archive_measured(bytes)?;
    // It is read by a library that expects workbooks of spreadsheets: what makes it fail is none.
    let rows = catch_unwind(AssertUnwindSafe(|| sheet_read(bytes)));
    let rows = rows.unwrap_or(Err(BadCatalogue::Unreadable))?;
    let mut rows = rows.into_iter();
    let (_, head) = rows.next().ok_or(BadFile::Empty)?;
    Ok(Table::of_cells(&head, rows.collect(), naming)?)
}

/// Whether an archive is a workbook that may be read. It is unpacked once, into nothing, as far as it may go: what its
/// directory says of itself is not believed.
fn archive_measured(bytes: &[u8]) -> Result<(), BadCatalogue> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| BadCatalogue::Unreadable)?;
    if archive.len() > PARTS_MAX {
        return Err(BadCatalogue::TooMuch);
    }
    if archive.index_for_name("xl/workbook.xml").is_none() {
        return Err(BadCatalogue::OtherSpreadsheet);
    }
    let mut left = UNPACKED_MAX;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|_| BadCatalogue::Unreadable)?;
        let mut content = Vec::new();
        part.take(left + 1).read_to_end(&mut content).map_err(|_| BadCatalogue::Unreadable)?;
        let unpacked = u64::try_from(content.len()).unwrap_or(u64::MAX);
        left = left.checked_sub(unpacked).ok_or(BadCatalogue::TooMuch)?;
        if texts_said(&content).is_some_and(|texts| texts > TEXTS_MAX) {
            return Err(BadCatalogue::TooMuch);
        }
    }
    Ok(())
}

/// How many texts a part says to hold: the reader makes room for all of them before it has seen one. `None` where nothing is
/// said; more than any number where it cannot be told, as in a text of two bytes a letter.
fn texts_said(part: &[u8]) -> Option<u64> {
    const SAYS: &[u8] = b"uniqueCount";
    let wide: Vec<u8> = SAYS.iter().flat_map(|byte| [*byte, 0]).collect();
    if part.windows(wide.len()).any(|bytes| bytes == wide) {
        return Some(u64::MAX);
    }
    let said = part.windows(SAYS.len()).enumerate().filter(|(_, bytes)| *bytes == SAYS);
    let number = |(at, _): (usize, &[u8])| {
        let after = part[at + SAYS.len()..].iter().copied();
        let mut after =
            after.skip_while(|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\''));
        let digits: String = after.by_ref().take_while(u8::is_ascii_digit).map(char::from).collect();
        digits.parse().unwrap_or(u64::MAX)
    };
    said.map(number).max()
}

/// The rows of the first sheet that hold something, each with its number. Cells are read one by one: where a cell says to
/// stand costs nothing.
fn sheet_read(bytes: &[u8]) -> Result<Vec<(u64, Vec<String>)>, BadCatalogue> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let first = book.sheet_names().first().cloned().ok_or(BadFile::Empty)?;
    let mut cells = book.worksheet_cells_reader(&first)?;
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    let mut bytes_left = TEXT_MAX;
    while let Some(cell) = cells.next_cell()? {
        let text = text_of(cell.get_value());
        if text.trim().is_empty() {
            continue;
        }
        bytes_left = bytes_left.checked_sub(text.len()).ok_or(BadCatalogue::TooMuch)?;
        let (row, column) = cell.get_position();
        let number = u64::from(row) + 1;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if column >= COLUMNS_MAX {
            return Err(BadCatalogue::TooManyColumns);
        }
        // Files give their rows in order; one that does not is none of a spreadsheet.
        match rows.last() {
            Some((last, _)) if *last == number => {}
            Some((last, _)) if *last > number => return Err(BadCatalogue::Unreadable),
            _ => rows.push((number, Vec::new())),
        }
        if rows.len() > CATALOGUE_ROWS_MAX + 1 {
            return Err(BadCatalogue::TooManyRows);
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column + 1), String::new());
            cells[column] = text;
        }
    }
    Ok(rows)
}

/// What a cell shows: whole numbers without what makes them decimal.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Float(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
        other => Data::from(other.clone()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_xlsxwriter::Workbook;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn workbook(fill: impl FnOnce(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
        let mut book = Workbook::new();
        fill(book.add_worksheet());
        book.save_to_buffer().expect("written")
    }

    /// A workbook with other parts in the place of its own.
    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let plain = workbook(|sheet| {
            sheet.write_string(0, 0, "SIRET").expect("written");
        });
        let mut source = zip::ZipArchive::new(Cursor::new(plain)).expect("an archive");
        let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        for at in 0..source.len() {
            let part = source.by_index(at).expect("a part");
            let name = part.name().expect("a name").into_owned();
            if !parts.iter().any(|(other, _)| *other == name) {
                out.raw_copy_file(part).expect("copied");
            }
        }
        for (name, content) in parts {
            out.start_file(*name, options).expect("begun");
            out.write_all(content.as_bytes()).expect("written");
        }
        out.finish().expect("an archive").into_inner()
    }

    fn refused(bytes: &[u8], why: &BadCatalogue) {
        let read = table_read(bytes).map(|table| table.rows.len());
        assert_eq!(read.as_ref().err(), Some(why), "{read:?}");
        assert!(!why.to_string().is_empty());
    }

    fn names(bytes: &[u8]) -> Vec<(u64, String, String)> {
        let table = table_read(bytes).expect("a table");
        let of = |column: CatalogueColumn, row| table.field(row, column.code()).to_owned();
        let row = |row| (of(CatalogueColumn::Siret, row), of(CatalogueColumn::Description, row));
        table.rows.iter().map(|r| (r.number, row(r).0, row(r).1)).collect()
    }

    #[test]
    fn files_of_any_spreadsheet() {
        let expected = vec![(2, "00000000100016".to_owned(), "L’été, à l’œuvre".to_owned())];
        let one = |text: &str| text.replace('|', "\n");
        for file in [
            one("SIRET;Présentation|00000000100016;L’été, à l’œuvre"),
            one("\u{feff}siret\tPRESENTATION|00000000100016\tL’été, à l’œuvre|"),
            one("Présentation,Autre,Siret|\"L’été, à l’œuvre\",x,00000000100016"),
        ] {
            assert_eq!(names(file.as_bytes()), expected, "{file}");
        }
        // Windows-1252, as spreadsheets of France save « CSV ».
        let old = b"SIRET;Pr\xe9sentation\r\n00000000100016;L\x92\xe9t\xe9, \xe0 l\x92\x9cuvre\r\n";
        assert_eq!(names(old), expected);
        let xlsx = workbook(|sheet| {
            for (column, text) in [(0, "Présentation"), (2, " SIRET ")] {
                sheet.write_string(0, column, text).expect("written");
            }
            sheet.write_string(3, 0, "L’été, à l’œuvre").expect("written");
            sheet.write_number(3, 2, 12_345_678_901_234_f64).expect("written");
        });
        let read = names(&xlsx);
        assert_eq!(read, [(4, "12345678901234".to_owned(), "L’été, à l’œuvre".to_owned())]);
    }

    #[test]
    fn files_that_are_none() {
        refused(b"", &BadFile::Empty.into());
        refused(b"bonjour", &BadFile::NotCsv.into());
        refused(b"nom;zones\na;b", &BadCatalogue::NotRead(BadFile::NoColumn("SIRET")));
        refused(b"siret;zones;Zone\na;b;c", &BadCatalogue::Twice("Zones".to_owned()));
        refused(&vec![b'a'; CATALOGUE_BYTES_MAX + 1], &BadCatalogue::TooLarge);
        refused(&[COMPOUND, &[0; 600]].concat(), &BadCatalogue::OtherSpreadsheet);
        refused(b"PK\x03\x04 and nothing else", &BadCatalogue::Unreadable);
        refused(&workbook(|_| {}), &BadFile::Empty.into());
        let rows = "siret;zones\n".to_owned() + &"1;2\n".repeat(CATALOGUE_ROWS_MAX + 1);
        refused(rows.as_bytes(), &BadCatalogue::TooManyRows);
        refused(("siret".to_owned() + &";x".repeat(COLUMNS_MAX)).as_bytes(), &BadCatalogue::TooManyColumns);
    }

    #[test]
    fn workbooks_that_are_made_to_cost_much() {
        let sheet = |cells: &str| {
            format!(
                "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{cells}</sheetData></worksheet>"
            )
        };
        let head = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>SIRET</t></is></c></row>";
        let of = |content: &str| archive(&[("xl/worksheets/sheet1.xml", content)]);
        // Far away, in a sheet that a grid would make room for.
        let far = "<row r=\"1048576\"><c r=\"A1048576\" t=\"inlineStr\"><is><t>1</t></is></c></row>";
        assert_eq!(table_read(&of(&sheet(&format!("{head}{far}")))).expect("a table").rows.len(), 1);
        let right = "<row r=\"2\"><c r=\"XFD2\" t=\"inlineStr\"><is><t>1</t></is></c></row>";
        refused(&of(&sheet(&format!("{head}{right}"))), &BadCatalogue::TooManyColumns);
        // Half a megabyte that unpacks to hundreds.
        let spaces = " ".repeat(usize::try_from(UNPACKED_MAX).expect("it fits"));
        let bomb = of(&sheet(&spaces));
        assert!(bomb.len() < CATALOGUE_BYTES_MAX, "{}", bomb.len());
        refused(&bomb, &BadCatalogue::TooMuch);
        // One long text that every cell names.
        let text = "a".repeat(1 << 20);
        let strings = format!("<sst uniqueCount=\"1\"><si><t>{text}</t></si></sst>");
        let cells: String =
            (2..12).map(|n| format!("<row r=\"{n}\"><c r=\"A{n}\" t=\"s\"><v>0</v></c></row>")).collect();
        let shared = sheet(&format!("{head}{cells}"));
        let parts =
            [("xl/worksheets/sheet1.xml", shared.as_str()), ("xl/sharedStrings.xml", strings.as_str())];
        refused(&archive(&parts), &BadCatalogue::TooMuch);
        // Room for as many texts as a number can say.
        for count in ["99999999999999", "18446744073709551615", "x"] {
            let strings = format!("<sst uniqueCount = '{count}'><si><t>a</t></si></sst>");
            refused(&archive(&[("xl/sharedStrings.xml", &strings)]), &BadCatalogue::TooMuch);
        }
        let wide: String = "<sst uniqueCount=\"99999999999\"/>".chars().flat_map(|c| [c, '\0']).collect();
        refused(&archive(&[("xl/sharedStrings.xml", &wide)]), &BadCatalogue::TooMuch);
        let names: Vec<String> = (0..PARTS_MAX).map(|n| format!("xl/{n}")).collect();
        let parts: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        refused(&archive(&parts), &BadCatalogue::TooMuch);
        refused(
            &of("<worksheet><sheetData><row r=\"99999999999\"><c r=\"ZZZZZZZZ99999999999\"/>"),
            &BadCatalogue::Unreadable,
        );
    }
}
