//! `/besoins/preparer`: the optional steps of a need, one subject each, kept at each step.
//!
//! Every page carries the token of its link; forms send it back. A need that is published is revised by the same
//! pages: what is written waits until its author publishes it.

mod advice;
mod buyer;
mod check;
mod files;
mod law;
mod lot;
mod overview;
mod questions;
pub mod sharing;
mod subject;

pub use advice::view as advice;
pub use buyer::view as buyer;
pub use check::view as check;
pub use files::view as files;
pub use law::view as law;
pub use lot::{preview as lot_preview, view as lot};
pub use overview::view as overview;
pub use questions::view as questions;
pub use subject::view as subject;

use crate::components::{breadcrumb, error_said, error_summary, errors};
use crate::document::{Page, Section};
use crate::urls::{encoded, with_lot};
use backend::needs::Prepared;
use domain::form::Violation;
use domain::need::{Comment, LotKey, LotNumber, NeedDraft, Topic};
use domain::text::plural;
use domain::written::Correction;
use jiff::civil::Date;
use leptos::prelude::*;

/// A step: its part of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All steps.
    Overview,
    /// What, where, until when.
    Subject,
    /// Who buys.
    Buyer,
    /// What a lot asks.
    Lot,
    /// How a lot is bought.
    Law,
    /// What each way to split a lot would reach; who could answer together.
    Advice,
    /// Files.
    Files,
    /// Questions to the structures.
    Questions,
    /// Read again and publish.
    Check,
}

impl Step {
    const ALL: [Self; 9] = [
        Self::Overview,
        Self::Subject,
        Self::Buyer,
        Self::Lot,
        Self::Law,
        Self::Advice,
        Self::Files,
        Self::Questions,
        Self::Check,
    ];

    /// Its part of the address.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Subject => "objet",
            Self::Buyer => "acheteur",
            Self::Lot => "lot",
            Self::Law => "droit",
            Self::Advice => "conseil",
            Self::Files => "pieces",
            Self::Questions => "questions",
            Self::Check => "relire",
        }
    }

    /// Reads its part of the address.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Préparer le besoin",
            Self::Subject => "L’objet",
            Self::Buyer => "L’acheteur",
            Self::Lot => "Le lot",
            Self::Law => "La voie juridique",
            Self::Advice => "Partager le lot, répondre à plusieurs",
            Self::Files => "Les pièces",
            Self::Questions => "Les questions aux structures",
            Self::Check => "Relire et publier",
        }
    }
}

/// The address of a step. `token` is the one of the link.
#[must_use]
pub fn step_url(step: Step, token: &str, lot: Option<LotNumber>) -> String {
    let slash = if step == Step::Overview { "" } else { "/" };
    with_lot(&format!("/besoins/preparer{slash}{}?jeton={}", step.slug(), encoded(token)), lot)
}

/// What is to be corrected of a draft, each with the step that corrects it.
#[must_use]
pub fn corrections_linked(draft: &NeedDraft, token: &str) -> Vec<(Correction, Option<String>)> {
    let step = |lot: Option<LotKey>| match lot {
        None => step_url(Step::Subject, token, None),
        Some(key) => step_url(Step::Lot, token, draft.lot_number(key)),
    };
    draft.corrections().into_iter().map(|(lot, _, correction)| (correction, Some(step(lot)))).collect()
}

/// What every step shows.
#[derive(Debug, Clone, Copy)]
pub struct Preparing<'a> {
    /// The need.
    pub prepared: &'a Prepared,
    /// The token of the link.
    pub token: &'a str,
    /// What is to be corrected.
    pub wrong: &'a [Violation],
    /// Why nothing was done, where no field is to blame.
    pub refused: Option<&'a str>,
    /// The lot that the step is about, where it is about one.
    pub lot: Option<LotKey>,
    /// The day.
    pub today: Date,
}

/// What surrounds a step.
#[must_use]
pub fn page(step: Step, is_refused: bool) -> Page {
    let error = if is_refused { "Erreur\u{a0}: " } else { "" };
    Page {
        title: format!("{error}{}", step.title()),
        section: Some(Section::Needs),
        islands: matches!(step, Step::Subject | Step::Lot),
        private: true,
        ..Page::default()
    }
}

fn nothing_done(step: Step) -> &'static str {
    match step {
        Step::Check => "Rien n’a été publié",
        _ => "Rien n’a été gardé",
    }
}

impl Preparing<'_> {
    fn url(&self, step: Step) -> String {
        step_url(step, self.token, None)
    }

    fn lot_url(&self, step: Step, lot: LotKey) -> String {
        step_url(step, self.token, self.prepared.draft.lot_number(lot))
    }

    /// What is to be corrected of a lot, or of the need itself, on the page that corrects it.
    fn corrections_of(&self, lot: Option<LotKey>) -> Vec<(Correction, Option<String>)> {
        let all = self.prepared.draft.corrections().into_iter();
        all.filter(|(of, ..)| *of == lot).map(|(.., correction)| (correction, None)).collect()
    }

    /// The page of a step: where one is, its heading, what is to be corrected, its body.
    fn page(&self, step: Step, title: String, lead: String, body: AnyView) -> AnyView {
        let draft = &self.prepared.draft;
        let mut trail = vec![("/besoins".to_owned(), "Besoins".to_owned())];
        if step != Step::Overview {
            trail.push((self.url(Step::Overview), draft.title.clone()));
        }
        let here = if step == Step::Overview { draft.title.clone() } else { title.clone() };
        let lead = (!lead.is_empty()).then(|| view! { <p class="lead">{lead}</p> });
        view! {
            <div class="page">
                <div class="head">{breadcrumb(trail, here)}<h1>{title}</h1>{lead}</div>
                {error_summary(&errors(self.wrong))}
                {self.refused.map(|why| error_said(nothing_done(step), format!("{}.", why.trim_end_matches('.'))))}
                {body}
                {self.said(step)}
            </div>
        }
        .into_any()
    }

    /// What is said about what a step writes; nothing when nobody said anything.
    fn said(&self, step: Step) -> Option<AnyView> {
        let topic = match (step, self.lot) {
            (Step::Subject, _) => Topic::Subject,
            (Step::Buyer, _) => Topic::Buyer,
            (Step::Files, _) => Topic::Files,
            (Step::Questions, _) => Topic::Questions,
            (Step::Lot, Some(lot)) => Topic::Lot(lot),
            (Step::Law, Some(lot)) => Topic::Law(lot),
            _ => return None,
        };
        let of: Vec<&Comment> = self.prepared.comments.iter().filter(|c| c.topic == topic).collect();
        (!of.is_empty()).then(|| {
            view! {
                <section class="section" aria-label="Commentaires">
                    <h2>"Commentaires"</h2>
                    {sharing::comment_list(&of, None)}
                    <p><a href=sharing::url(self.token)>"Répondre, commenter"</a></p>
                </section>
            }
            .into_any()
        })
    }

    /// A form of a step. Pressing its button keeps what was typed and leads back to all steps.
    fn form(&self, step: Step, lot: Option<LotKey>, fields: AnyView, button: &'static str) -> AnyView {
        let action = format!("/besoins/preparer/{}", step.slug());
        let lot = lot.map(|key| view! { <input type="hidden" name="lot" value=key.to_string()/> });
        view! {
            <form method="post" action=action id="etape" novalidate>
                <input type="hidden" name="jeton" value=self.token.to_owned()/>
                {lot}
                {fields}
                <div class="actions actions-end">
                    {self.prepared.writes.then(|| view! { <button class="button button-sun">{button}</button> })}
                    <a href=self.url(Step::Overview)>"Revenir sans rien changer"</a>
                </div>
            </form>
        }
        .into_any()
    }

    /// A form of one button.
    fn button(
        &self,
        step: Step,
        class: &'static str,
        label: String,
        fields: &[(&'static str, String)],
    ) -> AnyView {
        self.button_to(&format!("/besoins/preparer/{}", step.slug()), class, label, fields)
    }

    /// The same, sent to an address.
    fn button_to(
        &self,
        action: &str,
        class: &'static str,
        label: String,
        fields: &[(&'static str, String)],
    ) -> AnyView {
        if !self.prepared.writes {
            return ().into_any();
        }
        let action = action.to_owned();
        let fields = fields.iter().map(|(name, value)| {
            view! { <input type="hidden" name=*name value=value.clone()/> }
        });
        view! {
            <form method="post" action=action>
                <input type="hidden" name="jeton" value=self.token.to_owned()/>
                {fields.collect_view()}
                <button class=class>{label}</button>
            </form>
        }
        .into_any()
    }
}

/// « aucune ne pourrait », « 1 pourrait », « 12 pourraient ».
fn how_many(n: u64, none: &str, one: &str, many: &str) -> String {
    if n == 0 { none.to_owned() } else { plural(n, one, many) }
}
