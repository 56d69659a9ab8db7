//! May this lot be bought so? And by which procedure?

use super::judge::{Effect, Finding, Judgment};
use super::limit::Limit;
use super::rule::RuleId;
use super::threshold::{Threshold, ThresholdKey};
use super::vehicle::Vehicle;
use crate::cpv::Cpv;
use crate::money::Euros;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

const ESS_TABLE: &str = include_str!("../../data/legal/ess_cpv.tsv");

impl Cpv {
    /// Whether a contract of this code may be reserved to the social economy (L2113-15).
    #[must_use]
    pub fn is_ess_service(self) -> bool {
        static LIST: LazyLock<Vec<RangeInclusive<u32>>> = LazyLock::new(ess_list);
        LIST.iter().any(|range| range.contains(&self.number()))
    }
}

fn ess_list() -> Vec<RangeInclusive<u32>> {
    let lines = ESS_TABLE.lines().filter(|line| !line.starts_with('#'));
    let range = |line: &str| {
        let (first, last) = line.split_once('\t').unwrap_or((line, line));
        Some(first.parse().ok()?..=last.parse().ok()?)
    };
    lines.filter_map(range).collect()
}

/// What is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Works.
    Works,
    /// Supplies.
    Supplies,
    /// Services.
    #[default]
    Services,
}

impl Nature {
    /// Every nature, in the order in which forms list them.
    pub const ALL: [Self; 3] = [Self::Services, Self::Supplies, Self::Works];

    /// The code that forms use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Works => "travaux",
            Self::Supplies => "fournitures",
            Self::Services => "services",
        }
    }

    /// Reads a code; an empty text is services.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "" => Some(Self::Services),
            code => Self::ALL.into_iter().find(|nature| nature.code() == code),
        }
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Works => "Travaux",
            Self::Supplies => "Fournitures",
            Self::Services => "Services",
        }
    }
}

/// Who buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Buyer {
    /// The State and its public bodies.
    State,
    /// Any other pouvoir adjudicateur: local authorities, hospitals, social housing.
    #[default]
    Local,
    /// An entité adjudicatrice: water, energy, transport, post.
    Entity,
    /// A private buyer, to whom the Code de la commande publique does not apply.
    Private,
}

impl Buyer {
    /// Every category, in the order in which forms list them.
    pub const ALL: [Self; 4] = [Self::Local, Self::State, Self::Entity, Self::Private];

    /// The code that forms use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::State => "etat",
            Self::Local => "collectivite",
            Self::Entity => "entite",
            Self::Private => "prive",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|buyer| buyer.code() == text.trim())
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::State => "État ou établissement public de l’État",
            Self::Local => "Collectivité, hôpital, bailleur ou autre pouvoir adjudicateur",
            Self::Entity => "Entité adjudicatrice (eau, énergie, transports, poste)",
            Self::Private => "Acheteur privé",
        }
    }
}

/// A lot as the law sees it. `None` is « not said », never « none ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LotTerms {
    /// Who buys.
    pub buyer: Buyer,
    /// What is bought.
    pub nature: Nature,
    /// Estimated amount of the whole contract, without tax.
    pub amount: Option<Euros>,
    /// Length in months.
    pub months: Option<u32>,
    /// Main CPV code.
    pub cpv: Option<Cpv>,
    /// Contract of defence or security.
    pub is_defence: bool,
    /// Executed overseas.
    pub is_overseas: bool,
}

impl LotTerms {
    /// The European threshold of this lot on a day; `None` for a private buyer, or when no threshold is known.
    #[must_use]
    pub fn eu_threshold(&self, on: Date) -> Option<&'static Threshold> {
        let key = match (self.buyer, self.nature) {
            (Buyer::Private, _) => return None,
            (_, Nature::Works) => ThresholdKey::EuWorks,
            (Buyer::State, _) => ThresholdKey::EuState,
            (Buyer::Local, _) => ThresholdKey::EuLocal,
            (Buyer::Entity, _) => ThresholdKey::EuEntity,
        };
        key.on(on)
    }

    /// The threshold under which no publicity is needed on a day (R2122-8); `None` as above.
    #[must_use]
    pub fn direct_threshold(&self, on: Date) -> Option<&'static Threshold> {
        let key = match (self.buyer, self.nature) {
            (Buyer::Private, _) => return None,
            (_, Nature::Works) => ThresholdKey::DirectWorks,
            (_, Nature::Supplies | Nature::Services) => ThresholdKey::DirectSupplies,
        };
        key.on(on)
    }
}

/// How the contract is passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// No rule of the code: a private buyer.
    Free,
    /// Without publicity nor competition, but not always with the same one (R2122-8).
    Direct,
    /// Procédure adaptée.
    Adapted,
    /// Procédure formalisée.
    Formal,
    /// The amount, or the threshold of that day, is not known.
    Unknown,
}

impl Procedure {
    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Free => "libre : acheteur privé",
            Self::Direct => "sans publicité ni mise en concurrence, sans contracter toujours avec le même",
            Self::Adapted => "procédure adaptée",
            Self::Formal => "procédure formalisée",
            Self::Unknown => "à déterminer : le montant ou le seuil du jour manque",
        }
    }
}

/// The procedure that the amount implies on a day (R2122-8, L2124-1). A contract of insertion services follows a
/// procédure adaptée whatever its amount (R2123-1, 3°).
#[must_use]
pub fn procedure(terms: &LotTerms, vehicle: Option<Vehicle>, on: Date) -> Procedure {
    if terms.buyer == Buyer::Private {
        return Procedure::Free;
    }
    let (Some(amount), Some(direct), Some(eu)) =
        (terms.amount, terms.direct_threshold(on), terms.eu_threshold(on))
    else {
        return Procedure::Unknown;
    };
    if amount < direct.amount {
        Procedure::Direct
    } else if amount < eu.amount || vehicle == Some(Vehicle::InsertionService) {
        Procedure::Adapted
    } else {
        Procedure::Formal
    }
}

/// Whether a lot may be bought so on a day; what the reservation asks of its buyer is among the findings.
#[must_use]
pub fn judge_lot(terms: &LotTerms, vehicle: Vehicle, on: Date) -> Judgment {
    let rule = vehicle.rule();
    if terms.buyer == Buyer::Private && vehicle != Vehicle::DirectAward {
        let sentence = "Acheteur privé : le code ne s’applique pas, le choix est libre.";
        return Judgment::of(vec![Finding::new(rule, Effect::Grants, sentence)], Vec::new());
    }
    if vehicle.is_reservation() && !rule.rule().is_in_force(on) {
        let sentence = format!("L’article {} n’est pas en vigueur à cette date.", vehicle.code());
        return Judgment::of(vec![Finding::new(rule, Effect::Refuses, sentence)], Vec::new());
    }
    let mut judgment = match vehicle {
        Vehicle::Ess => ess_lot(terms, on),
        Vehicle::DirectAward => direct_award(terms, on),
        _ => Judgment::of(vec![Finding::new(rule, Effect::Grants, opening(vehicle))], Vec::new()),
    };
    if vehicle.is_reservation() {
        let sentence = format!(
            "À écrire dans l’avis ou les documents de la consultation : réservé (article {}).",
            vehicle.code()
        );
        judgment.findings.push(Finding::new(RuleId::Announced, Effect::Notes, sentence));
    }
    if terms.is_overseas {
        let message = RuleId::Overseas.rule().message;
        judgment.findings.push(Finding::new(
            RuleId::Overseas,
            Effect::Notes,
            format!("{message} À vérifier."),
        ));
    }
    judgment
}

/// What opens a vehicle that asks nothing of the lot itself.
fn opening(vehicle: Vehicle) -> String {
    match vehicle {
        Vehicle::SocialCriterion => {
            "Un critère social lié à l’objet du marché est toujours possible.".to_owned()
        }
        Vehicle::EnvironmentalCriterion => {
            "Un critère environnemental lié à l’objet du marché est toujours possible.".to_owned()
        }
        Vehicle::EnvironmentalClause => {
            "Une condition d’exécution environnementale est toujours possible.".to_owned()
        }
        _ => vehicle.rule().rule().message.to_owned(),
    }
}

fn ess_lot(terms: &LotTerms, on: Date) -> Judgment {
    let longest = Limit::EssMonths.on(on);
    let mut missing = Vec::new();
    let services = match terms.cpv {
        None => {
            missing.push("le code CPV du lot".to_owned());
            Finding::new(RuleId::EssServices, Effect::Requires, "Le code CPV décide, et il manque.")
        }
        Some(cpv) if cpv.is_ess_service() => {
            Finding::new(RuleId::EssServices, Effect::Grants, format!("Le code CPV {cpv} est sur la liste."))
        }
        Some(cpv) => {
            let sentence = format!(
                "Le code CPV {cpv} n’est pas sur la liste des services qui peuvent être ainsi réservés."
            );
            Finding::new(RuleId::EssServices, Effect::Refuses, sentence)
        }
    };
    let length = match terms.months {
        None => {
            missing.push(format!("la durée du marché ({longest} mois au plus)"));
            Finding::new(
                RuleId::EssThreeYears,
                Effect::Requires,
                "La durée n’est pas connue : trois ans au plus.",
            )
        }
        Some(months) if months <= longest => {
            Finding::new(RuleId::EssThreeYears, Effect::Grants, format!("{months} mois : trois ans au plus."))
        }
        Some(months) => Finding::new(
            RuleId::EssThreeYears,
            Effect::Refuses,
            format!("{months} mois : plus de trois ans."),
        ),
    };
    Judgment::of(vec![services, length], missing)
}

fn direct_award(terms: &LotTerms, on: Date) -> Judgment {
    let finding = |effect, sentence: String| Finding::new(RuleId::Thresholds, effect, sentence);
    if terms.buyer == Buyer::Private {
        let sentence = "Acheteur privé : aucun seuil.".to_owned();
        return Judgment::of(vec![finding(Effect::Grants, sentence)], Vec::new());
    }
    let Some(threshold) = terms.direct_threshold(on) else {
        let sentence = "Nous ne connaissons pas le seuil de cette date.".to_owned();
        return Judgment::of(vec![finding(Effect::Doubts, sentence)], Vec::new());
    };
    let limit = threshold.amount;
    match terms.amount {
        None => Judgment::of(
            vec![finding(
                Effect::Requires,
                format!("Possible sous {limit} HT : le montant n’est pas connu."),
            )],
            vec!["le montant estimé".to_owned()],
        ),
        Some(amount) if amount < limit => Judgment::of(
            vec![finding(
                Effect::Grants,
                format!(
                    "{amount} HT, sous le seuil de {limit} : sans publicité, sans contracter toujours avec le même."
                ),
            )],
            Vec::new(),
        ),
        Some(amount) => Judgment::of(
            vec![finding(Effect::Refuses, format!("{amount} HT : le seuil de {limit} est atteint."))],
            Vec::new(),
        ),
    }
}

/// Whether vehicles may stand together on one lot: reservations do not add up, save through L2113-14.
#[must_use]
pub fn judge_mix(vehicles: &[Vehicle]) -> Judgment {
    let reserved: Vec<Vehicle> = vehicles.iter().copied().filter(|v| v.is_reservation()).collect();
    let with_prison = reserved.contains(&Vehicle::Prison) && reserved.len() > 1;
    let families = [Vehicle::Insertion, Vehicle::Handicap, Vehicle::Both];
    let finding = if with_prison {
        Finding::new(RuleId::NoMixing, Effect::Refuses, RuleId::NoMixing.rule().message)
    } else if reserved.len() > 1 && reserved.iter().all(|v| families.contains(v)) {
        let sentence = "Insertion et handicap ensemble : une seule réservation, par l’article L2113-14.";
        Finding::new(RuleId::BothFamilies, Effect::Grants, sentence)
    } else if reserved.len() > 1 {
        let sentence = "Une seule réservation par lot : partagez le besoin en lots.";
        Finding::new(RuleId::EssServices, Effect::Refuses, sentence)
    } else {
        Finding::new(RuleId::Lots, Effect::Grants, "Ces choix vont ensemble.")
    };
    Judgment::of(vec![finding], Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpv_of_the_list() {
        for (code, listed) in [
            ("75121000", true),
            ("85000000", true),
            ("85312300-2", true),
            ("85323000", true),
            ("85323001", false),
            ("98133110", true),
            ("77310000", false),
            ("90910000", false),
        ] {
            assert_eq!(Cpv::parse(code).map(Cpv::is_ess_service), Some(listed), "{code}");
        }
        for wrong in ["8531230", "85312300x", "", "service"] {
            assert_eq!(Cpv::parse(wrong), None, "{wrong}");
        }
    }
}
