//! What a structure can offer month by month.

use crate::components::{error_of, field_error_id};
use domain::date;
use domain::form::{Field, Violation};
use domain::structure::fiche::{FicheForm, NOT_FULL};
use domain::structure::{Month, Structure};
use jiff::civil::Date;
use leptos::prelude::*;

pub(super) fn calendar(stored: &Structure, typed: &FicheForm, wrong: &[Violation], today: Date) -> AnyView {
    let this = Month::of(today);
    let error = error_of(wrong, Field::Calendar).map(|message| {
        view! { <p class="field-error" id=field_error_id(Field::Calendar.name())>{format!("Erreur\u{a0}: {message}")}</p> }
    });
    let rows = this.ahead().map(|month| {
        let code = month.to_string();
        let written = typed.months.iter().find(|(of, _)| *of == code).map(|(_, hours)| hours.clone());
        let kept = stored.calendar.hours_in(month).map(|hours| hours.to_string());
        let id = format!("mois-{code}");
        view! {
            <li>
                <label for=id.clone()>{month.label()}</label>
                <input type="hidden" name="mois" value=code/>
                <input class="input input-short" id=id name="mois-heures" inputmode="numeric" autocomplete="off" value=written.or(kept).unwrap_or_default()/>
            </li>
        }
    });
    let rows = rows.collect_view();
    let full = stored.calendar.full_until(this);
    let said = full.map(|last| {
        view! { <p><span class="tag tag-check">{format!("Complète jusqu’au {}", date::long(last.last_day()))}</span></p> }
    });
    let no_more = full.map(|_| {
        view! { <option value=NOT_FULL selected=typed.full_until == NOT_FULL>"Nous ne le sommes plus"</option> }
    });
    let options = this.ahead().map(|month| {
        let code = month.to_string();
        let selected = typed.full_until == code;
        view! { <option value=code selected=selected>{format!("jusqu’au {}", date::long(month.last_day()))}</option> }
    });
    let is_open = error.is_some() || !stored.calendar.since(this).is_empty();
    view! {
        <section class="card block">
            <h2>"Votre calendrier"</h2>
            {said}
            <div class="field">
                <label class="label" for="complet">"Êtes-vous complets\u{a0}?"</label>
                <p class="hint" id="complet-aide">"Vous restez dans les listes, avec cette mention, pour les besoins qui commencent dans ces mois."</p>
                <select class="input" id="complet" name="complet" aria-describedby="complet-aide">
                    <option value="">"Ne rien changer"</option>
                    {no_more}
                    {options.collect_view()}
                </select>
            </div>
            <details class="more" open=is_open>
                <summary>"Mois par mois"</summary>
                <fieldset class="fieldset" id=Field::Calendar.name() tabindex="-1">
                    <legend>"Heures que vous pouvez proposer"</legend>
                    <p class="hint">"Laissez vide\u{a0}: votre capacité habituelle vaut. Zéro\u{a0}: vous êtes complets ce mois-là."</p>
                    {error}
                    <ul class="months">{rows}</ul>
                </fieldset>
            </details>
            <div class="actions actions-end">
                <button class="button button-secondary" name="action" value="enregistrer">"Enregistrer le calendrier"</button>
            </div>
        </section>
    }
    .into_any()
}
