//! Matches: every structure that fits a lot, is near it or may do it, ranked by `domain::matching`, with its reasons.

use crate::error::{Error, Result};
use crate::index::{Columns, Entry, NeedEntry, Reach, Slot};
use crate::jobs::Still;
use crate::mail::{LotTold, Mail, NeedChanged, NeedEnded, NeedTell, Template};
use crate::store::{Answer, AnswerRow, ChangeKind, MatchRow, Need, Tx};
use crate::structures::{Ask, TierCounts};
use crate::{Backend, computing};
use domain::date;
use domain::legal::Reservation;
use domain::matching::{Explained, Facts, Lot, Match, PreparedLot, RULES_VERSION, Tier, rank};
use domain::need::{Change, LotKey, NeedDraft, NeedStatus, changes};
use domain::siret::Siret;
use domain::structure::Kind;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use uuid::Uuid;

/// The structures that fit a lot, are near it, or may do it, best first.
#[derive(Debug)]
pub struct Ranking {
    /// The lot, prepared: it makes the sentences.
    pub lot: PreparedLot,
    /// The matches, each with its structure: one for each line of a list.
    pub matches: Vec<(Match, Arc<Entry>)>,
    /// For a line, the other establishments of the same SIREN that would answer alike.
    pub others: HashMap<Siret, Vec<Arc<Entry>>>,
    /// Who would fit but for the reservation.
    pub left_out: LeftOut,
}

/// How many structures fit a lot, but for its reservation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Because no convention of theirs is named, by kind, most first.
    pub by_kind: Vec<(Kind, u64)>,
    /// Because their convention is not in force on the day of the lot.
    pub not_in_force: u64,
    /// Because of the share of their workers (R2113-7).
    pub below_half: u64,
}

impl LeftOut {
    fn count(&mut self, lot: &PreparedLot, facts: &Facts) {
        if !lot.are_kinds_left_out(facts.kinds_on(lot.lot().on)) {
            self.below_half += 1;
        } else if !lot.are_kinds_left_out(facts.kinds) {
            self.not_in_force += 1;
        } else if let Some(kind) = facts.kinds.iter().next() {
            match self.by_kind.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, n)) => *n += 1,
                None => self.by_kind.push((kind, 1)),
            }
        }
    }

    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.by_kind.iter().map(|(_, n)| n).sum::<u64>() + self.not_in_force + self.below_half
    }
}

impl Ranking {
    /// How many structures the reservation leaves out.
    #[must_use]
    pub fn left_out_total(&self) -> u64 {
        self.left_out.total()
    }

    /// How many fit, are neighbours, may do it.
    #[must_use]
    pub fn tiers(&self) -> TierCounts {
        let mut counts = TierCounts::default();
        self.matches.iter().for_each(|(found, _)| counts.add(found.tier()));
        counts
    }

    /// The matches of a tier, best first.
    pub fn of_tier(&self, tier: Tier) -> impl Iterator<Item = &(Match, Arc<Entry>)> {
        self.matches.iter().filter(move |(found, _)| found.tier() == tier)
    }

    /// How many of those that fit will be told by mail.
    #[must_use]
    pub fn told(&self) -> u64 {
        let told = self.of_tier(Tier::Fits).filter(|(_, entry)| entry.structure.is_told());
        u64::try_from(told.count()).unwrap_or(u64::MAX)
    }

    /// The reasons of a match as sentences.
    #[must_use]
    pub fn explain(&self, found: &Match) -> Vec<Explained> {
        self.lot.explain(found)
    }
}

impl Backend {
    /// A lot, prepared; without a day of its own, conventions must be in force today.
    #[must_use]
    pub fn lot_prepare(&self, lot: Lot) -> PreparedLot {
        let on = lot.on.or_else(|| Some(self.clock.today()));
        PreparedLot::new(Lot { on, ..lot })
    }

    /// Every structure that fits a lot, is near it or may do it, ranked. `seed` tells ties of different needs apart.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn match_list(&self, lot: Lot, seed: &[u8]) -> Result<Ranking> {
        let lot = self.lot_prepare(lot);
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let reach = columns.reach_of(&lot);
        let is_related = self.relation(columns, &lot, &reach);
        let lines = columns.lines(&lot, &reach, &is_related);
        let matched = |slot: &Slot| Some((lot.score(&columns.entry(*slot).facts)?, *slot));
        let slots = lines.slots.iter().filter(|slot| is_related(**slot));
        let mut matches: Vec<(Match, Slot)> = slots.filter_map(matched).collect();
        drop(is_related);
        rank(&mut matches, seed, |(found, _)| found);
        let others = matches.iter().filter_map(|(found, slot)| {
            let others: Vec<Arc<Entry>> = columns.others(&lines, *slot).cloned().collect();
            (!others.is_empty()).then_some((found.siret, others))
        });
        let others = others.collect();
        let matches =
            matches.into_iter().map(|(found, slot)| (found, Arc::clone(columns.entry(slot)))).collect();
        Ok(Ranking { matches, others, left_out: LeftOut::default(), lot })
    }

    /// Whether a structure is related to a lot as far as columns tell: of the asked kinds, let in by the reservation.
    fn relation<'a>(
        &self,
        columns: &'a Columns,
        lot: &'a PreparedLot,
        reach: &'a Reach,
    ) -> impl Fn(Slot) -> bool + use<'a> {
        let relation = columns.relate(lot);
        let on = lot.lot().on.unwrap_or_else(|| self.clock.today());
        let rank = Reservation::RESERVED.iter().position(|r| *r == lot.lot().reservation);
        move |slot| {
            let row = &columns.row(slot, on);
            rank.is_none_or(|rank| row.may_answer[rank])
                && !lot.are_kinds_unasked(row.kinds)
                && relation.has(slot, row, reach)
        }
    }

    /// Every structure that is related to a lot, each establishment for itself, in no order: for those who count or tell.
    pub(crate) fn match_candidates(&self, lot: &PreparedLot) -> Vec<Arc<Entry>> {
        let catalogue = self.index.catalogue();
        let columns = catalogue.columns();
        let reach = columns.reach_of(lot);
        let is_related = self.relation(columns, lot, &reach);
        let slots = columns.reached(&reach).filter(|slot| is_related(*slot));
        slots.map(|slot| Arc::clone(columns.entry(slot))).collect()
    }

    /// The same, with how many structures the reservation leaves out.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn match_list_with_left_out(&self, lot: Lot, seed: &[u8]) -> Result<Ranking> {
        let open = Lot { reservation: Reservation::None, ..lot.clone() };
        let mut ranking = self.match_list(lot, seed)?;
        if ranking.lot.lot().reservation != Reservation::None {
            ranking.left_out = self.left_out(&ranking, open)?;
        }
        Ok(ranking)
    }

    fn left_out(&self, ranking: &Ranking, open: Lot) -> Result<LeftOut> {
        let all = self.match_list(open, &[])?;
        let excluded = all.matches.iter().filter(|(_, entry)| ranking.lot.is_left_out(&entry.facts));
        let mut found = LeftOut::default();
        excluded.for_each(|(_, entry)| found.count(&ranking.lot, &entry.facts));
        found.by_kind.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        Ok(found)
    }

    /// The same matches without the columns: every structure is scored, each establishment for itself. The oracle of
    /// [`Backend::match_list`].
    #[must_use]
    pub fn match_list_by_brute_force(&self, lot: Lot, seed: &[u8]) -> Ranking {
        let lot = self.lot_prepare(lot);
        let all: Vec<Arc<Entry>> = self.index.catalogue().structures().cloned().collect();
        let mut matches: Vec<(Match, Arc<Entry>)> =
            all.into_iter().filter_map(|entry| Some((lot.score(&entry.facts)?, entry))).collect();
        rank(&mut matches, seed, |(found, _)| found);
        Ranking { matches, others: HashMap::new(), left_out: LeftOut::default(), lot }
    }

    /// Writes the mails of a published need to the structures that fit one of its lots and have a contact: one mail to
    /// each, with all its lots. Some of those near it that may do it are asked whether it is their trade.
    pub(crate) async fn need_tell(&self, id: Uuid, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        self.index_follow().await?;
        let (fits, asks) = computing(|| (self.lot_fits(&need), self.asks_about(&need)));
        let by_structure = by_structure(&fits);
        self.tell_in_slices(&need, &by_structure, &BTreeSet::new()).await?;
        let mut tx = self.store.begin().await?;
        let told = by_structure.iter().map(|(entry, _)| entry.structure.siret).collect();
        self.questions_ask(&mut tx, &need, &asks, &told).await?;
        tx.outbox_push(ChangeKind::Need, &[id.to_string()], self.clock.now()).await?;
        tx.job_done(job, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    /// Whom to ask about an open need.
    fn asks_about(&self, need: &Need) -> Vec<Ask> {
        match self.need_is_open(need) {
            true => self.question_candidates(need.id, &self.lots_prepare(need)),
            false => Vec::new(),
        }
    }

    /// Writes the mails of a new version: what changed, to those who were told and have not declined; the need, to
    /// those whom it fits for the first time; a question to those who may do what it asks since then.
    pub(crate) async fn need_tell_again(&self, id: Uuid, version: i64, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        let versions = self.store.version_list(id).await?;
        let draft_of = |number: i64| versions.iter().find(|v| v.number == number).map(|v| &v.draft);
        let changes = match (draft_of(version - 1), draft_of(version)) {
            (Some(before), Some(after)) => changes(before, after),
            _ => Vec::new(),
        };
        self.index_follow().await?;
        // Those whom a run of this job told that was cut short are told of the need, not of what changed.
        let since = versions.iter().find(|v| v.number == version).map_or(i64::MAX, |v| v.saved_at);
        let told = self.store.match_list(id).await?.into_iter().filter(|row| row.told_at <= since);
        let told: Vec<(Siret, LotKey)> = told.map(|row| (row.siret, row.lot)).collect();
        let answers = self.store.answer_list(id).await?;
        let (fits, asks) = computing(|| (self.lot_fits(&need), self.asks_about(&need)));
        let by_structure = by_structure(&fits);
        let told_before: BTreeSet<Siret> = told.iter().map(|(siret, _)| *siret).collect();
        self.tell_in_slices(&need, &by_structure, &told_before).await?;
        let concerned = if self.need_is_open(&need) { concerned(&told, &answers) } else { BTreeSet::new() };
        for slice in concerned.into_iter().collect::<Vec<Siret>>().chunks(TOLD_AT_ONCE) {
            let mails = slice.iter().filter_map(|siret| {
                let fits = by_structure.iter().find(|(e, _)| e.structure.siret == *siret);
                let lots = fits.into_iter().flat_map(|(_, fits)| fits.iter().map(|f| f.lot));
                let before = told.iter().filter(|(s, _)| s == siret).map(|(_, lot)| *lot);
                let lots: Vec<LotKey> = lots.chain(before).collect();
                self.change_mail(&need, *siret, &changes, &lots)
            });
            let mails: Vec<(Siret, Mail)> = computing(|| mails.collect::<Result<_>>())?;
            let mut tx = self.store.begin().await?;
            for (siret, mail) in mails {
                let key = format!("change:{id}:{version}:{siret}");
                tx.mail_add_while(self, mail, Still::Open(id, siret), key).await?;
            }
            tx.commit().await?;
        }
        let mut tx = self.store.begin().await?;
        let fitting = by_structure.iter().map(|(entry, _)| entry.structure.siret).collect();
        self.questions_ask(&mut tx, &need, &asks, &fitting).await?;
        tx.outbox_push(ChangeKind::Need, &[id.to_string()], self.clock.now()).await?;
        tx.job_done(job, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    /// Writes what became of a need to the structures that said « intéressé ».
    pub(crate) async fn need_tell_end(&self, id: Uuid, status: NeedStatus, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        self.index_follow().await?;
        let catalogue = self.index.catalogue();
        let answers = self.store.answer_list(id).await?;
        let interested = answers.iter().filter(|a| a.answer == Answer::Interested).map(|a| a.siret);
        let mut tx = self.store.begin().await?;
        for siret in interested.collect::<BTreeSet<Siret>>() {
            let entry = catalogue.structure(siret).filter(|entry| entry.structure.is_told());
            let Some(contact) = entry.and_then(|entry| entry.structure.contact.as_ref()) else { continue };
            let mail = NeedEnded {
                structure: entry.map(|e| e.structure.shown_name().to_owned()).unwrap_or_default(),
                title: need.draft.title.clone(),
                outcome: outcome(status).to_owned(),
                need_url: self.links().need(id),
                stop_url: self.links().alerts_stop(siret),
            };
            let still = Still::Wanted(siret);
            tx.mail_add_while(self, mail.mail(contact)?, still, format!("end:{job}:{siret}")).await?;
        }
        tx.job_done(job, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    /// Matches a structure that changed with every open need: writes the mails of those it was never told of, keeps
    /// why it fits the lots of the others.
    pub(crate) async fn structure_tell(&self, siret: Siret, job: Uuid) -> Result<()> {
        self.index_follow().await?;
        let catalogue = self.index.catalogue();
        let Some(entry) = catalogue.structure(siret).filter(|entry| entry.structure.is_told()) else {
            return self.store.job_done(&[job], self.clock.now()).await;
        };
        let told_before = self.store.match_needs(siret).await?;
        let open: Vec<(Arc<NeedEntry>, PreparedLots)> = self
            .needs_open()
            .into_iter()
            .map(|open| {
                let lots = self.lots_prepare(&open.need);
                (open, lots)
            })
            .collect();
        let tellings: Vec<Telling> = computing(|| {
            let of_need = |(open, lots): &(Arc<NeedEntry>, PreparedLots)| {
                let fits = fits_of(entry, lots);
                let is_told = told_before.contains(&open.need.id);
                (!fits.is_empty()).then(|| self.telling(&open.need, &fits, entry, is_told))
            };
            open.iter().filter_map(of_need).collect::<Result<_>>()
        })?;
        let told: Vec<String> = tellings.iter().map(|telling| telling.need.to_string()).collect();
        let mut tx = self.store.begin().await?;
        for telling in tellings {
            self.telling_write(&mut tx, telling).await?;
        }
        tx.outbox_push(ChangeKind::Need, &told, self.clock.now()).await?;
        tx.job_done(job, self.clock.now()).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    fn lots_prepare(&self, need: &Need) -> PreparedLots {
        need.lots().map(|(key, lot)| (key, self.lot_prepare(lot))).collect()
    }

    /// Every lot of a need with the structures that fit it and may be told: not the neighbours, nor those that may do it.
    /// None of a need that is over.
    fn lot_fits(&self, need: &Need) -> Vec<(LotKey, LotFits)> {
        if !self.need_is_open(need) {
            return Vec::new();
        }
        let fits_of_lot = |(key, lot): (LotKey, Lot)| {
            let lot = self.lot_prepare(lot);
            let fits = |entry: &Arc<Entry>| lot.score(&entry.facts).filter(|f| f.tier() == Tier::Fits);
            let told = self.match_candidates(&lot).into_iter().filter(|e| e.structure.is_told());
            let matches = told.filter_map(|entry| Some((fits(&entry)?, entry))).collect();
            (key, LotFits { lot, matches })
        };
        need.lots().map(fits_of_lot).collect()
    }

    /// Needs whose deadline has not passed.
    #[must_use]
    pub fn needs_open(&self) -> Vec<Arc<NeedEntry>> {
        self.index.catalogue().needs().filter(|n| self.need_is_open(&n.need)).cloned().collect()
    }

    /// Whether a need is published and still takes answers, where it is executed.
    #[must_use]
    pub fn need_is_open(&self, need: &Need) -> bool {
        need.is_open(self.clock.today_at(&need.draft.place))
    }

    /// Tells structures of a need, some hundred at a time: other writes need not wait for thousands of mails. Told twice, as
    /// after a crash, they are told once: matches and mails have their keys. Of `told_before` only the matches are kept.
    async fn tell_in_slices(
        &self,
        need: &Need,
        by_structure: &[(&Arc<Entry>, Vec<Fit<'_>>)],
        told_before: &BTreeSet<Siret>,
    ) -> Result<()> {
        for slice in by_structure.chunks(TOLD_AT_ONCE) {
            let telling = |(entry, fits): &(&Arc<Entry>, Vec<Fit<'_>>)| {
                self.telling(need, fits, entry, told_before.contains(&entry.structure.siret))
            };
            let tellings: Vec<Telling> = computing(|| slice.iter().map(telling).collect::<Result<_>>())?;
            let mut tx = self.store.begin().await?;
            for telling in tellings {
                self.telling_write(&mut tx, telling).await?;
            }
            tx.commit().await?;
            self.jobs_added.notify_one();
        }
        Ok(())
    }

    /// What telling a structure of a need writes: why it fits each lot, with the version of the rules, and the mail, unless
    /// it has been told.
    fn telling(&self, need: &Need, fits: &[Fit<'_>], entry: &Entry, is_told: bool) -> Result<Telling> {
        let structure = &entry.structure;
        let siret = structure.siret;
        let row = |fit: &Fit<'_>| MatchRow {
            lot: fit.lot,
            siret,
            score: fit.found.score,
            reasons: fit.prepared.explain(&fit.found),
            rules_version: RULES_VERSION,
            told_at: self.clock.now(),
        };
        let rows = fits.iter().map(row).collect();
        let Some(contact) = structure.contact.as_ref().filter(|_| !is_told) else {
            return Ok(Telling { need: need.id, siret, rows, mail: None });
        };
        let links = self.links();
        let draft = &need.draft;
        let mail = NeedTell {
            structure: structure.shown_name().to_owned(),
            title: draft.title.clone(),
            buyer: draft.buyer.name.clone(),
            place: draft.place.name(),
            deadline: date::long(draft.deadline),
            lots: fits.iter().filter_map(|fit| lot_told(draft, fit)).collect(),
            need_url: links.need(need.id),
            interested_url: links.need_answer(need.id, siret, Answer::Interested),
            declined_url: links.need_answer(need.id, siret, Answer::Declined),
            manage_url: format!("{}/structures/{siret}#gerer", self.public_url),
            stop_url: links.alerts_stop(siret),
        };
        Ok(Telling { need: need.id, siret, rows, mail: Some(mail.mail(contact)?) })
    }

    async fn telling_write(&self, tx: &mut Tx, telling: Telling) -> Result<()> {
        let Telling { need, siret, rows, mail } = telling;
        for row in rows {
            tx.match_insert(need, &row).await?;
        }
        let Some(mail) = mail else { return Ok(()) };
        tx.mail_add_while(self, mail, Still::Open(need, siret), format!("tell:{need}:{siret}")).await
    }

    /// What changed of the lots of a structure, as a mail; nothing when it is not told, or nothing of its own changed.
    fn change_mail(
        &self,
        need: &Need,
        siret: Siret,
        changes: &[Change],
        lots: &[LotKey],
    ) -> Option<Result<(Siret, Mail)>> {
        let catalogue = self.index.catalogue();
        let entry = catalogue.structure(siret).filter(|e| e.structure.is_told())?;
        let contact = entry.structure.contact.as_ref()?;
        let of_theirs = |change: &&Change| change.lot.is_none_or(|lot| lots.contains(&lot));
        let changes: Vec<String> =
            changes.iter().filter(of_theirs).map(|change| change.sentence.clone()).collect();
        if changes.is_empty() {
            return None;
        }
        let links = self.links();
        let mail = NeedChanged {
            structure: entry.structure.shown_name().to_owned(),
            title: need.draft.title.clone(),
            deadline: date::long(need.draft.deadline),
            changes,
            may_answer: lots.iter().any(|lot| need.draft.lot(*lot).is_some()),
            need_url: links.need(need.id),
            interested_url: links.need_answer(need.id, siret, Answer::Interested),
            declined_url: links.need_answer(need.id, siret, Answer::Declined),
            stop_url: links.alerts_stop(siret),
        };
        Some(mail.mail(contact).map(|mail| (siret, mail)))
    }
}

/// Structures that are told in one transaction.
const TOLD_AT_ONCE: usize = 200;

/// What telling a structure of a need writes.
struct Telling {
    need: Uuid,
    siret: Siret,
    rows: Vec<MatchRow>,
    mail: Option<Mail>,
}

/// The lots of a need, prepared.
type PreparedLots = Vec<(LotKey, PreparedLot)>;

/// The lots that a structure fits.
fn fits_of<'a>(entry: &Entry, lots: &'a PreparedLots) -> Vec<Fit<'a>> {
    let fits = lots.iter().filter_map(|(lot, prepared)| {
        let found = prepared.score(&entry.facts).filter(|found| found.tier() == Tier::Fits)?;
        Some(Fit { lot: *lot, prepared, found })
    });
    fits.collect()
}

/// What became of a need, for those who are waiting for it.
fn outcome(status: NeedStatus) -> &'static str {
    match status {
        NeedStatus::Published => "L’acheteur reçoit de nouveau des réponses. La vôtre est gardée.",
        NeedStatus::Awarded => "L’acheteur indique que ce besoin est attribué.",
        NeedStatus::Dropped => "L’acheteur n’y donne pas suite.",
        NeedStatus::Draft | NeedStatus::ToConfirm | NeedStatus::Closed => {
            "L’acheteur ne reçoit plus de réponses. La vôtre est gardée."
        }
    }
}

/// A lot with the structures that fit it, in no order.
struct LotFits {
    lot: PreparedLot,
    matches: Vec<(Match, Arc<Entry>)>,
}

/// A structure that fits a lot.
struct Fit<'a> {
    lot: LotKey,
    prepared: &'a PreparedLot,
    found: Match,
}

/// The lots of each structure, in their order.
fn by_structure(fits: &[(LotKey, LotFits)]) -> Vec<(&Arc<Entry>, Vec<Fit<'_>>)> {
    let mut all: BTreeMap<Siret, (&Arc<Entry>, Vec<Fit<'_>>)> = BTreeMap::new();
    for (lot, of_lot) in fits {
        for (found, entry) in &of_lot.matches {
            let (_, of_structure) = all.entry(found.siret).or_insert_with(|| (entry, Vec::new()));
            of_structure.push(Fit { lot: *lot, prepared: &of_lot.lot, found: found.clone() });
        }
    }
    all.into_values().collect()
}

/// Structures that were told and have not declined everything they were told of: silence after a refusal.
fn concerned(told: &[(Siret, LotKey)], answers: &[AnswerRow]) -> BTreeSet<Siret> {
    let answered =
        |siret: Siret, answer: Answer| answers.iter().any(|a| a.siret == siret && a.answer == answer);
    let stays = |siret: &Siret| !answered(*siret, Answer::Declined) || answered(*siret, Answer::Interested);
    told.iter().map(|(siret, _)| *siret).filter(stays).collect()
}

fn lot_told(draft: &NeedDraft, fit: &Fit<'_>) -> Option<LotTold> {
    let (rank, lot) = draft.lot(fit.lot)?;
    let reservation = lot.reservation();
    let points = |points: u8| if points > 1 { "points" } else { "point" };
    Some(LotTold {
        name: if draft.has_lots() { draft.lot_name(rank) } else { String::new() },
        reservation: reservation.article().map_or_else(String::new, |article| {
            format!("{} (article {article} du Code de la commande publique)", reservation.label())
        }),
        reasons: fit
            .prepared
            .explain(&fit.found)
            .iter()
            .map(|r| format!("{} ({} {})", r.because, r.points, points(r.points)))
            .collect(),
        score: fit.found.score,
    })
}
