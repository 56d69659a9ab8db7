//! Matches: every structure that fits a lot, ranked by `domain::matching`, with its reasons.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::{Entry, NeedEntry};
use crate::mail::{NeedTell, Template};
use crate::store::{Answer, MatchRow, Need, Tx};
use domain::date;
use domain::matching::{Explained, Lot, Match, PreparedLot, RULES_VERSION, rank};
use domain::siret::Siret;
use domain::structure::Kind;
use std::sync::Arc;
use uuid::Uuid;

/// The structures that fit a lot, best first.
#[derive(Debug)]
pub struct Ranking {
    /// The lot, prepared: it makes the sentences.
    pub lot: PreparedLot,
    /// The matches, each with its structure.
    pub matches: Vec<(Match, Arc<Entry>)>,
    /// How many structures would fit but for the reservation, by kind, most first.
    pub left_out: Vec<(Kind, u64)>,
    /// How many more would fit but for the share of their workers (R2113-7).
    pub below_half: u64,
}

impl Ranking {
    /// How many structures the reservation leaves out.
    #[must_use]
    pub fn left_out_total(&self) -> u64 {
        self.left_out.iter().map(|(_, n)| n).sum::<u64>() + self.below_half
    }

    /// The reasons of a match as sentences.
    #[must_use]
    pub fn explain(&self, found: &Match) -> Vec<Explained> {
        self.lot.explain(found)
    }
}

impl Backend {
    /// Every structure that fits a lot, ranked. `seed` tells ties of different needs apart.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn match_list(&self, lot: Lot, seed: &[u8]) -> Result<Ranking> {
        let lot = PreparedLot::new(lot);
        let candidates = self.index.recall_lot(&lot)?;
        Ok(Ranking { matches: matches_of(&lot, candidates, seed), left_out: Vec::new(), below_half: 0, lot })
    }

    /// The same, with how many structures the reservation leaves out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn match_list_with_left_out(&self, lot: Lot, seed: &[u8]) -> Result<Ranking> {
        let open = Lot { reservation: domain::legal::Reservation::None, ..lot.clone() };
        let mut ranking = self.match_list(lot, seed)?;
        if ranking.lot.lot().reservation != domain::legal::Reservation::None {
            (ranking.left_out, ranking.below_half) = self.left_out(&ranking, open)?;
        }
        Ok(ranking)
    }

    fn left_out(&self, ranking: &Ranking, open: Lot) -> Result<(Vec<(Kind, u64)>, u64)> {
        let all = self.match_list(open, &[])?;
        let excluded = all.matches.iter().filter(|(_, entry)| ranking.lot.is_left_out(&entry.facts));
        let (excluded, below_half): (Vec<_>, Vec<_>) =
            excluded.partition(|(_, entry)| ranking.lot.are_kinds_left_out(entry.facts.kinds));
        let mut counts: Vec<(Kind, u64)> = Vec::new();
        for kind in excluded.iter().filter_map(|(_, entry)| entry.facts.kinds.iter().next()) {
            match counts.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, n)) => *n += 1,
                None => counts.push((kind, 1)),
            }
        }
        counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        Ok((counts, u64::try_from(below_half.len()).unwrap_or(u64::MAX)))
    }

    /// The same matches without the index: every structure is scored. The oracle of [`Backend::match_list`].
    #[must_use]
    pub fn match_list_by_brute_force(&self, lot: Lot, seed: &[u8]) -> Ranking {
        let lot = PreparedLot::new(lot);
        let all: Vec<Arc<Entry>> = self.index.catalogue().structures().cloned().collect();
        Ranking { matches: matches_of(&lot, all, seed), left_out: Vec::new(), below_half: 0, lot }
    }

    /// Writes the mails of a published need to the structures that fit and have a contact.
    pub(crate) async fn need_tell(&self, id: Uuid, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        self.index.follow(&self.store).await?;
        let ranking = self.match_list(need.lot(), &need.seed())?;
        let mut tx = self.store.begin().await?;
        for (found, entry) in ranking.matches.iter().filter(|(_, e)| may_be_told(e)) {
            self.tell(&mut tx, &need, &ranking.lot, found, entry).await?;
        }
        tx.outbox_push(crate::store::ChangeKind::Need, &[id.to_string()], self.clock.now()).await?;
        tx.job_done(job, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    /// Matches a structure that changed with every open need, and writes the mails it has not had yet.
    pub(crate) async fn structure_tell(&self, siret: Siret, job: Uuid) -> Result<()> {
        self.index.follow(&self.store).await?;
        let catalogue = self.index.catalogue();
        let mut tx = self.store.begin().await?;
        if let Some(entry) = catalogue.structure(siret).filter(|e| may_be_told(e)) {
            let mut told: Vec<String> = Vec::new();
            for open in self.needs_open() {
                let lot = PreparedLot::new(open.need.lot());
                if let Some(found) = lot.score(&entry.facts) {
                    self.tell(&mut tx, &open.need, &lot, &found, entry).await?;
                    told.push(open.need.id.to_string());
                }
            }
            tx.outbox_push(crate::store::ChangeKind::Need, &told, self.clock.now()).await?;
        }
        tx.job_done(job, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    /// Needs whose deadline has not passed.
    #[must_use]
    pub fn needs_open(&self) -> Vec<Arc<NeedEntry>> {
        let today = self.clock.today();
        self.index.catalogue().needs().filter(|n| n.need.is_open(today)).cloned().collect()
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        need: &Need,
        lot: &PreparedLot,
        found: &Match,
        entry: &Entry,
    ) -> Result<()> {
        let structure = &entry.structure;
        let Some(contact) = &structure.contact else { return Ok(()) };
        let siret = structure.siret;
        let reasons = lot.explain(found);
        let links = self.links();
        let draft = &need.draft;
        let reservation = draft.reservation.article().map_or_else(String::new, |article| {
            format!("{} (article {article} du Code de la commande publique)", draft.reservation.label())
        });
        let mail = NeedTell {
            structure: structure.shown_name().to_owned(),
            title: draft.title.clone(),
            buyer: draft.buyer.clone(),
            place: draft.place.name(),
            deadline: date::long(draft.deadline),
            reservation,
            reasons: reasons
                .iter()
                .map(|r| format!("{} ({} point{})", r.because, r.points, if r.points > 1 { "s" } else { "" }))
                .collect(),
            score: found.score,
            need_url: links.need(need.id),
            interested_url: links.need_answer(need.id, siret, Answer::Interested),
            declined_url: links.need_answer(need.id, siret, Answer::Declined),
            manage_url: format!("{}/structures/{siret}#gerer", self.public_url),
            stop_url: links.alerts_stop(siret),
        };
        let told_at = self.clock.now();
        let row = MatchRow { siret, score: found.score, reasons, rules_version: RULES_VERSION, told_at };
        tx.match_insert(need.id, &row).await?;
        tx.mail_add(self, mail.mail(contact)?, format!("tell:{}:{siret}", need.id)).await
    }
}

fn may_be_told(entry: &Entry) -> bool {
    entry.structure.contact.is_some() && !entry.structure.alerts_stopped
}

fn matches_of(lot: &PreparedLot, candidates: Vec<Arc<Entry>>, seed: &[u8]) -> Vec<(Match, Arc<Entry>)> {
    let mut matches: Vec<(Match, Arc<Entry>)> =
        candidates.into_iter().filter_map(|entry| Some((lot.score(&entry.facts)?, entry))).collect();
    rank(&mut matches, seed, |(found, _)| found);
    matches
}
