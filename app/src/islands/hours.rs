//! The calculator of hours: `domain::hours`, in the browser as on the server.

use domain::hours::{CLAUSE_FLOOR, Hours, HoursError, StaffTakenOver, clause_hours};
use domain::money::Euros;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What is typed, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursTyped {
    /// Amount over the whole length.
    pub amount: String,
    /// Share of labour, in percent.
    pub labour: String,
    /// Effort of insertion, in percent.
    pub effort: String,
    /// Cost of an hour, in euros.
    pub cost: String,
    /// Hours a year of a staff that is taken over; empty when there is none.
    pub staff: String,
    /// Length in years, for a staff that is taken over.
    pub years: String,
}

/// The names of the fields, in their order.
pub const HOURS_FIELDS: [&str; 6] = ["montant", "main-d-oeuvre", "effort", "cout", "personnel", "annees"];

impl HoursTyped {
    /// The field at a rank of [`HOURS_FIELDS`].
    fn at(&self, rank: usize) -> &str {
        [&self.amount, &self.labour, &self.effort, &self.cost, &self.staff, &self.years][rank]
    }

    /// Sets the field at a rank of [`HOURS_FIELDS`].
    pub fn set(&mut self, rank: usize, value: String) {
        let fields = [
            &mut self.amount,
            &mut self.labour,
            &mut self.effort,
            &mut self.cost,
            &mut self.staff,
            &mut self.years,
        ];
        if let Some(field) = fields.into_iter().nth(rank) {
            *field = value;
        }
    }

    /// The hours, and a sentence on them; or what to correct.
    fn reckon(&self) -> Result<(Hours, String), String> {
        let amount =
            Euros::parse(&self.amount).ok_or("Écrivez un montant hors taxes, par exemple 1 000 000.")?;
        let percent = |text: &str, what: &str| {
            number(text).map(|n| n / 100.0).ok_or(format!("Écrivez {what} en pour cent, par exemple 5."))
        };
        let effort = percent(&self.effort, "l’effort d’insertion")?;
        let hourly_cost = number(&self.cost).ok_or("Écrivez le coût d’une heure, par exemple 30.")?;
        let said = |e: HoursError| e.to_string();
        let hours = if self.staff.trim().is_empty() {
            let labour = percent(&self.labour, "la part de main-d’œuvre")?;
            clause_hours(amount, labour, effort, hourly_cost).map_err(said)?
        } else {
            let staff = number(&self.staff).ok_or("Écrivez les heures par an du personnel repris.")?;
            let years = number(&self.years).ok_or("Écrivez la durée en années, par exemple 4.")?;
            let staff_hours = Hours::rounded(staff);
            StaffTakenOver { amount, years, staff_hours, hourly_cost, effort }.clause_hours().map_err(said)?
        };
        let floor = if hours < CLAUSE_FLOOR {
            format!(" Sous {CLAUSE_FLOOR}, l’usage est de ne pas mettre de clause.")
        } else {
            String::new()
        };
        let full_times = (hours.full_times() * 10.0).round() / 10.0;
        Ok((
            hours,
            format!(
                "soit {} équivalent temps plein sur un an.{floor}",
                full_times.to_string().replace('.', ",")
            ),
        ))
    }
}

/// A number as people type it: « 1 600 », « 2,5 ».
fn number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '%').collect();
    plain.replace(',', ".").parse().ok()
}

/// The form and its result: the button reckons without JavaScript, typing reckons with it.
#[island]
pub fn HoursLive(
    /// What the address holds.
    typed: HoursTyped,
) -> impl IntoView {
    let typed = RwSignal::new(typed);
    let field = move |rank: usize, label: &'static str, unit: &'static str| {
        let name = HOURS_FIELDS[rank];
        let value = typed.with_untracked(|t| t.at(rank).to_owned());
        view! {
            <div class="field">
                <label class="label" for=name>{label}</label>
                <div class="input-unit">
                    <input
                        class="input input-short"
                        id=name
                        name=name
                        inputmode="decimal"
                        autocomplete="off"
                        value=value
                        on:input=move |event| typed.update(|t| t.set(rank, event_target_value(&event)))
                    />
                    " "
                    <span>{unit}</span>
                </div>
            </div>
        }
    };
    view! {
        <form method="get" action="/heures" class="beside">
            <div>
                {field(0, "Montant estimé", "€ HT, sur toute la durée")}
                {field(1, "Part de main-d’œuvre", "% du montant")}
                {field(2, "Effort d’insertion", "% des heures")}
                {field(3, "Coût d’une heure", "€ HT")}
                <fieldset class="fieldset">
                    <legend>"Nettoyage avec reprise du personnel (PACT Propreté)"</legend>
                    <p class="hint">"Seule la part que ce personnel ne fait pas peut porter des heures. Laissez vide sinon."</p>
                    {field(4, "Heures du personnel repris", "heures par an")}
                    {field(5, "Durée du marché", "années")}
                </fieldset>
                <div class="actions actions-end"><button class="button">"Calculer"</button></div>
            </div>
            <div class="card box-brand" role="status">
                {move || match typed.with(HoursTyped::reckon) {
                    Ok((hours, sentence)) => {
                        view! { <p><span class="count">{hours.to_string()}</span><br/><strong>"d’insertion"</strong></p><p class="small">{sentence}</p> }
                            .into_any()
                    }
                    Err(what) => view! { <p>{what}</p> }.into_any(),
                }}
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formulas() {
        let typed = |fields: [&str; 6]| {
            let mut typed = HoursTyped::default();
            fields.into_iter().enumerate().for_each(|(rank, text)| typed.set(rank, text.to_owned()));
            typed.reckon().map(|(hours, _)| hours.0)
        };
        assert_eq!(typed(["1 000 000", "50", "5", "30", "", ""]), Ok(833));
        assert_eq!(typed(["800 000 €", "", "5 %", "25", "6 000", "4"]), Ok(400));
        for wrong in [
            ["", "50", "5", "30", "", ""],
            ["1", "50", "x", "30", "", ""],
            ["1", "150", "5", "30", "", ""],
            ["1", "50", "5", "0", "", ""],
        ] {
            assert!(typed(wrong).is_err(), "{wrong:?}");
        }
    }
}
