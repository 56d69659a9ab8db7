//! Needs: preview, send, publish, list, follow, answer; and their optional steps.

mod answers;
mod attachments;
mod list;
mod prepare;

pub use answers::{AnswerForm, AnswerView};
pub use attachments::ATTACHMENT_BYTES_MAX;
pub use list::{ListedNeed, NeedPage, NeedQuery, Week};
pub use prepare::{Prepared, StepOutcome};

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::{Entry, NeedEntry};
use crate::jobs::Work;
use crate::links::Grant;
use crate::mail::{NeedConfirm, NeedPublished, Template};
use crate::matches::Ranking;
use crate::store::{AnswerRow, MatchRow, Need, NeedVersion};
use crate::structures::TierCounts;
use domain::date;
use domain::matching::Tier;
use domain::need::{Change, LotKey, NeedDraft, NeedForm, NeedStatus, Violation, changes, lot_of_form};
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::territory::Place;
use domain::text::plural;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// What a form would bring, while it is being filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Where, as understood.
    pub place: Place,
    /// What, as understood.
    pub sectors: Vec<SectorIx>,
    /// How many structures fit, are neighbours, may do it.
    pub tiers: TierCounts,
    /// How many the reservation leaves out.
    pub left_out: u64,
    /// How many of those that fit will be told by mail.
    pub reachable: u64,
}

/// A lot of a published need with the structures that fit it.
#[derive(Debug)]
pub struct LotMatches {
    /// The need.
    pub entry: Arc<NeedEntry>,
    /// Rank of the lot, from 0.
    pub rank: usize,
    /// The structures.
    pub ranking: Ranking,
    /// What changed, version by version, the newest first; empty when it never did.
    pub history: Vec<Revision>,
}

/// A version of a need with what it changed.
#[derive(Debug)]
pub struct Revision {
    /// Its number, from 2.
    pub number: i64,
    /// When it was published, in seconds since 1970.
    pub at: i64,
    /// What it changed.
    pub changes: Vec<Change>,
}

/// A need as its author sees it.
#[derive(Debug)]
pub struct FollowView {
    /// The need.
    pub need: Need,
    /// What structures were told, lot by lot.
    pub told: Vec<(MatchRow, Option<Arc<Entry>>)>,
    /// What they answered, lot by lot.
    pub answers: Vec<(AnswerRow, Option<Arc<Entry>>)>,
    /// What changed, version by version, the newest first.
    pub history: Vec<Revision>,
    /// Whether changes are being written that are not published.
    pub has_prepared: bool,
}

impl Backend {
    /// What a form would bring; `None` as long as place or sector is not known.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn need_preview(&self, form: &NeedForm) -> Result<Option<Preview>> {
        let Some(lot) = lot_of_form(form) else { return Ok(None) };
        let ranking = self.match_list_with_left_out(lot, &[])?;
        Ok(Some(preview_of(&ranking)))
    }

    /// Reads a form as of today.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn need_read(&self, form: &NeedForm) -> std::result::Result<NeedDraft, Vec<Violation>> {
        form.parse(self.clock.today())
    }

    /// Keeps a need, not yet published, and mails its author the link that publishes it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn need_send(&self, draft: NeedDraft) -> Result<Uuid> {
        let need = self.need_new(draft, NeedStatus::ToConfirm);
        let mail = self.confirm_mail(need.id, &need.draft)?;
        let mut tx = self.store.begin().await?;
        tx.need_insert(&need).await?;
        tx.mail_add(self, mail.mail(&need.draft.email)?, format!("confirm:{}", need.id)).await?;
        tx.commit().await?;
        self.wake();
        Ok(need.id)
    }

    fn need_new(&self, draft: NeedDraft, status: NeedStatus) -> Need {
        let created_at = self.clock.now();
        let id = self.clock.id();
        Need { id, draft, status, version: 0, created_at, published_at: None, ended_at: None }
    }

    fn confirm_mail(&self, id: Uuid, draft: &NeedDraft) -> Result<NeedConfirm> {
        let fitting = self.need_fitting(draft)?;
        let verb = if fitting < 2 { "convient" } else { "conviennent" };
        Ok(NeedConfirm {
            title: draft.title.clone(),
            place: draft.place.name(),
            deadline: date::long(draft.deadline),
            fitting: format!("{} {verb}", plural(fitting, "structure", "structures")),
            confirm_url: self.links().need_publish(id),
            prepare_url: self.links().need_prepare(id),
        })
    }

    /// How many structures fit one lot at least.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn need_fitting(&self, draft: &NeedDraft) -> Result<u64> {
        let mut fitting: HashSet<Siret> = HashSet::new();
        for lot in draft.lots.iter().filter(|lot| draft.says_enough(lot)) {
            let ranking = self.match_list(lot.to_match(draft), &[])?;
            fitting.extend(ranking.of_tier(Tier::Fits).map(|(found, _)| found.siret));
        }
        Ok(u64::try_from(fitting.len()).unwrap_or(u64::MAX))
    }

    /// The need that a publishing link is for.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn need_of_publish_link(&self, token: &str) -> Result<Need> {
        match self.signer.check(token, &self.clock)? {
            Grant::NeedPublish(id) => self.store.need_fetch(id).await?.ok_or(Error::NotFound),
            _ => Err(Error::BadLink),
        }
    }

    /// Why a need that is not published cannot be today; `None` when it can.
    #[must_use]
    pub fn need_refusal(&self, need: &Need) -> Option<String> {
        match self.refuse_unpublishable(&need.draft) {
            Err(Error::Refused(why)) if need.published_at.is_none() => Some(why),
            _ => None,
        }
    }

    /// Publishes the need of a link. A second time changes nothing and tells the same.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] when, since it was sent, the law closed a lot or
    /// the deadline passed.
    pub async fn need_publish(&self, token: &str) -> Result<Uuid> {
        let id = self.need_of_publish_link(token).await?.id;
        let mut tx = self.store.begin().await?;
        let (need, _) = tx.need_hold(id).await?.ok_or(Error::NotFound)?;
        if need.published_at.is_none() {
            self.refuse_unpublishable(&need.draft)?;
        }
        if tx.need_publish(need.id, &need.draft, self.clock.now()).await? {
            let links = self.links();
            let mail = NeedPublished {
                title: need.draft.title.clone(),
                follow_url: links.need_follow(need.id),
                need_url: links.need(need.id),
            };
            tx.work_add(self, &Work::NeedTell { need: need.id }, format!("need_tell:{}", need.id)).await?;
            tx.mail_add(self, mail.mail(&need.draft.email)?, format!("published:{}", need.id)).await?;
        }
        tx.commit().await?;
        self.wake();
        // What was just published is on the next page the author opens.
        self.index_follow_saved().await;
        Ok(need.id)
    }

    /// A published need.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not published.
    pub fn need_show(&self, id: Uuid) -> Result<Arc<NeedEntry>> {
        self.index.catalogue().need(id).cloned().ok_or(Error::NotFound)
    }

    /// The structures that fit a lot of a published need, ranked, with how many its reservation leaves out. Without
    /// lot, its first one.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or it is not published.
    pub async fn need_matches(&self, id: Uuid, lot: Option<LotKey>) -> Result<LotMatches> {
        let entry = self.need_show(id)?;
        let draft = &entry.need.draft;
        let first = draft.lots.first().map(|lot| (0, lot));
        let (rank, lot) = lot.map_or(first, |key| draft.lot(key)).ok_or(Error::NotFound)?;
        let ranking = self.match_list_with_left_out(lot.to_match(draft), &entry.need.seed(lot))?;
        Ok(LotMatches { rank, ranking, history: self.need_history(&entry.need).await?, entry })
    }

    /// What changed in a published need, version by version, the newest first.
    async fn need_history(&self, need: &Need) -> Result<Vec<Revision>> {
        if need.version < 2 {
            return Ok(Vec::new());
        }
        let versions: Vec<NeedVersion> = self.store.version_list(need.id).await?;
        let revision = |pair: &[NeedVersion]| Revision {
            number: pair[1].number,
            at: pair[1].saved_at,
            changes: changes(&pair[0].draft, &pair[1].draft),
        };
        Ok(versions.windows(2).rev().map(revision).collect())
    }

    /// A need as its author sees it.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong.
    pub async fn need_follow(&self, token: &str) -> Result<FollowView> {
        let need = self.need_of_follow_link(token).await?;
        let catalogue = self.index.catalogue();
        let entry = |siret: Siret| catalogue.structure(siret).cloned();
        let told = self.store.match_list(need.id).await?;
        let answers = self.store.answer_list(need.id).await?;
        let prepared = self.store.need_prepared(need.id).await?;
        Ok(FollowView {
            history: self.need_history(&need).await?,
            has_prepared: need.published_at.is_some() && prepared.is_some_and(|draft| draft != need.draft),
            told: told.into_iter().map(|row| (row.clone(), entry(row.siret))).collect(),
            answers: answers.into_iter().map(|row| (row.clone(), entry(row.siret))).collect(),
            need,
        })
    }

    async fn need_of_follow_link(&self, token: &str) -> Result<Need> {
        let Grant::NeedFollow(id) = self.signer.check(token, &self.clock)? else {
            return Err(Error::BadLink);
        };
        self.store.need_fetch(id).await?.ok_or(Error::NotFound)
    }

    /// Says what became of the need of an author's link: closed, awarded, given up, or open again.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] for a need that is not published.
    pub async fn need_end(&self, token: &str, status: NeedStatus) -> Result<Uuid> {
        let need = self.need_of_follow_link(token).await?;
        let is_outcome = NeedStatus::OUTCOMES.contains(&status) || status == NeedStatus::Published;
        if need.published_at.is_none() || !is_outcome {
            return Err(Error::Refused("Ce besoin n’est pas encore publié.".to_owned()));
        }
        let mut tx = self.store.begin().await?;
        let now = self.clock.now();
        if tx.need_end(need.id, status, now).await? {
            let work = Work::NeedTellEnd { need: need.id, status };
            tx.work_add(self, &work, format!("need_end:{}:{now}", need.id)).await?;
        }
        tx.commit().await?;
        self.wake();
        self.index_follow_saved().await;
        Ok(need.id)
    }
}

fn preview_of(ranking: &Ranking) -> Preview {
    let lot = ranking.lot.lot();
    Preview {
        place: lot.place.unwrap_or(Place::FRANCE),
        sectors: lot.sectors.clone(),
        tiers: ranking.tiers(),
        left_out: ranking.left_out_total(),
        reachable: ranking.told(),
    }
}
