//! A structure keeps its own page, from a signed link mailed to its contact.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::jobs::Work;
use crate::mail::{ContactChanged, ContactConfirm, ManageLink, Template};
use crate::store::{ChangeKind, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Target};
use domain::date;
use domain::email::EmailAddress;
use domain::hours::CAPACITY_MAX;
use domain::legal::{Ess, Evidence, Share};
use domain::matching::Tier;
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{
    Activity, ConventionTerms, DESCRIPTION_MAX, Kind, Mode, Network, Standing, Structure,
};
use domain::territory::{PlaceReading, ZONES_MAX, Zone, zones_read as zones_typed, zones_shown};
use domain::text::and_list;
use domain::web::WebAddress;
use domain::written::Written;
use jiff::civil::Date;
use std::sync::Arc;
use uuid::Uuid;

/// Most activities of one structure.
const ACTIVITIES_MAX: usize = 40;
/// Seconds.
const HOUR: i64 = 3_600;
/// Most conventions of one kind.
const CONVENTIONS_MAX: usize = 20;
/// Longest number or proof of a convention, in characters.
const CONVENTION_TEXT_MAX: usize = 200;

/// What [`ConventionForm::which`] says of a convention that is to be added.
pub const CONVENTION_NEW: &str = "nouvelle";

/// What the structure says of an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityDecision {
    /// « Nous le faisons ».
    Confirm,
    /// « Nous ne le faisons pas ».
    Dismiss,
}

/// An activity to be added, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityForm {
    /// Slug or label of the sector.
    pub sector: String,
    /// Code of the mode.
    pub mode: String,
    /// Zone codes or names of places, parted by `|`, `,` or `;`.
    pub zones: String,
}

/// The mode and the zones of an activity that is there, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityChange {
    /// Slug of its sector.
    pub sector: String,
    /// Code of the mode that it has.
    pub mode: String,
    /// Code of the mode that it is to have.
    pub mode_typed: String,
    /// Its zones, as the page showed them or as they are to be.
    pub zones: String,
    /// Whether what the page proposed for zones that are no longer known is taken.
    pub is_meant: bool,
}

/// What a form of the page brings. What it does not bring stays as stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ManageForm {
    /// Decisions, by sector and mode.
    pub decisions: Vec<(String, String, ActivityDecision)>,
    /// Activities to be added.
    pub add: Vec<ActivityForm>,
    /// Mode and zones of activities that are there; what says the same changes nothing.
    pub changes: Vec<ActivityChange>,
    /// Hours of work a month; empty means unknown.
    pub hours: Option<String>,
    /// Whether hours that raised a doubt are meant.
    pub hours_meant: bool,
    /// Contact address; empty means none.
    pub contact: Option<String>,
    /// Whether none is meant, where there was one.
    pub contact_none_meant: bool,
    /// What it says of itself.
    pub description: Option<String>,
    /// Public site; empty means none.
    pub website: Option<String>,
    /// Workers in insertion or disabled, and all workers; both empty mean unknown.
    pub share: Option<(String, String)>,
    /// Day on which they were counted; empty when it is not known.
    pub share_on: Option<String>,
    /// What is known of its conventions.
    pub conventions: Vec<ConventionForm>,
    /// Code of its network; empty means none.
    pub network: Option<String>,
    /// Code of its statute in the social economy; empty means that its legal form decides.
    pub ess: Option<String>,
}

/// What is known of a convention, as typed; empty means unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConventionForm {
    /// Code of its kind.
    pub kind: String,
    /// Which one of its kind: its [`ConventionTerms::key`], [`CONVENTION_NEW`], or nothing for the only one.
    pub which: String,
    /// Its number.
    pub number: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Full-time jobs in insertion.
    pub etp: String,
    /// What shows it.
    pub proof: String,
}

/// Where on the page something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManageField {
    /// The list of activities.
    Activities,
    /// Sector of the activity to be added.
    Sector,
    /// Its mode.
    Mode,
    /// Its zones.
    Zones,
    /// Capacity.
    Hours,
    /// Contact address.
    Contact,
    /// Description.
    Description,
    /// Site.
    Website,
    /// Workers concerned.
    Share,
    /// A convention.
    Convention,
}

/// What is to be corrected, in French, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManageViolation {
    /// Where.
    pub field: ManageField,
    /// What to do, a whole sentence.
    pub message: String,
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManageOutcome {
    /// It is written.
    Saved {
        /// Whether searches already know it; else they will when the index is free.
        searchable: bool,
    },
    /// Nothing is written.
    Refused(Vec<ManageViolation>),
}

/// The page of a structure, for itself.
#[derive(Debug)]
pub struct ManageView {
    /// The structure, as stored.
    pub structure: Structure,
    /// Open needs that fit it, with the score.
    pub needs: Vec<(Arc<crate::index::NeedEntry>, u8)>,
}

impl Backend {
    /// Mails the link to its page to the contact of a structure. Says nothing of whether it has one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn manage_link_send(&self, actor: &Actor, siret: Siret) -> Result<()> {
        let send = async |tx: &mut Tx| {
            let key = format!("manage_link:{siret}:{}", self.clock.id());
            tx.work_add(self, &Work::ManageLink { siret }, key).await?;
            Ok(Deed::Kept(()))
        };
        self.write(actor, Action::ManageLinkSend, Target::Structure(siret), send).await.map(|_| ())
    }

    /// Writes the mail with the link to the page of a structure, if it has a contact.
    pub(crate) async fn manage_link_mail(&self, siret: Siret, job: Uuid) -> Result<()> {
        let structure = self.store.structure_fetch(siret).await?;
        let write = async |tx: &mut Tx| {
            if let Some((structure, contact)) =
                structure.as_ref().and_then(|s| Some((s, s.contact.as_ref()?)))
            {
                let mail = ManageLink {
                    structure: structure.shown_name().to_owned(),
                    manage_url: self.links().structure_manage(structure),
                };
                tx.mail_add(self, mail.mail(contact)?, format!("manage:{job}")).await?;
            }
            tx.job_done(job, self.clock.now()).await?;
            Ok(Deed::Kept(()))
        };
        self.write(&Actor::Job, Action::MailWrite, Target::Structure(siret), write).await.map(|_| ())
    }

    /// The page of a structure, for itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep it.
    pub async fn manage_show(&self, actor: &Actor, siret: Siret) -> Result<ManageView> {
        self.authorise(actor, Action::StructureManageShow, Target::Structure(siret))?;
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        let entry = self.structure_show(siret)?;
        Ok(ManageView { structure, needs: self.needs_fitting(&entry) })
    }

    fn needs_fitting(&self, entry: &Entry) -> Vec<(Arc<crate::index::NeedEntry>, u8)> {
        let mut fitting: Vec<(Arc<crate::index::NeedEntry>, u8)> = self
            .needs_open()
            .into_iter()
            .filter_map(|need| {
                let found = need.need.lots().filter_map(|(_, lot)| self.lot_prepare(lot).score(&entry.facts));
                let best = found.filter(|found| found.tier() == Tier::Fits).map(|found| found.score).max()?;
                Some((need, best))
            })
            .collect();
        fitting.sort_by_key(|(need, score)| (std::cmp::Reverse(*score), need.need.id));
        fitting
    }

    /// Writes what a structure says of itself; open needs that now fit are mailed to it. Another contact becomes the
    /// contact when it is confirmed from its own mailbox; none, at once.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep its page.
    pub async fn manage_save(&self, actor: &Actor, siret: Siret, form: &ManageForm) -> Result<ManageOutcome> {
        let now = self.clock.now();
        let save = async |tx: &mut Tx, mut structure: Structure| {
            let wrong = apply(&mut structure, form, self.clock.today());
            if !wrong.is_empty() {
                return Ok(Deed::Nothing(wrong));
            }
            if let Some(contact) = form.contact.as_deref().and_then(|text| contact_read(text).ok()) {
                self.contact_change(tx, &mut structure, contact).await?;
            }
            tx.structure_save(&structure, now).await?;
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            let key = format!("structure_tell:{siret}:{}", self.clock.id());
            tx.work_add(self, &Work::StructureTell { siret }, key).await?;
            Ok(Deed::Kept(Vec::new()))
        };
        let target = Target::Structure(siret);
        let outcome = self.structure_write(actor, Action::StructureManage, target, siret, save).await?;
        Ok(match outcome.value.is_empty() {
            true => ManageOutcome::Saved { searchable: outcome.searchable },
            false => ManageOutcome::Refused(outcome.value),
        })
    }

    /// What another contact asks for: a mail that confirms it, to its own mailbox. None is none at once, and whoever it was
    /// learns so.
    async fn contact_change(
        &self,
        tx: &mut Tx,
        structure: &mut Structure,
        contact: Option<EmailAddress>,
    ) -> Result<()> {
        let siret = structure.siret;
        let Some(asked) = contact else {
            tx.contact_ask(siret, None).await?;
            let before = structure.contact.take();
            return self.contact_changed_tell(tx, structure, before).await;
        };
        if structure.contact.as_ref().is_some_and(|now| now.is_same_mailbox(&asked)) {
            return tx.contact_ask(siret, None).await;
        }
        // Saved again, it is asked again within the hour once: the first mail may be lost.
        let is_asked = structure.contact_asked.as_ref().is_some_and(|before| before.is_same_mailbox(&asked));
        let key = match is_asked {
            true => format!("contact_ask:{siret}:{}:{}", structure.link_number, self.clock.now() / HOUR),
            false => format!("contact_ask:{siret}:{}", self.clock.id()),
        };
        tx.contact_ask(siret, Some(&asked)).await?;
        let mail = ContactConfirm {
            structure: structure.shown_name().to_owned(),
            confirm_url: self.links().contact_confirm(structure),
            public_url: format!("{}/structures/{siret}", self.public_url),
        };
        tx.mail_add(self, mail.mail(&asked)?, key).await
    }

    /// Whoever holds a link can change the contact: the one who had it learns so.
    async fn contact_changed_tell(
        &self,
        tx: &mut Tx,
        structure: &Structure,
        before: Option<EmailAddress>,
    ) -> Result<()> {
        let Some(before) = before else { return Ok(()) };
        let siret = structure.siret;
        let mail = ContactChanged {
            structure: structure.shown_name().to_owned(),
            public_url: format!("{}/structures/{siret}", self.public_url),
        };
        tx.mail_add(self, mail.mail(&before)?, format!("contact:{siret}:{}", self.clock.id())).await
    }

    /// A structure whose contact is to be confirmed, with the address that is.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not get that mail; [`Error::Refused`] when nothing is to be confirmed.
    pub async fn contact_confirm_show(
        &self,
        actor: &Actor,
        siret: Siret,
    ) -> Result<(Structure, EmailAddress)> {
        self.authorise(actor, Action::ContactConfirm, Target::Structure(siret))?;
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        let asked = structure.contact_asked.clone().ok_or_else(nothing_to_confirm)?;
        Ok((structure, asked))
    }

    /// Makes the address that waits the contact of a structure: the mails of its needs go there from now on, and the links
    /// that the one before had are good no more.
    ///
    /// # Errors
    /// As [`Backend::contact_confirm_show`].
    pub async fn contact_confirm(&self, actor: &Actor, siret: Siret) -> Result<Structure> {
        let confirm = async |tx: &mut Tx, mut structure: Structure| {
            let asked = structure.contact_asked.take().ok_or_else(nothing_to_confirm)?;
            let before = structure.contact.replace(asked);
            structure.alerts_stopped = false;
            let now = self.clock.now();
            tx.contact_ask(siret, None).await?;
            self.contact_changed_tell(tx, &structure, before).await?;
            tx.structure_save(&structure, now).await?;
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            let key = format!("structure_tell:{siret}:{}", self.clock.id());
            tx.work_add(self, &Work::StructureTell { siret }, key).await?;
            Ok(Deed::Kept(structure))
        };
        let target = Target::Structure(siret);
        Ok(self.structure_write(actor, Action::ContactConfirm, target, siret, confirm).await?.value)
    }
}

impl Backend {
    /// The link to the page of a structure, for who has just shown to be its contact.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn manage_url_of(&self, siret: Siret) -> Result<String> {
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        Ok(self.links().structure_manage(&structure))
    }
}

fn nothing_to_confirm() -> Error {
    Error::Refused("Cette adresse est déjà confirmée, ou une autre a été donnée depuis.".to_owned())
}

/// What a field says, or why it cannot be.
type Read<T> = std::result::Result<T, ManageViolation>;

fn refused<T>(field: ManageField, message: impl Into<String>) -> Read<T> {
    Err(ManageViolation { field, message: message.into() })
}

/// Writes the form into the structure; everything that cannot be, of every field.
fn apply(structure: &mut Structure, form: &ManageForm, today: Date) -> Vec<ManageViolation> {
    let mut outcomes: Vec<Read<()>> =
        form.decisions.iter().map(|decision| activity_decide(structure, decision)).collect();
    outcomes.extend(form.changes.iter().map(|change| activity_change(structure, change)));
    outcomes.extend(form.add.iter().map(|add| activity_add(structure, add)));
    if let Some(text) = &form.hours {
        outcomes.push(hours_apply(structure, text, form.hours_meant, today));
    }
    if let Some(text) = &form.contact {
        outcomes.push(contact_check(structure, text, form.contact_none_meant));
    }
    if let Some(text) = &form.description {
        outcomes.push(description_read(text).map(|description| structure.description = description));
    }
    if let Some(text) = &form.website {
        outcomes.push(website_read(text).map(|website| structure.website = website));
    }
    if let Some((concerned, workers)) = &form.share {
        let day = form.share_on.as_deref().unwrap_or_default();
        outcomes.push(share_read(concerned, workers, day).map(|share| {
            // What a document attests stays attested as long as it says the same.
            if !share.counts_as(structure.share) {
                structure.share = share;
            }
        }));
    }
    outcomes.extend(form.conventions.iter().map(|form| convention_apply(structure, form)));
    if let Some(network) = form.network.as_deref().and_then(Network::parse) {
        structure.network = network;
    }
    if let Some(ess) = form.ess.as_deref().and_then(Ess::parse) {
        structure.ess = ess;
    }
    outcomes.into_iter().filter_map(Read::err).collect()
}

fn activity_decide(
    structure: &mut Structure,
    (sector, mode, decision): &(String, String, ActivityDecision),
) -> Read<()> {
    let standing = match decision {
        ActivityDecision::Confirm => Standing::Confirmed,
        ActivityDecision::Dismiss => Standing::Dismissed,
    };
    let mut known = structure.activities.iter_mut();
    if let Some(activity) = known.find(|a| a.sector.slug() == sector && a.mode.code() == mode) {
        activity.standing = standing;
        return Ok(());
    }
    let mut kept = structure.activities_kept.iter_mut();
    if let Some(activity) = kept.find(|a| a.sector == *sector && a.mode == *mode) {
        activity.standing = standing.code().to_owned();
        return Ok(());
    }
    refused(ManageField::Activities, "Cette activité n’existe plus\u{a0}: rechargez la page.")
}

fn contact_read(text: &str) -> Read<Option<EmailAddress>> {
    match text.trim() {
        "" => Ok(None),
        text => match EmailAddress::parse(text) {
            Ok(address) => Ok(Some(address)),
            Err(error) => refused(ManageField::Contact, format!("Contact\u{a0}: {error}.")),
        },
    }
}

/// Whether an address can be asked, or none is meant: without one nobody gets a link to the page any more.
fn contact_check(structure: &Structure, text: &str, none_meant: bool) -> Read<()> {
    let is_emptied = text.trim().is_empty() && structure.contact.is_some();
    if is_emptied && !none_meant {
        return refused(
            ManageField::Contact,
            "Contact\u{a0}: sans adresse, vous ne recevrez plus de besoins, ni de lien pour tenir cette fiche\u{a0}; il faudra en redonner une à qui tient ce service (mentions légales). Cochez la case si c’est voulu.",
        );
    }
    contact_read(text).map(|_| ())
}

fn description_read(text: &str) -> Read<String> {
    if text.chars().count() > DESCRIPTION_MAX {
        return refused(ManageField::Description, "Présentation\u{a0}: raccourcissez à 3 000 caractères.");
    }
    Ok(text.trim().to_owned())
}

fn share_read(concerned: &str, workers: &str, day: &str) -> Read<Share> {
    let on = match day.trim() {
        "" => None,
        day => match date::parse(day) {
            Some(on) => Some(on),
            None => {
                return refused(ManageField::Share, "Travailleurs\u{a0}: écrivez le jour comme 30/06/2026.");
            }
        },
    };
    let (concerned, workers) = (concerned.trim(), workers.trim());
    if concerned.is_empty() && workers.is_empty() {
        return Ok(Share::Unknown);
    }
    if let Some(share) = Share::parse(&format!("{concerned}/{workers}")) {
        return Ok(share.with_evidence(Evidence::Declared, on));
    }
    let message = match (concerned.parse::<u32>(), workers.parse::<u32>()) {
        (Ok(part), Ok(all)) => format!(
            "Travailleurs\u{a0}: {part} sur {all} ne se peut pas, le premier nombre compte une partie du second."
        ),
        _ => "Travailleurs\u{a0}: écrivez deux nombres, par exemple 25 sur 35.".to_owned(),
    };
    refused(ManageField::Share, message)
}

fn convention_apply(structure: &mut Structure, form: &ConventionForm) -> Read<()> {
    let wrong =
        |message: &str| ManageViolation { field: ManageField::Convention, message: message.to_owned() };
    let kind = Kind::parse(&form.kind).filter(|kind| structure.kinds.contains(*kind));
    let kind =
        kind.ok_or_else(|| wrong("Convention\u{a0}: ce type n’est pas le vôtre, rechargez la page."))?;
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        text => date::parse(text)
            .map(Some)
            .ok_or_else(|| wrong(&format!("Convention {kind}\u{a0}: écrivez les dates comme 31/12/2026."))),
    };
    let (from, to) = (day(&form.from)?, day(&form.to)?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(wrong(&format!("Convention {kind}\u{a0}: elle ne peut pas finir avant de commencer.")));
    }
    let etp = match form.etp.trim() {
        "" => None,
        text => Some(ConventionTerms::etp_parse(text).ok_or_else(|| {
            wrong(&format!("Convention {kind}\u{a0}: écrivez les équivalents temps plein comme 12,5."))
        })?),
    };
    let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (number, proof) = (text(&form.number), text(&form.proof));
    if number.chars().count() > CONVENTION_TEXT_MAX || proof.chars().count() > CONVENTION_TEXT_MAX {
        return Err(wrong(&format!("Convention {kind}\u{a0}: raccourcissez à 200 caractères.")));
    }
    let terms = ConventionTerms { kind, number, from, to, etp_hundredths: etp, proof };
    let mut others = structure.conventions.clone();
    match convention_at(&others, kind, &form.which) {
        Some(Some(at)) => drop(others.remove(at)),
        Some(None) => {}
        None => {
            let message = format!("Convention {kind}\u{a0}: elle a changé depuis, rechargez la page.");
            return Err(wrong(&message));
        }
    }
    if terms.says_something() {
        others.push(terms);
    }
    ConventionTerms::sort(&mut others);
    if others.iter().filter(|known| known.kind == kind).count() > CONVENTIONS_MAX {
        return Err(wrong(&format!("Convention {kind}\u{a0}: {CONVENTIONS_MAX} au plus de ce type.")));
    }
    structure.conventions = others;
    Ok(())
}

/// Where the convention of a form stands among those that are known: nowhere for a new one; `None` when it is not there any
/// more.
fn convention_at(known: &[ConventionTerms], kind: Kind, which: &str) -> Option<Option<usize>> {
    let mut of_kind = known.iter().enumerate().filter(|(_, terms)| terms.kind == kind);
    match which {
        CONVENTION_NEW => Some(None),
        "" => match (of_kind.next(), of_kind.next()) {
            (only, None) => Some(only.map(|(at, _)| at)),
            (_, Some(_)) => None,
        },
        key => of_kind.find(|(_, terms)| terms.key() == key).map(|(at, _)| Some(at)),
    }
}

fn website_read(text: &str) -> Read<String> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    WebAddress::parse(text).map(|address| address.to_string()).map_err(|_| ManageViolation {
        field: ManageField::Website,
        message: "Site internet\u{a0}: écrivez une adresse comme https://www.exemple.fr.".to_owned(),
    })
}

fn hours_apply(structure: &mut Structure, text: &str, meant: bool, today: Date) -> Read<()> {
    let hours = hours_read(text)?;
    let is_new = hours != structure.hours_per_month;
    let doubt = hours.filter(|_| is_new && !meant).and_then(|hours| structure.capacity_doubt(hours, today));
    if let Some(doubt) = doubt {
        return refused(ManageField::Hours, format!("Capacité\u{a0}: {doubt}"));
    }
    structure.hours_per_month = hours;
    Ok(())
}

fn hours_read(text: &str) -> Read<Option<u32>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Ok(None);
    }
    let message = match digits.parse::<u32>() {
        Ok(hours) if hours <= CAPACITY_MAX => return Ok(Some(hours)),
        Ok(_) => "Capacité\u{a0}: c’est plus de 200 000 heures par mois\u{a0}; vérifiez l’unité.",
        Err(_) => "Capacité\u{a0}: écrivez un nombre d’heures par mois, par exemple 900.",
    };
    refused(ManageField::Hours, message)
}

/// Writes another mode or other zones of an activity; what says the same, as the page shows it, changes nothing.
fn activity_change(structure: &mut Structure, change: &ActivityChange) -> Read<()> {
    let mut known = structure.activities.iter();
    let found = known.find(|a| a.sector.slug() == change.sector && a.mode.code() == change.mode);
    let Some(activity) = found.cloned() else {
        return refused(ManageField::Activities, "Cette activité n’existe plus\u{a0}: rechargez la page.");
    };
    let Some(mode) = Mode::parse(&change.mode_typed) else {
        return refused(ManageField::Activities, "Activité\u{a0}: choisissez une forme.");
    };
    let is_same = mode == activity.mode && change.zones.trim() == zones_shown(&activity.zones);
    if is_same && !change.is_meant {
        return Ok(());
    }
    let at = |wrong: ManageViolation| ManageViolation {
        field: ManageField::Activities,
        message: format!("{}\u{a0}: {}", activity.sector.label(), wrong.message),
    };
    let zones = zones_read(&change.zones).map_err(at)?.into_iter().map(Written::Known).collect();
    let is_old = |a: &Activity| a.sector == activity.sector && (a.mode == activity.mode || a.mode == mode);
    structure.activities.retain(|a| !is_old(a));
    // Whoever says where it works says that it does it.
    let standing = if activity.standing.is_live() { Standing::Confirmed } else { activity.standing };
    structure.activities.push(Activity { mode, zones, standing, ..activity });
    Ok(())
}

fn activity_add(structure: &mut Structure, form: &ActivityForm) -> Read<()> {
    let Some(sector) = Sectors::get().of_field(&form.sector) else {
        let unknown = match form.sector.trim() {
            "" => "Activité à ajouter".to_owned(),
            typed => format!("Nous ne connaissons pas le secteur «\u{a0}{typed}\u{a0}»"),
        };
        return refused(
            ManageField::Sector,
            format!("{unknown}\u{a0}: choisissez un secteur dans la liste."),
        );
    };
    let Some(mode) = Mode::parse(&form.mode) else {
        return refused(ManageField::Mode, "Activité à ajouter\u{a0}: choisissez une forme.");
    };
    let zones = zones_read(&form.zones)?.into_iter().map(Written::Known).collect();
    let is_same = |a: &Activity| a.sector == sector && a.mode == mode;
    // Written again with other zones, it still takes as many hours.
    let hours_per_month = structure.activities.iter().find(|a| is_same(a)).and_then(|a| a.hours_per_month);
    let standing = Standing::Confirmed;
    let added = Activity { sector, mode, zones, standing, because: String::new(), hours_per_month };
    structure.activities.retain(|a| !is_same(a));
    structure.activities_kept.retain(|a| a.sector != sector.slug() || a.mode != mode.code());
    if structure.activities.len() >= ACTIVITIES_MAX {
        return refused(
            ManageField::Activities,
            "Quarante activités au plus\u{a0}: écartez-en une avant d’en ajouter.",
        );
    }
    structure.activities.push(added);
    Ok(())
}

fn zones_read(text: &str) -> Read<Vec<Zone>> {
    let zones = match zones_typed(text) {
        Ok(zones) => zones,
        Err(doubt) => {
            let said = match &doubt.reading {
                PlaceReading::Unknown { nearest } if nearest.is_empty() => {
                    format!("nous ne connaissons pas «\u{a0}{}\u{a0}».", doubt.typed)
                }
                PlaceReading::Unknown { nearest } => {
                    let names: Vec<String> = nearest.iter().map(|place| place.name()).collect();
                    format!(
                        "nous ne connaissons pas «\u{a0}{}\u{a0}»\u{a0}; le plus proche\u{a0}: {}.",
                        doubt.typed,
                        and_list(&names)
                    )
                }
                _ => format!("{doubt}."),
            };
            return refused(ManageField::Zones, format!("Zone\u{a0}: {said}"));
        }
    };
    if zones.is_empty() {
        return refused(
            ManageField::Zones,
            "Activité à ajouter\u{a0}: dites où, par exemple «\u{a0}Haute-Garonne\u{a0}» ou «\u{a0}50km\u{a0}».",
        );
    }
    if zones.len() > ZONES_MAX {
        let text = format!("Zone\u{a0}: {ZONES_MAX} au plus, choisissez-en de plus larges.");
        return refused(ManageField::Zones, text);
    }
    Ok(zones)
}
