//! Lists of structures that people keep, with a note on each, alone or with their organisation.

use crate::Backend;
use crate::error::{Error, Result};
use crate::index::Entry;
use crate::sheet::Sheet;
use crate::store::{FavouriteRow, FavouritesRow, Tx};
use crate::structures::{StructureColumn, structure_sheet};
use crate::write::Deed;
use domain::access::{Action, Actor, OrganisationId, Target, Verdict, may};
use domain::organisation::Organisation;
use domain::siret::Siret;
use std::sync::Arc;
use uuid::Uuid;

/// Most lists of one account.
pub const LISTS_MAX: i64 = 50;
/// Longest name of a list, in characters.
pub const LIST_NAME_MAX: usize = 80;
/// Most structures of one list.
pub const FAVOURITES_MAX: i64 = 500;
/// Longest note, in characters.
pub const FAVOURITE_NOTE_MAX: usize = 500;

/// A list, as somebody who keeps it sees it.
#[derive(Debug)]
pub struct FavouritesView {
    /// Which.
    pub list: FavouritesRow,
    /// Its structures, with what is noted of each, the first one first.
    pub entries: Vec<(Arc<Entry>, String)>,
    /// How many others take no part any more: they come back with what is noted of them when they do.
    pub withdrawn: usize,
    /// The organisation that shares it.
    pub shared_with: Option<Organisation>,
    /// The organisations with which it may be shared; nothing for who may not.
    pub organisations: Vec<Organisation>,
    /// Whether the reader shares it.
    pub shares: bool,
    /// Whether the reader may drop it.
    pub drops: bool,
}

/// The words of a text, if there are some and not too many.
fn worded(text: &str, max: usize) -> Result<String> {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.chars().count() {
        count if count <= max => Ok(words),
        _ => Err(Error::Refused(format!("{max} caractères au plus\u{a0}: raccourcissez."))),
    }
}

impl Backend {
    /// The lists that the actor keeps, and those that its organisations share.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it did not sign in.
    pub async fn favourites_own(&self, actor: &Actor) -> Result<Vec<FavouritesRow>> {
        self.store.favourites_of(self.account_seen(actor)?.id).await
    }

    /// Begins a list.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor did not sign in; [`Error::Refused`] when it has no name, or one too many.
    pub async fn favourites_begin(&self, actor: &Actor, name: &str) -> Result<Uuid> {
        let account = actor.account().map_err(Error::Forbidden)?;
        let name = worded(name, LIST_NAME_MAX)?;
        if name.is_empty() {
            return Err(Error::Refused("Donnez un nom à cette liste.".to_owned()));
        }
        if self.store.favourites_count(account.id).await? >= LISTS_MAX {
            return Err(Error::Refused(format!(
                "{LISTS_MAX} listes au plus\u{a0}: supprimez-en une d’abord."
            )));
        }
        let id = self.clock.id();
        let target = Target::Favourites { list: id, owner: Some(account.id), organisation: None };
        let begin = async |tx: &mut Tx| {
            tx.favourites_insert(id, &name, account.id, self.clock.now()).await?;
            Ok(Deed::Kept(id))
        };
        Ok(self.write(actor, Action::FavouritesBegin, target, begin).await?.value)
    }

    /// A list, as somebody who keeps it sees it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep it; [`Error::NotFound`] when there is none.
    pub async fn favourites_show(&self, actor: &Actor, id: Uuid) -> Result<FavouritesView> {
        let list = self.store.favourites_fetch(id).await?.ok_or(Error::NotFound)?;
        self.authorise(actor, Action::FavouritesShow, list.target())?;
        let is_granted = |action| may(actor, action, &list.target()) == Verdict::Granted;
        let (shares, drops) = (is_granted(Action::FavouritesShare), is_granted(Action::FavouritesDrop));
        let rows = self.store.favourite_list(id).await?;
        let count = rows.len();
        let entries = rows.into_iter();
        let entries = entries.filter_map(|row| Some((self.structure_show(row.siret).ok()?, row.note)));
        let entries: Vec<(Arc<Entry>, String)> = entries.collect();
        Ok(FavouritesView {
            withdrawn: count - entries.len(),
            entries,
            shared_with: match list.organisation {
                Some(organisation) => self.store.organisation_fetch(organisation).await?,
                None => None,
            },
            organisations: match shares {
                true => self.organisations_of_author(list.owner).await?,
                false => Vec::new(),
            },
            shares,
            drops,
            list,
        })
    }

    /// Whether the actor may do something with a list.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it may not; [`Error::NotFound`] when there is none.
    pub async fn favourites_allowed(&self, actor: &Actor, action: Action, id: Uuid) -> Result<()> {
        let list = self.store.favourites_fetch(id).await?.ok_or(Error::NotFound)?;
        self.authorise(actor, action, list.target())
    }

    /// A list as a table.
    ///
    /// # Errors
    /// Those of [`Backend::favourites_show`].
    pub async fn favourites_sheet(
        &self,
        actor: &Actor,
        id: Uuid,
        columns: &[StructureColumn],
    ) -> Result<Sheet> {
        let view = self.favourites_show(actor, id).await?;
        Ok(structure_sheet(&view.entries, columns, Some("note"), &self.public_url))
    }

    /// Changes a list that nobody else changes meanwhile.
    async fn favourites_write(
        &self,
        actor: &Actor,
        action: Action,
        id: Uuid,
        act: impl AsyncFnOnce(&mut Tx, FavouritesRow) -> Result<Deed<()>>,
    ) -> Result<()> {
        let known = self.store.favourites_fetch(id).await?.ok_or(Error::NotFound)?;
        self.authorise(actor, action, known.target())?;
        let write = async |tx: &mut Tx| {
            let held = tx.favourites_hold(id).await?.ok_or(Error::NotFound)?;
            self.authorise(actor, action, held.target())?;
            act(tx, held).await
        };
        self.write(actor, action, known.target(), write).await.map(|_| ())
    }

    /// Puts a structure on a list, or changes what is noted of it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep it; [`Error::NotFound`] when there is no such list or structure;
    /// [`Error::Refused`] when the note is too long, or the list is full.
    pub async fn favourite_set(&self, actor: &Actor, id: Uuid, siret: Siret, note: &str) -> Result<()> {
        self.structure_show(siret)?;
        let note = worded(note, FAVOURITE_NOTE_MAX)?;
        let row = FavouriteRow { siret, note, added_at: self.clock.now() };
        let known = self.store.favourite_list(id).await?;
        let is_known = known.iter().any(|of| of.siret == siret);
        let set = async |tx: &mut Tx, held: FavouritesRow| {
            if !is_known && held.count >= FAVOURITES_MAX {
                let full =
                    format!("{FAVOURITES_MAX} structures au plus par liste\u{a0}: retirez-en une d’abord.");
                return Err(Error::Refused(full));
            }
            tx.favourite_set(id, &row).await?;
            Ok(Deed::Kept(()))
        };
        self.favourites_write(actor, Action::FavouritesChange, id, set).await
    }

    /// Takes a structure off a list.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor does not keep it; [`Error::NotFound`] when it was not on it.
    pub async fn favourite_drop(&self, actor: &Actor, id: Uuid, siret: Siret) -> Result<()> {
        let drop = async |tx: &mut Tx, _: FavouritesRow| match tx.favourite_drop(id, siret).await? {
            true => Ok(Deed::Kept(())),
            false => Err(Error::NotFound),
        };
        self.favourites_write(actor, Action::FavouritesChange, id, drop).await
    }

    /// Shares a list with the members of an organisation to which its owner belongs; with none, for `None`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when it is not the actor's; [`Error::Refused`] when it does not belong to that organisation.
    pub async fn favourites_share(
        &self,
        actor: &Actor,
        id: Uuid,
        with: Option<OrganisationId>,
    ) -> Result<()> {
        let share = async |tx: &mut Tx, _: FavouritesRow| {
            let account = actor.account().map_err(Error::Forbidden)?;
            if with.is_some_and(|organisation| account.rank_in(organisation).is_none()) {
                return Err(Error::Refused("Vous ne faites pas partie de cette organisation.".to_owned()));
            }
            tx.favourites_share(id, with).await?;
            Ok(Deed::Kept(()))
        };
        self.favourites_write(actor, Action::FavouritesShare, id, share).await
    }

    /// Drops a list.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not.
    pub async fn favourites_drop(&self, actor: &Actor, id: Uuid) -> Result<()> {
        let drop = async |tx: &mut Tx, _: FavouritesRow| {
            tx.favourites_drop(id).await?;
            Ok(Deed::Kept(()))
        };
        self.favourites_write(actor, Action::FavouritesDrop, id, drop).await
    }
}
