//! What a need says, and what each of its lots says with it.

use super::{LotDraft, LotKey, LotNumber, NeedKind, steps};
use crate::form::{Field, Violation};
use crate::legal::{self, LotTerms, OtherLot};
use crate::siret::Siret;
use crate::territory::{CommuneSet, Place};
use crate::web::WebAddress;
use crate::written::{Correction, Written};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Buyer {
    /// Name of the organisation; may be empty.
    pub name: String,
    /// What the Code de la commande publique takes it for.
    pub category: legal::BuyerCategory,
    /// Its establishment.
    pub siret: Option<Siret>,
}

/// A file joined to a need, as its need knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// Its number, as text.
    pub id: String,
    /// Its name, without path.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A need that can be stored and matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedDraft {
    /// What for.
    pub kind: NeedKind,
    /// What is needed, in the buyer's words.
    pub title: String,
    /// More about it; may be empty.
    pub description: String,
    /// Where. A lot may name another place.
    pub place: Written<Place>,
    /// Last day on which answers are welcome.
    pub deadline: Date,
    /// Day on which the consultation is launched: the law of that day applies. `None` is the day of publication.
    pub launch: Option<Date>,
    /// Day of its publication, once it is published. The need knows it, not its versions: a revision does not move it.
    #[serde(skip)]
    pub published: Option<Date>,
    /// Day on which the work begins.
    pub start: Option<Date>,
    /// Who buys.
    pub buyer: Buyer,
    /// Where offers are handed in.
    pub profile: Option<WebAddress>,
    /// Asked of the structures that say « intéressé ».
    pub questions: Vec<String>,
    /// Files.
    pub attachments: Vec<AttachmentRef>,
    /// Contract of defence or security: out of the duties of 2026 (rule R19).
    pub is_defence: bool,
    /// One at least.
    pub lots: Vec<LotDraft>,
    /// How many keys of lots were given so far.
    pub keys_given: u32,
}

impl NeedDraft {
    /// The lot of a key, with its rank from 0.
    #[must_use]
    pub fn lot(&self, key: LotKey) -> Option<(usize, &LotDraft)> {
        self.lots.iter().enumerate().find(|(_, lot)| lot.key == key)
    }

    /// The number that pages give the lot of a key; `None` when the lot is gone, or the need shows no lots.
    #[must_use]
    pub fn lot_number(&self, key: LotKey) -> Option<LotNumber> {
        self.lot(key).filter(|_| self.has_lots()).map(|(rank, _)| LotNumber::of_rank(rank))
    }

    /// The draft with one lot changed.
    ///
    /// # Errors
    /// What the change refuses; or that the lot was removed meanwhile.
    pub fn lot_change(
        &self,
        key: LotKey,
        change: impl FnOnce(&LotDraft) -> Result<LotDraft, Vec<Violation>>,
    ) -> Result<Self, Vec<Violation>> {
        let (rank, lot) = self.lot(key).ok_or_else(|| vec![lot_gone()])?;
        let mut after = self.clone();
        after.lots[rank] = change(lot)?;
        Ok(after)
    }

    /// Adds a lot, with a key of its own.
    pub fn lot_add(&mut self, lot: LotDraft) -> LotKey {
        self.keys_given += 1;
        let key = LotKey(self.keys_given);
        self.lots.push(LotDraft { key, ..lot });
        key
    }

    /// Adds a lot that asks what the first one does, until it is written; `None` when there are too many.
    pub fn lot_add_next(&mut self) -> Option<LotKey> {
        let first = self.lots.first().filter(|_| self.lots.len() < steps::LOTS_MAX)?;
        let lot = LotDraft {
            // No number of its own: the one that pages show moves when a lot is taken out.
            title: "Nouveau lot".to_owned(),
            sectors: first.sectors.clone(),
            nature: first.nature,
            ..LotDraft::default()
        };
        Some(self.lot_add(lot))
    }

    /// Removes a lot; the last one stays.
    pub fn lot_remove(&mut self, key: LotKey) {
        if self.lots.len() > 1 {
            self.lots.retain(|lot| lot.key != key);
        }
    }

    /// « Lot 2 · Nettoyage »; the title of the need when it shows no lots.
    #[must_use]
    pub fn lot_name(&self, rank: usize) -> String {
        match self.lots.get(rank) {
            Some(lot) if self.has_lots() => {
                format!("Lot {} · {}", LotNumber::of_rank(rank), self.lot_title(lot))
            }
            _ => self.title.clone(),
        }
    }

    /// Whether lots are shown: a need with one lot shows none.
    #[must_use]
    pub fn has_lots(&self) -> bool {
        self.lots.len() > 1
    }

    /// The title of a lot; that of the need when it shows none.
    #[must_use]
    pub fn lot_title<'a>(&'a self, lot: &'a LotDraft) -> &'a str {
        if lot.title.is_empty() { &self.title } else { &lot.title }
    }

    /// Where a lot is executed.
    #[must_use]
    pub fn lot_place<'a>(&'a self, lot: &'a LotDraft) -> &'a Written<Place> {
        lot.place.as_ref().unwrap_or(&self.place)
    }

    /// Whether a lot is executed overseas, as far as its place is known.
    #[must_use]
    pub fn lot_is_overseas(&self, lot: &LotDraft) -> bool {
        self.lot_place(lot).known().is_some_and(Place::is_overseas)
    }

    /// Whether a lot says enough to tell structures of it: its place is known, and one of its sectors at least where it
    /// names some. Else it stays in lists and on its page, and nobody is told of it until its author corrects it.
    #[must_use]
    pub fn says_enough(&self, lot: &LotDraft) -> bool {
        let is_sector_known = lot.sectors.is_empty() || lot.sectors_known().next().is_some();
        self.lot_place(lot).known().is_some() && is_sector_known
    }

    /// What it says that this build does not know, with the lot and the field where it is corrected; `None` is the need
    /// itself.
    #[must_use]
    pub fn corrections(&self) -> Vec<(Option<LotKey>, Field, Correction)> {
        let place = self.place.correction().map(|correction| (None, Field::Place, correction));
        let of_lot = |lot: &LotDraft| {
            let key = Some(lot.key);
            lot.corrections().into_iter().map(move |(field, correction)| (key, field, correction))
        };
        place.into_iter().chain(self.lots.iter().flat_map(of_lot)).collect()
    }

    /// Every commune of its lots.
    #[must_use]
    pub fn communes(&self) -> CommuneSet {
        let places = self.lots.iter().filter_map(|lot| self.lot_place(lot).known());
        let places: Vec<CommuneSet> = places.map(Place::communes).collect();
        CommuneSet::union(places.iter())
    }

    /// The sectors of all lots that this build knows, each once.
    #[must_use]
    pub fn sectors(&self) -> Vec<crate::sector::SectorIx> {
        let mut sectors = Vec::new();
        for sector in self.lots.iter().flat_map(LotDraft::sectors_known) {
            if !sectors.contains(&sector) {
                sectors.push(sector);
            }
        }
        sectors
    }

    /// The reservations of its lots, each once.
    #[must_use]
    pub fn reservations(&self) -> Vec<legal::Reservation> {
        let mut reservations = Vec::new();
        for reservation in self.lots.iter().map(LotDraft::reservation) {
            if !reservations.contains(&reservation) {
                reservations.push(reservation);
            }
        }
        reservations
    }

    /// The other lots, as thresholds see them beside one that is being written.
    #[must_use]
    pub fn lots_besides(&self, lot: LotKey) -> Vec<OtherLot> {
        let others = self.lots.iter().filter(|other| other.key != lot);
        others.map(|other| OtherLot { nature: other.nature, amount: other.estimate() }).collect()
    }

    /// A lot as the law sees it.
    #[must_use]
    pub fn terms(&self, lot: &LotDraft) -> LotTerms {
        LotTerms {
            buyer: self.buyer.category,
            nature: lot.nature,
            amount: lot.estimate(),
            others: self.lots_besides(lot.key),
            months: lot.months,
            cpv: lot.cpv,
            is_defence: self.is_defence,
            is_overseas: self.lot_is_overseas(lot),
        }
    }

    /// The day whose law applies, when today is `today`: that of the launch, else of the publication. A need that is
    /// neither launched nor published would be today.
    #[must_use]
    pub fn law_day(&self, today: Date) -> Date {
        self.law_day_known().unwrap_or(today)
    }

    /// The same; `None` as long as that day moves with the calendar.
    #[must_use]
    pub fn law_day_known(&self) -> Option<Date> {
        self.launch.or(self.published)
    }
}

/// A lot that another page removed meanwhile.
pub(super) fn lot_gone() -> Violation {
    Violation::new(Field::LotTitle, "Ce lot n’existe plus\u{a0}: il a été retiré ou partagé entre-temps")
}
