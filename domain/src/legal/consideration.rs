//! What a lot asks of whoever wins it, besides how it is passed: any of these together.

use super::duty::{Exception, duties};
use super::judge::{Effect, Finding};
use super::lot::LotTerms;
use super::rule::RuleId;
use super::vehicle::Vehicle;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A consideration of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consideration {
    /// A social clause of execution (L2112-2).
    SocialClause,
    /// A social criterion of award (R2152-7).
    SocialCriterion,
    /// An environmental clause of execution (L2112-2).
    EnvironmentalClause,
    /// An environmental criterion of award (R2152-7).
    EnvironmentalCriterion,
}

impl Consideration {
    /// Every consideration, in the order in which forms list them.
    pub const ALL: [Self; 4] =
        [Self::SocialClause, Self::EnvironmentalClause, Self::SocialCriterion, Self::EnvironmentalCriterion];

    /// The vehicle that the law judges.
    #[must_use]
    pub fn vehicle(self) -> Vehicle {
        match self {
            Self::SocialClause => Vehicle::SocialClause,
            Self::SocialCriterion => Vehicle::SocialCriterion,
            Self::EnvironmentalClause => Vehicle::EnvironmentalClause,
            Self::EnvironmentalCriterion => Vehicle::EnvironmentalCriterion,
        }
    }

    /// The consideration that a vehicle is; `None` for a way in which a lot is passed.
    #[must_use]
    pub fn of(vehicle: Vehicle) -> Option<Self> {
        Self::ALL.into_iter().find(|consideration| consideration.vehicle() == vehicle)
    }

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.vehicle().code()
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Vehicle::parse(text).and_then(Self::of)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.vehicle().label()
    }

    /// Whether offers are marked by it, so that it has a weight.
    #[must_use]
    pub fn is_criterion(self) -> bool {
        matches!(self, Self::SocialCriterion | Self::EnvironmentalCriterion)
    }
}

/// The weight of a criterion, in hundredths of the whole mark: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Weight(u8);

impl Weight {
    /// In hundredths.
    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Weight {
    type Error = &'static str;

    fn try_from(percent: u8) -> Result<Self, Self::Error> {
        if (1..=100).contains(&percent) { Ok(Self(percent)) } else { Err("a weight is 1 to 100 hundredths") }
    }
}

impl From<Weight> for u8 {
    fn from(weight: Weight) -> Self {
        weight.0
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\u{a0}%", self.0)
    }
}

/// A consideration that a lot carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Carried {
    /// Which.
    pub consideration: Consideration,
    /// Its weight, for a criterion; `None` as long as it is not said.
    #[serde(default)]
    pub weight: Option<Weight>,
}

impl Carried {
    /// « Critère environnemental (15 %) ».
    #[must_use]
    pub fn label(self) -> String {
        let weight = self.weight.map(|weight| format!(" ({weight})")).unwrap_or_default();
        format!("{}{weight}", self.consideration.label())
    }
}

/// How a lot is bought: how it is passed, what it asks besides, and why it asks nothing social.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bought<'a> {
    /// How it is passed.
    pub vehicle: Option<Vehicle>,
    /// What it asks of whoever wins it.
    pub considerations: &'a [Carried],
    /// The reason not to put a social condition.
    pub exception: Option<Exception>,
}

impl Bought<'_> {
    fn carries(&self, consideration: Consideration) -> Option<&Carried> {
        self.considerations.iter().find(|carried| carried.consideration == consideration)
    }
}

/// What the law of a day asks of a lot, with whether how it is bought answers it (L2112-2, L2112-2-1, R2152-7): met
/// ([`Effect::Grants`]), not yet ([`Effect::Requires`]), in doubt. A need may be told to structures before its documents are
/// written: nothing here closes it.
#[must_use]
pub fn judge_whole(terms: &LotTerms, bought: &Bought<'_>, on: Date) -> Vec<Finding> {
    let weights: u32 = bought
        .considerations
        .iter()
        .filter_map(|carried| carried.weight)
        .map(|w| u32::from(w.percent()))
        .sum();
    let mut findings: Vec<Finding> = duties(terms, None, on)
        .into_iter()
        .map(|duty| match duty.rule {
            RuleId::SocialClauseDuty => social(duty, bought),
            RuleId::EnvironmentDuty => environment(duty, bought),
            RuleId::CriterionDuty => criterion(duty, bought),
            _ => duty,
        })
        .collect();
    if weights == 100 {
        let sentence =
            "Ces critères pèsent ensemble 100\u{a0}%\u{a0}: il ne reste rien pour le prix ou la qualité.";
        findings.push(Finding::new(RuleId::Criteria, Effect::Doubts, sentence));
    }
    findings
}

fn social(duty: Finding, bought: &Bought<'_>) -> Finding {
    let says = |effect, sentence: String| Finding::new(duty.rule, effect, sentence);
    if bought.carries(Consideration::SocialClause).is_some() {
        return says(Effect::Grants, "La clause sociale d’exécution est prévue.".to_owned());
    }
    if let Some(exception) = bought.exception {
        let sentence =
            format!("Pas de clause sociale, et le motif\u{a0}: {}. À écrire au dossier.", exception.label());
        return says(Effect::Notes, sentence);
    }
    match bought.vehicle {
        Some(Vehicle::InsertionService) if duty.effect == Effect::Requires => {
            let sentence = "L’insertion est l’objet même du marché\u{a0}: qu’une condition d’exécution sociale s’y ajoute est à vérifier.";
            says(Effect::Doubts, sentence.to_owned())
        }
        Some(vehicle) if vehicle.is_reservation() && duty.effect == Effect::Requires => {
            let sentence = "Réserver choisit qui répond\u{a0}; que cela tienne lieu de condition d’exécution sociale est à vérifier.";
            says(Effect::Doubts, sentence.to_owned())
        }
        _ => duty,
    }
}

fn environment(duty: Finding, bought: &Bought<'_>) -> Finding {
    match bought.carries(Consideration::EnvironmentalClause) {
        Some(_) => Finding::new(duty.rule, Effect::Grants, "La clause environnementale est prévue."),
        None => duty,
    }
}

fn criterion(duty: Finding, bought: &Bought<'_>) -> Finding {
    match bought.carries(Consideration::EnvironmentalCriterion) {
        Some(Carried { weight: Some(weight), .. }) => {
            let sentence = format!("Le critère environnemental est prévu, pour {weight} de la note.");
            Finding::new(duty.rule, Effect::Grants, sentence)
        }
        Some(Carried { weight: None, .. }) => {
            let sentence = "Le critère environnemental est prévu\u{a0}; il reste à dire ce qu’il pèse.";
            Finding::new(duty.rule, Effect::Requires, sentence)
        }
        None => duty,
    }
}

/// A text for the documents of the consultation, to be adapted. `object` is the title of the lot, `hours` those of
/// insertion over its length.
#[must_use]
pub fn proposed_text(carried: Carried, object: &str, hours: Option<u32>) -> String {
    let weight = carried.weight.map_or_else(|| "[…]\u{a0}%".to_owned(), |weight| weight.to_string());
    let body = match carried.consideration {
        Consideration::SocialClause => {
            let hours = hours.map_or_else(|| "[…]".to_owned(), |hours| crate::text::number(u64::from(hours)));
            format!(
                "En application de l’article L2112-2 du code de la commande publique, le titulaire du marché «\u{a0}{object}\u{a0}» confie au moins {hours} heures de travail, sur toute la durée du marché, à des personnes qui rencontrent des difficultés sociales ou professionnelles particulières\u{a0}: par embauche directe, par mise à disposition, ou par sous-traitance ou cotraitance avec une structure d’insertion ou du handicap. Il rend compte des heures faites [chaque trimestre] à l’acheteur ou à la personne qui suit ses clauses sociales."
            )
        }
        Consideration::EnvironmentalClause => format!(
            "En application de l’article L2112-2 du code de la commande publique, le titulaire du marché «\u{a0}{object}\u{a0}» [utilise des produits à moindre impact, trie et valorise les déchets, limite les déplacements]. Il en rend compte [chaque année] par [les justificatifs attendus]."
        ),
        Consideration::SocialCriterion => format!(
            "En application de l’article R2152-7 du code de la commande publique, les offres pour «\u{a0}{object}\u{a0}» sont jugées notamment sur les performances en matière d’insertion professionnelle des publics en difficulté\u{a0}: {weight} de la note, au vu de [l’encadrement, la formation et le parcours proposés]."
        ),
        Consideration::EnvironmentalCriterion => format!(
            "En application de l’article R2152-7 du code de la commande publique, les offres pour «\u{a0}{object}\u{a0}» sont jugées notamment sur leurs performances en matière de protection de l’environnement\u{a0}: {weight} de la note, au vu de [les éléments attendus, en lien avec l’objet du marché]."
        ),
    };
    format!("{body} [Texte à adapter, et à vérifier avec votre service juridique.]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_vehicles() {
        for consideration in Consideration::ALL {
            assert_eq!(Consideration::parse(consideration.code()), Some(consideration));
        }
        for vehicle in Vehicle::ALL {
            let is_way = vehicle.is_reservation()
                || matches!(vehicle, Vehicle::InsertionService | Vehicle::DirectAward);
            assert_eq!(Consideration::of(vehicle).is_none(), is_way, "{vehicle:?}");
        }
    }

    #[test]
    fn weights_are_hundredths() {
        for (percent, is_weight) in [(0, false), (1, true), (100, true), (101, false)] {
            assert_eq!(Weight::try_from(percent).is_ok(), is_weight, "{percent}");
        }
        assert!(serde_json::from_str::<Weight>("0").is_err());
        assert_eq!(serde_json::from_str::<Weight>("15").map(Weight::percent).ok(), Some(15));
    }
}
