//! A structure keeps its own page, from a signed link mailed to its contact.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::jobs::Work;
use crate::links::Grant;
use crate::mail::{ManageLink, Template};
use crate::needs::held_by_another;
use crate::store::ChangeKind;
use domain::email::EmailAddress;
use domain::sector::{SectorIx, Sectors};
use domain::siret::Siret;
use domain::structure::{Activity, Mode, Standing, Structure};
use domain::territory::{Atlas, Zone, zones_parse};
use std::sync::Arc;

/// Most activities of one structure.
const ACTIVITIES_MAX: usize = 40;
/// A capacity above this many hours a month is taken for a slip (1,600 full-time jobs).
const HOURS_MAX: u32 = 200_000;
/// Longest description, in characters.
const DESCRIPTION_MAX: usize = 3_000;

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

/// What the form of the page brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ManageForm {
    /// Decisions, by sector and mode.
    pub decisions: Vec<(String, String, ActivityDecision)>,
    /// The activity to be added; an empty sector adds none.
    pub add: ActivityForm,
    /// Hours of work a month; empty means unknown.
    pub hours: String,
    /// Contact address.
    pub contact: String,
    /// What it says of itself.
    pub description: String,
    /// Public site.
    pub website: String,
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
    pub async fn manage_link_send(&self, siret: Siret) -> Result<()> {
        let Some(entry) = self.index.catalogue().structure(siret).cloned() else { return Ok(()) };
        let Some(contact) = &entry.structure.contact else { return Ok(()) };
        let mail = ManageLink {
            structure: entry.structure.shown_name().to_owned(),
            manage_url: self.links().structure_manage(siret),
        };
        let mut tx = self.store.begin().await?;
        tx.mail_add(self, mail.mail(contact)?, format!("manage:{siret}:{}", self.clock.id())).await?;
        tx.commit().await?;
        self.wake();
        Ok(())
    }

    fn managed_siret(&self, siret: Siret, token: &str) -> Result<()> {
        match self.signer.check(token, &self.clock)? {
            Grant::StructureManage(allowed) if allowed == siret => Ok(()),
            _ => Err(Error::BadLink),
        }
    }

    /// The page of a structure, for itself.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong or for another structure.
    pub async fn manage_show(&self, siret: Siret, token: &str) -> Result<ManageView> {
        self.managed_siret(siret, token)?;
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        let entry = self.structure_show(siret)?;
        Ok(ManageView { structure, needs: self.needs_fitting(&entry) })
    }

    fn needs_fitting(&self, entry: &Entry) -> Vec<(Arc<crate::index::NeedEntry>, u8)> {
        let mut fitting: Vec<(Arc<crate::index::NeedEntry>, u8)> = self
            .needs_open()
            .into_iter()
            .filter_map(|need| {
                let lot = domain::matching::PreparedLot::new(need.need.lot());
                let score = lot.score(&entry.facts)?.score;
                Some((need, score))
            })
            .collect();
        fitting.sort_by_key(|(need, score)| (std::cmp::Reverse(*score), need.need.id));
        fitting
    }

    /// Writes what a structure says of itself; it is in the index when this returns, and open needs that now
    /// fit are mailed to it.
    ///
    /// # Errors
    /// [`Error::BadLink`] when the link is wrong; [`Error::Refused`] with what to correct.
    pub async fn manage_save(&self, siret: Siret, token: &str, form: &ManageForm) -> Result<()> {
        self.managed_siret(siret, token)?;
        let mut structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        apply(&mut structure, form)?;
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        tx.structure_save(&structure, now).await?;
        tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
        let key = format!("structure_tell:{siret}:{}", self.clock.id());
        tx.work_add(self, &Work::StructureTell { siret }, key).await?;
        tx.commit().await?;
        self.wake();
        self.index.follow(&self.store).await.or_else(held_by_another)?;
        Ok(())
    }
}

fn refused<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::Refused(message.into()))
}

fn apply(structure: &mut Structure, form: &ManageForm) -> Result<()> {
    for (sector, mode, decision) in &form.decisions {
        let activity =
            structure.activities.iter_mut().find(|a| a.sector.slug() == sector && a.mode.code() == mode);
        let Some(activity) = activity else {
            return refused("Une activité de la page n’existe plus : rechargez la page.");
        };
        activity.standing = match decision {
            ActivityDecision::Confirm => Standing::Confirmed,
            ActivityDecision::Dismiss => Standing::Dismissed,
        };
    }
    if !form.add.sector.trim().is_empty() {
        activity_add(structure, &form.add)?;
    }
    structure.hours_per_month = hours_read(&form.hours)?;
    structure.contact = match form.contact.trim() {
        "" => None,
        text => Some(EmailAddress::parse(text).map_err(|e| Error::Refused(format!("Contact : {e}.")))?),
    };
    if form.description.chars().count() > DESCRIPTION_MAX {
        return refused("Description : raccourcissez à 3 000 caractères.");
    }
    structure.description = form.description.trim().to_owned();
    structure.website = website_read(&form.website)?;
    Ok(())
}

fn website_read(text: &str) -> Result<String> {
    match text.trim() {
        "" => Ok(String::new()),
        site if site.starts_with("https://") || site.starts_with("http://") => Ok(site.to_owned()),
        site if site.contains("://") || site.contains(' ') || !site.contains('.') => {
            refused("Site internet : écrivez une adresse comme https://www.exemple.fr.")
        }
        site => Ok(format!("https://{site}")),
    }
}

fn hours_read(text: &str) -> Result<Option<u32>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse::<u32>() {
        Ok(hours) if hours <= HOURS_MAX => Ok(Some(hours)),
        Ok(_) => refused("Capacité : c’est plus de 200 000 heures par mois ; vérifiez l’unité."),
        Err(_) => refused("Capacité : écrivez un nombre d’heures par mois, par exemple 900."),
    }
}

fn sector_read(text: &str) -> Option<SectorIx> {
    let sectors = Sectors::get();
    let folded = domain::text::fold(text);
    sectors
        .parse(text)
        .ok()
        .or_else(|| sectors.iter().find(|(_, s)| domain::text::fold(s.label) == folded).map(|(ix, _)| ix))
}

fn activity_add(structure: &mut Structure, form: &ActivityForm) -> Result<()> {
    let Some(sector) = sector_read(&form.sector) else {
        return refused("Activité à ajouter : choisissez un secteur dans la liste.");
    };
    let Some(mode) = Mode::parse(&form.mode) else {
        return refused("Activité à ajouter : choisissez un mode.");
    };
    let zones = zones_read(&form.zones)?;
    if zones.is_empty() {
        return refused("Activité à ajouter : dites où, par exemple « Haute-Garonne » ou « 50km ».");
    }
    let standing = Standing::Confirmed;
    let added = Activity { sector, mode, zones, standing, because: String::new(), hours_per_month: None };
    structure.activities.retain(|a| a.sector != sector || a.mode != mode);
    if structure.activities.len() >= ACTIVITIES_MAX {
        return refused("Quarante activités au plus : écartez-en une avant d’en ajouter.");
    }
    structure.activities.push(added);
    Ok(())
}

fn zones_read(text: &str) -> Result<Vec<Zone>> {
    if let Ok(zones) = zones_parse(text) {
        return Ok(zones);
    }
    let mut zones = Vec::new();
    for part in text.split(['|', ';', ',']).map(str::trim).filter(|p| !p.is_empty()) {
        let compact: String = part.chars().filter(|c| !c.is_whitespace()).collect();
        let zone = Zone::parse(&compact).ok();
        match zone.or_else(|| Atlas::get().place_of_text(part).map(|p| p.zone())) {
            Some(zone) => zones.push(zone),
            None => return refused(format!("Zone : nous ne connaissons pas « {part} ».")),
        }
    }
    Ok(zones)
}
