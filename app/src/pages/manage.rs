//! `/structures/{siret}/gerer`: a structure keeps its own page.

use crate::api::Completion;
use crate::components::{
    CompletedInput, FieldText, breadcrumb, choice, day_input, error_summary, field, figure, notice,
    place_choices, sector_list, standing, tick, to_correct,
};
use crate::document::Page;
use backend::structures::{
    ActivityForm, CONVENTION_NEW, ConventionForm, ManageField, ManageForm, ManageView, ManageViolation,
};
use domain::legal::{Ess, Share};
use domain::need::steps::HOURS_MEANT;
use domain::structure::{Activity, ActivityKept, ConventionTerms, Kind, Mode, Network, Standing, Structure};
use domain::territory::{Place, zones_read, zones_shown, zones_stored};
use domain::written::{Correction, Written};
use leptos::prelude::*;

/// How the page was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// By its link.
    Nothing,
    /// After something was saved.
    Saved {
        /// Whether searches already know it.
        searchable: bool,
    },
    /// After something was refused: what to correct, and where.
    Refused(Vec<ManageViolation>),
}

/// What surrounds the page.
#[must_use]
pub fn page(view: &ManageView, after: &After) -> Page {
    let error = if matches!(after, After::Refused(_)) { "Erreur\u{a0}: " } else { "" };
    let title = format!("{error}Tenir la fiche {}", domain::text::of_name(view.structure.shown_name()));
    Page { title, islands: true, private: true, ..Page::default() }
}

/// The page. `form` is what was typed when it was refused.
pub fn view(model: &ManageView, token: &str, after: &After, form: Option<&ManageForm>) -> AnyView {
    let s = &model.structure;
    let public = format!("/structures/{}", s.siret);
    let action = format!("/structures/{}/gerer", s.siret);
    let live: Vec<&Activity> = s.live_activities().collect();
    let confirmed = live.iter().filter(|a| a.standing == Standing::Confirmed).count();
    let deduced: Vec<&Activity> = live.iter().copied().filter(|a| a.standing == Standing::Deduced).collect();
    let others: Vec<&Activity> = live.iter().copied().filter(|a| a.standing != Standing::Deduced).collect();
    let kept: Vec<&ActivityKept> = s.activities_kept.iter().filter(|a| a.is_live()).collect();
    let dismissed: Vec<&Activity> = s.activities.iter().filter(|a| !a.standing.is_live()).collect();
    let wrong: &[ManageViolation] = match after {
        After::Refused(wrong) => wrong,
        After::Nothing | After::Saved { .. } => &[],
    };
    let message = match after {
        After::Nothing => None,
        After::Saved { searchable } => Some(notice(
            "notice-success",
            "Enregistré.",
            match searchable {
                true => "La recherche en tient déjà compte, et les besoins ouverts sont comparés de nouveau.",
                false => {
                    "La recherche et la comparaison avec les besoins ouverts suivront dans quelques instants."
                }
            }
            .to_owned(),
        )),
        After::Refused(_) => error_summary(
            &wrong.iter().map(|w| (anchor(w.field).to_owned(), w.message.clone())).collect::<Vec<_>>(),
        ),
    };
    let needs = model.needs.iter().take(10).map(|(need, score)| {
        view! {
            <li>
                <a href=format!("/besoins/{}", need.need.id)>{need.need.draft.title.clone()}</a>
                <span class="number">{format!("{score}\u{a0}/\u{a0}100")}</span>
            </li>
        }
    });
    let needs = needs.collect_view();
    let nothing = ManageForm::default();
    let typed = form.unwrap_or(&nothing);
    let cards = |activities: &[&Activity]| activities.iter().map(|a| activity_card(a, typed)).collect_view();
    view! {
        <div class="page">
            <div class="head">
                {breadcrumb(vec![(public.clone(), s.shown_name().to_owned())], "Tenir la fiche".to_owned())}
                <h1>{format!("Tenir la fiche {}", domain::text::of_name(s.shown_name()))}</h1>
                <p class="lead">
                    "Vous êtes ici par un lien personnel, valable sept jours. "
                    <a href=public>"Voir la fiche publique"</a>
                </p>
            </div>
            {message}
            <ul class="figures">
                {figure(format!("{confirmed} sur {}", live.len()), "activités confirmées".into(), None, false)}
                {figure(deduced.len().to_string(), "déduites, à confirmer".into(), None, !deduced.is_empty())}
                {figure(model.needs.len().to_string(), "besoins ouverts vous conviennent".into(), None, false)}
            </ul>
            {contact_asked(s)}
            {stopped(s, token)}
            // One form for the whole page: whatever button is pressed, nothing that was typed is lost.
            <form method="post" action=action novalidate class="beside">
                <div id="activites" tabindex="-1">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    // The first button of a form is what the Enter key presses.
                    <button class="visually-hidden" name="action" value="enregistrer" tabindex="-1" aria-hidden="true">"Enregistrer"</button>
                    {(!kept.is_empty())
                        .then(|| {
                            let cards = kept.iter().map(|a| kept_card(a)).collect_view();
                            view! {
                                <section>
                                    <h2>"Activités à corriger"</h2>
                                    <p class="muted">
                                        "Nos listes n’ont pas, ou plus, leur secteur\u{a0}: nous les gardons telles quelles, mais elles ne sont pas comparées aux besoins."
                                    </p>
                                    <ul class="cards block">{cards}</ul>
                                </section>
                            }
                        })}
                    {(!deduced.is_empty())
                        .then(|| {
                            view! {
                                <section>
                                    <h2>"Activités à confirmer"</h2>
                                    <p class="muted">
                                        "Déduites de données publiques. Tant que vous ne les confirmez pas, elles comptent moins et portent le mot «\u{a0}déduit\u{a0}»."
                                    </p>
                                    <ul class="cards block">{cards(&deduced)}</ul>
                                </section>
                            }
                        })}
                    {(!others.is_empty())
                        .then(|| {
                            view! {
                                <section class="section">
                                    <h2>"Vos activités"</h2>
                                    <ul class="cards">{cards(&others)}</ul>
                                </section>
                            }
                        })}
                    {(!dismissed.is_empty())
                        .then(|| {
                            view! {
                                <section class="section">
                                    <h2>"Activités écartées"</h2>
                                    <ul class="cards">{cards(&dismissed)}</ul>
                                </section>
                            }
                        })}
                    {add_form(typed.add.first().cloned().unwrap_or_default(), wrong)}
                </div>
                <div>
                    {details(s, typed, wrong)}
                    {conventions_section(s, typed, wrong)}
                    {(!model.needs.is_empty())
                        .then(|| {
                            view! {
                                <section class="card block">
                                    <h2>"Besoins ouverts qui vous conviennent"</h2>
                                    <ul class="rows">{needs}</ul>
                                </section>
                            }
                        })}
                </div>
            </form>
            {revocation(token)}
        </div>
    }
    .into_any()
}

/// That another contact waits for its confirmation.
fn contact_asked(stored: &Structure) -> Option<AnyView> {
    let asked = stored.contact_asked.as_ref()?;
    let text = format!(
        "Ouvrez l’e-mail envoyé à {asked}, et appuyez sur son bouton\u{a0}: les besoins y arriveront ensuite. D’ici là, rien ne change."
    );
    Some(view! { <div class="notice notice-warning block"><p><strong>"Votre nouvelle adresse attend d’être confirmée."</strong>" "{text}</p></div> }.into_any())
}

/// That mails about needs are stopped, with the button that has them again.
fn stopped(stored: &Structure, token: &str) -> Option<AnyView> {
    stored.alerts_stopped.then(|| {
        view! {
            <div class="notice notice-warning block">
                <p><strong>"Vous ne recevez plus les besoins par e-mail."</strong>" Quelqu’un l’a demandé depuis l’un de ces messages."</p>
                <form method="post" action="/messages/reprendre">
                    <input type="hidden" name="jeton" value=token.to_owned()/>
                    <div class="actions"><button class="button">"Recevoir de nouveau les besoins"</button></div>
                </form>
            </div>
        }
        .into_any()
    })
}

/// For who fears that somebody else holds a link to this page.
fn revocation(token: &str) -> AnyView {
    view! {
        <section class="section">
            <h2>"Vos liens"</h2>
            <p>"Un lien de votre structure a été vu par quelqu’un d’autre\u{a0}? Rendez-les tous invalides\u{a0}: un nouveau part à votre adresse de contact."</p>
            <form method="post" action="/liens/invalider">
                <input type="hidden" name="jeton" value=token.to_owned()/>
                <div class="actions"><button class="button button-secondary">"Invalider nos liens"</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// What a button says of an activity: the verb, the sector, the mode, and for a successor its sector.
fn decision(verb: &str, parts: &[&str]) -> String {
    [&[verb], parts].concat().join("~")
}

fn activity_card(activity: &Activity, typed: &ManageForm) -> AnyView {
    let label = activity.sector.label();
    let (sector, mode) = (activity.sector.slug(), activity.mode.code());
    let zones = activity.zones.iter().map(Written::name).collect::<Vec<_>>().join(", ");
    let because =
        (!activity.because.is_empty()).then(|| format!(" (d’après «\u{a0}{}\u{a0}»)", activity.because));
    let button = |verb: &'static str, class: &'static str, text: &'static str| {
        view! {
            <button class=class name="decision" value=decision(verb, &[sector, mode])>
                {text}
                <span class="visually-hidden">{format!("\u{a0}: {label}")}</span>
            </button>
        }
    };
    let confirm = (activity.standing != Standing::Confirmed)
        .then(|| button("confirm", "button", "Oui, nous le faisons"));
    let dismiss = activity
        .standing
        .is_live()
        .then(|| button("dismiss", "button button-secondary", "Non, nous ne le faisons pas"));
    view! {
        <li class="card">
            <h3 class="card-title">{label}</h3>
            <p class="card-meta">{standing(activity.standing)}{because}</p>
            <ul class="facts"><li>{activity.mode.label()}</li><li>{zones}</li></ul>
            {activity.standing.is_live().then(|| activity_change(activity, typed))}
            <div class="actions">{confirm}" "{dismiss}</div>
        </li>
    }
    .into_any()
}

/// The mode and the zones of an activity, to be changed; open when a zone is no longer known, or something was typed.
fn activity_change(activity: &Activity, typed: &ManageForm) -> AnyView {
    let label = activity.sector.label();
    let (sector, mode) = (activity.sector.slug(), activity.mode.code());
    let shown = zones_shown(&activity.zones);
    let change = typed.changes.iter().find(|change| change.sector == sector && change.mode == mode);
    let zones = change.map_or_else(|| shown.clone(), |change| change.zones.clone());
    let chosen = change.and_then(|change| Mode::parse(&change.mode_typed)).unwrap_or(activity.mode);
    let wrong: Vec<Correction> = activity.zones.iter().filter_map(Written::correction).collect();
    let is_open = !wrong.is_empty() || zones != shown || chosen != activity.mode;
    let lines = wrong.iter().map(|correction| view! { <p>{to_correct(correction)}</p> }).collect_view();
    let lines = (!wrong.is_empty()).then(|| view! { <div class="notice notice-warning">{lines}</div> });
    let (zones_id, mode_id) = (format!("zones-{sector}-{mode}"), format!("mode-{sector}-{mode}"));
    let modes = Mode::ALL
        .into_iter()
        .map(|m| view! { <option value=m.code() selected=m == chosen>{m.label()}</option> })
        .collect_view();
    let (name, value, button) = match wrong.is_empty() {
        true => ("action", "enregistrer".to_owned(), "Enregistrer"),
        false => ("decision", decision("zones", &[sector, mode]), "Corriger les zones"),
    };
    view! {
        {lines}
        <details class="more" open=is_open>
            <summary>"Changer la forme ou les zones"<span class="visually-hidden">{format!("\u{a0}: {label}")}</span></summary>
            <input type="hidden" name="activite" value=decision(sector, &[mode])/>
            <div class="field">
                <label class="label" for=mode_id.clone()>"Sous quelle forme\u{a0}?"</label>
                <select class="input" id=mode_id name="activite-mode">{modes}</select>
            </div>
            <div class="field">
                <label class="label" for=zones_id.clone()>"Où aujourd’hui\u{a0}?"</label>
                <input class="input" id=zones_id name="activite-zones" value=zones autocomplete="off"/>
            </div>
            <div class="actions">
                <button class="button button-secondary" name=name value=value>
                    {button}
                    <span class="visually-hidden">{format!("\u{a0}: {label}")}</span>
                </button>
            </div>
        </details>
    }
    .into_any()
}

/// An activity whose sector is no longer known: what was written, and what may take its place.
fn kept_card(activity: &ActivityKept) -> AnyView {
    let zones = zones_stored(&activity.zones);
    let correction = activity.correction();
    let successors = correction.as_ref().map(|c| c.successors.now.clone()).unwrap_or_default();
    let (sector, mode) = (activity.sector.as_str(), activity.mode.as_str());
    // One button does both: the activity under its name of today, and this one put aside.
    let replace = successors.into_iter().map(|successor| {
        let value = decision("replace", &[sector, mode, &successor.code, &zones_shown(&zones)]);
        view! { <button class="button" name="decision" value=value>{format!("C’est\u{a0}: {}", successor.name)}</button>" " }
    });
    let replace = replace.collect_view();
    let names = zones.iter().map(Written::name).collect::<Vec<_>>().join(", ");
    view! {
        <li class="card">
            <h3 class="card-title">{activity.sector.clone()}</h3>
            <p class="card-meta">{Standing::parse(&activity.standing).map(standing)}</p>
            <ul class="facts"><li>{activity.mode_name().to_owned()}</li><li>{names}</li></ul>
            {correction.map(|correction| view! { <p>{to_correct(&correction)}</p> })}
            <div class="actions">
                {replace}
                <button class="button button-secondary" name="decision" value=decision("dismiss", &[sector, mode])>
                    "Non, nous ne le faisons pas"
                    <span class="visually-hidden">{format!("\u{a0}: {}", activity.sector)}</span>
                </button>
            </div>
        </li>
    }
    .into_any()
}

/// The id of the element that a refusal speaks of.
const fn anchor(field: ManageField) -> &'static str {
    match field {
        ManageField::Activities => "activites",
        ManageField::Sector => "ajout-secteur",
        ManageField::Mode => "ajout-mode",
        ManageField::Zones => "ajout-zones",
        ManageField::Hours => "heures",
        ManageField::Contact => "contact",
        ManageField::Description => "description",
        ManageField::Website => "site",
        ManageField::Share => "concernes",
        ManageField::Convention => "conventions",
    }
}

fn error_at(wrong: &[ManageViolation], name: &str) -> Option<String> {
    wrong.iter().find(|w| anchor(w.field) == name).map(|w| w.message.clone())
}

fn add_form(typed: ActivityForm, wrong: &[ManageViolation]) -> AnyView {
    let completed = |text: &FieldText, value: String, completion: Completion| {
        let is_invalid = text.error.is_some();
        let described_by = text.described_by();
        let (id, name) = (text.name, text.name);
        CompletedInput { id, name, value, described_by, is_invalid, placeholder: "", completion, form: None }
            .view()
    };
    let sector = FieldText {
        name: "ajout-secteur",
        label: "Que faites-vous\u{a0}?",
        hint: "Commencez à écrire, puis choisissez le secteur\u{a0}: «\u{a0}Blanchisserie\u{a0}», «\u{a0}Traiteur\u{a0}»…",
        error: error_at(wrong, "ajout-secteur"),
    };
    let zone = FieldText {
        name: "ajout-zones",
        label: "Où\u{a0}?",
        hint: "Une commune, un département, une région, ou «\u{a0}30km\u{a0}» autour de votre siège. Plusieurs\u{a0}: séparez par une virgule.",
        error: error_at(wrong, "ajout-zones"),
    };
    let sector_input = match sector.error {
        Some(_) => sector_list(&sector, sector.name, None),
        None => completed(&sector, typed.sector, Completion::Sector),
    };
    let zones_found = zone.error.as_ref().map(|_| place_choices(zone.name, zones_meant(&typed.zones)));
    let zone_input = completed(&zone, typed.zones, Completion::Place);
    let zone_input = view! { {zone_input}{zones_found} }.into_any();
    let chosen = Mode::parse(&typed.mode).unwrap_or(Mode::Prestation);
    let modes = Mode::ALL
        .into_iter()
        .map(|m| choice("ajout-mode", m.code(), m.label().to_owned(), String::new(), m == chosen))
        .collect_view();
    view! {
        <section class="section">
            <h2>"Ajouter une activité"</h2>
            {field(sector, sector_input)}
            <fieldset class="fieldset" id="ajout-mode"><legend>"Sous quelle forme\u{a0}?"</legend>{modes}</fieldset>
            {field(zone, zone_input)}
            <div class="actions actions-end">
                <button class="button" name="action" value="ajouter">"Ajouter cette activité"</button>
            </div>
        </section>
    }
    .into_any()
}

/// The zones that a text may mean, each as the whole text with a code in the place of what is doubtful: names hold commas.
fn zones_meant(typed: &str) -> Vec<(String, String)> {
    let Err(doubt) = zones_read(typed) else { return Vec::new() };
    let meant = |place: &Place| (typed.replacen(&doubt.typed, &place.zone().code(), 1), place.name());
    doubt.reading.proposals().iter().map(meant).collect()
}

/// What is known of each convention.
fn conventions_section(stored: &Structure, typed: &ManageForm, wrong: &[ManageViolation]) -> AnyView {
    let error = error_at(wrong, "conventions").map(|message| {
        view! { <p class="field-error">{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let forms = stored.kinds.iter().flat_map(|kind| convention_forms(stored, kind));
    let forms = forms.enumerate().map(|(n, form)| convention_form(n, form, typed));
    view! {
        <section class="card block" id="conventions" tabindex="-1">
            <h2>"Conventions"</h2>
            <p class="muted small">"Une convention qui a pris fin n’ouvre plus les marchés réservés. Dites ce que vous savez\u{a0}: tout est facultatif."</p>
            {error}
            {forms.collect_view()}
        </section>
    }
    .into_any()
}

/// A form for each convention of a kind, and one to add another as soon as something is known of the first.
fn convention_forms(stored: &Structure, kind: Kind) -> Vec<ConventionForm> {
    let mut forms: Vec<ConventionForm> = stored.conventions_of(kind).map(convention_stored).collect();
    let which = if forms.is_empty() { "" } else { CONVENTION_NEW };
    forms.push(ConventionForm {
        kind: kind.code().to_owned(),
        which: which.to_owned(),
        ..Default::default()
    });
    forms
}

/// The `n`th form of the section.
fn convention_form(n: usize, stored: ConventionForm, typed: &ManageForm) -> AnyView {
    let is_this = |form: &&ConventionForm| (&form.kind, &form.which) == (&stored.kind, &stored.which);
    let typed_here = typed.conventions.iter().find(is_this);
    let is_open = typed_here.is_some_and(|typed| *typed != stored);
    let form = typed_here.unwrap_or(&stored).clone();
    let name = Kind::parse(&form.kind).map_or_else(String::new, |kind| match form.which.as_str() {
        CONVENTION_NEW => format!("Ajouter une autre convention {kind}"),
        _ if form.number.is_empty() => format!("{} ({kind})", kind.label()),
        _ => format!("{} ({kind}), n°\u{a0}{}", kind.label(), form.number),
    });
    let input = |name: &'static str, label: &'static str, kind_of: &'static str, value: String| {
        let id = format!("{name}-{n}");
        view! {
            <div class="field">
                <label class="label" for=id.clone()>{label}</label>
                <input class="input" id=id name=name type=kind_of value=value autocomplete="off"/>
            </div>
        }
    };
    let ((from_kind, from), (to_kind, to)) = (day_input(&form.from), day_input(&form.to));
    view! {
        <details class="more" open=is_open>
            <summary>{name}</summary>
                <input type="hidden" name="convention" value=form.kind.clone()/>
                <input type="hidden" name="laquelle" value=form.which/>
                {input("numero", "Numéro", "text", form.number)}
                {input("debut", "Premier jour", from_kind, from)}
                {input("fin", "Dernier jour", to_kind, to)}
                {input("etp", "Équivalents temps plein en insertion", "text", form.etp)}
                {input("preuve", "Preuve\u{a0}: référence de l’acte, adresse du document", "text", form.proof)}
                <div class="actions actions-end">
                    <button class="button" name="action" value="enregistrer">"Enregistrer "<span class="visually-hidden">"la convention "</span>{form.kind}</button>
                </div>
        </details>
    }
    .into_any()
}

fn convention_stored(terms: &ConventionTerms) -> ConventionForm {
    let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string()).unwrap_or_default();
    ConventionForm {
        kind: terms.kind.code().to_owned(),
        which: terms.key(),
        number: terms.number.clone(),
        from: day(terms.from),
        to: day(terms.to),
        etp: terms.etp_hundredths.map(crate::components::etp).unwrap_or_default(),
        proof: terms.proof.clone(),
    }
}

fn details(stored: &Structure, typed: &ManageForm, wrong: &[ManageViolation]) -> AnyView {
    let text = |name, label, hint| FieldText { name, label, hint, error: error_at(wrong, name) };
    let hours = text(
        "heures",
        "Capacité",
        "Heures de travail que vous pouvez proposer par mois, en tout. Une estimation suffit.",
    );
    let contact = text(
        "contact",
        "Adresse e-mail de contact",
        "Pour recevoir les besoins. Jamais publique\u{a0}: un acheteur la voit quand vous vous dites intéressée.",
    );
    let share = text(
        "concernes",
        "Travailleurs en insertion ou handicapés",
        "Combien, sur combien de travailleurs en tout. Les marchés réservés demandent la moitié au moins.",
    );
    let website = text("site", "Site internet", "");
    let description = text(
        "description",
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
                {field(hours, hours_input.into_any())}
                {hours_meant}
                {field(share, share_input.into_any())}
                <div class="field">
                    <label class="label" for="comptes-le">"Comptés quel jour\u{a0}?"</label>
                    <input class="input input-short" id="comptes-le" name="comptes-le" type=on_kind value=on_value/>
                </div>
                {field(contact, contact_input.into_any())}
                {no_contact}
                {field(website, website_input.into_any())}
                {field(description, description_input.into_any())}
                {statute_fields(stored, typed)}
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
fn statute_fields(stored: &Structure, typed: &ManageForm) -> AnyView {
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
