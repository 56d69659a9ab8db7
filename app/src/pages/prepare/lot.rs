//! What a lot asks, with what it would find.

use super::{Preparing, Step, how_many};
use crate::api::Completion;
use crate::components::{
    Choice, PreviewText, TextInput, choices, corrections, error_of, law_preview as live_law,
    preview as live_preview, sector_boxes, tick,
};
use crate::islands::{DEFENCE, LawContext, OVERSEAS, others_written};
use crate::pages::need_new::{around_text, fitting_text};
use backend::advice::{Likely, Supply};
use domain::form::Field;
use domain::legal::{Nature, TermsTyped, Vehicle};
use domain::matching::Tier;
use domain::need::steps::{HOURS_MEANT, LotForm};
use domain::need::{LotDraft, sectors_guessed, sectors_possible, sectors_proposed};
use domain::sector::{SectorIx, Sectors};
use domain::structure::Mode;
use domain::text::{number, plural};
use domain::written::Reference;
use leptos::prelude::*;

/// What the lot would find, as the page and the island show it.
pub fn preview(supply: &Supply) -> AnyView {
    preview_text(supply).view()
}

/// How many will probably answer, and from what we say so.
fn likely_text(likely: Likely) -> String {
    match likely {
        Likely::ByRule(count) => format!(
            "{} sans doute\u{a0}: prévenues par e-mail, du secteur exact, activité confirmée ou déclarée, la moitié du lieu au moins.",
            how_many(count, "Aucune ne répondra", "répondra", "répondront")
        ),
        Likely::ByAnswers { expected, all } => format!(
            "Environ {} à attendre, d’après leurs habitudes\u{a0}: sur l’année, {} pour {}.",
            plural(expected, "réponse", "réponses"),
            plural(all.answered.into(), "réponse", "réponses"),
            plural(all.told.into(), "message", "messages")
        ),
    }
}

/// What the estimate says, sentence by sentence.
fn preview_text(supply: &Supply) -> PreviewText {
    let mut lines = Vec::new();
    if let Some(able) = supply.able {
        lines.push(format!(
            "{} la capacité demandée, à notre connaissance.",
            how_many(able, "Aucune n’a", "a", "ont")
        ));
    }
    let fitting = supply.tiers.of(Tier::Fits);
    if fitting > 0 {
        lines.push(format!(
            "Ensemble, elles couvrent {}\u{a0}% de la population du lieu dans ces secteurs\u{a0}; capacité connue\u{a0}: {}\u{a0}h par mois.",
            supply.coverage,
            number(supply.hours_per_month)
        ));
        lines.push(format!(
            "{} porter le lot à elle seule.",
            how_many(supply.alone, "Aucune ne pourrait", "pourrait", "pourraient chacune")
        ));
        lines.push(likely_text(supply.likely));
    }
    if let Some((entry, km)) = &supply.nearest {
        let away = if *km == 0 { "sur place".to_owned() } else { format!("à {km}\u{a0}km") };
        lines.push(format!("La plus proche\u{a0}: {}, {away}.", entry.structure.shown_name()));
    }
    if supply.left_out > 0 {
        let verb = if supply.left_out < 2 { "est écartée" } else { "sont écartées" };
        lines.push(format!(
            "{} {verb} par la réservation.",
            plural(supply.left_out, "structure", "structures")
        ));
    }
    for widening in supply.widenings.iter().take(4) {
        let what = if widening.of_able {
            plural(
                widening.more,
                "structure de plus aurait la capacité",
                "structures de plus auraient la capacité",
            )
        } else {
            plural(widening.more, "structure de plus", "structures de plus")
        };
        lines.push(format!("{}\u{a0}: {what}.", widening.label));
    }
    if supply.tiers.total() > fitting {
        lines.push(around_text(supply.tiers));
    }
    fitting_text(fitting, lines)
}

/// The page. `lot` is what is kept; `supply` what it would find.
pub fn view(model: &Preparing<'_>, lot: &LotDraft, form: &LotForm, supply: Option<&Supply>) -> AnyView {
    let draft = &model.prepared.draft;
    let title = draft
        .lot_number(lot.key)
        .map_or_else(|| "Ce qui est demandé".to_owned(), |number| format!("Le lot {number}"));
    let doubt = error_of(model.wrong, Field::Hours).is_some();
    let wrong = model.wrong;
    let natures =
        Nature::ALL.map(|n| Choice { code: n.code(), label: n.label().to_owned(), hint: String::new() });
    let mut modes = vec![Choice { code: "", label: "Peu importe".to_owned(), hint: String::new() }];
    modes.extend(Mode::ALL.map(|m| Choice {
        code: m.code(),
        label: m.label().to_owned(),
        hint: String::new(),
    }));
    let fields = view! {
        {TextInput::wide(Field::LotTitle, "Titre du lot", "Par exemple «\u{a0}Espaces verts\u{a0}». Facultatif s’il n’y a qu’un lot.", &form.title).view(wrong)}
        {corrections(&model.corrections_of(Some(lot.key)))}
        {sectors(model, lot, form)}
        {TextInput::completed(Field::LotPlace, "Lieu du lot", "Laissez vide si c’est celui du besoin.", &form.place, Completion::Place).view(wrong)}
        {choices(Field::Nature, "Vous achetez", "", natures.to_vec(), &form.nature, wrong)}
        {choices(Field::Mode, "Sous quelle forme\u{a0}?", "", modes, &form.mode, wrong)}
        {TextInput::completed(Field::Cpv, "Code CPV principal", "Huit chiffres du vocabulaire commun pour les marchés publics (CPV), par exemple 77310000. Il décide de la réservation à l’économie sociale et solidaire.", &form.cpv, Completion::Cpv).view(wrong)}
        {TextInput::number(Field::AmountMax, "Montant estimé", "Sur toute la durée. Un ordre de grandeur suffit, et il reste facultatif.", &form.amount_max, "€ HT").view(wrong)}
        {TextInput::number(Field::AmountMin, "Au moins", "Si vous préférez donner une fourchette.", &form.amount_min, "€ HT").view(wrong)}
        {TextInput::number(Field::Months, "Durée", "", &form.months, "mois").view(wrong)}
        {TextInput::number(Field::Hours, "Volume de travail", "Une estimation suffit. Elle est comparée à la capacité des structures.", &form.hours, "heures par mois").view(wrong)}
        {(doubt || form.meant).then(|| tick(HOURS_MEANT, "Oui, c’est bien ce nombre d’heures par mois", form.meant))}
    };
    let found = supply.map(preview);
    let body = view! {
        <div class="beside">
            {model.form(Step::Lot, Some(lot.key), fields.into_any(), "Garder ce lot")}
            <aside class="sticky" aria-labelledby="apercu">
                <div class="card box-brand">
                    <h2 id="apercu">"Ce que ce lot trouverait"</h2>
                    {live_preview("etape", "/api/island/lot", found.into_any())}
                </div>
                <div class="card block">
                    <h2>"Ce que la loi en dit"</h2>
                    {law_preview(model, lot, form)}
                    <p class="small"><a href="/regles">"Les règles, leurs articles, leurs dates"</a></p>
                </div>
            </aside>
        </div>
    };
    model.page(Step::Lot, title, String::new(), body.into_any())
}

/// The procedure and the vehicles that the fields imply, as they are typed.
fn law_preview(model: &Preparing<'_>, lot: &LotDraft, form: &LotForm) -> AnyView {
    let draft = &model.prepared.draft;
    let also = [(draft.is_defence, DEFENCE), (draft.lot_is_overseas(lot), OVERSEAS)];
    let also: Vec<&str> = also.into_iter().filter(|(is, _)| *is).map(|(_, code)| code).collect();
    let context = LawContext {
        day: draft.law_day(model.today).to_string(),
        buyer: draft.buyer.category.code().to_owned(),
        others: others_written(&draft.lots_besides(lot.key)),
        also: also.join(" "),
        vehicle: lot.vehicle.map_or("", Vehicle::code).to_owned(),
    };
    let typed = TermsTyped {
        nature: &form.nature,
        cpv: &form.cpv,
        amount_min: &form.amount_min,
        amount_max: &form.amount_max,
        months: &form.months,
    };
    live_law("etape", context, &typed)
}

fn sectors(model: &Preparing<'_>, lot: &LotDraft, form: &LotForm) -> AnyView {
    let ticked: Vec<SectorIx> = form.sectors.iter().filter_map(|s| Sectors::get().of_field(s)).collect();
    let title = if form.title.is_empty() { &model.prepared.draft.title } else { &form.title };
    let guessed = if ticked.is_empty() { sectors_guessed(title, "") } else { Vec::new() };
    let guess_hint = (!guessed.is_empty()).then(|| {
        view! { <p class="hint">"Supposition\u{a0}: vos mots ne disent pas clairement le secteur. Cochez ce qui convient."</p> }
    });
    let of_title = sectors_proposed(title, "").into_iter().chain(sectors_possible(title, ""));
    let kept: Vec<&String> =
        form.sectors.iter().filter(|text| lot.sectors.iter().any(|s| s.is_unknown(text))).collect();
    let successors = kept.iter().flat_map(|text| SectorIx::successors(text).now);
    let successors = successors.filter_map(|successor| Sectors::get().parse(&successor.code).ok());
    let proposed = successors.chain(of_title).chain(guessed).filter(|s| !ticked.contains(s));
    let proposed = once_each(proposed);
    let boxes: Vec<_> =
        ticked.iter().map(|s| (*s, true)).chain(proposed.into_iter().map(|s| (s, false))).collect();
    let is_typed = |text: &&String| Sectors::get().of_field(text).is_none() && !kept.contains(text);
    let unknown = form.sectors.iter().find(is_typed);
    let kept = kept.iter().map(|text| {
        let text = (*text).clone();
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" name=Field::Sectors.name() value=text.clone() checked=true/>
                    <span class="check-label">{text}" "<span class="tag tag-check">"à corriger"</span></span>
                </label>
            </li>
        }
    });
    let kept = kept.collect_view();
    let other = TextInput::completed(
        Field::Sectors,
        "Un autre secteur",
        "Laissez tout vide pour que nous les déduisions du titre.",
        unknown.map_or("", String::as_str),
        Completion::Sector,
    );
    view! {
        <fieldset class="fieldset">
            <legend>"Secteurs"</legend>
            {guess_hint}
            <ul class="checks">{kept}</ul>
            {sector_boxes(&boxes)}
            {other.view(model.wrong)}
        </fieldset>
    }
    .into_any()
}

fn once_each(sectors: impl Iterator<Item = SectorIx>) -> Vec<SectorIx> {
    let mut once = Vec::new();
    for sector in sectors {
        if !once.contains(&sector) {
            once.push(sector);
        }
    }
    once
}
