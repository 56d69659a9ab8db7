//! What a table of structures may say of each: only what their pages say to everybody.

use crate::index::Entry;
use crate::sheet::{Cell, ROWS_MAX, Sheet};
use domain::structure::{Kind, Network, Standing};
use domain::territory::zones_shown;
use std::sync::Arc;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StructureColumn {
    /// Its SIRET.
    Siret,
    /// The name that people know.
    Name,
    /// Its conventions.
    Kinds,
    /// Street.
    Address,
    /// Postal code.
    PostalCode,
    /// Town.
    Town,
    /// What it says that it does, or a file does.
    Activities,
    /// What is deduced, and not confirmed.
    Deduced,
    /// Where.
    Zones,
    /// Hours of work a month.
    Hours,
    /// Site.
    Website,
    /// Network.
    Network,
    /// What it says of itself.
    Description,
    /// Where its page is.
    Page,
}

impl StructureColumn {
    /// Every column, in the order in which tables have them.
    pub const ALL: [Self; 14] = [
        Self::Siret,
        Self::Name,
        Self::Kinds,
        Self::Address,
        Self::PostalCode,
        Self::Town,
        Self::Activities,
        Self::Deduced,
        Self::Zones,
        Self::Hours,
        Self::Website,
        Self::Network,
        Self::Description,
        Self::Page,
    ];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Siret => "siret",
            Self::Name => "nom",
            Self::Kinds => "types",
            Self::Address => "adresse",
            Self::PostalCode => "code-postal",
            Self::Town => "ville",
            Self::Activities => "activites",
            Self::Deduced => "deduites",
            Self::Zones => "zones",
            Self::Hours => "heures",
            Self::Website => "site",
            Self::Network => "reseau",
            Self::Description => "presentation",
            Self::Page => "fiche",
        }
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Siret => "SIRET",
            Self::Name => "nom",
            Self::Kinds => "types",
            Self::Address => "adresse",
            Self::PostalCode => "code postal",
            Self::Town => "ville",
            Self::Activities => "activités déclarées ou confirmées",
            Self::Deduced => "activités déduites, à confirmer",
            Self::Zones => "zones",
            Self::Hours => "heures par mois",
            Self::Website => "site",
            Self::Network => "réseau",
            Self::Description => "présentation",
            Self::Page => "fiche",
        }
    }

    /// The columns of these codes, in the order of tables; every one when there is none.
    #[must_use]
    pub fn chosen<'c>(codes: impl Iterator<Item = &'c str> + Clone) -> Vec<Self> {
        let chosen: Vec<Self> =
            Self::ALL.into_iter().filter(|column| codes.clone().any(|code| code == column.code())).collect();
        if chosen.is_empty() { Self::ALL.to_vec() } else { chosen }
    }

    fn cell(self, entry: &Entry, public_url: &str) -> Cell {
        let s = &entry.structure;
        let trades = |deduced: bool| {
            let of = s.live_activities().filter(|a| (a.standing == Standing::Deduced) == deduced);
            let mut labels: Vec<&str> = of.map(|activity| activity.sector.label()).collect();
            labels.dedup();
            Cell::from(labels.join(" ; "))
        };
        match self {
            Self::Siret => s.siret.to_string().into(),
            Self::Name => s.shown_name().into(),
            Self::Kinds => s.kinds.iter().map(Kind::code).collect::<Vec<_>>().join(" ; ").into(),
            Self::Address => s.address.as_str().into(),
            Self::PostalCode => s.postal_code.as_str().into(),
            Self::Town => s.town.as_str().into(),
            Self::Activities => trades(false),
            Self::Deduced => trades(true),
            Self::Zones => {
                let mut zones: Vec<String> = s.live_activities().map(|a| zones_shown(&a.zones)).collect();
                zones.dedup();
                zones.join(" ; ").into()
            }
            Self::Hours => Cell::number(s.hours_per_month),
            Self::Website => s.website.as_str().into(),
            Self::Network => match s.network {
                Network::None => Cell::Empty,
                network => network.label().into(),
            },
            Self::Description => s.description.as_str().into(),
            Self::Page => format!("{public_url}/structures/{}", s.address_name()).into(),
        }
    }
}

/// A table of structures, with these columns, and one more that is known of each of them in this list.
#[must_use]
pub fn structure_sheet(
    entries: &[(Arc<Entry>, String)],
    columns: &[StructureColumn],
    more: Option<&'static str>,
    public_url: &str,
) -> Sheet {
    let head = columns.iter().map(|column| column.label()).chain(more).collect();
    let row = |(entry, said): &(Arc<Entry>, String)| {
        let cells = columns.iter().map(|column| column.cell(entry, public_url));
        cells.chain(more.map(|_| Cell::from(said.as_str()))).collect()
    };
    Sheet { head, rows: entries.iter().take(ROWS_MAX).map(row).collect() }
}
