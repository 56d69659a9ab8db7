//! `/espace/second-facteur`: adding an application of codes to one's account, or taking it away; and `/connexion/second`, where
//! its code is given.

use super::space_of;
use crate::components::{TextInput, breadcrumb, day, error_summary, errors, notice, qr};
use crate::document::Page;
use crate::pages::confirm::narrow;
use backend::accounts::{FactorState, FactorView};
use domain::form::{Field, Violation};
use domain::text::plural;
use leptos::prelude::*;

/// What surrounds the page that asks for a code.
#[must_use]
pub fn second_page(is_refused: bool) -> Page {
    space_of(if is_refused { "Erreur\u{a0}: second facteur" } else { "Second facteur" }.to_owned())
}

fn code_input() -> TextInput {
    TextInput {
        autocomplete: "one-time-code",
        ..TextInput::wide(
            Field::Code,
            "Code de votre application",
            "Six chiffres, qui changent toutes les trente secondes. Sans votre application, tapez un de vos codes de secours.",
            "",
        )
    }
}

/// Asks for the code of the application, after the mail. `to` is the page that is opened afterwards.
pub fn second(to: &str, wrong: &[Violation]) -> AnyView {
    let body = view! {
        {error_summary(&errors(wrong))}
        <form method="post" action="/connexion/second" novalidate>
            <input type="hidden" name="vers" value=to.to_owned()/>
            {code_input().required().view(wrong)}
            <div class="actions actions-end"><button class="button button-sun">"Finir de me connecter"</button></div>
        </form>
        <section class="section">
            <h2>"Ni application, ni codes de secours\u{a0}?"</h2>
            <p>"Les liens de vos e-mails continuent d’ouvrir vos besoins et vos fiches. Pour retrouver votre compte, écrivez à qui tient ce service\u{a0}: "<a href="/mentions-legales">"mentions légales"</a>"."</p>
        </section>
    };
    narrow(
        "Le code de votre application".to_owned(),
        "Votre adresse est confirmée. Il reste votre second facteur.".to_owned(),
        body.into_any(),
    )
}

/// Too many codes were tried.
pub fn second_over() -> AnyView {
    let body = view! { <div class="actions"><a class="button button-sun" href="/connexion">"Se connecter de nouveau"</a></div> };
    let lead = "Trop de codes faux ont été essayés. Personne n’est entré, et rien n’est bloqué\u{a0}: recommencez par votre adresse.";
    narrow("Cette connexion est terminée".to_owned(), lead.to_owned(), body.into_any())
}

/// What surrounds the page of one's second factor.
#[must_use]
pub fn factor_page(is_refused: bool) -> Page {
    space_of(if is_refused { "Erreur\u{a0}: second facteur" } else { "Votre second facteur" }.to_owned())
}

fn framed(body: AnyView) -> AnyView {
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head">
                    {breadcrumb(vec![("/espace".into(), "Mon espace".into())], "Second facteur".to_owned())}
                    <h1>"Votre second facteur"</h1>
                    <p class="lead">"Une application de codes sur votre téléphone, en plus de votre adresse\u{a0}: qui lirait votre messagerie n’entre pas pour autant."</p>
                </div>
                {body}
            </div>
        </div>
    }
    .into_any()
}

/// The page. `removed` says that it was just taken away.
pub fn factor(model: &FactorView, wrong: &[Violation], removed: bool) -> AnyView {
    let removed = removed.then(|| {
        notice("notice-success", "C’est fait.", "Votre compte n’a plus de second facteur.".to_owned())
    });
    let state = match &model.state {
        FactorState::None => none(),
        FactorState::Begun { secret, url } => begun(secret, url, wrong),
        FactorState::Kept { since, codes_left } => kept(*since, *codes_left, wrong),
    };
    framed(view! { {removed}{error_summary(&errors(wrong))}{state} }.into_any())
}

fn none() -> AnyView {
    view! {
        <p>"Il vous faut une application qui sait faire ces codes (norme TOTP), par exemple FreeOTP, Aegis, ou celle qui garde déjà vos mots de passe."</p>
        <form method="post" action="/espace/second-facteur">
            <div class="actions"><button class="button" name="action" value="commencer">"Ajouter une application"</button></div>
        </form>
    }
    .into_any()
}

fn begun(secret: &str, url: &str, wrong: &[Violation]) -> AnyView {
    let input = TextInput {
        autocomplete: "one-time-code",
        is_short: true,
        ..TextInput::wide(Field::Code, "Le code qu’elle montre", "Six chiffres.", "")
    };
    view! {
        <ol class="steps walk">
            <li>
                <h2>"Donnez ce carré à lire à l’application"</h2>
                {qr(url, "Carré à lire par votre application de codes")}
                <p>"Ou tapez-y cette clé\u{a0}: "<code class="secret">{secret.to_owned()}</code></p>
                <p><a href=url.to_owned()>"Ouvrir l’application de cet appareil"</a></p>
            </li>
            <li>
                <h2>"Tapez le code qu’elle montre"</h2>
                <form method="post" action="/espace/second-facteur" novalidate>
                    {input.required().view(wrong)}
                    <div class="actions"><button class="button" name="action" value="confirmer">"Confirmer"</button></div>
                </form>
            </li>
        </ol>
        <p class="muted block">"Tant que ce code n’est pas confirmé, rien ne change\u{a0}: vous vous connectez comme avant."</p>
        <form method="post" action="/espace/second-facteur">
            <div class="actions"><button class="button button-secondary" name="action" value="commencer">"Recommencer avec une autre clé"</button></div>
        </form>
    }
    .into_any()
}

fn kept(since: i64, codes_left: i64, wrong: &[Violation]) -> AnyView {
    let left =
        plural(codes_left.unsigned_abs(), "code de secours vous reste", "codes de secours vous restent");
    let class = if codes_left < 3 { "notice-warning" } else { "notice-success" };
    view! {
        {notice(class, "Votre compte a un second facteur", format!("Depuis le {}. {left}.", day(since)))}
        <section class="section">
            <h2>"Le changer"</h2>
            <form method="post" action="/espace/second-facteur" novalidate>
                {code_input().required().view(wrong)}
                <div class="actions">
                    <button class="button" name="action" value="codes">"Recevoir de nouveaux codes de secours"</button>
                    <button class="button button-secondary" name="action" value="retirer">"Retirer le second facteur"</button>
                </div>
            </form>
            <p class="muted">"Vous changez de téléphone\u{a0}? Retirez le second facteur, puis ajoutez la nouvelle application."</p>
        </section>
    }
    .into_any()
}

/// The codes on paper, shown this once.
pub fn codes(codes: &[String]) -> AnyView {
    let rows =
        codes.iter().map(|code| view! { <li><code class="secret">{code.clone()}</code></li> }).collect_view();
    framed(
        view! {
            {notice("notice-success", "C’est fait.", "Votre compte a un second facteur. Vos autres connexions le demanderont.".to_owned())}
            <section class="section">
                <h2>"Vos codes de secours"</h2>
                <p>"Imprimez-les, ou recopiez-les\u{a0}: ils ne seront plus affichés. Chacun remplace une fois le code de l’application, le jour où vous ne l’avez pas."</p>
                <ul class="secrets">{rows}</ul>
                <div class="actions"><a class="button" href="/espace">"C’est noté, revenir à mon espace"</a></div>
            </section>
        }
        .into_any(),
    )
}
