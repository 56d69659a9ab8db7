//! Who buys.

use super::{Preparing, Step};
use crate::components::{Choice, TextInput, choices, tick};
use domain::form::Field;
use domain::legal::BuyerCategory;
use domain::need::steps::{BuyerForm, DEFENCE};
use leptos::prelude::*;

/// The page.
pub fn view(model: &Preparing<'_>, form: &BuyerForm) -> AnyView {
    let hint = |buyer: BuyerCategory| match buyer {
        BuyerCategory::Private => {
            "Le Code de la commande publique ne s’applique pas\u{a0}: les choix sont libres."
        }
        _ => "",
    };
    let categories = BuyerCategory::ALL.map(|buyer| Choice {
        code: buyer.code(),
        label: buyer.label().to_owned(),
        hint: hint(buyer).to_owned(),
    });
    let wrong = model.wrong;
    let profile = TextInput {
        kind: "url",
        ..TextInput::wide(
            Field::Profile,
            "Lien vers votre profil d’acheteur",
            "C’est là que les offres se déposent\u{a0}: ce site n’en reçoit pas.",
            &form.profile,
        )
    };
    let fields = view! {
        {TextInput::wide(Field::Organisation, "Votre organisation", "Affichée avec le besoin.", &form.organisation).view(wrong)}
        {choices(Field::Category, "Vous êtes", "Les seuils en dépendent.", categories.to_vec(), &form.category, wrong)}
        {TextInput::wide(Field::Siret, "SIRET", "Quatorze chiffres. Laissez vide si vous ne l’avez pas sous la main.", &form.siret).view(wrong)}
        {profile.view(wrong)}
        <fieldset class="fieldset">
            <legend>"Défense ou sécurité"</legend>
            {tick(DEFENCE, "C’est un marché de défense ou de sécurité\u{a0}: les obligations d’août 2026 ne s’y appliquent pas", form.is_defence)}
        </fieldset>
    };
    let body =
        view! { <div class="narrow">{model.form(Step::Buyer, None, fields.into_any(), "Garder")}</div> };
    model.page(Step::Buyer, Step::Buyer.title().to_owned(), String::new(), body.into_any())
}
