//! Reading a CSV file as people make them: BOM, `,` or `;`, columns in any order.

use super::Rejected;
use std::collections::HashMap;
use std::fmt;

/// Why a file is refused whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadFile {
    /// Its bytes are not UTF-8.
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
                "le fichier n’est pas en UTF-8 : enregistrez-le de nouveau en « CSV UTF-8 », puis recommencez",
            ),
            Self::Empty => f.write_str("le fichier est vide"),
            Self::NotCsv => f.write_str(
                "le fichier n’est pas un CSV : il faut une ligne d’en-tête et des colonnes séparées par , ou ;",
            ),
            Self::NoColumn(name) => {
                write!(f, "il manque la colonne « {name} » : ajoutez-la à la ligne d’en-tête")
            }
        }
    }
}

impl std::error::Error for BadFile {}

/// A table that was read.
#[derive(Debug)]
pub(super) struct Table {
    columns: HashMap<String, usize>,
    pub rows: Vec<Row>,
    pub rejected: Vec<Rejected>,
    pub warnings: Vec<String>,
}

/// A row, by the names of its columns.
#[derive(Debug)]
pub(super) struct Row {
    pub line: u64,
    record: csv::StringRecord,
}

impl Table {
    /// Reads a file whose columns are among `known`; `required` must be there.
    pub(super) fn read(
        bytes: &[u8],
        known: &[(&str, &str)],
        required: &[&'static str],
    ) -> Result<Self, BadFile> {
        let text = std::str::from_utf8(bytes).map_err(|_| BadFile::Encoding)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(BadFile::Empty);
        }
        if text.contains('\0') {
            return Err(BadFile::NotCsv);
        }
        let header = text.lines().next().unwrap_or_default();
        let delimiter = if header.matches(';').count() > header.matches(',').count() { b';' } else { b',' };
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
        let headers = reader.headers().map_err(|_| BadFile::NotCsv)?.clone();
        let names: Vec<String> = headers.iter().map(|h| h.trim().to_lowercase()).collect();
        if names.len() < 2 && required.len() > 1 {
            return Err(BadFile::NotCsv);
        }
        let columns: HashMap<String, usize> = names.iter().cloned().zip(0..).collect();
        if let Some(missing) = required.iter().find(|name| !columns.contains_key(**name)) {
            return Err(BadFile::NoColumn(missing));
        }
        let unknown: Vec<&String> =
            names.iter().filter(|n| !known.iter().any(|(k, _)| k == n) && !n.is_empty()).collect();
        let warnings = unknown.into_iter().map(|n| format!("colonne inconnue, laissée de côté : {n}"));
        let mut table =
            Self { columns, rows: Vec::new(), rejected: Vec::new(), warnings: warnings.collect() };
        table.read_rows(&mut reader, names.len());
        Ok(table)
    }

    fn read_rows(&mut self, reader: &mut csv::Reader<&[u8]>, width: usize) {
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    let row = Row { line, record };
                    if row.record.len() == width {
                        self.rows.push(row);
                    } else {
                        let reason = format!("{} colonnes au lieu de {width}", row.record.len());
                        self.rejected.push(row.rejected(reason));
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    let reason = "ligne illisible : vérifiez les guillemets".to_owned();
                    self.rejected.push(Rejected { line, reason, row: String::new() });
                }
            }
        }
    }

    /// The field of a row, without spaces around it; empty when the file has not the column.
    pub(super) fn field<'r>(&self, row: &'r Row, name: &str) -> &'r str {
        self.columns.get(name).and_then(|ix| row.record.get(*ix)).unwrap_or_default().trim()
    }
}

impl Row {
    pub(super) fn rejected(&self, reason: String) -> Rejected {
        let row = self.record.iter().collect::<Vec<_>>().join(";");
        Rejected { line: self.line, reason, row }
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
        check(b"siret,nom\n", Ok(0));
        check(b"", Err(BadFile::Empty));
        check(b"siret,nom\n1,\xe9\n", Err(BadFile::Encoding));
        check(b"bonjour\ntout le monde\n", Err(BadFile::NotCsv));
        check(b"PK\x03\x04\0\0,\0", Err(BadFile::NotCsv));
        check(b"nom,ville\na,b\n", Err(BadFile::NoColumn("siret")));
    }
}
