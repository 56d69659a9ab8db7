//! With whom the author of a need shares it, and what these people say about it: structures read none of it.

use crate::Backend;
use crate::error::{Error, Result};
use crate::mail::{NeedCommented, NeedShared, Template};
use crate::store::{Collaborator, Tx};
use crate::write::{Deed, HeldNeed};
use domain::access::{Action, Actor, Collaboration, Verdict, may};
use domain::email::EmailAddress;
use domain::need::{Comment, MessageText, Need, Topic};
use domain::organisation::Organisation;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Most people with whom a need is shared.
const COLLABORATORS_MAX: usize = 20;

/// With whom a need is shared, and what was said about it.
#[derive(Debug)]
pub struct SharingView {
    /// The need, as it is being written.
    pub prepared: super::Prepared,
    /// With whom it is shared, the first one first.
    pub collaborators: Vec<Collaborator>,
    /// Whether the reader decides with whom it is shared.
    pub decides: bool,
    /// Whether the reader comments it.
    pub comments_it: bool,
    /// The organisation whose members it is shared with.
    pub organisation: Option<Organisation>,
    /// The organisations with which its author may share it.
    pub organisations: Vec<Organisation>,
    /// Whether the reader may become its author.
    pub takes_over: bool,
}

impl Backend {
    /// With whom a need is shared, and what was said about it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not read it.
    pub async fn sharing_show(&self, actor: &Actor, need: Uuid) -> Result<SharingView> {
        let prepared = self.need_prepared(actor, need).await?;
        let target = prepared.need.target();
        let is_granted = |action| may(actor, action, &target) == Verdict::Granted;
        Ok(SharingView {
            collaborators: self.store.collaborator_list(need).await?,
            decides: is_granted(Action::CollaboratorChange),
            comments_it: is_granted(Action::CommentWrite),
            takes_over: is_granted(Action::NeedTakeOver) && !is_author(actor, &prepared.need),
            organisation: match prepared.need.organisation {
                Some(id) => self.store.organisation_fetch(id).await?,
                None => None,
            },
            organisations: self.organisations_of_author(prepared.need.account).await?,
            prepared,
        })
    }

    /// Shares a need with an address, and mails it; with one that has it already, changes what it may do.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::Refused`] when it is the author's own address, or one
    /// too many.
    pub async fn collaborator_set(
        &self,
        actor: &Actor,
        need: Uuid,
        address: &EmailAddress,
        collaboration: Collaboration,
    ) -> Result<()> {
        let known = self.store.collaborator_list(need).await?;
        let set = async |tx: &mut Tx, held: HeldNeed| {
            let need = held.need;
            if need.author.as_ref().is_some_and(|author| author.is_same_mailbox(address)) {
                return Err(Error::Refused(
                    "C’est votre adresse\u{a0}: ce besoin est déjà à vous.".to_owned(),
                ));
            }
            let is_known = known.iter().any(|who| who.address.is_same_mailbox(address));
            if known.len() >= COLLABORATORS_MAX && !is_known {
                return Err(Error::Refused(
                    "Vingt personnes au plus\u{a0}: retirez-en une d’abord.".to_owned(),
                ));
            }
            let since = self.clock.now();
            tx.collaborator_set(need.id, &Collaborator { address: address.clone(), collaboration, since })
                .await?;
            let mail = NeedShared {
                title: need.draft.title.clone(),
                by: need.author.as_ref().map(ToString::to_string).unwrap_or_default(),
                may: collaboration.label().to_owned(),
                space_url: self.links().space(),
            };
            tx.mail_add(self, mail.mail(address)?, format!("need_shared:{}:{}", need.id, self.clock.id()))
                .await?;
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::CollaboratorChange, need, set).await.map(|_| ())
    }

    /// Shares a need with an address no more.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor is not the author; [`Error::NotFound`] when it was not shared with it.
    pub async fn collaborator_remove(&self, actor: &Actor, need: Uuid, address: &EmailAddress) -> Result<()> {
        let remove = async |tx: &mut Tx, _held: HeldNeed| match tx.collaborator_drop(need, address).await? {
            true => Ok(Deed::Kept(())),
            false => Err(Error::NotFound),
        };
        self.need_write(actor, Action::CollaboratorChange, need, remove).await.map(|_| ())
    }

    /// Says something about a need to those who prepare it: the author and whoever it is shared with are mailed, but for who
    /// says it.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the actor may not comment it.
    pub async fn comment_write(
        &self,
        actor: &Actor,
        need: Uuid,
        topic: Topic,
        text: &MessageText,
    ) -> Result<()> {
        let shared_with = self.store.collaborator_list(need).await?;
        let write = async |tx: &mut Tx, held: HeldNeed| {
            let need = held.need;
            let by = match actor {
                Actor::Account(account) => Some(account.address.clone()),
                _ => need.author.clone(),
            };
            let comment = Comment {
                id: self.clock.id(),
                topic,
                by: by.clone(),
                text: text.as_str().to_owned(),
                written_at: self.clock.now(),
            };
            tx.comment_insert(need.id, &comment).await?;
            let draft = held.prepared.as_ref().unwrap_or(&need.draft);
            for (mailbox, address) in told(&need, &shared_with, by.as_ref()) {
                let mail = NeedCommented {
                    title: need.draft.title.clone(),
                    by: by.as_ref().map(ToString::to_string).unwrap_or_default(),
                    topic: topic.label(draft),
                    text: comment.text.clone(),
                    space_url: self.links().space(),
                };
                tx.mail_add(self, mail.mail(&address)?, format!("comment:{}:{mailbox}", comment.id)).await?;
            }
            Ok(Deed::Kept(()))
        };
        self.need_write(actor, Action::CommentWrite, need, write).await.map(|_| ())
    }
}

fn is_author(actor: &Actor, need: &Need) -> bool {
    matches!(actor, Actor::Account(account) if need.account == Some(account.id))
}

/// Who is told of a comment, by mailbox: each once, and not who wrote it.
fn told(
    need: &Need,
    shared_with: &[Collaborator],
    by: Option<&EmailAddress>,
) -> BTreeMap<String, EmailAddress> {
    let all = need.author.iter().chain(shared_with.iter().map(|who| &who.address));
    let others = all.filter(|address| !by.is_some_and(|by| by.is_same_mailbox(address)));
    others.map(|address| (address.mailbox(), address.clone())).collect()
}
