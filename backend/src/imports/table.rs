//! Reading a CSV file as people make them: BOM, `,` or `;`, columns in any order.

use super::Rejected;
use domain::text::apostrophes;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// Why a file is refused whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadFile {
    /// Its bytes are none of the encodings that can be told for sure.
    Encoding,
    /// It holds nothing.
    Empty,
    /// It does not look like a table.
    NotCsv,
    /// A column that must be there is missing.
    NoColumn(&'static str),
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str(
                "le codage du fichier n’est pas sûr\u{a0}: enregistrez-le de nouveau en «\u{a0}CSV UTF-8\u{a0}», puis recommencez",
            ),
            Self::Empty => f.write_str("le fichier est vide"),
            Self::NotCsv => f.write_str(
                "le fichier n’est pas un CSV\u{a0}: il faut une ligne d’en-tête et des colonnes séparées par , ou\u{a0};",
            ),
            Self::NoColumn(name) => {
                write!(f, "il manque la colonne «\u{a0}{name}\u{a0}»\u{a0}: ajoutez-la à la ligne d’en-tête")
            }
        }
    }
}

impl std::error::Error for BadFile {}

/// A table that was read.
#[derive(Debug)]
pub(crate) struct Table {
    columns: HashMap<String, usize>,
    pub names: Vec<String>,
    /// Columns that nothing is read of, as the file calls them.
    pub unknown: Vec<String>,
    pub rows: Vec<Row>,
    pub rejected: Vec<Rejected>,
    pub warnings: Vec<String>,
}

/// A row, by the names of its columns.
#[derive(Debug)]
pub(crate) struct Row {
    /// Line of the file, from 1.
    pub line: u64,
    /// The same as spreadsheets number it.
    pub number: u64,
    record: csv::StringRecord,
}

/// What the columns of a table are called.
pub(crate) struct Naming<'n> {
    /// Every name that is read.
    pub known: &'n dyn Fn(&str) -> bool,
    /// Those that must be there; the first of them tells a row.
    pub required: &'n [&'static str],
    /// The name that a heading stands for.
    pub of_heading: fn(&str) -> String,
}

impl Table {
    /// Reads a file whose columns are among `known`; `required` must be there, the first of them tells a row.
    pub(super) fn read(
        bytes: &[u8],
        known: &[(&str, &str)],
        required: &[&'static str],
    ) -> Result<Self, BadFile> {
        let known = |name: &str| known.iter().any(|(known, _)| *known == name);
        let of_heading = |heading: &str| heading.trim().to_lowercase();
        Self::read_named(bytes, &Naming { known: &known, required, of_heading })
    }

    /// The same, with headings that stand for names.
    pub(crate) fn read_named(bytes: &[u8], naming: &Naming<'_>) -> Result<Self, BadFile> {
        let text = text_of(bytes).ok_or(BadFile::Encoding)?;
        let text = apostrophes(text.strip_prefix('\u{feff}').unwrap_or(&text));
        let text = one_line_end(&text);
        if text.trim().is_empty() {
            return Err(BadFile::Empty);
        }
        if text.contains('\0') {
            return Err(BadFile::NotCsv);
        }
        let header = text.lines().next().unwrap_or_default();
        let delimiter = delimiter_of(header);
        let mut table = Self::begun(fields_of(header, delimiter).iter(), naming)?;
        let key = table.columns[naming.required[0]];
        table.rows_read(&text, delimiter, key);
        Ok(table)
    }

    /// A table that was cut into cells already: its headings, and its rows with their numbers.
    pub(crate) fn of_cells(
        head: &[String],
        rows: Vec<(u64, Vec<String>)>,
        naming: &Naming<'_>,
    ) -> Result<Self, BadFile> {
        let mut table = Self::begun(head.iter().map(String::as_str), naming)?;
        let read = |(number, mut cells): (u64, Vec<String>)| {
            cells.iter_mut().for_each(|cell| *cell = apostrophes(cell).into_owned());
            cells.resize(head.len().max(cells.len()), String::new());
            Row { line: number, number, record: csv::StringRecord::from(cells) }
        };
        rows.into_iter().map(read).for_each(|row| table.row_add(row, head.len()));
        Ok(table)
    }

    /// A table without rows yet.
    fn begun<'h>(headings: impl Iterator<Item = &'h str>, naming: &Naming<'_>) -> Result<Self, BadFile> {
        let (mut names, mut unknown, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        for heading in headings {
            let name = (naming.of_heading)(heading);
            if !name.is_empty() && !(naming.known)(&name) {
                warnings.push(format!("colonne inconnue, laissée de côté\u{a0}: {name}"));
                unknown.push(heading.trim().to_owned());
            }
            names.push(name);
        }
        let columns: HashMap<String, usize> = names.iter().cloned().zip(0..).collect();
        let missing = naming.required.iter().find(|name| !columns.contains_key(**name));
        match missing {
            // Not one of the columns: no table at all.
            Some(_) if names.len() < 2 && !naming.required.iter().any(|name| columns.contains_key(*name)) => {
                return Err(BadFile::NotCsv);
            }
            Some(missing) => return Err(BadFile::NoColumn(missing)),
            None => {}
        }
        Ok(Self { columns, names, unknown, rows: Vec::new(), rejected: Vec::new(), warnings })
    }

    /// Reads the rows below the header. A quote that is never closed costs its own line, not those after it.
    fn rows_read(&mut self, text: &str, delimiter: u8, key: usize) {
        let width = self.names.len();
        let (mut at, mut line) = first_line(text);
        let mut number = line;
        while at < text.len() {
            let rest = &text[at..];
            let mut reader = reader_of(rest, delimiter);
            let mut record = csv::StringRecord::new();
            let mut from = 0;
            let mut open_quote = None;
            while matches!(reader.read_record(&mut record), Ok(true)) {
                let to = usize::try_from(reader.position().byte()).unwrap_or(rest.len());
                let blank = rest[from..to].len() - rest[from..to].trim_start_matches(['\r', '\n']).len();
                let skipped = count_lines(&rest[from..from + blank]);
                line += skipped;
                number += skipped;
                from += blank;
                let raw = rest[from..to].trim_end_matches(['\r', '\n']);
                if swallows_rows(raw, &record, delimiter, width, key) {
                    open_quote = Some(from);
                    break;
                }
                self.row_add(Row { line, number, record: record.clone() }, width);
                line += count_lines(&rest[from..to]);
                // A record ends between the two bytes of its end of line: the second is skipped, and counted, with the next.
                let is_cut = rest[from..to].ends_with('\r') && rest[to..].starts_with('\n');
                number += u64::from(!is_cut);
                from = to;
            }
            let Some(start) = open_quote else { return };
            let (end, _) = first_line(&rest[start..]);
            let row = rest[start..start + end].trim_end().to_owned();
            let reason = "un guillemet est ouvert et jamais fermé\u{a0}: fermez-le ou retirez-le".to_owned();
            self.rejected.push(Rejected { line, number, reason, row: vec![row] });
            line += 1;
            number += 1;
            at += start + end;
        }
    }

    fn row_add(&mut self, row: Row, width: usize) {
        if row.record.len() == width {
            self.rows.push(row);
        } else {
            let reason = format!("{} au lieu de {width}", plural_columns(row.record.len()));
            self.rejected.push(row.rejected(reason));
        }
    }

    /// The field of a row as the file has it, without spaces around it.
    pub(crate) fn raw<'r>(&self, row: &'r Row, name: &str) -> &'r str {
        self.columns.get(name).and_then(|ix| row.record.get(*ix)).unwrap_or_default().trim()
    }

    /// The field of a row, without spaces around it, nor the mark that keeps a spreadsheet from reckoning it; empty when
    /// the file has not the column.
    pub(crate) fn field<'r>(&self, row: &'r Row, name: &str) -> &'r str {
        let field = self.raw(row, name);
        match field.strip_prefix(INERT) {
            Some(kept) if kept.trim_start().trim_start_matches(INERT).starts_with(FORMULA) => kept.trim(),
            _ => field,
        }
    }
}

/// What a cell begins with that a spreadsheet takes for a formula.
const FORMULA: [char; 4] = ['=', '+', '-', '@'];
/// What keeps it from that.
const INERT: char = '\'';

/// A table for a spreadsheet, as CSV: its cells never run as formulas.
///
/// # Errors
/// When it cannot be written.
pub fn inert_csv<R: IntoIterator<Item = C>, C: AsRef<str>>(
    rows: impl IntoIterator<Item = R>,
) -> crate::error::Result<String> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        for cell in row {
            out.write_field(inert(cell.as_ref()).as_bytes()).map_err(anyhow::Error::from)?;
        }
        out.write_record(None::<&[u8]>).map_err(anyhow::Error::from)?;
    }
    let bytes = out.into_inner().map_err(|error| anyhow::anyhow!("writing a table: {error}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A cell of a file that we write: inert in a spreadsheet, and read back as it was when the file is imported.
pub fn inert(cell: &str) -> Cow<'_, str> {
    // One that has the mark already gets a second: reading takes one away.
    match cell.trim_start().trim_start_matches(INERT).starts_with(FORMULA) {
        true => Cow::Owned(format!("{INERT}{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// A text of a cell that no spreadsheet takes for a formula anyway (XLSX), such that reading it gives the text back: reading
/// takes a mark away, and a dash alone says that a field is to be emptied.
pub(crate) fn read_back(text: &str) -> Cow<'_, str> {
    let marked = text.trim_start().starts_with(INERT) && matches!(inert(text), Cow::Owned(_));
    match marked || text.trim() == EMPTIED {
        true => Cow::Owned(format!("{INERT}{text}")),
        false => Cow::Borrowed(text),
    }
}

/// What a cell says that empties its field.
pub(crate) const EMPTIED: &str = "-";

/// Letters and marks beyond ASCII that French files hold: bytes that all mean one of these in Windows 1252 are Windows 1252.
const FRENCH: &str = "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆ’‘“”«»–—…€°·²³½\u{a0}•ñÑ";

/// The text of a file, when its encoding is certain: UTF-8; UTF-16 that says so at its beginning; Windows 1252 whose every
/// letter is French.
fn text_of(bytes: &[u8]) -> Option<Cow<'_, str>> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(Cow::Borrowed(text));
    }
    if let Some((utf_16, mark)) = Encoding::for_bom(bytes).filter(|(found, _)| *found != UTF_8) {
        return utf_16.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
    }
    let text = WINDOWS_1252.decode_without_bom_handling_and_without_replacement(bytes)?;
    text.chars().all(|c| c.is_ascii() || FRENCH.contains(c)).then_some(text)
}

/// The text with ends of lines of one kind: old files have a carriage return alone.
fn one_line_end(text: &str) -> Cow<'_, str> {
    match text.contains('\r') && !text.contains('\n') {
        true => Cow::Owned(text.replace('\r', "\n")),
        false => Cow::Borrowed(text),
    }
}

/// Whichever of `;`, `,` and tab the header holds most of.
fn delimiter_of(header: &str) -> u8 {
    let count = |delimiter: &u8| header.bytes().filter(|byte| byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

fn reader_of(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes())
}

/// The fields of one line.
fn fields_of(line: &str, delimiter: u8) -> csv::StringRecord {
    let mut record = csv::StringRecord::new();
    let read = reader_of(line, delimiter).read_record(&mut record);
    if matches!(read, Ok(true)) { record } else { csv::StringRecord::new() }
}

/// Bytes of the first line with its end, and the number of the line after it.
fn first_line(text: &str) -> (usize, u64) {
    (text.find('\n').map_or(text.len(), |end| end + 1), 2)
}

fn count_lines(text: &str) -> u64 {
    u64::try_from(text.matches('\n').count()).unwrap_or(u64::MAX)
}

/// Whether a record of several lines holds, behind a quote that was left open, other rows: it has not the width of a
/// row, or one of its lines is a row by itself, with fourteen digits where they belong.
fn swallows_rows(raw: &str, record: &csv::StringRecord, delimiter: u8, width: usize, key: usize) -> bool {
    if !raw.contains('\n') {
        return false;
    }
    let is_row = |line: &str| {
        let fields = fields_of(line, delimiter);
        let digits = fields.get(key).unwrap_or_default().chars().filter(char::is_ascii_digit).count();
        fields.len() == width && digits == 14
    };
    record.len() != width || raw.lines().skip(1).any(is_row)
}

fn plural_columns(n: usize) -> String {
    domain::text::plural(u64::try_from(n).unwrap_or(u64::MAX), "colonne", "colonnes")
}

impl Row {
    pub(super) fn rejected(&self, reason: String) -> Rejected {
        let row = self.record.iter().map(str::to_owned).collect();
        Rejected { line: self.line, number: self.number, reason, row }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[(&str, &str)] = &[("siret", ""), ("nom", "")];

    fn check(bytes: &[u8], expected: Result<usize, BadFile>) {
        let read = Table::read(bytes, KNOWN, &["siret", "nom"]).map(|t| t.rows.len());
        assert_eq!(read, expected, "{:?}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn files() {
        check(b"siret,nom\n1,a\n2,b\n", Ok(2));
        check("\u{feff}Siret;Nom\n1;é\n".as_bytes(), Ok(1));
        check(b"nom,siret,autre\na,1,x\n", Ok(1));
        check(b"siret,nom\n1,a,b\n2,c\n", Ok(1));
        check(b"siret\tnom\n1\ta\n", Ok(1));
        check(b"siret,nom\n", Ok(0));
        check(b"", Err(BadFile::Empty));
        check(b"siret,nom\n1,\xe9t\xe9 \x80\n", Ok(1));
        check(b"siret,nom\n1,\xd0\xfe\n", Err(BadFile::Encoding));
        check(b"siret,nom\n1,\x81\n", Err(BadFile::Encoding));
        check(&utf_16("\u{feff}siret;nom\n1;été\n", u16::to_le_bytes), Ok(1));
        check(&utf_16("\u{feff}siret;nom\n1;été\n", u16::to_be_bytes), Ok(1));
        check(b"siret,nom\r1,a\r2,b\r", Ok(2));
        check(b"bonjour\ntout le monde\n", Err(BadFile::NotCsv));
        check(b"PK\x03\x04\0\0,\0", Err(BadFile::NotCsv));
        check(b"nom,ville\na,b\n", Err(BadFile::NoColumn("siret")));
        check(b"siret\n1\n", Err(BadFile::NoColumn("nom")));
    }

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    /// What a row gives for its name.
    fn check_name(bytes: &[u8], expected: &str) {
        let table = Table::read(bytes, KNOWN, &["siret", "nom"]).expect("a table");
        assert_eq!(table.field(&table.rows[0], "nom"), expected);
    }

    #[test]
    fn names_as_they_come() {
        check_name("siret,nom\n1,L\u{92}Atelier\n".as_bytes(), "L’Atelier");
        check_name("siret,nom\n1,L\u{2bc}Atelier\n".as_bytes(), "L’Atelier");
        check_name(b"siret,nom\n1,L\x92Atelier d\x92\xe9t\xe9\n", "L’Atelier d’été");
        check_name(&utf_16("\u{feff}siret;nom\n1;L’été\n", u16::to_le_bytes), "L’été");
        check_name(b"siret,nom\n1,'=SUM(A1)\n", "=SUM(A1)");
        check_name(b"siret,nom\n1,'t Hof\n", "'t Hof");
    }

    #[test]
    fn what_we_write_is_inert_and_reads_back() {
        for cell in
            ["=cmd|' /C calc'!A0", "+33 1 02 03 04 05", "-2", "@SUM(A1)", "Les Jardins", "", "'t Hof", " =1"]
        {
            let written = inert(cell);
            assert!(!written.trim_start().starts_with(FORMULA), "{written}");
            let mut file = csv::Writer::from_writer(Vec::new());
            file.write_record(["siret", "nom"]).expect("written");
            file.write_record(["1", &written]).expect("written");
            check_name(&file.into_inner().expect("written"), cell.trim());
        }
    }

    #[test]
    fn cells_of_a_spreadsheet_read_back() {
        for cell in ["=1+1", "-", "'-", "''=x", "- nettoyage", "'t Hof", "", "+33"] {
            let rows = vec![(2, vec!["1".to_owned(), read_back(cell).into_owned()])];
            let head = ["siret".to_owned(), "nom".to_owned()];
            let naming = Naming { known: &|_| true, required: &["siret"], of_heading: str::to_owned };
            let table = Table::of_cells(&head, rows, &naming).expect("a table");
            assert_eq!(table.field(&table.rows[0], "nom"), cell);
            assert_ne!(table.raw(&table.rows[0], "nom"), EMPTIED, "{cell}");
        }
    }

    #[test]
    fn rows_are_numbered_as_spreadsheets_do() {
        let file = "siret,nom\n1,\"a\nb\"\n\n2,c\n3,\"x\n00000000100016,b\n4,d,e\n5,f\n";
        for file in [file.to_owned(), file.replace('\n', "\r\n")] {
            let table = Table::read(file.as_bytes(), KNOWN, &["siret", "nom"]).expect("a table");
            assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4, 6, 8], "{file:?}");
            let rejected = table.rejected.iter().map(|row| row.number).collect::<Vec<_>>();
            assert_eq!(rejected, [5, 7], "{file:?}");
        }
    }

    fn check_quotes(text: &str, rows: &[(u64, &str)], rejected: &[u64]) {
        let table = Table::read(text.as_bytes(), KNOWN, &["siret", "nom"]).expect("a table");
        let read: Vec<(u64, &str)> =
            table.rows.iter().map(|row| (row.line, table.field(row, "nom"))).collect();
        assert_eq!(read, rows, "{text}");
        assert_eq!(table.rejected.iter().map(|r| r.line).collect::<Vec<_>>(), rejected, "{text}");
    }

    #[test]
    fn an_open_quote_costs_its_own_line() {
        let next = "00000000100016,b\n";
        check_quotes(&format!("siret,nom\n1,\"non fermé\n{next}"), &[(3, "b")], &[2]);
        check_quotes(
            &format!("siret,nom\n{next}1,\"non fermé\n{next}2,\"x\"\n"),
            &[(2, "b"), (4, "b"), (5, "x")],
            &[3],
        );
        check_quotes(
            "siret,nom\n1,\"deux\nlignes, vraiment\"\n2,c\n",
            &[(2, "deux\nlignes, vraiment"), (4, "c")],
            &[],
        );
        check_quotes("siret,nom\r\n\r\n1,a\r\n2,b", &[(3, "a"), (4, "b")], &[]);
        check_quotes("siret,nom\n1,\"jusqu’au bout", &[(2, "jusqu’au bout")], &[]);
    }
}
