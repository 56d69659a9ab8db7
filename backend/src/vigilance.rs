//! What looks wrong among published needs and structures, for administrators; and what readers report.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::NeedEntry;
use crate::mail::{NeedWithdrawn, Template};
use crate::store::{ReportRow, Reported, Tx};
use crate::write::{Deed, HeldNeed};
use domain::access::{Action, Actor, Target};
use domain::siret::Siret;
use domain::vigilance::{Around, LOOKED_AT, Report, Signal, domain_of, points, signals};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

const DAY: i64 = 86_400;
/// Days for which a need that nobody reports may look wrong.
const LOOKED_AT_DAYS: i64 = 30;

/// A need that looks wrong.
#[derive(Debug)]
pub struct Suspect {
    /// The need.
    pub entry: Arc<NeedEntry>,
    /// Why, the heaviest first.
    pub signals: Vec<Signal>,
    /// What its readers say.
    pub reports: Vec<ReportRow>,
}

/// What looks wrong.
#[derive(Debug)]
pub struct Vigilance {
    /// Needs, the most points first.
    pub needs: Vec<Suspect>,
    /// What is reported of structures, the oldest first.
    pub structures: Vec<ReportRow>,
}

impl Backend {
    /// Keeps what a reader finds wrong with something that is public.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not public.
    pub async fn report_write(&self, actor: &Actor, on: Reported, report: Report) -> Result<()> {
        let target = match on {
            Reported::Need(need) => self.need_show(need)?.need.target(),
            Reported::Structure(siret) => {
                self.structure_show(siret)?;
                Target::Structure(siret)
            }
        };
        let row = ReportRow { id: self.clock.id(), on, report, reported_at: self.clock.now() };
        let keep = async |tx: &mut Tx| tx.report_insert(&row).await.map(Deed::Kept);
        self.write(actor, Action::ReportWrite, target, keep).await.map(|_| ())
    }

    /// What looks wrong, for administrators.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn vigilance(&self) -> Result<Vigilance> {
        let (cleared, open) = (self.store.cleared_list().await?, self.store.report_open().await?);
        let mut reports: HashMap<Uuid, Vec<ReportRow>> = HashMap::new();
        let mut structures = Vec::new();
        for row in open {
            match row.on {
                Reported::Need(need) => reports.entry(need).or_default().push(row),
                Reported::Structure(_) => structures.push(row),
            }
        }
        let catalogue = self.index.catalogue();
        let all: Vec<&Arc<NeedEntry>> = catalogue.needs().collect();
        let since = self.clock.now() - LOOKED_AT_DAYS * DAY;
        let mut needs: Vec<Suspect> = Vec::new();
        for entry in &all {
            let own = reports.remove(&entry.need.id).unwrap_or_default();
            let published = entry.need.published_at.unwrap_or_default();
            let is_recent = published >= since && !cleared.contains_key(&entry.need.id);
            if own.is_empty() && !is_recent {
                continue;
            }
            let found = self.signals_of(entry, &all, own.len());
            // What was found right once is looked at again for what readers say since, and for nothing else.
            let found: Vec<Signal> = found
                .into_iter()
                .filter(|signal| is_recent || matches!(signal, Signal::Reported(_)))
                .collect();
            if points(&found) >= LOOKED_AT {
                needs.push(Suspect { entry: Arc::clone(entry), signals: found, reports: own });
            }
        }
        needs.sort_by_key(|suspect| (Reverse(points(&suspect.signals)), suspect.entry.need.id));
        Ok(Vigilance { needs, structures })
    }

    fn signals_of(&self, entry: &NeedEntry, all: &[&Arc<NeedEntry>], reports: usize) -> Vec<Signal> {
        let need = &entry.need;
        let Some(author) = &need.author else { return Vec::new() };
        let published = need.published_at.unwrap_or_default();
        let (mut of_author, mut of_domain_before) = (0, 0);
        let domain = domain_of(author);
        for other in all.iter().map(|other| &other.need) {
            let (Some(by), Some(at)) = (&other.author, other.published_at) else { continue };
            of_author += u64::from(by.is_same_mailbox(author) && (at - published).abs() < DAY);
            of_domain_before += u64::from(at < published && domain_of(by) == domain);
        }
        let named = need.draft.buyer.siret.and_then(|siret| self.structure_known(siret).ok());
        let around = Around {
            buyer: &need.draft.buyer,
            author,
            structure_of_siret: named.as_ref().map(|entry| entry.structure.shown_name()),
            of_author,
            of_domain_before,
            reports: u64::try_from(reports).unwrap_or(u64::MAX),
        };
        signals(&around)
    }

    /// Says that a need is right: what is known of it so far counts no more.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::NotFound`] when there is no such need.
    pub async fn need_clear(&self, actor: &Actor, need: Uuid) -> Result<()> {
        self.authorise(actor, Action::ReportSettle, Target::Administration)?;
        let clear = async |tx: &mut Tx, held: HeldNeed| {
            tx.need_clear(held.need.id, self.clock.now()).await.map(Deed::Kept)
        };
        self.need_write(actor, Action::ReportSettle, need, clear).await.map(|_| ())
    }

    /// Says that somebody saw to what is reported of a structure.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::NotFound`] when it was seen to before.
    pub async fn report_settle(&self, actor: &Actor, siret: Siret, report: Uuid) -> Result<()> {
        let settle = async |tx: &mut Tx| match tx.report_settle(report, self.clock.now()).await? {
            true => Ok(Deed::Kept(())),
            false => Err(Error::NotFound),
        };
        self.write(actor, Action::ReportSettle, Target::Structure(siret), settle).await.map(|_| ())
    }

    /// Takes a need out: nobody sees it any more, nobody is told of it, and its author learns why.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::Refused`] without a reason; [`Error::NotFound`] when
    /// it is not published, or was taken out before.
    pub async fn need_withdraw(&self, actor: &Actor, need: Uuid, why: &str) -> Result<()> {
        self.authorise(actor, Action::NeedWithdraw, Target::Administration)?;
        let why = why.trim();
        if why.is_empty() {
            return Err(Error::Refused("Dites pourquoi\u{a0}: l’auteur du besoin le lira.".to_owned()));
        }
        let withdraw = async |tx: &mut Tx, held: HeldNeed| {
            let now = self.clock.now();
            if !tx.need_withdraw(need, now).await? {
                return Err(Error::NotFound);
            }
            if let Some(author) = &held.need.author {
                let mail = NeedWithdrawn {
                    title: held.need.draft.title.clone(),
                    why: why.to_owned(),
                    follow_url: self.links().need_follow(&held.need),
                };
                tx.mail_add(self, mail.mail(author)?, format!("need_withdraw:{need}")).await?;
            }
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::NeedWithdraw, need, withdraw).await.map(|_| ())
    }
}
