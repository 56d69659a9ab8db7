//! Telling: who gets a mail about a need when it is published, changes or ends, and when a structure changes.

mod waves;

use crate::error::{Error, Result};
use crate::index::{Entry, NeedEntry};
use crate::jobs::Still;
use crate::mail::{LotTold, Mail, NeedChanged, NeedEnded, NeedTell, Template};
use crate::store::{AnswerRow, ChangeKind, MatchRow, Tx};
use crate::structures::Ask;
use crate::write::Deed;
use crate::{Backend, computing};
use domain::access::{Action, Actor, Target};
use domain::date;
use domain::matching::{Lot, Match, PreparedLot, RULES_VERSION, Reader, Tier, tie_break};
use domain::need::{Answer, Change, LotDraft, LotKey, Need, NeedDraft, NeedStatus, changes};
use domain::siret::Siret;
use domain::text::{and_list, number};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;
use waves::{NextWave, Round};

impl Backend {
    /// Writes the mails of a published need to structures that fit one of its lots and have a contact: one mail to each,
    /// with all its lots; the best first, the next ones in a later wave if few say that they are interested. Some of those
    /// near it that may do it are asked whether it is their trade.
    pub(crate) async fn need_tell(&self, id: Uuid, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        self.index_follow().await?;
        let (fits, asks) = computing(|| (self.lot_fits(&need), self.asks_about(&need)));
        let by_structure = by_structure(&need, &fits);
        self.wave_tell(&need, &by_structure, Round::First).await?;
        let all = by_structure.iter().map(|(entry, _)| entry.structure.siret).collect();
        self.telling_end(&need, &asks, &all, job).await
    }

    /// The next wave of a need, unless enough have said that they are interested.
    pub(crate) async fn need_tell_more(&self, id: Uuid, job: Uuid) -> Result<()> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        self.index_follow().await?;
        let (fits, asks) = computing(|| (self.lot_fits(&need), self.asks_about(&need)));
        let by_structure = by_structure(&need, &fits);
        self.wave_tell(&need, &by_structure, Round::Later).await?;
        // Those whom nobody could ask while the need was held back; a question is asked once.
        let all = by_structure.iter().map(|(entry, _)| entry.structure.siret).collect();
        self.telling_end(&need, &asks, &all, job).await
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
        let by_structure = by_structure(&need, &fits);
        self.wave_tell(&need, &by_structure, Round::First).await?;
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
            let write = async |tx: &mut Tx| {
                for (siret, mail) in mails {
                    let key = format!("change:{id}:{version}:{siret}");
                    tx.mail_add_while(self, mail, Still::Open(id, siret), key).await?;
                }
                Ok(Deed::Kept(()))
            };
            self.write(&Actor::Job, Action::Tell, need.target(), write).await?;
        }
        let fitting = by_structure.iter().map(|(entry, _)| entry.structure.siret).collect();
        self.telling_end(&need, &asks, &fitting, job).await
    }

    /// Asks those who may do what a need asks, says that its counts changed, and marks the job as done.
    async fn telling_end(
        &self,
        need: &Need,
        asks: &[Ask],
        fitting: &BTreeSet<Siret>,
        job: Uuid,
    ) -> Result<()> {
        let asks = if self.is_held_back(need).await? { &[] } else { asks };
        let end = async |tx: &mut Tx| {
            self.questions_ask(tx, need, asks, fitting).await?;
            tx.outbox_push(ChangeKind::Need, &[need.id.to_string()], self.clock.now()).await?;
            tx.job_done(job, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::Tell, need.target(), end).await.map(|_| ())
    }

    /// Writes what became of a need, or of some of its lots, to the structures that said « intéressé » to it.
    pub(crate) async fn need_tell_end(
        &self,
        id: Uuid,
        status: NeedStatus,
        lots: &[LotKey],
        job: Uuid,
    ) -> Result<()> {
        let need = self.store.need_fetch(id).await?.ok_or(Error::NotFound)?;
        self.index_follow().await?;
        let catalogue = self.index.catalogue();
        let answers = self.store.answer_list(id).await?;
        let concerns = |a: &&AnswerRow| lots.is_empty() || lots.contains(&a.lot);
        let interested = answers.iter().filter(|a| a.answer == Answer::Interested).filter(concerns);
        let mut waiting: BTreeMap<Siret, Vec<LotKey>> = BTreeMap::new();
        interested.for_each(|a| waiting.entry(a.siret).or_default().push(a.lot));
        let write = async |tx: &mut Tx| {
            for (siret, of_theirs) in waiting {
                // What became of its own answer is no proposal: it reaches those that take no part any more.
                let told = catalogue.structure_known(siret).map(|entry| &entry.structure);
                let told = told.filter(|structure| structure.takes_mails());
                let Some((structure, contact)) = told.and_then(|s| Some((s, s.contact.as_ref()?))) else {
                    continue;
                };
                let outcome = match lots.is_empty() {
                    true => outcome(status).to_owned(),
                    false => awarded(&need, &of_theirs, siret),
                };
                let mail = NeedEnded {
                    structure: structure.shown_name().to_owned(),
                    title: need.draft.title.clone(),
                    outcome,
                    need_url: self.links().need(id),
                    stop_url: self.links().alerts_stop(structure),
                };
                let still = Still::Wanted(siret);
                tx.mail_add_while(self, mail.mail(contact)?, still, format!("end:{job}:{siret}")).await?;
            }
            tx.job_done(job, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::Tell, need.target(), write).await.map(|_| ())
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
        let mut due = Vec::with_capacity(tellings.len());
        for telling in tellings {
            let is_new = telling.mail.is_some();
            let need = open.iter().find(|(open, _)| open.need.id == telling.need).map(|(open, _)| &open.need);
            if let Some(need) = need.filter(|_| is_new)
                && self.wave_next(need, Round::First).await? == NextWave::Waits
            {
                continue;
            }
            due.push(telling);
        }
        let told: Vec<String> = due.iter().map(|telling| telling.need.to_string()).collect();
        let write = async |tx: &mut Tx| {
            for telling in due {
                self.telling_write(tx, telling).await?;
            }
            tx.outbox_push(ChangeKind::Need, &told, self.clock.now()).await?;
            tx.job_done(job, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::Tell, Target::Structure(siret), write).await.map(|_| ())
    }

    /// Tells the next structures of a need, some hundred in one transaction: other writes need not wait for thousands of
    /// mails. Told twice, as after a crash, they are told once: matches and mails have their keys. Of those that were told
    /// before only the matches are kept.
    async fn wave_tell(&self, need: &Need, by_structure: &[Fitting<'_>], round: Round) -> Result<()> {
        let told = self.store.match_list(need.id).await?;
        let told: BTreeSet<Siret> = told.into_iter().map(|row| row.siret).collect();
        let next = self.wave_next(need, round).await?;
        let (known, fresh): (Vec<&Fitting>, Vec<&Fitting>) =
            by_structure.iter().partition(|(entry, _)| told.contains(&entry.structure.siret));
        let wave = &fresh[..fresh.len().min(next.size())];
        for slice in [known, wave.to_vec()].concat().chunks(TOLD_AT_ONCE) {
            let telling = |(entry, fits): &&Fitting<'_>| {
                self.telling(need, fits, entry, told.contains(&entry.structure.siret))
            };
            let tellings: Vec<Telling> = computing(|| slice.iter().map(telling).collect::<Result<_>>())?;
            let write = async |tx: &mut Tx| {
                for telling in tellings {
                    self.telling_write(tx, telling).await?;
                }
                Ok(Deed::Kept(()))
            };
            self.write(&Actor::Job, Action::Tell, need.target(), write).await?;
        }
        if matches!(next, NextWave::Tells(_)) && wave.len() < fresh.len() {
            self.wave_plan(need, told.len() + wave.len()).await?;
        }
        Ok(())
    }

    /// Structures that fit a need, can be told, and have not been.
    pub(crate) async fn need_waiting(&self, need: &Need) -> Result<usize> {
        let told = self.store.match_list(need.id).await?;
        let told: BTreeSet<Siret> = told.into_iter().map(|row| row.siret).collect();
        let fits = computing(|| self.lot_fits(need));
        Ok(by_structure(need, &fits)
            .iter()
            .filter(|(entry, _)| !told.contains(&entry.structure.siret))
            .count())
    }

    /// Whom to ask about an open need.
    fn asks_about(&self, need: &Need) -> Vec<Ask> {
        match self.need_is_open(need) {
            true => self.question_candidates(need.id, &self.lots_prepare(need)),
            false => Vec::new(),
        }
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
            kind: draft.kind.label().to_owned(),
            place: draft.place.name(),
            deadline: date::long(draft.deadline),
            description: shortened(&draft.description),
            files: draft.attachments.iter().map(|file| file.name.clone()).collect(),
            questions: draft.questions.clone(),
            lots: fits.iter().filter_map(|fit| lot_told(draft, fit)).collect(),
            need_url: links.need(need.id),
            interested_url: links.need_answer(need.id, structure, Answer::Interested),
            declined_url: links.need_answer(need.id, structure, Answer::Declined),
            not_ours_url: links.need_answer(need.id, structure, Answer::NotOurs),
            manage_url: format!("{}/structures/{siret}#gerer", self.public_url),
            stop_url: links.alerts_stop(structure),
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
        let structure = &entry.structure;
        let contact = structure.contact.as_ref()?;
        let of_theirs = |change: &&Change| change.lot.is_none_or(|lot| lots.contains(&lot));
        let changes: Vec<String> =
            changes.iter().filter(of_theirs).map(|change| change.sentence.clone()).collect();
        if changes.is_empty() {
            return None;
        }
        let links = self.links();
        let mail = NeedChanged {
            structure: structure.shown_name().to_owned(),
            title: need.draft.title.clone(),
            deadline: date::long(need.draft.deadline),
            changes,
            may_answer: lots.iter().any(|lot| need.draft.lot(*lot).is_some()),
            need_url: links.need(need.id),
            interested_url: links.need_answer(need.id, structure, Answer::Interested),
            declined_url: links.need_answer(need.id, structure, Answer::Declined),
            stop_url: links.alerts_stop(structure),
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

/// What became of the lots to which a structure said « intéressé ».
fn awarded(need: &Need, lots: &[LotKey], siret: Siret) -> String {
    let is_winner = |lot: &&LotKey| need.award(**lot).is_some_and(|award| award.winner == Some(siret));
    let (won, lost): (Vec<&LotKey>, Vec<&LotKey>) = lots.iter().partition(is_winner);
    let names = |lots: &[&LotKey]| -> String {
        let names = lots.iter().filter_map(|lot| Some(need.draft.lot_name(need.draft.lot(**lot)?.0)));
        match need.draft.has_lots() {
            true => and_list(&names.collect::<Vec<_>>()),
            false => "ce besoin".to_owned(),
        }
    };
    // A reason is for those who were not chosen.
    let mut reasons: Vec<&str> = Vec::new();
    for reason in lost.iter().filter_map(|lot| Some(need.award(**lot)?.reason.as_str())) {
        if !reason.is_empty() && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let mut said = Vec::new();
    if !won.is_empty() {
        said.push(format!("L’acheteur indique qu’il vous a attribué {}.", names(&won)));
    }
    if !lost.is_empty() {
        said.push(format!(
            "L’acheteur indique avoir attribué {}\u{a0}: merci de lui avoir répondu.",
            names(&lost)
        ));
    }
    said.extend(reasons.iter().map(|reason| format!("Son motif\u{a0}: «\u{a0}{reason}\u{a0}».")));
    said.join(" ")
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

/// A structure with the lots that it fits.
type Fitting<'a> = (&'a Arc<Entry>, Vec<Fit<'a>>);

/// The lots of each structure, in their order; the structures by the best of their scores, equal ones as everywhere.
fn by_structure<'a>(need: &Need, fits: &'a [(LotKey, LotFits)]) -> Vec<Fitting<'a>> {
    let mut all: BTreeMap<Siret, Fitting> = BTreeMap::new();
    for (lot, of_lot) in fits {
        for (found, entry) in &of_lot.matches {
            let (_, of_structure) = all.entry(found.siret).or_insert_with(|| (entry, Vec::new()));
            of_structure.push(Fit { lot: *lot, prepared: &of_lot.lot, found: found.clone() });
        }
    }
    let mut all: Vec<Fitting> = all.into_values().collect();
    let seed = need.id.as_bytes();
    all.sort_by_cached_key(|(entry, fits)| {
        let best = fits.iter().map(|fit| fit.found.score).max();
        (std::cmp::Reverse(best), tie_break(seed, entry.structure.siret))
    });
    all
}

/// Structures that were told and have not declined everything they were told of: silence after a refusal.
pub(crate) fn concerned(told: &[(Siret, LotKey)], answers: &[AnswerRow]) -> BTreeSet<Siret> {
    let answered =
        |siret: Siret, answer: Answer| answers.iter().any(|a| a.siret == siret && a.answer == answer);
    let refused = |siret: Siret| answered(siret, Answer::Declined) || answered(siret, Answer::NotOurs);
    let stays = |siret: &Siret| !refused(*siret) || answered(*siret, Answer::Interested);
    told.iter().map(|(siret, _)| *siret).filter(stays).collect()
}

/// How much and how long, as far as the buyer says.
fn lot_facts(lot: &LotDraft) -> Vec<String> {
    let hours = |hours: u32, per: &str| format!("{}\u{a0}heures {per}", number(u64::from(hours)));
    [
        lot.amount.map(|amount| format!("{} HT", amount.label())),
        lot.months.map(|months| format!("{months}\u{a0}mois")),
        lot.hours_per_month.map(|n| hours(n, "de travail par mois")),
        lot.insertion_hours.map(|n| hours(n, "d’insertion sur la durée")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Characters of a description that a mail shows.
const DESCRIPTION_SHOWN: usize = 600;

/// A description as far as a mail shows it.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(DESCRIPTION_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
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
        facts: lot_facts(lot),
        reasons: fit
            .prepared
            .explain_to(&fit.found, Reader::Itself)
            .iter()
            .map(|r| format!("{} ({} {})", r.because, r.points, points(r.points)))
            .collect(),
        score: fit.found.score,
    })
}
