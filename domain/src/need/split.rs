//! Splitting a lot of a draft.

use super::steps::LOTS_MAX;
use super::{LotDraft, LotKey, NeedDraft};
use crate::form::{Field, Violation};
use crate::matching::split::{Way, split};
use crate::sector::SectorIx;
use crate::written::Written;

impl NeedDraft {
    /// The draft with a lot split that way: the parts take its place, with its own terms; the amount and the hours of
    /// insertion are not shared, since nobody said how.
    ///
    /// # Errors
    /// When the lot is gone, the way makes nothing of it, or too many lots in all.
    pub fn lot_split(&self, key: LotKey, way: Way) -> Result<Self, Vec<Violation>> {
        let refused = |message: String| vec![Violation { field: Field::LotTitle, message }];
        let (rank, lot) = self.lot(key).ok_or_else(|| vec![super::draft::lot_gone()])?;
        if !lot.corrections().is_empty() || self.place.known().is_none() {
            // A part would lose what is not known, or each would have it.
            return Err(refused("Corrigez d’abord ce que nos listes n’ont pas.".to_owned()));
        }
        let parts = split(&lot.to_match(self), way).filter(|parts| parts.len() > 1);
        let parts = parts.ok_or_else(|| refused("Ce lot ne se partage pas ainsi.".to_owned()))?;
        if self.lots.len() + parts.len() > LOTS_MAX + 1 {
            return Err(refused(format!("Cela ferait plus de {LOTS_MAX} lots.")));
        }
        let mut after = self.clone();
        let behind = after.lots.split_off(rank + 1);
        after.lots.truncate(rank);
        for part in parts {
            let title =
                if lot.title.is_empty() { part.title } else { format!("{} — {}", lot.title, part.title) };
            let sectors: Vec<Written<SectorIx>> = part.lot.sectors.into_iter().map(Written::Known).collect();
            let same_sectors = sectors == lot.sectors;
            let place = part.lot.place.map(Written::Known).filter(|place| *place != self.place);
            after.lot_add(LotDraft {
                title,
                sectors,
                place,
                hours_per_month: part.lot.hours_per_month,
                amount: None,
                insertion_hours: None,
                // The code of the whole is that of its main object, not of each part.
                cpv: lot.cpv.filter(|_| same_sectors),
                ..lot.clone()
            });
        }
        after.lots.extend(behind);
        Ok(after)
    }
}
