//! Capacity, contact and statute of a structure.

use crate::components::{FieldText, choice, day_input, error_of, field, tick};
use domain::access::FichePart;
use domain::form::{Field, Violation};
use domain::legal::{Ess, Share};
use domain::need::steps::HOURS_MEANT;
use domain::structure::fiche::FicheForm;
use domain::structure::{Network, Structure};
use leptos::prelude::*;

/// `parts` are those that the reader may write: others are not shown, and not sent.
pub(super) fn details(
    stored: &Structure,
    typed: &FicheForm,
    wrong: &[Violation],
    parts: &[FichePart],
) -> AnyView {
    let writes = |part| parts.contains(&part);
    let text =
        |of: Field, label, hint| FieldText { name: of.name(), label, hint, error: error_of(wrong, of) };
    let hours = text(
        Field::Hours,
        "Capacité",
        "Heures de travail que vous pouvez proposer par mois, en tout, ou équivalents temps plein («\u{a0}2,5\u{a0}ETP\u{a0}»). Une estimation suffit.",
    );
    let contact = text(
        Field::Contact,
        "Adresse e-mail de contact",
        "Pour recevoir les besoins. Jamais publique\u{a0}: un acheteur la voit quand vous vous dites intéressée.",
    );
    let share = text(
        Field::Share,
        "Travailleurs en insertion ou handicapés",
        "Combien, sur combien de travailleurs en tout. Les marchés réservés demandent la moitié au moins.",
    );
    let website = text(Field::Website, "Site internet", "");
    let description = text(
        Field::Description,
        "Présentation",
        "Vos savoir-faire, avec vos mots\u{a0}: c’est là qu’on vous retrouve.",
    );
    let described = |t: &FieldText| Some(t.described_by()).filter(|d| !d.is_empty());
    let invalid = |t: &FieldText| t.error.is_some().then_some("true");
    let or_stored = |typed: &Option<String>, stored: String| typed.clone().unwrap_or(stored);
    let hours_value =
        or_stored(&typed.hours, stored.hours_per_month.map(|h| h.to_string()).unwrap_or_default());
    let (stored_concerned, stored_workers) = match stored.share {
        Share::Unknown => (String::new(), String::new()),
        Share::Known { concerned, workers, .. } => (concerned.to_string(), workers.to_string()),
    };
    let stored_on = match stored.share {
        Share::Known { on: Some(on), .. } => on.to_string(),
        _ => String::new(),
    };
    let (on_kind, on_value) = day_input(&or_stored(&typed.share_on, stored_on));
    let (concerned_value, workers_value) = typed.share.clone().unwrap_or((stored_concerned, stored_workers));
    let share_input = view! {
        <div class="input-unit">
            <input class="input input-short" id="concernes" name="concernes" inputmode="numeric" value=concerned_value aria-describedby=described(&share) aria-invalid=invalid(&share)/>
            " "
            <label for="travailleurs">"sur"<span class="visually-hidden">" combien de travailleurs en tout"</span></label>
            " "
            <input class="input input-short" id="travailleurs" name="travailleurs" inputmode="numeric" value=workers_value/>
        </div>
    };
    let contact_value = or_stored(&typed.contact, waiting_or_known(stored));
    let website_value = or_stored(&typed.website, stored.website.clone());
    let description_value = or_stored(&typed.description, stored.description.clone());
    let hours_input = view! {
        <div class="input-unit">
            <input class="input input-short" id="heures" name="heures" inputmode="numeric" value=hours_value aria-describedby=described(&hours) aria-invalid=invalid(&hours)/>
            " "
            <span>"heures par mois"</span>
        </div>
    };
    let hours_meant = (hours.error.is_some() || typed.hours_meant)
        .then(|| tick(HOURS_MEANT, "Oui, c’est bien cette capacité", typed.hours_meant));
    let contact_input = view! {
        <input class="input" id="contact" name="contact" type="email" autocomplete="email" value=contact_value aria-describedby=described(&contact) aria-invalid=invalid(&contact)/>
    };
    let is_emptied =
        stored.contact.is_some() && typed.contact.as_ref().is_some_and(|text| text.trim().is_empty());
    let no_contact =
        is_emptied.then(|| tick("sans-contact", "Oui, sans adresse de contact", typed.contact_none_meant));
    let website_input = view! {
        <input class="input" id="site" name="site" value=website_value aria-describedby=described(&website) aria-invalid=invalid(&website)/>
    };
    let description_input = view! {
        <textarea class="input" id="description" name="description" rows="5" aria-describedby=described(&description) aria-invalid=invalid(&description)>
            {description_value}
        </textarea>
    };
    view! {
        <section class="card">
            <h2>"Capacité, contact et statut"</h2>
                {writes(FichePart::Capacity).then(|| view! { {field(hours, hours_input.into_any())}{hours_meant} })}
                {writes(FichePart::Presentation).then(|| view! {
                    {field(share, share_input.into_any())}
                    <div class="field">
                        <label class="label" for="comptes-le">"Comptés quel jour\u{a0}?"</label>
                        <input class="input input-short" id="comptes-le" name="comptes-le" type=on_kind value=on_value/>
                    </div>
                })}
                {writes(FichePart::Contact).then(|| view! { {field(contact, contact_input.into_any())}{no_contact} })}
                {writes(FichePart::Presentation).then(|| view! {
                    {field(website, website_input.into_any())}
                    {field(description, description_input.into_any())}
                })}
                {writes(FichePart::Conventions).then(|| statute_fields(stored, typed))}
                <div class="actions actions-end">
                    <button class="button button-sun" name="action" value="enregistrer">"Enregistrer"</button>
                </div>
        </section>
    }
    .into_any()
}

/// The address that waits for its confirmation, else the contact.
fn waiting_or_known(stored: &Structure) -> String {
    let address = stored.contact_asked.as_ref().or(stored.contact.as_ref());
    address.map(ToString::to_string).unwrap_or_default()
}

/// The network and the statute: as chosen when the form was refused, else as stored.
fn statute_fields(stored: &Structure, typed: &FicheForm) -> AnyView {
    let network = typed.network.as_deref().and_then(Network::parse).unwrap_or(stored.network);
    let ess = typed.ess.as_deref().and_then(Ess::parse).unwrap_or(stored.ess);
    let networks = Network::ALL
        .into_iter()
        .map(|n| choice("reseau", n.code(), n.label().to_owned(), String::new(), n == network))
        .collect_view();
    let statutes = Ess::ALL
        .into_iter()
        .map(|e| choice("ess", e.code(), e.label().to_owned(), String::new(), e == ess))
        .collect_view();
    view! {
        <fieldset class="fieldset">
            <legend>"Êtes-vous une régie ou une coopérative\u{a0}?"</legend>
            {networks}
        </fieldset>
        <fieldset class="fieldset">
            <legend>"Relevez-vous de l’économie sociale et solidaire\u{a0}?"</legend>
            {statutes}
        </fieldset>
    }
    .into_any()
}
