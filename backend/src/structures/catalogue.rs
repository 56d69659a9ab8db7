//! A structure keeps its catalogue; everybody reads it on its page.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::NeedEntry;
use crate::store::{ChangeKind, Picture, SaidOf, Tx};
use crate::structures::ManageOutcome;
use crate::write::Deed;
use domain::access::{Action, Actor, FichePart, Target};
use domain::need::Award;
use domain::siret::Siret;
use domain::structure::catalogue::CatalogueForm;
use domain::structure::{Catalogue, FicheField, Origin, Structure};
use std::sync::Arc;

/// What the page of a structure shows besides what searches know of it.
#[derive(Debug, Default)]
pub struct FicheMore {
    /// Its catalogue.
    pub catalogue: Catalogue,
    /// Its logo and its pictures.
    pub pictures: Vec<Picture>,
    /// What it was awarded here, as the acheteurs say: the newest first.
    pub won: Vec<ContractWon>,
    /// Who said what of it, and when.
    pub said: SaidOf,
}

/// A lot that an acheteur awarded to a structure.
#[derive(Debug, Clone)]
pub struct ContractWon {
    /// Of which need.
    pub need: Arc<NeedEntry>,
    /// Which lot, for how much, when it was said.
    pub award: Award,
}

/// The page of a catalogue, for whoever keeps it.
#[derive(Debug)]
pub struct CatalogueView {
    /// Whose.
    pub structure: Structure,
    /// What it says.
    pub catalogue: Catalogue,
    /// Its logo and its pictures.
    pub pictures: Vec<Picture>,
    /// Who said what of it, and when.
    pub said: SaidOf,
    /// Whether the reader may write who to speak to.
    pub writes_people: bool,
    /// Whether the reader may write the rest.
    pub writes_offers: bool,
}

impl Backend {
    /// What the public page of a structure shows besides what searches know of it. Of the people, those whom everybody may
    /// read.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn fiche_more(&self, siret: Siret) -> Result<FicheMore> {
        let mut catalogue = self.store.catalogue_fetch(siret).await?;
        catalogue.people.retain(|person| person.is_public);
        let pictures = self.store.picture_list(siret).await?;
        let said = self.store.said_list(siret).await?;
        Ok(FicheMore { catalogue, pictures, won: self.contracts_won(siret), said })
    }

    fn contracts_won(&self, siret: Siret) -> Vec<ContractWon> {
        let catalogue = self.index.catalogue();
        let of = |need: &Arc<NeedEntry>| {
            let awards = need.need.awards.iter();
            let won = awards.filter(|award| award.winner == Some(siret) && award.corrected_at.is_none());
            won.map(|award| ContractWon { need: Arc::clone(need), award: award.clone() }).collect::<Vec<_>>()
        };
        let mut won: Vec<ContractWon> = catalogue.needs().flat_map(of).collect();
        won.sort_by_key(|won| (std::cmp::Reverse(won.award.awarded_at), won.need.need.id));
        won
    }

    /// The page of a catalogue, for whoever keeps it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep the page of the structure.
    pub async fn catalogue_manage_show(&self, actor: &Actor, siret: Siret) -> Result<CatalogueView> {
        self.authorise(actor, Action::StructureManageShow, Target::Structure(siret))?;
        let structure = self.store.structure_fetch(siret).await?.ok_or(Error::NotFound)?;
        let (catalogue, said) =
            (self.store.catalogue_fetch(siret).await?, self.store.said_list(siret).await?);
        let pictures = self.store.picture_list(siret).await?;
        let writes = |part| self.authorise(actor, Action::FicheWrite, Target::Fiche { siret, part }).is_ok();
        let (writes_people, writes_offers) = (writes(FichePart::Contact), writes(FichePart::Catalogue));
        Ok(CatalogueView { structure, catalogue, pictures, said, writes_people, writes_offers })
    }

    /// Writes what a catalogue says; searches find the names of what is sold.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep every part that the form says something of.
    pub async fn catalogue_save(
        &self,
        actor: &Actor,
        siret: Siret,
        form: &CatalogueForm,
    ) -> Result<ManageOutcome> {
        let says = [(form.says_people(), FichePart::Contact), (form.says_offers(), FichePart::Catalogue)];
        for (_, part) in says.into_iter().filter(|(says, _)| *says) {
            self.authorise(actor, Action::FicheWrite, Target::Fiche { siret, part })?;
        }
        let now = self.clock.now();
        let by = Self::origin_of(actor, siret);
        let save = async |tx: &mut Tx, structure: Structure| {
            let before = tx.catalogue_fetch(siret).await?;
            let mut after = before.clone();
            let wrong = form.apply(&mut after, self.clock.today());
            if !wrong.is_empty() {
                return Ok(Deed::Nothing(wrong));
            }
            let changed = FicheField::changed_of_catalogue(&before, &after);
            tx.catalogue_save(siret, &after, now).await?;
            tx.said_save(siret, &changed, by, now).await?;
            if after.words() != structure.offers {
                tx.structure_offers_set(siret, &after.words(), now).await?;
            }
            if by != Origin::Administrator {
                tx.structure_vouch(siret, now).await?;
            }
            tx.outbox_push(ChangeKind::Structure, &[siret.to_string()], now).await?;
            Ok(Deed::Kept(Vec::new()))
        };
        let target = Target::Structure(siret);
        let outcome = self.structure_write(actor, Action::StructureManage, target, siret, save).await?;
        Ok(match outcome.value.is_empty() {
            true => ManageOutcome::Saved { searchable: outcome.searchable },
            false => ManageOutcome::Refused(outcome.value),
        })
    }
}
