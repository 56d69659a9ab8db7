//! May this lot be bought so? And by which procedure?

use super::judge::{Effect, Finding, Judgment};
use super::limit::Limit;
use super::rule::RuleId;
use super::small::small_lot;
use super::threshold::{Threshold, ThresholdKey};
use super::vehicle::Vehicle;
use crate::cpv::Cpv;
use crate::money::Estimate;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// First day of the Code de la commande publique.
const CODE_FROM: Date = jiff::civil::date(2019, 4, 1);
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

    pub(super) fn direct_threshold_key(self) -> ThresholdKey {
        match self {
            Self::Works => ThresholdKey::DirectWorks,
            Self::Supplies | Self::Services => ThresholdKey::DirectSupplies,
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
pub enum BuyerCategory {
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

impl BuyerCategory {
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

/// Another lot of the same contract, as thresholds see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OtherLot {
    /// What is bought.
    pub nature: Nature,
    /// Its estimated amount, without tax.
    pub amount: Estimate,
}

/// A lot as the law sees it. `None` is « not said », never « none ».
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LotTerms {
    /// Who buys.
    pub buyer: BuyerCategory,
    /// What is bought.
    pub nature: Nature,
    /// Its estimated amount, without tax.
    pub amount: Estimate,
    /// The other lots of the contract: thresholds look at the sum (R2121-1).
    pub others: Vec<OtherLot>,
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
    /// The estimated amount of the whole contract. A lot without amount leaves it open upwards.
    #[must_use]
    pub fn whole(&self) -> Estimate {
        self.others.iter().map(|other| other.amount).fold(self.amount, Estimate::plus)
    }

    /// The European threshold of this lot on a day; `None` for a private buyer, or when no threshold is known.
    #[must_use]
    pub fn eu_threshold(&self, on: Date) -> Option<&'static Threshold> {
        let key = match (self.buyer, self.nature) {
            (BuyerCategory::Private, _) => return None,
            (_, Nature::Works) => ThresholdKey::EuWorks,
            (BuyerCategory::State, _) => ThresholdKey::EuState,
            (BuyerCategory::Local, _) => ThresholdKey::EuLocal,
            (BuyerCategory::Entity, _) => ThresholdKey::EuEntity,
        };
        key.on(on)
    }

    /// Whether it buys social or other specific services of the list that we know (annex 3 of the code, of which the
    /// list of L2113-15 is a part): their procedure is adapted whatever the amount (R2123-1, 3°).
    #[must_use]
    pub fn is_social_service(&self) -> bool {
        self.nature == Nature::Services && self.cpv.is_some_and(Cpv::is_ess_service)
    }

    /// The threshold under which no publicity is needed on a day (R2122-8); `None` as above.
    #[must_use]
    pub fn direct_threshold(&self, on: Date) -> Option<&'static Threshold> {
        (self.buyer != BuyerCategory::Private).then(|| self.nature.direct_threshold_key().on(on))?
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
    /// Defence or security: another book of the code, with thresholds of its own that we do not know.
    Elsewhere,
    /// The amount does not tell on which side of a threshold it lies, or the threshold of that day is not known.
    Unknown,
}

impl Procedure {
    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Free => "libre (acheteur privé)",
            Self::Direct => "sans publicité ni mise en concurrence, sans contracter toujours avec le même",
            Self::Adapted => "procédure adaptée",
            Self::Formal => "procédure formalisée",
            Self::Elsewhere => "à vérifier (les marchés de défense ou de sécurité ont leurs propres seuils)",
            Self::Unknown => "à déterminer (le montant ne tranche pas encore, ou le seuil du jour manque)",
        }
    }
}

/// The procedure that the amount of all lots implies on a day (R2122-8, L2124-1). Social services, contracts of insertion
/// services among them, follow a procédure adaptée whatever their amount (R2123-1, 3°). What a small lot may do besides is
/// said by [`small_lot`].
#[must_use]
pub fn procedure(terms: &LotTerms, vehicle: Option<Vehicle>, on: Date) -> Procedure {
    if terms.buyer == BuyerCategory::Private {
        return Procedure::Free;
    }
    if terms.is_defence {
        return Procedure::Elsewhere;
    }
    let (Some(direct), Some(eu)) = (terms.direct_threshold(on), terms.eu_threshold(on)) else {
        return Procedure::Unknown;
    };
    let is_insertion = vehicle == Some(Vehicle::InsertionService) && terms.nature == Nature::Services;
    let is_adapted_at_any_amount = is_insertion || terms.is_social_service();
    let whole = terms.whole();
    match (whole.reaches(direct.amount), whole.reaches(eu.amount)) {
        (Some(false), _) => Procedure::Direct,
        (Some(true), _) if is_adapted_at_any_amount => Procedure::Adapted,
        (Some(true), Some(true)) => Procedure::Formal,
        (Some(true), Some(false)) => Procedure::Adapted,
        (None, _) | (Some(true), None) => Procedure::Unknown,
    }
}

/// The judgment of a reservation whose article is not in force on a day; `None` when it is.
pub(super) fn closed_by_date(vehicle: Vehicle, on: Date) -> Option<Judgment> {
    let rule = vehicle.rule();
    if !vehicle.is_reservation() || rule.rule().is_in_force(on) {
        return None;
    }
    let article = vehicle.code();
    let finding = if on < CODE_FROM {
        let sentence = format!(
            "Avant le code de la commande publique (1er avril 2019), l’article {article} n’existe pas\u{a0}: d’autres textes s’appliquaient, à vérifier."
        );
        Finding::new(rule, Effect::Doubts, sentence)
    } else {
        Finding::new(rule, Effect::Refuses, format!("L’article {article} n’est pas en vigueur à cette date."))
    };
    Some(Judgment::of(vec![finding], Vec::new()))
}

/// Whether a lot may be bought so on a day; what the reservation asks of its buyer is among the findings.
#[must_use]
pub fn judge_lot(terms: &LotTerms, vehicle: Vehicle, on: Date) -> Judgment {
    let rule = vehicle.rule();
    if terms.buyer == BuyerCategory::Private && vehicle != Vehicle::DirectAward {
        let sentence = "Acheteur privé\u{a0}: le code ne s’applique pas, le choix est libre.";
        return Judgment::of(vec![Finding::new(rule, Effect::Grants, sentence)], Vec::new());
    }
    if let Some(closed) = closed_by_date(vehicle, on) {
        return closed;
    }
    let mut judgment = match vehicle {
        Vehicle::Ess => ess_lot(terms, on),
        Vehicle::DirectAward => direct_award(terms, on),
        Vehicle::InsertionService if terms.nature != Nature::Services => {
            let sentence = "L’objet d’un marché d’insertion est un service, l’insertion\u{a0}; les travaux ou les fournitures n’en sont que le support.";
            Judgment::of(vec![Finding::new(rule, Effect::Doubts, sentence)], Vec::new())
        }
        _ => Judgment::of(vec![Finding::new(rule, Effect::Grants, opening(vehicle))], Vec::new()),
    };
    if vehicle.is_reservation() && terms.is_defence {
        let doubt = RuleId::DefenceReservations;
        judgment.findings.push(Finding::new(doubt, Effect::Doubts, doubt.rule().message));
        judgment = Judgment::of(judgment.findings, judgment.missing);
    }
    if vehicle.is_reservation() {
        let sentence = format!(
            "À écrire dans l’avis ou les documents de la consultation\u{a0}: réservé (article {}).",
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
        _ if terms.nature != Nature::Services => {
            let sentence = "L’article L2113-15 ne vise que des services de santé, sociaux ou culturels.";
            Finding::new(RuleId::EssServices, Effect::Refuses, sentence)
        }
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
                "La durée n’est pas connue\u{a0}: trois ans au plus.",
            )
        }
        Some(months) if months <= longest => Finding::new(
            RuleId::EssThreeYears,
            Effect::Grants,
            format!("{months} mois\u{a0}: trois ans au plus."),
        ),
        Some(months) => Finding::new(
            RuleId::EssThreeYears,
            Effect::Refuses,
            format!("{months} mois\u{a0}: plus de trois ans."),
        ),
    };
    let mission = "Réservé à des services de la liste exclusivement, avec une mission de service public.";
    let mission = Finding::new(RuleId::EssServices, Effect::Notes, mission);
    Judgment::of(vec![services, length, mission], missing)
}

fn direct_award(terms: &LotTerms, on: Date) -> Judgment {
    let finding = |effect, sentence: String| Finding::new(RuleId::Thresholds, effect, sentence);
    if terms.buyer == BuyerCategory::Private {
        let sentence = "Acheteur privé\u{a0}: aucun seuil.".to_owned();
        return Judgment::of(vec![finding(Effect::Grants, sentence)], Vec::new());
    }
    let threshold = terms.direct_threshold(on).filter(|_| !terms.is_defence);
    let Some(limit) = threshold.map(|threshold| threshold.amount) else {
        let sentence = if terms.is_defence {
            "Les marchés de défense ou de sécurité ont leurs propres seuils\u{a0}: à vérifier."
        } else {
            "Nous ne connaissons pas le seuil de cette date."
        };
        return Judgment::of(vec![finding(Effect::Doubts, sentence.to_owned())], Vec::new());
    };
    let amount = terms.whole();
    if let Some(small) = small_lot(terms, None, on).into_iter().find(|s| s.procedure == Procedure::Direct) {
        return Judgment::of(vec![small.finding()], Vec::new());
    }
    let (effect, sentence) = match amount.reaches(limit) {
        None => (
            Effect::Requires,
            format!("Possible sous {limit} HT pour tous les lots ensemble\u{a0}: {amount}."),
        ),
        Some(false) => (
            Effect::Grants,
            format!(
                "{amount} HT, sous le seuil de {limit}\u{a0}: sans publicité, sans contracter toujours avec le même."
            ),
        ),
        Some(true) => (Effect::Refuses, format!("{amount} HT\u{a0}: le seuil de {limit} est atteint.")),
    };
    let missing = (effect == Effect::Requires)
        .then(|| format!("un montant estimé de tous les lots qui reste sous {limit} HT"));
    Judgment::of(vec![finding(effect, sentence)], missing.into_iter().collect())
}

/// Whether vehicles may stand together on one lot: reservations do not add up, save through L2113-14.
#[must_use]
pub fn judge_mix(vehicles: &[Vehicle]) -> Judgment {
    let reserved: Vec<Vehicle> = vehicles.iter().copied().filter(|v| v.is_reservation()).collect();
    let with_prison = reserved.contains(&Vehicle::Prison) && reserved.len() > 1;
    let families = [Vehicle::Insertion, Vehicle::Handicap, Vehicle::Both];
    let finding = if with_prison {
        let sentence = "La réservation au travail en prison ne se combine avec aucune autre.";
        Finding::new(RuleId::NoMixing, Effect::Refuses, sentence)
    } else if reserved.len() > 1 && reserved.iter().all(|v| families.contains(v)) {
        let sentence = "Insertion et handicap ensemble\u{a0}: une seule réservation, par l’article L2113-14.";
        Finding::new(RuleId::BothFamilies, Effect::Grants, sentence)
    } else if reserved.len() > 1 {
        let sentence = "Une seule réservation par lot\u{a0}: partagez le besoin en lots.";
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
