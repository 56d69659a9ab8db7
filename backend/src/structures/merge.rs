//! Two structures that are one: the duplicate leads to the other, which gets what hangs on it.

use crate::Backend;
use crate::error::{Error, Result};
use crate::store::{Colleague, Moved, Tx};
use crate::write::Deed;
use domain::access::{Action, Actor, Target, Team};
use domain::siret::Siret;
use domain::structure::{Structure, merge_check};

/// What making two structures one does, or did.
#[derive(Debug)]
pub struct MergeView {
    /// The one that goes, as it was.
    pub duplicate: Structure,
    /// The one that stays, as it was.
    pub kept: Structure,
    /// Whether its contact becomes that of the one that stays, which has none.
    pub gives_contact: bool,
    /// What hangs on it, kind by kind: how many go, how many cannot.
    pub moved: Vec<Moved>,
}

impl MergeView {
    /// Whether the one that stays is not proposed any more either, because the duplicate opposed it.
    #[must_use]
    pub fn gives_opposition(&self) -> bool {
        self.duplicate.withdrawals.is_opposed && !self.kept.withdrawals.is_opposed
    }
}

impl Backend {
    /// What making two structures one would do.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::Refused`] when they cannot be made one.
    pub async fn merge_show(&self, actor: &Actor, duplicate: Siret, kept: Siret) -> Result<MergeView> {
        self.authorise(actor, Action::StructureMerge, Target::Duplicate { duplicate, kept })?;
        // Done, and not committed: what is counted is what will be done.
        let mut tx = self.store.begin().await?;
        self.merge(&mut tx, duplicate, kept).await
    }

    /// Makes two structures one: the duplicate takes no part from now on, and leads to the one that stays.
    ///
    /// # Errors
    /// As [`Backend::merge_show`].
    pub async fn structure_merge(&self, actor: &Actor, duplicate: Siret, kept: Siret) -> Result<MergeView> {
        let merge = async |tx: &mut Tx| {
            let before = tx.colleague_list(Team::Structure(kept)).await?;
            let merged = self.merge(tx, duplicate, kept).await?;
            self.members_moved_tell(tx, &merged.kept, &before).await?;
            self.structure_comes_back(tx, kept).await?;
            Ok(Deed::Kept(merged))
        };
        let target = Target::Duplicate { duplicate, kept };
        Ok(self.write(actor, Action::StructureMerge, target, merge).await?.value)
    }

    async fn merge(&self, tx: &mut Tx, duplicate: Siret, kept: Siret) -> Result<MergeView> {
        // In the order of their numbers: two merges at once wait for each other.
        let first = tx.structure_hold(duplicate.min(kept)).await?;
        let second = tx.structure_hold(duplicate.max(kept)).await?;
        let (gone, stays) = if duplicate < kept { (first, second) } else { (second, first) };
        let (gone, stays) = merge_check((duplicate, gone.as_ref()), (kept, stays.as_ref()))
            .map(|(gone, stays)| (gone.clone(), stays.clone()))
            .map_err(|refusal| Error::Refused(refusal.sentence()))?;
        let now = self.clock.now();
        let (gives_contact, moved) = tx.structure_merge(duplicate, kept, now).await?;
        // What it sells is found by words where it is now.
        let offers = tx.catalogue_fetch(kept).await?.words();
        tx.structure_offers_set(kept, &offers, now).await?;
        // Whoever opposed being proposed is not proposed under another number.
        if gone.withdrawals.is_opposed {
            tx.structure_oppose(kept, now).await?;
        }
        Ok(MergeView { duplicate: gone, kept: stays, gives_contact, moved })
    }

    /// Those who belong to the structure that stays, and did not before, learn so.
    async fn members_moved_tell(&self, tx: &mut Tx, kept: &Structure, before: &[Colleague]) -> Result<()> {
        let team = Team::Structure(kept.siret);
        for member in tx.colleague_list(team).await? {
            if before.iter().all(|known| known.account != member.account) {
                let said = format!("vous en êtes maintenant {}", member.rank.label());
                self.membership_changed_tell(tx, (team, kept.shown_name()), &member.address, said).await?;
            }
        }
        Ok(())
    }

    /// Makes a duplicate visible again; what went to the other structure stays there. Which one that was.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is no administrator; [`Error::Refused`] when it is no duplicate.
    pub async fn structure_separate(&self, actor: &Actor, duplicate: Siret) -> Result<Siret> {
        let target = Target::Structure(duplicate);
        let separate = async |tx: &mut Tx, held: Structure| {
            let Some(kept) = held.withdrawals.merged_into else {
                return Err(Error::Refused(
                    "Cette fiche n’est réunie à aucune autre\u{a0}: il n’y a rien à séparer.".to_owned(),
                ));
            };
            tx.structure_separate(duplicate, self.clock.now()).await?;
            Ok(Deed::Kept(kept))
        };
        Ok(self.structure_write(actor, Action::StructureSeparate, target, duplicate, separate).await?.value)
    }
}
