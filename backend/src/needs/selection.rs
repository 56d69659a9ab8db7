//! How the author of a need looks at the structures of a lot: one by one, and side by side; what it keeps for itself.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::store::{AnswerRow, LotFollowed, MatchRow, Tx};
use crate::write::{Deed, HeldNeed};
use domain::access::{Action, Actor, Verdict, may};
use domain::matching::{Explained, Match};
use domain::need::{Answer, Aspect, LotDraft, LotKey, Message, Need, Selection, SharedAnswer};
use domain::siret::Siret;
use domain::structure::catalogue::ContactPerson;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// A structure that was told of a lot, answered it, or wrote about it.
#[derive(Debug)]
pub struct Candidate {
    /// The structure.
    pub entry: Arc<Entry>,
    /// How it fits the lot today; `None` when it no longer does.
    pub found: Option<Match>,
    /// What it was told; `None` when it came by itself.
    pub told: Option<MatchRow>,
    /// What it answered.
    pub answer: Option<AnswerRow>,
    /// What the author keeps about it.
    pub selection: Option<Selection>,
}

impl Candidate {
    /// Whether it stands on the short list.
    #[must_use]
    pub fn is_shortlisted(&self) -> bool {
        self.selection.as_ref().is_some_and(|kept| kept.is_shortlisted)
    }

    fn is_interested(&self) -> bool {
        self.answer.as_ref().is_some_and(|row| row.answer == Answer::Interested)
    }
}

/// One structure of a lot, for the author of the need.
#[derive(Debug)]
pub struct CandidateView {
    /// The need.
    pub need: Need,
    /// The lot.
    pub lot: LotKey,
    /// The structure.
    pub candidate: Candidate,
    /// Why it fits today; empty when it no longer does.
    pub reasons: Vec<Explained>,
    /// What both wrote about the lot, in its order.
    pub messages: Vec<Message>,
    /// What was answered to all about the lot or the need, in its order.
    pub shared: Vec<SharedAnswer>,
    /// Who to speak to, once it is interested; nobody before, but those whom everybody may read.
    pub people: Vec<ContactPerson>,
    /// Whether the reader writes to it, and keeps notes about it.
    pub writes: bool,
}

/// The structures of a lot, for the author of the need.
#[derive(Debug)]
pub struct ComparisonView {
    /// The need.
    pub need: Need,
    /// The lot.
    pub lot: LotKey,
    /// What was decided about the lot.
    pub followed: Option<LotFollowed>,
    /// The structures: those on the short list first, then those that are interested, then as they fit.
    pub candidates: Vec<Candidate>,
    /// Whether the reader chooses on what they are compared.
    pub writes: bool,
}

impl Backend {
    /// One structure of a lot, for the author of the need.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::NotFound`] when nothing ties it to the lot.
    pub async fn candidate_show(
        &self,
        actor: &Actor,
        id: Uuid,
        lot: LotKey,
        siret: Siret,
    ) -> Result<CandidateView> {
        let view = self.comparison_show(actor, id, lot).await?;
        let candidate = view.candidates.into_iter().find(|of| of.entry.structure.siret == siret);
        let candidate = candidate.ok_or(Error::NotFound)?;
        let messages = self.store.message_list_of(id, siret).await?;
        let mut shared = self.store.shared_list(id).await?;
        shared.retain(|of| of.lot.is_none_or(|only| only == lot));
        let draft = &view.need.draft;
        let prepared = draft.lot(lot).map(|(_, lot)| self.lot_prepare(lot.to_match(draft)));
        let reasons = prepared.zip(candidate.found.as_ref()).map(|(lot, found)| lot.explain(found));
        let mut people = self.store.catalogue_fetch(siret).await?.people;
        people.retain(|person| person.is_public || candidate.is_interested());
        Ok(CandidateView {
            people,
            reasons: reasons.unwrap_or_default(),
            messages: messages.into_iter().filter(|message| message.lot == lot).collect(),
            shared,
            candidate,
            lot,
            writes: view.writes,
            need: view.need,
        })
    }

    /// The structures of a lot, for the author of the need.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::NotFound`] when there is no such lot.
    pub async fn comparison_show(&self, actor: &Actor, id: Uuid, lot: LotKey) -> Result<ComparisonView> {
        let need = self.need_seen(actor, Action::NeedFollow, id).await?;
        let (_, of) = need.draft.lot(lot).ok_or(Error::NotFound)?;
        let candidates = self.candidate_list(&need, of).await?;
        let followed = self.store.followed_list(id).await?.into_iter().find(|of| of.lot == lot);
        let writes = may(actor, Action::SelectionKeep, &need.target()) == Verdict::Granted;
        Ok(ComparisonView { lot, followed, candidates, writes, need })
    }

    pub(super) async fn candidate_list(&self, need: &Need, lot: &LotDraft) -> Result<Vec<Candidate>> {
        let told = self.store.match_list(need.id).await?;
        let told: Vec<MatchRow> = told.into_iter().filter(|row| row.lot == lot.key).collect();
        let answers = self.store.answer_list(need.id).await?;
        let answers: Vec<AnswerRow> = answers.into_iter().filter(|row| row.lot == lot.key).collect();
        let messages = self.store.message_list(need.id).await?;
        let wrote = messages.iter().filter(|message| message.lot == lot.key).map(|message| message.siret);
        let tied = told.iter().map(|row| row.siret).chain(answers.iter().map(|row| row.siret)).chain(wrote);
        let tied: BTreeSet<Siret> = tied.collect();
        let selections = self.store.selection_list(need.id).await?;
        let catalogue = self.index.catalogue();
        let prepared = self.lot_prepare(lot.to_match(&need.draft));
        let candidate = |siret: Siret| {
            let entry = catalogue.structure_known(siret)?.clone();
            Some(Candidate {
                found: prepared.score(&entry.facts),
                told: told.iter().find(|row| row.siret == siret).cloned(),
                answer: answers.iter().find(|row| row.siret == siret).cloned(),
                selection: selections.iter().find(|of| of.siret == siret && of.lot == lot.key).cloned(),
                entry,
            })
        };
        let mut candidates: Vec<Candidate> = tied.into_iter().filter_map(candidate).collect();
        candidates.sort_by_key(|of| {
            let score = of.found.as_ref().map(|found| found.score);
            (!of.is_shortlisted(), !of.is_interested(), std::cmp::Reverse(score))
        });
        Ok(candidates)
    }

    /// Keeps what the author of a need notes about a structure. Nobody else reads it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::NotFound`] when there is no such lot or structure.
    pub async fn selection_keep(&self, actor: &Actor, need: Uuid, selection: &Selection) -> Result<()> {
        self.structure_known(selection.siret)?;
        let keep = async |tx: &mut Tx, held: HeldNeed| {
            held.need.draft.lot(selection.lot).ok_or(Error::NotFound)?;
            tx.selection_save(need, selection).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::SelectionKeep, need, keep).await.map(|_| ())
    }

    /// Chooses on what the structures of a lot are compared.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::Refused`] when nothing is chosen;
    /// [`Error::NotFound`] when there is no such lot.
    pub async fn aspects_choose(
        &self,
        actor: &Actor,
        need: Uuid,
        lot: LotKey,
        aspects: &[Aspect],
    ) -> Result<()> {
        if aspects.is_empty() {
            return Err(Error::Refused("Choisissez au moins un critère de comparaison.".to_owned()));
        }
        let choose = async |tx: &mut Tx, held: HeldNeed| {
            held.need.draft.lot(lot).ok_or(Error::NotFound)?;
            tx.aspects_save(need, lot, aspects, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::SelectionKeep, need, choose).await.map(|_| ())
    }
}
