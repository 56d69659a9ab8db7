//! What somebody who signed in finds: the structures it belongs to, what they have to answer, and its own needs.

use super::organisations::OwnOrganisation;
use crate::Backend;
use crate::error::Result;
use crate::index::{Entry, NeedEntry};
use crate::needs::NEEDS_LISTED_MAX;
use crate::store::{MandateRow, NeedMoved};
use domain::access::{Account, Actor, Collaboration, Rank, Team};
use domain::matching::Tier;
use domain::need::Need;
use domain::structure::{Gap, Standing};
use jiff::civil::Date;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// Days over which is counted what a structure misses.
pub const LACK_DAYS: i64 = 30;
const DAY: i64 = 86_400;
/// Most needs that are proposed to a structure on one page.
const PROPOSED_MAX: usize = 10;

/// A structure that somebody belongs to.
#[derive(Debug)]
pub struct OwnStructure {
    /// As what.
    pub rank: Rank,
    /// The structure.
    pub entry: Arc<Entry>,
    /// Open needs that fit it and that it has not answered, best first.
    pub to_answer: Vec<Arc<NeedEntry>>,
    /// How many more there are.
    pub more: usize,
    /// Activities that nobody has confirmed.
    pub inferred: usize,
    /// What its page lacks, and what each of these costs, the dearest first.
    pub lacks: Vec<Lack>,
}

/// Something that the page of a structure lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lack {
    /// What.
    pub gap: Gap,
    /// Needs of the last [`LACK_DAYS`] days that it did not get for that, or in which it stood lower; 0 where that cannot be
    /// told.
    pub needs: u64,
}

/// A need of an author, or one that is shared with an organisation.
#[derive(Debug)]
pub struct OwnNeed {
    /// The need.
    pub need: Need,
    /// How many structures it reached, and what moved since the reader last looked.
    pub moved: NeedMoved,
}

impl OwnNeed {
    /// Needs with how many structures were told, and how many are interested.
    pub(super) fn counted(needs: Vec<Need>, counts: &HashMap<Uuid, NeedMoved>) -> Vec<Self> {
        let count = |need: Need| {
            let moved = counts.get(&need.id).copied().unwrap_or_default();
            Self { need, moved }
        };
        needs.into_iter().map(count).collect()
    }
}

/// What somebody who signed in finds.
#[derive(Debug)]
pub struct SpaceView {
    /// Who.
    pub account: Account,
    /// The structures it belongs to.
    pub structures: Vec<OwnStructure>,
    /// The organisations it belongs to.
    pub organisations: Vec<OwnOrganisation>,
    /// What it is of territories, or asks to be.
    pub mandates: Vec<MandateRow>,
    /// The structures and organisations into which it is invited, by their names.
    pub invitations: Vec<(Team, String)>,
    /// The needs that its address wrote, the newest first.
    pub needs: Vec<OwnNeed>,
    /// Needs of others that are shared with it, the last one first.
    pub shared: Vec<(Need, Collaboration)>,
    /// The day on which it looks.
    pub today: Date,
    /// When its account is to be erased, in seconds since 1970.
    pub closing_at: Option<i64>,
}

impl Backend {
    /// What the actor finds in its space.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] when it did not sign in.
    pub async fn space_show(&self, actor: &Actor) -> Result<SpaceView> {
        let account = self.account_seen(actor)?.clone();
        let catalogue = self.index.catalogue();
        let mut structures = Vec::new();
        for (siret, rank) in account.structures() {
            // Searches learn of a structure a moment after it is written.
            if let Some(entry) = catalogue.structure_known(siret).cloned() {
                structures.push(self.own_structure(rank, entry).await?);
            }
        }
        let counts = self.store.need_moved_of_account(account.id).await?;
        let needs = self.store.need_of_account(account.id, NEEDS_LISTED_MAX).await?;
        let needs = OwnNeed::counted(needs, &counts);
        let mut shared = Vec::new();
        for (need, collaboration) in &account.collaborations {
            shared.extend(self.store.need_fetch(*need).await?.map(|need| (need, *collaboration)));
        }
        let mut invitations = Vec::new();
        for team in &account.invitations {
            invitations.push((*team, self.team_name(*team).await?));
        }
        let organisations = self.own_organisations(&account).await?;
        let closing_at = self.store.account_closing(account.id).await?;
        Ok(SpaceView {
            structures,
            organisations,
            mandates: self.store.mandate_of(account.id).await?,
            invitations,
            needs,
            shared,
            account,
            today: self.clock.today(),
            closing_at,
        })
    }

    async fn own_structure(&self, rank: Rank, entry: Arc<Entry>) -> Result<OwnStructure> {
        let answered: HashSet<Uuid> =
            self.store.answered_needs(entry.structure.siret).await?.into_iter().collect();
        let mut to_answer: Vec<Arc<NeedEntry>> =
            self.needs_fitting(&entry).into_iter().map(|(need, _)| need).collect();
        to_answer.retain(|need| !answered.contains(&need.need.id));
        let more = to_answer.len().saturating_sub(PROPOSED_MAX);
        to_answer.truncate(PROPOSED_MAX);
        let inferred = entry.structure.live_activities().filter(|a| a.standing == Standing::Deduced).count();
        let lacks = self.lacks(&entry);
        Ok(OwnStructure { rank, entry, to_answer, more, inferred, lacks })
    }

    /// What the page of a structure lacks, with the needs that this cost it lately.
    fn lacks(&self, entry: &Entry) -> Vec<Lack> {
        let since = self.clock.now() - LACK_DAYS * DAY;
        let (mut fitting, mut possible, mut with_hours) = (0, 0, 0);
        let catalogue = self.index.catalogue();
        for need in catalogue.needs().filter(|need| need.need.published_at.is_some_and(|at| at >= since)) {
            let draft = &need.need.draft;
            let lots = draft.lots.iter().filter(|lot| draft.says_enough(lot));
            let found: Vec<(Tier, bool)> = lots
                .filter_map(|lot| {
                    let found = self.lot_prepare(lot.to_match(draft)).score(&entry.facts)?;
                    Some((found.tier(), lot.hours_per_month.is_some()))
                })
                .collect();
            let fits = found.iter().any(|(tier, _)| *tier == Tier::Fits);
            fitting += u64::from(fits);
            possible += u64::from(!fits && found.iter().any(|(tier, _)| *tier == Tier::Possible));
            with_hours +=
                u64::from(found.iter().any(|(tier, says_hours)| *tier == Tier::Fits && *says_hours));
        }
        let needs = |gap: Gap| match gap {
            Gap::Contact => fitting,
            Gap::Activities => possible,
            Gap::Capacity => with_hours,
            _ => 0,
        };
        let gaps = entry.structure.gaps().into_iter();
        let mut lacks: Vec<Lack> = gaps.map(|gap| Lack { gap, needs: needs(gap) }).collect();
        lacks.sort_by_key(|lack| std::cmp::Reverse(lack.needs));
        lacks
    }
}
