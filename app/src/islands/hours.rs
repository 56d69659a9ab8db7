//! What the calculator of hours reads and reckons: `domain::hours`, in the browser as on the server.

use domain::hours::{CLAUSE_FLOOR, Hours, StaffTakenOver, clause_hours};
use domain::money::{AmountError, Euros};
use domain::text::decimal;

/// What is typed, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

const FLOOR_NOTE: &str = " Si peu d’heures\u{a0}: l’usage est de ne pas mettre de clause.";

/// The names of the fields, in their order.
pub const HOURS_FIELDS: [&str; 6] = ["montant", "main-d-oeuvre", "effort", "cout", "personnel", "annees"];

impl HoursTyped {
    /// The field at a rank of [`HOURS_FIELDS`].
    #[must_use]
    pub fn at(&self, rank: usize) -> &str {
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

    /// The hours, and a sentence on them.
    ///
    /// # Errors
    /// What to correct, in French.
    pub fn reckon(&self) -> Result<(Hours, String), String> {
        let amount = Euros::parse(&self.amount).map_err(|error| match error {
            AmountError::Unreadable => "Écrivez un montant, par exemple 1 000 000.".to_owned(),
            AmountError::Either(..) => format!("Montant\u{a0}: {error}."),
        })?;
        let effort = decimal(&self.effort).ok_or("Écrivez l’effort d’insertion, par exemple 5.")? / 100.0;
        let hourly_cost = decimal(&self.cost).ok_or("Écrivez le coût d’une heure, par exemple 30.")?;
        let mut doubt = String::new();
        let hours = if self.staff.trim().is_empty() {
            let labour = decimal(&self.labour).ok_or("Écrivez la part de main-d’œuvre, par exemple 50.")?;
            clause_hours(amount, labour / 100.0, effort, hourly_cost)
        } else {
            let staff = decimal(&self.staff).ok_or("Écrivez les heures du personnel repris, par an.")?;
            let years = decimal(&self.years).ok_or("Écrivez la durée en années, par exemple 4.")?;
            let taken =
                StaffTakenOver { amount, years, staff_hours: Hours::rounded(staff), hourly_cost, effort };
            doubt = taken
                .staff_doubt()
                .map(|doubt| format!(" Heures du personnel\u{a0}: {doubt}"))
                .unwrap_or_default();
            taken.clause_hours()
        };
        let hours = hours.map_err(|e| e.to_string())?;
        let floor = if hours < CLAUSE_FLOOR { FLOOR_NOTE } else { "" };
        // Tenths as whole numbers: what prints floats would weigh on the browser's download.
        let tenths = Hours::rounded(hours.full_times() * 10.0).0;
        Ok((hours, ["soit ", &jobs(tenths), " temps plein sur un an.", floor, &doubt].concat()))
    }
}

/// « 0,5 équivalent », « 2,3 équivalents », from tenths.
fn jobs(tenths: u64) -> String {
    let many = if tenths < 20 { "" } else { "s" };
    match tenths {
        0 => "moins d’un dixième d’équivalent".to_owned(),
        _ => format!("{},{} équivalent{many}", tenths / 10, tenths % 10),
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
        for (tenths, said) in [
            (0, "moins d’un dixième d’équivalent"),
            (1, "0,1 équivalent"),
            (19, "1,9 équivalent"),
            (20, "2,0 équivalents"),
        ] {
            assert_eq!(jobs(tenths), said);
        }
        assert_eq!(typed(["800 000 €", "", "5 %", "25", "6 000", "4"]), Ok(400));
        let mut slip = HoursTyped::default();
        ["800 000", "", "5", "25", "6", "4"]
            .into_iter()
            .enumerate()
            .for_each(|(n, text)| slip.set(n, text.to_owned()));
        let sentence = slip.reckon().map(|(_, sentence)| sentence).unwrap_or_default();
        assert!(sentence.contains("vouliez-vous dire 6\u{202f}000\u{a0}h"), "{sentence}");
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
