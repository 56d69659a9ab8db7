//! Pages with one button: what a mail's link leads to. Opening them changes nothing.

use crate::components::{answers_until, error_said, notice};
use crate::document::Page;
use backend::needs::{AnswerForm, AnswerView};
use backend::store::TradeAnswer;
use backend::structures::QuestionView;
use domain::need::{Answer, LotKey, Need, Reply};
use domain::structure::Structure;
use domain::text::{of_name, to_name};
use leptos::prelude::*;

/// What surrounds such a page.
#[must_use]
pub fn page(title: &str) -> Page {
    Page { title: title.to_owned(), private: true, ..Page::default() }
}

/// A need with the lots that its reader is concerned by, each with its reservation.
pub(super) fn need_box(need: &Need, concerned: impl Fn(LotKey) -> bool) -> AnyView {
    let draft = &need.draft;
    let buyer = (!draft.buyer.name.is_empty()).then(|| format!("{} · ", draft.buyer.name));
    let meta = format!("{} · {}", draft.place.name(), answers_until(need));
    let lots: Vec<_> = draft
        .lots
        .iter()
        .enumerate()
        .filter(|(_, lot)| concerned(lot.key))
        .map(|(rank, lot)| {
            let name = draft.has_lots().then(|| view! { <strong>{draft.lot_name(rank)}</strong>" " });
            let tag = crate::components::reservation_tag(lot.reservation());
            (name.is_some() || tag.is_some()).then(|| view! { <p>{name}{tag}</p> })
        })
        .collect();
    view! {
        <div class="card block">
            <h2 class="card-title">{draft.title.clone()}</h2>
            <p class="card-meta">{buyer}{meta}</p>
            {lots}
        </div>
    }
    .into_any()
}

fn is_told(view_of: &AnswerView) -> impl Fn(LotKey) -> bool {
    let told: Vec<LotKey> = view_of.lots.iter().map(|(key, _)| *key).collect();
    move |lot| told.contains(&lot)
}

/// A need that takes no answer any more: why, and where to go.
pub fn answer_refused(view_of: &AnswerView, why: &str) -> AnyView {
    let siret = view_of.structure.structure.siret;
    let body = view! {
        {need_box(&view_of.need, |_| true)}
        <p class="actions">
            <a class="button" href=format!("/besoins/{}", view_of.need.id)>"Voir le besoin"</a>
            <a href="/besoins">"Les besoins ouverts"</a>
            <a href=format!("/structures/{siret}")>"Votre fiche"</a>
        </p>
    };
    narrow("Ce besoin ne reçoit plus de réponses".to_owned(), why.to_owned(), body.into_any())
}

pub(super) fn narrow(title: String, lead: String, body: AnyView) -> AnyView {
    view! {
        <div class="page">
            <div class="narrow">
                <div class="head"><h1>{title}</h1><p class="lead">{lead}</p></div>
                {body}
            </div>
        </div>
    }
    .into_any()
}

/// « Publier ce besoin » cannot be done today: why, and where to change it.
pub fn publish_refused(need: &Need, why: &str, prepare_url: String) -> AnyView {
    let body = view! {
        {notice("notice-danger", "Rien n’est publié.", why.to_owned())}
        {need_box(need, |_| true)}
        <div class="actions actions-end"><a class="button button-sun" href=prepare_url>"Reprendre le besoin"</a></div>
    };
    let lead = "Votre besoin est gardé. Changez ce qui suit, puis demandez un nouveau lien de publication.";
    narrow("Ce besoin ne peut pas être publié".to_owned(), lead.to_owned(), body.into_any())
}

/// « Publier ce besoin ».
pub fn publish(need: &Need, token: &str) -> AnyView {
    let body = view! {
        {need_box(need, |_| true)}
        <form method="post" action="/besoins/confirmer">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button button-sun">"Publier ce besoin"</button></div>
        </form>
    };
    let lead = "Dès que vous appuyez, le besoin est visible de tous et les structures qui conviennent sont prévenues.";
    narrow("Publier ce besoin".to_owned(), lead.to_owned(), body.into_any())
}

/// « Un e-mail vous attend ».
pub fn sent(email: &str) -> AnyView {
    let body = view! {
        <ol class="steps">
            <li><h2>"Ouvrez votre messagerie"</h2><p>"Le message s’appelle «\u{a0}Confirmez votre besoin\u{a0}». S’il n’arrive pas, regardez dans les indésirables."</p></li>
            <li><h2>"Suivez le lien"</h2><p>"Il est valable sept jours."</p></li>
            <li><h2>"Appuyez sur «\u{a0}Publier ce besoin\u{a0}»"</h2><p>"Rien n’est visible avant."</p></li>
        </ol>
    };
    let lead = format!("Nous venons d’envoyer un message à {email}. Votre besoin est gardé.");
    narrow("Un e-mail vous attend".to_owned(), lead, body.into_any())
}

/// « Se dire intéressé » or « Pas cette fois ». `typed` is what was typed when it was refused, with why.
pub fn answer(
    view_of: &AnswerView,
    token: &str,
    answer: Answer,
    typed: Option<(&AnswerForm, &str)>,
) -> AnyView {
    let structure = view_of.structure.structure.shown_name().to_owned();
    let (title, button, class) = match answer {
        Answer::Interested => ("Se dire intéressée", "Se dire intéressée", "button button-sun"),
        Answer::Declined => ("Pas cette fois", "Répondre «\u{a0}pas cette fois\u{a0}»", "button"),
        Answer::NotOurs => ("Ce n’est pas notre métier", "Répondre «\u{a0}pas notre métier\u{a0}»", "button"),
    };
    let others = Answer::ALL.into_iter().filter(|other| *other != answer).map(|other| {
        let href = format!("/besoins/repondre?jeton={token}&reponse={}", other.code());
        let label = match other {
            Answer::Interested => "Se dire intéressée",
            Answer::Declined => "Pas cette fois",
            Answer::NotOurs => "Pas notre métier",
        };
        view! { <a href=href>{label}</a>" " }
    });
    let others = others.collect_view();
    let thread = format!("/besoins/echanger?jeton={token}");
    let before = view_of.before().map(|b| view! { <p class="muted">{format!("Vous avez déjà répondu «\u{a0}{}\u{a0}»\u{a0}: une nouvelle réponse la remplace.", b.label())}</p> });
    let error = typed.map(|(_, text)| error_said("Votre réponse n’est pas partie", text.to_owned()));
    let message = typed.map(|(form, _)| form.message.clone()).unwrap_or_default();
    let replies = match typed {
        Some((form, _)) => &form.replies,
        None => &view_of.replies,
    };
    let body = view! {
        {error}
        {need_box(&view_of.need, is_told(view_of))}
        {before}
        <form method="post" action="/besoins/repondre">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <input type="hidden" name="reponse" value=answer.code()/>
            {lot_boxes(view_of, typed.map(|(form, _)| form))}
            {(answer == Answer::Interested).then(|| questions(&view_of.need, replies))}
            <div class="field">
                <label class="label" for="message">"Un mot à l’acheteur (facultatif)"</label>
                <p class="hint" id="message-aide">"Une disponibilité, une raison."</p>
                <textarea class="input" id="message" name="message" rows="3" aria-describedby="message-aide">{message}</textarea>
            </div>
            <div class="actions actions-end">
                <button class=class>{button}</button>
                {others}
            </div>
        </form>
        <p class="block"><a href=thread>"Poser une question à l’acheteur"</a></p>
    };
    narrow(
        title.to_owned(),
        format!(
            "Pour {structure}. L’acheteur voit votre réponse et, si vous êtes intéressée, votre adresse de contact."
        ),
        body.into_any(),
    )
}

/// The lots to which one answers; nothing when the structure was told of one only.
fn lot_boxes(view_of: &AnswerView, typed: Option<&AnswerForm>) -> Option<AnyView> {
    if view_of.lots.len() < 2 {
        return None;
    }
    let draft = &view_of.need.draft;
    let boxes = view_of.lots.iter().filter_map(|(key, before)| {
        let (rank, _) = draft.lot(*key)?;
        let ticked = typed.is_none_or(|form| form.lots.contains(key));
        let before = before.map(|b| format!(" (déjà répondu\u{a0}: {})", b.label().to_lowercase()));
        Some(view! {
            <li>
                <label class="check">
                    <input type="checkbox" name="lot" value=key.to_string() checked=ticked/>
                    <span class="check-label">{draft.lot_name(rank)}{before}</span>
                </label>
            </li>
        })
    });
    let boxes: Vec<_> = boxes.collect();
    Some(
        view! {
            <fieldset class="fieldset">
                <legend>"Pour quels lots\u{a0}?"</legend>
                <input type="hidden" name="par-lot" value="1"/>
                <ul class="checks">{boxes}</ul>
            </fieldset>
        }
        .into_any(),
    )
}

/// The questions of the buyer; nothing when there is none.
fn questions(need: &Need, replies: &[Reply]) -> Option<AnyView> {
    let questions = need.draft.questions.iter().enumerate().map(|(n, question)| {
        let id = format!("reponse-{}", n + 1);
        let before = replies.iter().find(|reply| reply.question == *question);
        let value = before.map(|reply| reply.reply.clone()).unwrap_or_default();
        view! {
            <div class="field">
                <label class="label" for=id.clone()>{question.clone()}</label>
                <input type="hidden" name="question" value=question.clone()/>
                <textarea class="input" id=id name="reponse-question" rows="2">{value}</textarea>
            </div>
        }
    });
    let questions: Vec<_> = questions.collect();
    (!questions.is_empty()).then(|| {
        view! { <fieldset class="fieldset"><legend>"L’acheteur demande (facultatif)"</legend>{questions}</fieldset> }
            .into_any()
    })
}

/// « C’est noté ».
pub fn answered(view_of: &AnswerView, answer: Answer) -> AnyView {
    let href = format!("/besoins/{}", view_of.need.id);
    let correct = (answer == Answer::NotOurs).then(|| {
        let fiche = format!("/structures/{}#gerer", view_of.structure.structure.siret);
        view! { <p class="block">"Pour ne plus recevoir de besoins de ce métier, "<a href=fiche>"écartez-le de votre fiche"</a>"."</p> }
    });
    let body = view! {
        {need_box(&view_of.need, is_told(view_of))}
        {correct}
        <p class="block"><a href=href>"Voir le besoin"</a></p>
    };
    let lead = match answer {
        Answer::Interested if view_of.need.draft.profile.is_some() => {
            "L’acheteur est prévenu que vous êtes intéressée. L’offre, elle, se dépose sur son profil d’acheteur\u{a0}: le lien est sur la page du besoin."
        }
        Answer::Interested => {
            "L’acheteur est prévenu que vous êtes intéressée, et a votre adresse de contact."
        }
        Answer::NotOurs => "L’acheteur sait que ce n’est pas votre métier.",
        Answer::Declined => {
            "L’acheteur sait que ce n’est pas pour cette fois. Les prochains besoins vous parviendront."
        }
    };
    narrow("C’est noté".to_owned(), lead.to_owned(), body.into_any())
}

/// « Ne plus recevoir ces messages ».
pub fn stop(structure: &str, token: &str) -> AnyView {
    let body = view! {
        <form method="post" action=format!("/messages/arreter?jeton={token}")>
            <div class="actions actions-end"><button class="button">"Ne plus recevoir ces messages"</button></div>
        </form>
    };
    let lead = format!("{structure} ne recevra plus de besoins par e-mail. Sa fiche reste visible.");
    narrow("Ne plus recevoir ces messages".to_owned(), lead, body.into_any())
}

/// « C’est fait »: stopped, with the button that undoes it.
pub fn stopped(structure: &str, token: &str) -> AnyView {
    let body = view! {
        <form method="post" action=format!("/messages/reprendre?jeton={token}")>
            <div class="actions actions-end"><button class="button button-secondary">"Recevoir de nouveau les besoins"</button></div>
        </form>
        <p><a href=format!("/structures/opposition?jeton={token}")>"Ne plus être proposée du tout"</a></p>
    };
    let lead = format!(
        "{structure} ne recevra plus de besoins par e-mail. Sa fiche reste visible, et vous pouvez toujours la tenir."
    );
    narrow("C’est fait".to_owned(), lead, body.into_any())
}

/// « C’est fait »: mails are sent again.
pub fn resumed(structure: &str, token: &str) -> AnyView {
    let body = view! { <p class="actions"><a href=format!("/messages/arreter?jeton={token}")>"Finalement, ne plus les recevoir"</a></p> };
    let lead = format!("{structure} reçoit de nouveau par e-mail les besoins qui lui conviennent.");
    narrow("C’est fait".to_owned(), lead, body.into_any())
}

/// « Votre fiche est-elle toujours exacte ? »: what it says, and one button.
pub fn fiche_vouch(structure: &Structure, token: &str) -> AnyView {
    let name = structure.shown_name();
    let activities = structure.live_activities().map(|activity| {
        let zones: Vec<String> = activity.zones.iter().map(|zone| zone.name()).collect();
        view! { <li>{format!("{}, {}\u{a0}: {}", activity.sector.label(), activity.mode.label().to_lowercase(), zones.join(", "))}</li> }
    });
    let activities: Vec<_> = activities.collect();
    let activities = match activities.is_empty() {
        true => view! { <p>"Aucune activité."</p> }.into_any(),
        false => view! { <ul>{activities}</ul> }.into_any(),
    };
    let hours = structure.hours_per_month.map_or("non indiquée".to_owned(), |hours| {
        format!("{}\u{a0}heures par mois", domain::text::number(u64::from(hours)))
    });
    let body = view! {
        <section class="card">
            <h2>"Ce que dit la fiche"</h2>
            {activities}
            <p>{format!("Capacité\u{a0}: {hours}.")}</p>
            <p><a href=crate::urls::structure_url(structure)>"Lire toute la fiche"</a></p>
        </section>
        <form method="post" action="/structures/exacte" class="block">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button button-sun">"Oui, tout est exact"</button></div>
        </form>
        <form method="post" action=format!("/structures/{}/lien", structure.siret) class="block">
            <div class="actions actions-end"><button class="button button-secondary">"Non\u{a0}: recevoir le lien pour corriger"</button></div>
        </form>
    };
    let lead = match structure.vouched_on {
        Some(day) => format!("{name} l’a dit pour la dernière fois le {}.", domain::date::long(day)),
        None => format!("{name} ne l’a encore jamais dit."),
    };
    narrow("Votre fiche est-elle toujours exacte\u{a0}?".to_owned(), lead, body.into_any())
}

/// « C’est noté »: the page is right.
pub fn fiche_vouched(structure: &Structure) -> AnyView {
    let body = view! {
        <p class="actions"><a class="button" href=crate::urls::structure_url(structure)>"Voir la fiche"</a></p>
    };
    let lead = format!(
        "La fiche {} est exacte à ce jour. Nous vous le redemanderons dans un an.",
        of_name(structure.shown_name())
    );
    narrow("C’est noté".to_owned(), lead, body.into_any())
}

/// « Ne plus être proposée »: what that means.
pub fn oppose(structure: &str, token: &str) -> AnyView {
    let body = view! {
        <div class="prose block">
            <ul>
                <li>"Plus personne ne la trouve\u{a0}: ni dans la recherche, ni dans le classement des besoins, ni sur les cartes, ni dans les comptes, ni par un programme."</li>
                <li>"Elle ne reçoit plus de besoins, ni de questions sur son métier."</li>
                <li>"Sa page publique ne dit plus que son nom."</li>
                <li>"Ce qu’elle a déjà répondu à des acheteurs reste, et ses échanges avec eux continuent."</li>
                <li>"Vous tenez toujours sa fiche, et vous revenez en arrière d’un seul geste, quand vous voulez."</li>
            </ul>
            <p>"C’est votre droit d’opposition (RGPD, article 21)\u{a0}: aucune raison n’est demandée."</p>
        </div>
        <form method="post" action="/structures/opposition">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button" name="action" value="opposer">"Ne plus être proposée"</button></div>
        </form>
    };
    let lead = format!("{structure} ne sera plus proposée à personne par ce service.");
    narrow("Ne plus être proposée".to_owned(), lead, body.into_any())
}

/// « C’est fait »: it is not proposed any more, with the button that undoes it.
pub fn opposed(structure: &str, token: &str) -> AnyView {
    let body = view! {
        <form method="post" action="/structures/opposition">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button button-secondary" name="action" value="reprendre">"Être de nouveau proposée"</button></div>
        </form>
    };
    let lead =
        format!("{structure} n’est plus proposée par ce service. Vous pouvez toujours tenir sa fiche.");
    narrow("C’est fait".to_owned(), lead, body.into_any())
}

/// « C’est fait »: it is proposed again.
pub fn proposed_again(structure: &str, token: &str) -> AnyView {
    let body = view! { <p class="actions"><a href=format!("/structures/opposition?jeton={token}")>"Finalement, ne plus être proposée"</a></p> };
    let lead = format!("{structure} ne s’oppose plus à être proposée par ce service.");
    narrow("C’est fait".to_owned(), lead, body.into_any())
}

/// « Est-ce bien votre adresse ? ».
pub fn contact_confirm(structure: &Structure, asked: &str, token: &str) -> AnyView {
    let name = structure.shown_name();
    let replaced = structure.contact.as_ref().map(|_| {
        view! { <p>"L’adresse de contact d’avant n’en recevra plus, et ses liens ne seront plus valables."</p> }
    });
    let body = view! {
        {replaced}
        <form method="post" action="/structures/contact">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <div class="actions actions-end"><button class="button button-sun">"Confirmer cette adresse"</button></div>
        </form>
    };
    let lead = format!("{asked} recevra les besoins d’acheteurs publics qui conviennent {}.", to_name(name));
    narrow("Est-ce bien votre adresse\u{a0}?".to_owned(), lead, body.into_any())
}

/// « Votre adresse est confirmée ».
pub fn contact_confirmed(structure: &Structure, manage_url: String) -> AnyView {
    let body = view! {
        <p class="actions"><a class="button" href=manage_url>"Tenir la fiche"</a></p>
    };
    let lead = format!("Les besoins qui conviennent {} vous parviendront.", to_name(structure.shown_name()));
    narrow("Votre adresse est confirmée".to_owned(), lead, body.into_any())
}

/// To whom a link is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor {
    /// The author of a need.
    Author,
    /// The contact of a structure.
    Structure,
}

impl LinkFor {
    fn sentence(self) -> &'static str {
        match self {
            Self::Author => {
                "S’il est à vous, le lien de votre besoin part à l’adresse que vous aviez donnée."
            }
            Self::Structure => "Si cette structure a une adresse de contact, le lien y part.",
        }
    }
}

/// « Un e-mail vous attend »: nothing is said of the address.
pub fn link_sent(whom: &LinkFor) -> AnyView {
    let lead = format!("{} S’il n’arrive pas, regardez dans les indésirables.", whom.sentence());
    narrow("Un e-mail vous attend".to_owned(), lead, ().into_any())
}

/// « Vos liens ne sont plus valables ».
pub fn revoked(whom: &LinkFor) -> AnyView {
    let lead = format!("Tous les liens envoyés jusqu’ici sont invalidés. {}", whom.sentence());
    narrow("Vos liens ne sont plus valables".to_owned(), lead, ().into_any())
}

/// What the three links of a question lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TradeReply {
    /// « Oui » or « non ».
    Says(TradeAnswer),
    /// « Voici ce que nous faisons ».
    Other,
}

impl TradeReply {
    /// Its code in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Says(answer) => answer.code(),
            Self::Other => "autre",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "autre" => Some(Self::Other),
            text => TradeAnswer::parse(text).map(Self::Says),
        }
    }

    fn button(self) -> &'static str {
        match self {
            Self::Says(TradeAnswer::Yes) => "Oui, c’est notre métier",
            Self::Says(TradeAnswer::No) => "Non, ce n’est pas notre métier",
            Self::Other => "Recevoir le lien de notre fiche",
        }
    }
}

/// « Est-ce votre métier ? »: the chosen answer as a button, the others as links.
pub fn trade(model: &QuestionView, token: &str, reply: TradeReply) -> AnyView {
    let sector = model.question.sector.label();
    let structure = model.structure.structure.shown_name().to_owned();
    let before = model.question.answer.map(|before| {
        let said = match before {
            TradeAnswer::Yes => "oui",
            TradeAnswer::No => "non",
        };
        view! { <p class="muted">{format!("Vous avez déjà répondu «\u{a0}{said}\u{a0}»\u{a0}: une nouvelle réponse la remplace.")}</p> }
    });
    let explained = match reply {
        TradeReply::Says(TradeAnswer::Yes) => {
            "Cette activité sera notée comme confirmée par vous, dans la zone habituelle de votre type de structure. Vous recevrez ce besoin, et ceux qui lui ressemblent. Vous pourrez changer la zone sur votre fiche."
        }
        TradeReply::Says(TradeAnswer::No) => {
            "Nous noterons que ce n’est pas votre métier, et nous ne vous le demanderons plus."
        }
        TradeReply::Other => {
            "Votre fiche dit ce que vous faites, où et combien. Nous envoyons le lien qui permet de la tenir à l’adresse de contact de votre structure."
        }
    };
    let all = [TradeReply::Says(TradeAnswer::Yes), TradeReply::Says(TradeAnswer::No), TradeReply::Other];
    let others = all.into_iter().filter(|other| *other != reply).map(|other| {
        let href = format!("/metier?jeton={token}&reponse={}", other.code());
        let label = match other {
            TradeReply::Other => "Voici ce que nous faisons",
            says => says.button(),
        };
        view! { <a href=href>{label}</a>" " }
    });
    let others = others.collect_view();
    let class = if reply == TradeReply::Says(TradeAnswer::Yes) { "button button-sun" } else { "button" };
    let body = view! {
        {model.need.as_ref().map(|need| need_box(need, |_| true))}
        {before}
        <p>{explained}</p>
        <form method="post" action="/metier">
            <input type="hidden" name="jeton" value=token.to_owned()/>
            <input type="hidden" name="reponse" value=reply.code()/>
            <div class="actions actions-end">
                <button class=class>{reply.button()}</button>
                {others}
            </div>
        </form>
    };
    narrow(
        format!("Est-ce votre métier\u{a0}: {sector}\u{a0}?"),
        format!("Pour {structure}."),
        body.into_any(),
    )
}

/// « C’est noté », for a question.
pub fn traded(model: &QuestionView, reply: TradeReply) -> AnyView {
    let siret = model.question.siret;
    let sector = model.question.sector.label();
    let structure = model.structure.structure.shown_name();
    let of = of_name(structure);
    let (title, lead) = match reply {
        TradeReply::Says(TradeAnswer::Yes) => (
            "C’est noté",
            format!(
                "{sector}\u{a0}: c’est une activité {of}. Les besoins ouverts qui conviennent vous sont envoyés."
            ),
        ),
        TradeReply::Says(TradeAnswer::No) => (
            "C’est noté",
            format!("{sector}\u{a0}: ce n’est pas une activité {of}. Nous ne le demanderons plus."),
        ),
        TradeReply::Other => (
            "Un e-mail vous attend",
            format!(
                "Si {structure} a une adresse de contact, le lien de sa fiche y part. Il est valable sept jours."
            ),
        ),
    };
    let body = view! { <p class="actions"><a href=format!("/structures/{siret}")>"Voir la fiche"</a></p> };
    narrow(title.to_owned(), lead, body.into_any())
}
