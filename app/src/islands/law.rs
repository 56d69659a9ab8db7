//! What the law says of a lot while its form is being written: `domain::legal`, in the browser as on the server.

use domain::legal::{
    BuyerCategory, Judgment, LotLaw, LotTerms, Nature, OtherLot, SmallLot, TermsTyped, Vehicle, Verdict,
};
use domain::money::{Estimate, Euros};
use leptos::prelude::*;

/// The names of the fields that the law looks at: those of [`TermsTyped`], in its order.
#[cfg(feature = "hydrate")]
const FIELDS: [&str; 5] = ["nature", "cpv", "montant-min", "montant-max", "mois"];

/// What the law looks at besides the form of the lot, as texts: the attributes of the element in a [`LawPreview`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawContext {
    /// The day whose law applies, `2026-11-22`.
    pub day: String,
    /// Code of the category of the buyer.
    pub buyer: String,
    /// The other lots, as [`others_written`] writes them.
    pub others: String,
    /// Codes of what else the lot is: [`DEFENCE`], [`OVERSEAS`].
    pub also: String,
    /// Code of the vehicle that is chosen on its own page; empty for none.
    pub vehicle: String,
}

/// Contract of defence or security.
pub const DEFENCE: &str = "defense";
/// Executed overseas.
pub const OVERSEAS: &str = "outre-mer";

impl LawContext {
    /// The attributes that hold it, in the order of its fields.
    pub const ATTRIBUTES: [&'static str; 5] =
        ["data-jour", "data-acheteur", "data-autres", "data-aussi", "data-voie"];

    /// The law of its day for what is typed; `None` when it does not read.
    #[must_use]
    pub fn law(&self, typed: &TermsTyped<'_>) -> Option<LotLaw> {
        let before = LotTerms {
            buyer: BuyerCategory::parse(&self.buyer)?,
            others: others_read(&self.others)?,
            is_defence: self.also.contains(DEFENCE),
            is_overseas: self.also.contains(OVERSEAS),
            ..LotTerms::default()
        };
        let vehicle = Vehicle::parse(&self.vehicle);
        Some(LotLaw::of(&typed.terms(&before), vehicle, domain::date::parse(&self.day)?))
    }
}

/// « travaux 5000-9000;services 5000- »: what is bought, euros at least and at most.
#[must_use]
pub fn others_written(others: &[OtherLot]) -> String {
    let written = |other: &OtherLot| {
        let most = other.amount.at_most.map(Euros::typed).unwrap_or_default();
        format!("{} {}-{most}", other.nature.code(), other.amount.at_least.typed())
    };
    others.iter().map(written).collect::<Vec<_>>().join(";")
}

/// `None` when it is not what [`others_written`] writes.
fn others_read(text: &str) -> Option<Vec<OtherLot>> {
    let read = |other: &str| {
        let (nature, amount) = other.split_once(' ')?;
        let (least, most) = amount.split_once('-')?;
        let amount = Estimate { at_least: Euros::parse(least).ok()?, at_most: Euros::parse(most).ok() };
        Some(OtherLot { nature: Nature::parse(nature)?, amount })
    };
    text.split(';').filter(|other| !other.is_empty()).map(read).collect()
}

/// The procedure and the vehicles that the fields of a lot imply.
#[island]
pub fn LawPreview(
    /// What they imply first, in an element with [`super::FORM`] and [`LawContext::ATTRIBUTES`].
    children: Children,
) -> impl IntoView {
    let law = RwSignal::new(None::<LotLaw>);
    let around = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    around.on_load(move |div| {
        use super::form::{Form, attribute};
        use super::preview::FORM;

        let [day, buyer, others, also, vehicle] = LawContext::ATTRIBUTES.map(|name| attribute(&div, name));
        let context = LawContext { day, buyer, others, also, vehicle };
        Form::on_change(&attribute(&div, FORM), move |form| {
            let [nature, cpv, amount_min, amount_max, months] = &FIELDS.map(|name| form.field(name));
            let now = context.law(&TermsTyped { nature, cpv, amount_min, amount_max, months });
            // What has not changed is not said again.
            if law.with_untracked(|before| *before != now) {
                law.set(now);
            }
        });
    });
    view! {
        <div role="status" node_ref=around>
            <div hidden=move || law.with(Option::is_some)>{children()}</div>
            {move || law.get().map(|law| law_result(&law))}
        </div>
    }
}

/// The procedure, and for each vehicle whether it is open, and why not.
pub fn law_result(law: &LotLaw) -> impl IntoView + use<> {
    view! {
        <p class="small">"Procédure\u{a0}: "{law.procedure.label()}"."</p>
        {small_lots(&law.small)}
        <ul class="rows small">{law.vehicles.iter().map(vehicle).collect_view()}</ul>
    }
}

/// The lighter procedures that may be open to a small lot.
pub fn small_lots(all: &[SmallLot]) -> impl IntoView + use<> {
    all.iter().map(|small| view! { <p class="small">{small.sentence()}</p> }).collect_view()
}

fn vehicle((vehicle, judgment): &(Vehicle, Judgment)) -> impl IntoView + use<> {
    let because: Vec<&str> = judgment.because().collect();
    view! {
        <li>
            <span>{vehicle.label()}<br/><span class="muted">{because.join(" ")}</span></span>
            " "
            <span class=verdict_class(judgment.verdict)>{judgment.verdict.label()}</span>
        </li>
    }
}

/// The class of the tag that says a verdict.
#[must_use]
pub fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed | Verdict::Conditional => "tag",
        Verdict::Unknown => "tag tag-check",
        Verdict::Forbidden => "tag tag-no",
    }
}
