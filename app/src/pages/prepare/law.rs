//! How a lot is bought: three questions with what is proposed first, which legal vehicles are open, what each would
//! bring, what else the law asks.

use super::{Preparing, Step};
use crate::components::{
    TextInput, brought, carried, certainty, error_of, field_error_id, findings, tick, verdict_tag,
};
use crate::islands::small_lots;
use backend::advice::{Because, Brings, VehicleAdvice, VehicleChoice};
use domain::date;
use domain::form::Field;
use domain::hours::{CLAUSE_FLOOR, EFFORT, HOURLY_COST};
use domain::legal::{
    Certainty, Consideration, Effect, Exception, RuleId, Vehicle, Verdict, judge_whole, proposed_text,
    social_clause_motive,
};
use domain::need::LotDraft;
use domain::need::steps::{HOURS_MEANT, LawForm, insertion_hours_usual, labour_share};
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
    let fields = vehicles(model, lot, form, advice);
    let motive = form_exception(form).map(|exception| motive(exception, draft.lot_title(lot), model.today));
    let body = view! {
        <div class="beside">
            <div>
                {model.form(Step::Law, Some(lot.key), fields, "Garder cette voie")}
                {motive}
                {texts(lot, draft.lot_title(lot))}
            </div>
            <aside>{procedure(advice)}{duties(model, lot)}</aside>
        </div>
    };
    model.page(Step::Law, Step::Law.title().to_owned(), lead, body.into_any())
}

fn form_exception(form: &LawForm) -> Option<Exception> {
    Exception::parse(&form.exception)
}

/// How a lot may be passed; `None` is no particular way. The proposed one stands first, the others are folded.
const WAYS: [Option<Vehicle>; 8] = [
    Some(Vehicle::Insertion),
    Some(Vehicle::Handicap),
    Some(Vehicle::Both),
    Some(Vehicle::Prison),
    Some(Vehicle::Ess),
    None,
    Some(Vehicle::InsertionService),
    Some(Vehicle::DirectAward),
];

/// Why a way is proposed, in one sentence.
fn reason(because: Because) -> String {
    match because {
        Because::Enough => {
            "Assez de structures peuvent répondre pour que réserver laisse un vrai choix, et elles couvrent la plus grande part du lieu.".to_owned()
        }
        Because::TooFewToReserve => {
            "Trop peu de structures pour réserver et garder un vrai choix\u{a0}; une clause laisse répondre toutes les entreprises, et donne du travail aux structures.".to_owned()
        }
        Because::TooFewHours(hours) => format!(
            "Trop peu de structures pour réserver, et la formule usuelle donne {hours} d’insertion\u{a0}: sous {CLAUSE_FLOOR}, l’usage est de ne pas mettre de clause."
        ),
        Because::Nobody => {
            "Aucune structure connue ne pourrait répondre ni fournir d’heures\u{a0}: un autre lieu ou un autre partage du lot changerait peut-être cela.".to_owned()
        }
    }
}

/// One of the three questions: any of them may be answered besides the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    /// To whom is it reserved, or how is it passed else?
    Reserve,
    /// Is insertion asked of whoever wins?
    Insertion,
    /// And the environment?
    Environment,
}

impl Question {
    const ALL: [Self; 3] = [Self::Reserve, Self::Insertion, Self::Environment];

    const fn legend(self) -> &'static str {
        match self {
            Self::Reserve => "Réserver ce lot\u{a0}? À qui\u{a0}?",
            Self::Insertion => "Demander de l’insertion à qui gagne\u{a0}?",
            Self::Environment => "Et pour l’environnement\u{a0}?",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Reserve => {
                "Seules les structures de l’article choisi peuvent répondre. Une seule réservation par lot, sauf insertion et handicap ensemble (article L2113-14)."
            }
            Self::Insertion => {
                "Avec ou sans réservation\u{a0}: qui gagne confie des heures de travail à des personnes en insertion, ou est noté sur ce qu’il propose."
            }
            Self::Environment => {
                "Avec ou sans le reste\u{a0}: une condition à tenir, un critère qui compte dans la note, ou les deux."
            }
        }
    }

    /// Whether what is proposed is one of its answers.
    fn holds(self, proposed: Option<Vehicle>) -> bool {
        match proposed.and_then(Consideration::of) {
            None => self == Self::Reserve,
            Some(Consideration::SocialClause | Consideration::SocialCriterion) => self == Self::Insertion,
            Some(Consideration::EnvironmentalClause | Consideration::EnvironmentalCriterion) => {
                self == Self::Environment
            }
        }
    }
}

/// The choice, as three questions: the one that holds what is proposed stands first.
fn vehicles(model: &Preparing<'_>, lot: &LotDraft, form: &LawForm, advice: &VehicleAdvice) -> AnyView {
    let error = |field: Field| {
        error_of(model.wrong, field).map(|message| {
            view! { <p class="field-error" id=field_error_id(field.name())>{format!("Erreur\u{a0}: {message}")}</p> }
        })
    };
    let mut questions = Question::ALL;
    questions.sort_by_key(|question| !question.holds(advice.proposal.vehicle));
    let questions = questions.map(|question| {
        let answers = match question {
            Question::Reserve => ways(form, advice),
            Question::Insertion => insertion(model, lot, form, advice),
            Question::Environment => view! {
                {consideration(Consideration::EnvironmentalClause, model, form, advice)}
                {consideration(Consideration::EnvironmentalCriterion, model, form, advice)}
            }
            .into_any(),
        };
        view! {
            <fieldset class="question">
                <legend>{question.legend()}</legend>
                <p class="hint">{question.hint()}</p>
                {answers}
            </fieldset>
        }
    });
    view! {
        <fieldset class="fieldset" id="voie" tabindex="-1">
            <legend>"Comment achetez-vous ce lot\u{a0}?"</legend>
            <p class="hint">"Trois questions. La première est celle où nous proposons quelque chose\u{a0}; ce qui n’est pas coché n’est pas prévu."</p>
            {error(Field::Vehicle)}
            <div id=Field::Considerations.name() tabindex="-1">{error(Field::Considerations)}</div>
            {questions.into_iter().collect_view()}
        </fieldset>
    }
    .into_any()
}

/// The ways to pass the lot: one is chosen, the others are folded.
fn ways(form: &LawForm, advice: &VehicleAdvice) -> AnyView {
    // A clause is no way to pass a lot.
    let proposed = advice.proposal.vehicle.filter(|vehicle| Consideration::of(*vehicle).is_none());
    let mut ways = WAYS;
    ways.sort_by_key(|way| *way != proposed);
    let (first, others) = (ways[0], &ways[1..]);
    // What is chosen is never hidden.
    let is_open = others.iter().flatten().any(|vehicle| vehicle.code() == form.vehicle);
    let others = others.iter().map(|way| this_way(*way, form, advice)).collect_view();
    view! {
        {this_way(first, form, advice)}
        <details class="more" open=is_open>
            <summary>"Les autres façons de passer ce lot"</summary>
            {others}
        </details>
    }
    .into_any()
}

/// What is asked of whoever wins for the sake of insertion, and why nothing is.
fn insertion(model: &Preparing<'_>, lot: &LotDraft, form: &LawForm, advice: &VehicleAdvice) -> AnyView {
    let other = Consideration::SocialCriterion;
    let is_open =
        form.considerations.iter().any(|code| code == other.code()) || !form.social_weight.is_empty();
    view! {
        {consideration(Consideration::SocialClause, model, form, advice)}
        {hours(model, lot, form)}
        <details class="more" open=is_open>
            <summary>"Le demander par un critère de choix"</summary>
            {consideration(other, model, form, advice)}
        </details>
        {exceptions(model, form, advice)}
    }
    .into_any()
}

fn consideration(
    of: Consideration,
    model: &Preparing<'_>,
    form: &LawForm,
    advice: &VehicleAdvice,
) -> Option<AnyView> {
    let choice = advice.of(of.vehicle())?;
    let is_ticked = form.considerations.iter().any(|code| code == of.code());
    let proposed = (advice.proposal.vehicle == Some(of.vehicle())).then(|| proposed_tag(advice));
    let carried = (of == Consideration::SocialClause).then(|| {
        view! { <span class="hint">{carried(&choice.brings)}</span> }
    });
    let weight = match of {
        Consideration::SocialCriterion => {
            Some((Field::SocialWeight, "Ce que pèse le critère social", &form.social_weight))
        }
        Consideration::EnvironmentalCriterion => Some((
            Field::EnvironmentalWeight,
            "Ce que pèse le critère environnemental",
            &form.environmental_weight,
        )),
        Consideration::SocialClause | Consideration::EnvironmentalClause => None,
    };
    let weight = weight.map(|(field, label, value)| {
        TextInput::number(
            field,
            label,
            "En pour cent de la note\u{a0}; vous pourrez le dire plus tard.",
            value,
            "%",
        )
        .view(model.wrong)
    });
    let article = choice.vehicle.rule().rule().article;
    Some(
        view! {
            <div class="choice-with-law">
                <label class="choice">
                    <input type="checkbox" name=Field::Considerations.name() value=of.code() checked=is_ticked/>
                    <span>{of.label()}{format!(" ({article})")}</span>
                    {proposed}
                    {carried}
                </label>
                <ul class="choice-law muted small">{findings(choice.judgment.findings.iter())}</ul>
                {weight}
            </div>
        }
        .into_any(),
    )
}

fn proposed_tag(advice: &VehicleAdvice) -> AnyView {
    view! { <span class="hint"><span class="tag tag-sun">"Proposé"</span>" "{reason(advice.proposal.because)}</span> }
        .into_any()
}

/// A way: the choice, what it brings, what the law says of it.
fn this_way(way: Option<Vehicle>, form: &LawForm, advice: &VehicleAdvice) -> AnyView {
    let proposed = (way == advice.proposal.vehicle).then(|| proposed_tag(advice));
    match way.and_then(|vehicle| advice.of(vehicle)) {
        Some(choice) => vehicle(choice, form, &advice.open, proposed.into_any()),
        None => view! {
            <label class="choice">
                <input type="radio" name="voie" value="" checked=form.vehicle.is_empty()/>
                <span>"Sans réservation"</span>
                {proposed}
                <span class="hint">{brought(&advice.open, &advice.open)}</span>
            </label>
        }
        .into_any(),
    }
}

fn vehicle(choice: &VehicleChoice, form: &LawForm, open: &Brings, proposed: AnyView) -> AnyView {
    let vehicle = choice.vehicle;
    let shut = choice.judgment.verdict == Verdict::Forbidden;
    let article = if vehicle.is_reservation() { vehicle.code() } else { vehicle.rule().rule().article };
    let shown = choice.judgment.findings.iter();
    // What is to be written in the notice is said once, where the vehicle is chosen.
    let is_chosen = form.vehicle == vehicle.code();
    let shown = shown.filter(|f| {
        if shut { f.effect == Effect::Refuses } else { is_chosen || f.rule != RuleId::Announced }
    });
    let missing = (!shut && !choice.judgment.missing.is_empty()).then(
        || view! { <li><strong>"Il manque\u{a0}: "</strong>{choice.judgment.missing.join("\u{a0}; ")}</li> },
    );
    // The others shut nobody out: their figures are those of no vehicle at all.
    let would = (!shut && vehicle.is_reservation()).then(|| brought(&choice.brings, open));
    view! {
        <div class="choice-with-law">
            <label class="choice">
                <input type="radio" name="voie" value=vehicle.code() checked=is_chosen/>
                <span>{vehicle.label()}{format!(" ({article}) ")}{verdict_tag(choice.judgment.verdict)}</span>
                {proposed}
                {would.map(|text| view! { <span class="hint">{text}</span> })}
            </label>
            <ul class="choice-law muted small">{findings(shown)}{missing}</ul>
        </div>
    }
    .into_any()
}

/// The hours of a clause, with what the usual formula gives.
fn hours(model: &Preparing<'_>, lot: &LotDraft, form: &LawForm) -> AnyView {
    let wrong = model.wrong;
    let is_doubted = error_of(wrong, Field::InsertionHours).is_some();
    view! {
        {hours_help(lot)}
        {TextInput::number(Field::InsertionHours, "Heures d’insertion", "Sur toute la durée, pour une clause sociale ou un marché d’insertion. Laissez vide si vous ne les connaissez pas.", &form.insertion_hours, "heures").view(wrong)}
        {(is_doubted || form.meant).then(|| tick(HOURS_MEANT, "Oui, c’est bien ce nombre d’heures d’insertion", form.meant))}
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

/// What the law of the day asks of the lot, as it is kept, and whether it is met.
fn duties(model: &Preparing<'_>, lot: &LotDraft) -> Option<AnyView> {
    let draft = &model.prepared.draft;
    let found = judge_whole(&draft.terms(lot), &lot.bought(), draft.law_day(model.today));
    (!found.is_empty()).then(|| {
        view! {
            <section class="card block">
                <h2>"Ce que la loi demande aussi"</h2>
                <ul class="law-list">{findings(found.iter())}</ul>
            </section>
        }
        .into_any()
    })
}

/// Texts for the documents of the consultation, to be copied, of what the lot carries.
fn texts(lot: &LotDraft, object: &str) -> Option<AnyView> {
    let texts = lot.considerations.iter().enumerate().map(|(n, carried)| {
        let id = format!("texte-{}", n + 1);
        let text = proposed_text(*carried, object, lot.insertion_hours);
        view! {
            <div class="field">
                <label class="label" for=id.clone()>{carried.label()}</label>
                <textarea class="input" id=id rows="6" readonly>{text}</textarea>
            </div>
        }
    });
    let texts: Vec<_> = texts.collect();
    (!texts.is_empty()).then(|| {
        view! { <section class="card block"><h2>"Des textes à copier et à adapter"</h2>{texts}</section> }
            .into_any()
    })
}

/// The exceptions to the social clause, where it is due or may be.
fn exceptions(model: &Preparing<'_>, form: &LawForm, advice: &VehicleAdvice) -> Option<AnyView> {
    let clause = advice.duties.iter().find(|f| f.rule == RuleId::SocialClauseDuty)?;
    let error = error_of(model.wrong, Field::Exception).map(|message| {
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
                <input type="radio" name="motif" value=exception.code() checked=form.exception == exception.code()/>
                <span>{label}</span>
                <span class="hint">{note}</span>
            </label>
        }
    });
    let all = all.collect_view();
    let is_open = !form.exception.is_empty() || error.is_some();
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
                        <input type="radio" name="motif" value="" checked=form.exception.is_empty()/>
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
