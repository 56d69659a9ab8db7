//! Needs, and the structures of a need, as tables that are taken away.

use super::NEEDS_LISTED_MAX;
use crate::Backend;
use crate::clock;
use crate::error::{Error, Result};
use crate::sheet::{Cell, Sheet};
use crate::structures::{StructureColumn, structure_sheet};
use domain::access::{Action, Actor, Target};
use domain::need::{Answer, LotDraft};
use uuid::Uuid;

/// What is known of a structure besides its page, lot by lot.
const OF_LOT: [&str; 8] =
    ["lot", "points", "prévenue le", "réponse", "répondu le", "message", "retenue", "contact"];

fn day(seconds: i64) -> Cell {
    clock::day_in_paris(seconds).to_string().into()
}

impl Backend {
    /// The structures of every lot of a need, with what they answered. The contact of those that are interested, as the page
    /// of the need shows it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not follow the need.
    pub async fn candidate_sheet(
        &self,
        actor: &Actor,
        need: Uuid,
        columns: &[StructureColumn],
    ) -> Result<Sheet> {
        let need = self.need_seen(actor, Action::NeedFollow, need).await?;
        let mut sheet = Sheet {
            head: columns.iter().map(|column| column.label()).chain(OF_LOT).collect(),
            rows: Vec::new(),
        };
        for (rank, lot) in need.draft.lots.iter().enumerate() {
            sheet.rows.extend(self.lot_rows(&need, (rank, lot), columns).await?);
        }
        Ok(sheet)
    }

    async fn lot_rows(
        &self,
        need: &domain::need::Need,
        (rank, lot): (usize, &LotDraft),
        columns: &[StructureColumn],
    ) -> Result<Vec<Vec<Cell>>> {
        let candidates = self.candidate_list(need, lot).await?;
        let entries: Vec<_> =
            candidates.iter().map(|candidate| (candidate.entry.clone(), String::new())).collect();
        let of_structures = structure_sheet(&entries, columns, None, &self.public_url).rows;
        let name = need.draft.lot_name(rank);
        let rows = of_structures.into_iter().zip(&candidates).map(|(mut row, candidate)| {
            let answer = candidate.answer.as_ref();
            let is_interested = answer.is_some_and(|row| row.answer == Answer::Interested);
            let contact = candidate.entry.structure.contact.as_ref().filter(|_| is_interested);
            row.extend([
                name.as_str().into(),
                Cell::number(candidate.told.as_ref().map(|told| u32::from(told.score))),
                candidate.told.as_ref().map_or(Cell::Empty, |told| day(told.told_at)),
                answer.map_or(Cell::Empty, |row| row.answer.label().into()),
                answer.map_or(Cell::Empty, |row| day(row.answered_at)),
                answer.map_or(Cell::Empty, |row| row.message.as_str().into()),
                if candidate.is_shortlisted() { "oui".into() } else { Cell::Empty },
                contact.map_or(Cell::Empty, |address| address.as_str().into()),
            ]);
            row
        });
        Ok(rows.collect())
    }

    /// The needs that the actor wrote, and those that are shared with its organisations.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it did not sign in.
    pub async fn need_sheet(&self, actor: &Actor) -> Result<Sheet> {
        let account = actor.account().map_err(Error::Forbidden)?;
        self.authorise(actor, Action::SpaceShow, Target::Account(account.id))?;
        let mut needs = self.store.need_of_account(account.id, NEEDS_LISTED_MAX).await?;
        let mut counts = self.store.need_moved_of_account(account.id).await?;
        for (organisation, _) in account.organisations() {
            for need in self.store.need_of_organisation(organisation, NEEDS_LISTED_MAX).await? {
                if needs.iter().all(|known| known.id != need.id) {
                    needs.push(need);
                }
            }
            counts.extend(self.store.need_moved_of_organisation(account.id, organisation).await?);
        }
        let today = self.clock.today();
        let rows = needs.into_iter().map(|need| {
            let moved = counts.get(&need.id).copied().unwrap_or_default();
            let number = |of: u64| Cell::number(u32::try_from(of).ok());
            vec![
                need.draft.title.as_str().into(),
                need.draft.place.name().into(),
                need.status_on(today).label().into(),
                need.published_at.map_or(Cell::Empty, day),
                need.draft.deadline.to_string().into(),
                number(need.draft.lots.len() as u64),
                number(moved.told),
                number(moved.interested),
                match need.published_at {
                    Some(_) => format!("{}/besoins/{}", self.public_url, need.id).into(),
                    None => Cell::Empty,
                },
            ]
        });
        Ok(Sheet {
            head: vec![
                "besoin",
                "lieu",
                "état",
                "publié le",
                "réponses jusqu’au",
                "lots",
                "structures prévenues",
                "intéressées",
                "page",
            ],
            rows: rows.collect(),
        })
    }
}
