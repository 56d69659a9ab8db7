//! What matching knows of a structure: a compact projection, kept in memory for all of them.

use crate::legal::{Convention, Ess, PartySummary};
use crate::sector::SectorIx;
use crate::siret::Siret;
use crate::structure::{Calendar, KindSet, Mode, Month, Standing};
use crate::territory::{CommuneSet, Seat};
use jiff::civil::Date;
use std::sync::Arc;

/// A structure as matching sees it.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Which one.
    pub siret: Siret,
    /// Its conventions, past ones included.
    pub kinds: KindSet,
    /// The same with their periods, when one of these is known; empty otherwise.
    pub dated: Box<[Convention]>,
    /// Whether half of its workers are those that reservations look at; `None` when nobody said.
    pub half: Option<bool>,
    /// Whether it belongs to the social economy.
    pub ess: Ess,
    /// A coopérative d'activité et d'emploi.
    pub is_cae: bool,
    /// Where it sits; `None` when the address could not be placed.
    pub seat: Option<Seat>,
    /// What it does; dismissed activities are not here.
    pub activities: Box<[ActivityFacts]>,
    /// What it can offer month by month, as far as it says.
    pub calendar: Calendar,
    /// Whether its page is out of date: it has not vouched for it for a year.
    pub is_stale: bool,
    /// Sectors of the activities that it dismissed: « ce n’est pas notre métier ».
    pub dismissed: Box<[SectorIx]>,
    /// Where a structure of its kinds usually works, as long as it has not said: shared like the zones of activities.
    pub usual_reach: Arc<CommuneSet>,
    /// Stems of its name, description and activities, hashed and sorted: what « wording » is measured against.
    pub words: Box<[u32]>,
}

/// An activity as matching sees it.
#[derive(Debug, Clone)]
pub struct ActivityFacts {
    /// What.
    pub sector: SectorIx,
    /// How.
    pub mode: Mode,
    /// How sure we are of it.
    pub standing: Standing,
    /// Hours of work a month that it can offer; `None` means unknown.
    pub hours_per_month: Option<u32>,
    /// Where. Shared between activities, and between structures of one commune.
    pub zones: Arc<CommuneSet>,
}

impl Facts {
    /// Hours a month that it can offer by an activity, in the month when a lot begins; what its calendar says of that month
    /// goes before what it usually offers. `None` means unknown.
    #[must_use]
    pub fn hours_offered(&self, activity: Option<&ActivityFacts>, begins: Option<Month>) -> Option<u32> {
        let of_month = begins.and_then(|month| self.calendar.hours_in(month));
        of_month.or_else(|| activity.and_then(|activity| activity.hours_per_month))
    }

    /// The conventions in force on a day; all of them when the day does not matter.
    #[must_use]
    pub fn kinds_in_force(&self, on: Option<Date>) -> KindSet {
        match on {
            Some(day) if !self.dated.is_empty() => {
                self.dated.iter().filter(|c| c.is_in_force(day)).map(|c| c.kind).collect()
            }
            _ => self.kinds,
        }
    }

    /// What the law looks at, of its conventions in force on a day; of all of them when the day does not matter.
    #[must_use]
    pub fn party_on(&self, on: Option<Date>) -> PartySummary {
        self.party_of(self.kinds_in_force(on))
    }

    /// The same, of some of its conventions.
    #[must_use]
    pub fn party_of(&self, kinds: KindSet) -> PartySummary {
        PartySummary { kinds, half: self.half, ess: self.ess, is_cae: self.is_cae }
    }

    /// The hash under which [`Facts::words`] keeps a stem.
    #[must_use]
    pub fn stem_hash(stem: &str) -> u32 {
        let hash = crate::text::stable_hash(&[stem.as_bytes()]);
        u32::try_from(hash >> 32).unwrap_or(0)
    }

    /// The hashed stems of texts, sorted, each once.
    #[must_use]
    pub fn words_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Box<[u32]> {
        let stems = texts.into_iter().flat_map(crate::sector::stems);
        let mut words: Vec<u32> = stems.map(|s| Self::stem_hash(&s)).collect();
        words.sort_unstable();
        words.dedup();
        words.into()
    }
}
