//! Asking is learning: a structure of which nothing is known is asked, now and then, whether a need near it is its trade.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::jobs::{Still, Work};
use crate::mail::{Template, TradeAsk};
use crate::store::{ChangeKind, TradeAnswer, TradeQuestion, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::date;
use domain::matching::{Buys, Known, Match, PreparedLot, Tier, rank};
use domain::need::{LotKey, Need, lot_seed};
use domain::sector::SectorIx;
use domain::siret::Siret;
use domain::structure::{Activity, FicheField, Kind, Mode, Origin, Standing, Structure, usual_zones};
use domain::written::Written;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Structures that are asked for one lot, at most: the nearest.
const ASKED_MAX: usize = 20;
/// Least time between two questions to one structure, in seconds.
const FORTNIGHT: i64 = 14 * 86_400;

/// A question, as the page behind its link shows it.
#[derive(Debug)]
pub struct QuestionView {
    /// What was asked.
    pub question: TradeQuestion,
    /// Of whom.
    pub structure: Arc<Entry>,
    /// The need for which it was asked, if that is still there.
    pub need: Option<Need>,
}

/// Whom to ask about which sector, with the match that says why.
pub(crate) struct Ask {
    sector: SectorIx,
    mode: Mode,
    found: Match,
}

impl Backend {
    /// The structures that are worth a question about a lot: near it, reachable by mail, and nobody knows what they do.
    pub(crate) fn question_candidates(&self, need: Uuid, lots: &[(LotKey, PreparedLot)]) -> Vec<Ask> {
        let mut asks: BTreeMap<Siret, Ask> = BTreeMap::new();
        for (key, lot) in lots.iter().filter(|(_, lot)| lot.lot().buys == Buys::Trade) {
            let Some(sector) = lot.lot().sectors.first().copied() else { continue };
            let unknown = self
                .match_candidates(lot)
                .into_iter()
                .filter(|entry| entry.structure.is_told() && entry.facts.known() == Known::Nothing);
            let found = |entry: Arc<Entry>| {
                let found = lot.score(&entry.facts).filter(|found| found.tier() == Tier::Possible)?;
                let mode = lot.lot().mode_asked().unwrap_or_else(|| usual_mode(&entry.structure));
                Some(Ask { sector, mode, found })
            };
            let mut asked: Vec<Ask> = unknown.filter_map(found).collect();
            rank(&mut asked, &lot_seed(need, *key), |ask| &ask.found);
            for ask in asked.into_iter().take(ASKED_MAX) {
                asks.entry(ask.found.siret).or_insert(ask);
            }
        }
        asks.into_values().collect()
    }

    /// Asks those who were never asked about this sector, nor about anything for a fortnight; none of `told`, who get the
    /// need itself.
    pub(crate) async fn questions_ask(
        &self,
        tx: &mut Tx,
        need: &Need,
        asks: &[Ask],
        told: &BTreeSet<Siret>,
    ) -> Result<()> {
        let now = self.clock.now();
        for ask in asks.iter().filter(|ask| !told.contains(&ask.found.siret)) {
            // Held, in the order of the numbers: two needs at once ask one structure once.
            let Some(held) = tx.structure_hold(ask.found.siret).await? else { continue };
            let Some(contact) = held.contact.as_ref().filter(|_| held.is_told()) else { continue };
            let question = TradeQuestion {
                siret: held.siret,
                sector: ask.sector,
                mode: ask.mode,
                need: Some(need.id),
                asked_at: now,
                answer: None,
            };
            if tx.question_insert(&question, now - FORTNIGHT).await? {
                let mail = self.question_mail(need, ask, &held);
                let key = format!("ask:{}:{}", held.siret, ask.sector.slug());
                let still = Still::Open(need.id, held.siret);
                tx.mail_add_while(self, mail.mail(contact)?, still, key).await?;
            }
        }
        Ok(())
    }

    fn question_mail(&self, need: &Need, ask: &Ask, structure: &Structure) -> TradeAsk {
        let links = self.links();
        let draft = &need.draft;
        let away = match ask.found.km() {
            Some(0) => "sur place".to_owned(),
            Some(km) => format!("à {km}\u{a0}km"),
            None => "près de là".to_owned(),
        };
        TradeAsk {
            structure: structure.shown_name().to_owned(),
            sector: ask.sector.label().to_owned(),
            title: draft.title.clone(),
            place: draft.place.name(),
            away,
            deadline: date::long(draft.deadline),
            need_url: links.need(need.id),
            yes_url: links.trade_answer(structure, ask.sector, TradeAnswer::Yes.code()),
            no_url: links.trade_answer(structure, ask.sector, TradeAnswer::No.code()),
            other_url: links.trade_answer(structure, ask.sector, "autre"),
            stop_url: links.alerts_stop(structure),
        }
    }

    /// What a structure was asked about a sector.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not answer for it; [`Error::NotFound`] when nothing was asked.
    pub async fn question_show(&self, actor: &Actor, siret: Siret, sector: SectorIx) -> Result<QuestionView> {
        self.authorise(actor, Action::TradeShow, Target::Trade(siret, sector))?;
        let question = self.store.question_fetch(siret, sector).await?.ok_or(Error::NotFound)?;
        let need = match question.need {
            Some(id) => self.store.need_fetch(id).await?,
            None => None,
        };
        Ok(QuestionView { structure: self.structure_known(siret)?, need, question })
    }

    /// Keeps the answer of a structure: its activity from now on, or one that it does not do. Open needs that it then fits
    /// are mailed to it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not answer for it; [`Error::NotFound`] when nothing was asked.
    pub async fn question_answer(
        &self,
        actor: &Actor,
        siret: Siret,
        sector: SectorIx,
        answer: TradeAnswer,
    ) -> Result<QuestionView> {
        let asked = self.question_show(actor, siret, sector).await?.question;
        let now = self.clock.now();
        let keep = async |tx: &mut Tx, mut structure: Structure| {
            answer_apply(&mut structure, &asked, answer);
            tx.structure_save(&structure, now).await?;
            let said = structure.activities.iter().filter(|a| a.sector == sector);
            let said: Vec<FicheField> = said.map(FicheField::of_activity).collect();
            tx.said_save(siret, &said, Origin::Structure, now).await?;
            // Its first word is of today; of a page that it keeps, it says nothing but this.
            if structure.vouched_on.is_none() {
                tx.structure_vouch(siret, now).await?;
            }
            tx.question_answer(siret, sector, answer, now).await?;
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            if answer == TradeAnswer::Yes {
                let key = format!("structure_tell:{siret}:{}", self.clock.id());
                tx.work_add(self, &Work::StructureTell { siret }, key).await?;
            }
            Ok(Deed::Kept(()))
        };
        let target = Target::Trade(siret, sector);
        self.structure_write(actor, Action::TradeAnswer, target, siret, keep).await?;
        self.question_show(actor, siret, sector).await
    }

    /// « Voici ce que nous faisons »: mails the link of its page to the structure of a question.
    ///
    /// # Errors
    /// As [`Backend::question_show`].
    pub async fn question_manage(
        &self,
        actor: &Actor,
        siret: Siret,
        sector: SectorIx,
    ) -> Result<QuestionView> {
        let view = self.question_show(actor, siret, sector).await?;
        self.manage_link_send(actor, siret).await?;
        Ok(view)
    }
}

fn usual_mode(structure: &Structure) -> Mode {
    structure.kinds.iter().next().map_or(Mode::Prestation, Kind::usual_mode)
}

/// Writes the answer into the activities: what the structure says of the sector takes the place of all that was known.
fn answer_apply(structure: &mut Structure, asked: &TradeQuestion, answer: TradeAnswer) {
    let standing = match answer {
        TradeAnswer::Yes => Standing::Confirmed,
        TradeAnswer::No => Standing::Dismissed,
    };
    let mut of_sector = structure.activities.iter_mut().filter(|a| a.sector == asked.sector).peekable();
    if of_sector.peek().is_some() {
        of_sector.for_each(|activity| activity.standing = standing);
        return;
    }
    structure.activities.push(Activity {
        sector: asked.sector,
        mode: asked.mode,
        zones: usual_zones(structure.kinds, structure.seat()).into_iter().map(Written::Known).collect(),
        standing,
        because: String::new(),
        hours_per_month: None,
        orders: None,
    });
    structure.activities.sort_by_key(|a| (a.sector.slug(), a.mode.code()));
}
