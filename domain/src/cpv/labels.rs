//! The French labels of the codes, and the codes that a text names.

use super::Cpv;
use crate::text::{fold, is_stop_word};
use crate::written::{Correction, Successor, Successors};
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../data/cpv/cpv.tsv");

/// Digits of a code.
const DIGITS: usize = 8;

struct Row {
    code: Cpv,
    /// The digits that say something: without the zeros at the end, two at least.
    digits: &'static str,
    label: &'static str,
}

/// The table, in the order of codes.
fn rows() -> &'static [Row] {
    static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| TABLE.lines().filter_map(row).collect());
    &ROWS
}

fn row(line: &'static str) -> Option<Row> {
    let (digits, label) = line.split_once('\t')?;
    let code = Cpv::parse(&format!("{digits:0<DIGITS$}"))?;
    Some(Row { code, digits, label })
}

/// The labels of a prefix and of every code below it. Under a division (two digits) only those of its groups: below
/// these it holds too many things to say what one of them is called.
pub fn labels_under(prefix: &str) -> impl Iterator<Item = &'static str> {
    let longest = if prefix.len() <= 2 { 3 } else { DIGITS };
    rows_under(prefix).iter().filter(move |row| row.digits.len() <= longest).map(|row| row.label)
}

/// Every code without its trailing zeros, with its label.
pub(crate) fn labels_of_codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows().iter().map(|row| (row.digits, row.label))
}

/// The rows whose codes begin so: they follow each other.
fn rows_under(prefix: &str) -> &'static [Row] {
    let bound = |fill: char| {
        let filled: String = prefix.chars().chain(std::iter::repeat(fill)).take(DIGITS).collect();
        Cpv::parse(&filled)
    };
    let (Some(first), Some(last)) = (bound('0'), bound('9')) else { return &[] };
    let from = rows().partition_point(|row| row.code < first);
    let to = rows().partition_point(|row| row.code <= last);
    &rows()[from..to]
}

impl Cpv {
    /// What people read; `None` for a code that the vocabulary does not have.
    #[must_use]
    pub fn label(self) -> Option<&'static str> {
        let at = rows().binary_search_by_key(&self, |row| row.code).ok()?;
        Some(rows()[at].label)
    }

    /// « 77310000 Réalisation et entretien d’espaces verts »: what fields hold, and [`Cpv::parse`] reads.
    #[must_use]
    pub fn named(self) -> String {
        self.label().map_or_else(|| self.to_string(), |label| format!("{self} {label}"))
    }

    /// What is to be corrected of a code that the vocabulary does not have: the nearest wider code is proposed.
    #[must_use]
    pub fn correction(self) -> Option<Correction> {
        if self.label().is_some() {
            return None;
        }
        let written = self.to_string();
        let wider = (2..DIGITS).rev().map(|digits| format!("{:0<DIGITS$}", &written[..digits]));
        let known = wider.filter_map(|code| Self::parse(&code)).find(|code| code.label().is_some());
        let now =
            known.map(|code| Successor { code: code.to_string(), name: code.named() }).into_iter().collect();
        Some(Correction { what: "code CPV", written, successors: Successors { was: None, now } })
    }

    /// The codes that what was typed may mean: by their first digits, else by the beginnings of their words. The
    /// widest first, then in the order of codes.
    #[must_use]
    pub fn suggest(typed: &str, limit: usize) -> Vec<Self> {
        let folded = fold(typed);
        let mut found: Vec<&Row> = if folded.starts_with(|c: char| c.is_ascii_digit()) {
            let digits: String = folded.chars().take_while(char::is_ascii_digit).collect();
            rows_under(&digits).iter().collect()
        } else {
            let asked: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty() && !is_stop_word(w)).collect();
            if asked.is_empty() {
                return Vec::new();
            }
            let says = |label: &str| asked.iter().all(|word| begins_a_word(label, word));
            rows().iter().zip(folded_labels()).filter(|(_, label)| says(label)).map(|(row, _)| row).collect()
        };
        found.sort_by_key(|row| (row.digits.len(), row.code));
        found.into_iter().take(limit).map(|row| row.code).collect()
    }
}

fn folded_labels() -> &'static [String] {
    static FOLDED: LazyLock<Vec<String>> = LazyLock::new(|| rows().iter().map(|r| fold(r.label)).collect());
    &FOLDED
}

fn begins_a_word(folded: &str, start: &str) -> bool {
    folded.split(' ').any(|word| word.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cpv(code: &str) -> Cpv {
        Cpv::parse(code).expect("a code")
    }

    #[test]
    fn the_vocabulary_is_whole() {
        assert_eq!(rows().len(), 9_454);
        assert!(rows().windows(2).all(|pair| pair[0].code < pair[1].code));
        assert_eq!(rows().iter().filter(|row| row.digits.len() == 2).count(), 45);
    }

    #[test]
    fn labels() {
        for (code, label) in [
            ("77310000", Some("Réalisation et entretien d’espaces verts")),
            ("98310000", Some("Services de blanchisserie et de nettoyage à sec")),
            (
                "30000000",
                Some(
                    "Machines, matériel et fourniture informatique et de bureau, excepté les meubles et logiciels",
                ),
            ),
            ("77310001", None),
        ] {
            assert_eq!(cpv(code).label(), label, "{code}");
        }
        assert_eq!(cpv("77310001").named(), "77310001");
    }

    #[test]
    fn below_a_prefix() {
        let under = |prefix| labels_under(prefix).collect::<Vec<_>>();
        assert!(under("773").contains(&"Réalisation et entretien d’espaces verts"));
        assert!(!under("77").contains(&"Réalisation et entretien d’espaces verts"));
        assert!(under("77").contains(&"Services horticoles"));
        assert_eq!(under("77310000"), ["Réalisation et entretien d’espaces verts"]);
        assert!(under("99").is_empty());
    }

    fn check_suggest(typed: &str, first: &str) {
        let found = Cpv::suggest(typed, 8);
        assert_eq!(found.first().map(|c| c.named()).unwrap_or_default(), first, "{typed:?}");
    }

    #[test]
    fn suggestions() {
        check_suggest("7731", "77310000 Réalisation et entretien d’espaces verts");
        check_suggest("espaces verts", "77310000 Réalisation et entretien d’espaces verts");
        check_suggest("blanchiss", "98310000 Services de blanchisserie et de nettoyage à sec");
        check_suggest("77310000 Réalisation", "77310000 Réalisation et entretien d’espaces verts");
        check_suggest("de la", "");
        check_suggest("zzz", "");
        check_suggest("", "");
    }
}
