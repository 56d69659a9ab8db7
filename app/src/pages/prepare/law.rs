//! How a lot is bought: which legal vehicles are open, what each would bring, what else the law asks.

use super::{Preparing, Step};
use crate::components::{TextInput, certainty, error_of, field_error_id, findings, tick, verdict_tag};
use crate::islands::small_lots;
use backend::advice::{Brings, VehicleAdvice, VehicleChoice};
use domain::date;
use domain::hours::{CLAUSE_FLOOR, EFFORT, HOURLY_COST};
use domain::legal::{Certainty, Effect, Exception, RuleId, Verdict, social_clause_motive};
use domain::need::steps::{HOURS_MEANT, LawForm, insertion_hours_usual, labour_share};
use domain::need::{Field, LotDraft};
use domain::text::{number, plural};
use jiff::civil::Date;
use leptos::prelude::*;

/// The page.
pub fn view(model: &Preparing<'_>, lot: &LotDraft, form: &LawForm, advice: &VehicleAdvice) -> AnyView {
    let draft = &model.prepared.draft;
    let rank = draft.lot(lot.key).map_or(0, |(rank, _)| rank);
    let lead = format!(
        "{}. Ce que dit la loi au {}, et ce que chaque choix apporterait. Ce n’est pas un avis juridique.",
        draft.lot_name(rank),
        date::long(advice.on)
    );
    let wrong = model.wrong;
    let doubt = error_of(wrong, Field::HeuresInsertion).is_some();
    let fields = view! {
        {vehicles(model, form, advice)}
        {hours_help(lot)}
        {TextInput::number(Field::HeuresInsertion, "Heures d’insertion", "Sur toute la durée, pour une clause sociale ou un marché d’insertion. Laissez vide si vous ne les connaissez pas.", &form.heures_insertion, "heures").view(wrong)}
        {(doubt || form.meant).then(|| tick(HOURS_MEANT, "Oui, c’est bien ce nombre d’heures d’insertion", form.meant))}
        {exceptions(model, form, advice)}
    };
    let motive = form_exception(form).map(|exception| motive(exception, draft.lot_title(lot), model.today));
    let body = view! {
        <div class="beside">
            <div>
                {model.form(Step::Law, Some(lot.key), fields.into_any(), "Garder cette voie")}
                {motive}
            </div>
            <aside>{procedure(advice)}{duties(advice)}</aside>
        </div>
    };
    model.page(Step::Law, Step::Law.title().to_owned(), lead, body.into_any())
}

fn form_exception(form: &LawForm) -> Option<Exception> {
    Exception::parse(&form.motif)
}

fn brings(brings: &Brings) -> String {
    let check = match brings.to_check {
        0 => String::new(),
        n => format!(" dont {n} à vérifier,"),
    };
    let around = match brings.around {
        0 => String::new(),
        n => format!(" Autour\u{a0}: {} (voisines, ou d’activité à demander).", plural(n, "autre", "autres")),
    };
    match brings.eligible {
        0 => format!("aucune structure connue.{around}"),
        n => format!(
            "{},{check} {}\u{a0}% du lieu couverts, {}\u{a0}h par mois connues.{around}",
            plural(n, "structure", "structures"),
            brings.coverage,
            number(brings.hours_per_month)
        ),
    }
}

fn vehicles(model: &Preparing<'_>, form: &LawForm, advice: &VehicleAdvice) -> AnyView {
    let error = error_of(model.wrong, Field::Voie).map(|message| {
        view! { <p class="field-error" id=field_error_id("voie")>{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let all = advice.choices.iter().map(|choice| vehicle(choice, form)).collect_view();
    view! {
        <fieldset class="fieldset" id="voie" tabindex="-1">
            <legend>"Comment achetez-vous ce lot\u{a0}?"</legend>
            <p class="hint">"Une seule voie par lot\u{a0}: les réservations ne s’ajoutent pas, sauf insertion et handicap ensemble (article L2113-14)."</p>
            {error}
            <label class="choice">
                <input type="radio" name="voie" value="" checked=form.voie.is_empty()/>
                <span>"Sans voie particulière"</span>
                <span class="hint">{brings(&advice.open)}</span>
            </label>
            {all}
        </fieldset>
    }
    .into_any()
}

fn vehicle(choice: &VehicleChoice, form: &LawForm) -> AnyView {
    let vehicle = choice.vehicle;
    let shut = choice.judgment.verdict == Verdict::Forbidden;
    let article = if vehicle.is_reservation() { vehicle.code() } else { vehicle.rule().rule().article };
    let shown = choice.judgment.findings.iter();
    // What is to be written in the notice is said once, where the vehicle is chosen.
    let is_chosen = form.voie == vehicle.code();
    let shown = shown.filter(|f| {
        if shut { f.effect == Effect::Refuses } else { is_chosen || f.rule != RuleId::Announced }
    });
    let missing = (!shut && !choice.judgment.missing.is_empty()).then(
        || view! { <li><strong>"Il manque\u{a0}: "</strong>{choice.judgment.missing.join("\u{a0}; ")}</li> },
    );
    let would = (!shut).then(|| brings(&choice.brings));
    view! {
        <div class="choice-with-law">
            <label class="choice">
                <input type="radio" name="voie" value=vehicle.code() checked=form.voie == vehicle.code()/>
                <span>{vehicle.label()}{format!(" ({article}) ")}{verdict_tag(choice.judgment.verdict)}</span>
                {would.map(|text| view! { <span class="hint">{text}</span> })}
            </label>
            <ul class="choice-law muted small">{findings(shown)}{missing}</ul>
        </div>
    }
    .into_any()
}

/// What the usual formula gives, with where its figures come from.
fn hours_help(lot: &LotDraft) -> Option<AnyView> {
    let (share, usual) = (labour_share(lot)?, insertion_hours_usual(lot)?);
    let amount = lot.amount?.max;
    let floor = (usual < CLAUSE_FLOOR)
        .then(|| format!(" Sous {CLAUSE_FLOOR}, l’usage est de ne pas mettre de clause."));
    let percent = (EFFORT * 100.0).round();
    Some(
        view! {
            <div class="notice block">
                <p>
                    <strong>{format!("{usual} d’insertion")}</strong>
                    {format!(
                        " selon la formule usuelle\u{a0}: {amount} × {}\u{a0}% de main-d’œuvre × {percent}\u{a0}% d’effort ÷ {HOURLY_COST}\u{a0}€ l’heure.",
                        share.percent,
                    )}
                    {floor}
                </p>
                <p class="small">{format!("Part de main-d’œuvre\u{a0}: {}. ", share.source)}{certainty(share.certainty)}</p>
                <p class="small"><a href="/heures">"Calculer autrement"</a></p>
            </div>
        }
        .into_any(),
    )
}

fn procedure(advice: &VehicleAdvice) -> AnyView {
    let thresholds = advice.thresholds.iter().map(|t| {
        view! { <li><div>{t.label}" "{certainty(t.certainty)}</div><span class="number">{t.amount.to_string()}</span></li> }
    });
    let thresholds: Vec<_> = thresholds.collect();
    view! {
        <section class="card">
            <h2>"La procédure"</h2>
            <p>{format!("Le montant de tous les lots ensemble implique\u{a0}: {}.", advice.procedure.label())}</p>
            {small_lots(&advice.small)}
            {(!thresholds.is_empty()).then(|| view! { <ul class="rows">{thresholds}</ul> })}
            <p class="small"><a href="/regles#seuils">"Tous les seuils"</a></p>
        </section>
    }
    .into_any()
}

fn duties(advice: &VehicleAdvice) -> Option<AnyView> {
    (!advice.duties.is_empty()).then(|| {
        view! {
            <section class="card block">
                <h2>"Ce que la loi demande aussi"</h2>
                <ul class="law-list">{findings(advice.duties.iter())}</ul>
            </section>
        }
        .into_any()
    })
}

/// The exceptions to the social clause, where it is due or may be.
fn exceptions(model: &Preparing<'_>, form: &LawForm, advice: &VehicleAdvice) -> Option<AnyView> {
    let clause = advice.duties.iter().find(|f| f.rule == RuleId::SocialClauseDuty)?;
    let error = error_of(model.wrong, Field::Motif).map(|message| {
        view! { <p class="field-error" id=field_error_id("motif")>{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let all = advice.exceptions.iter().map(|(exception, fits)| {
        let note = match fits {
            Some(false) => "Ne vaut pas pour ce lot.",
            Some(true) => "Vaut pour ce lot, d’après sa durée.",
            None => "À vous de le justifier.",
        };
        let label = exception.label();
        view! {
            <label class="choice">
                <input type="radio" name="motif" value=exception.code() checked=form.motif == exception.code()/>
                <span>{label}</span>
                <span class="hint">{note}</span>
            </label>
        }
    });
    let all = all.collect_view();
    let is_open = !form.motif.is_empty() || error.is_some();
    Some(
        view! {
            <details class="more" open=is_open>
                <summary>"Ne pas mettre de clause sociale\u{a0}: les quatre motifs"</summary>
                <fieldset class="fieldset" id="motif" tabindex="-1">
                    <legend>"Pour quel motif\u{a0}?"</legend>
                    <p class="hint">
                        {clause.sentence.clone()}
                        " (article L2112-2-1). "
                        {certainty(Certainty::C)}
                    </p>
                    {error}
                    <label class="choice">
                        <input type="radio" name="motif" value="" checked=form.motif.is_empty()/>
                        <span>"Aucun\u{a0}: une condition sociale est prévue, ou pas encore décidée"</span>
                    </label>
                    {all}
                </fieldset>
            </details>
        }
        .into_any(),
    )
}

fn motive(exception: Exception, object: &str, today: Date) -> AnyView {
    let text = social_clause_motive(exception, object, today);
    view! {
        <section class="card block">
            <h2 id="motif-texte">"Le motif, à copier dans votre dossier"</h2>
            <textarea class="input" rows="8" readonly aria-labelledby="motif-texte">{text}</textarea>
        </section>
    }
    .into_any()
}
