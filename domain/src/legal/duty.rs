//! What else the law asks of the buyer of a lot: the duties of August 2026, lots, the scheme of purchases.

use super::judge::{Effect, Finding};
use super::lot::{BuyerCategory, LotTerms, Nature};
use super::rule::RuleId;
use super::threshold::ThresholdKey;
use crate::money::Euros;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A reason not to take the social or employment field into account (L2112-2-1). The exact wording is to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exception {
    /// The need can be met by a solution that is available at once.
    AvailableAtOnce,
    /// Nothing in the object of the contract links to it.
    NoLink,
    /// It would restrict competition, or make the work technically or economically difficult.
    Competition,
    /// Works of less than six months.
    ShortWorks,
}

impl Exception {
    /// Every exception.
    pub const ALL: [Self; 4] = [Self::AvailableAtOnce, Self::NoLink, Self::Competition, Self::ShortWorks];

    /// The code that forms use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AvailableAtOnce => "solution-disponible",
            Self::NoLink => "sans-lien",
            Self::Competition => "concurrence",
            Self::ShortWorks => "travaux-courts",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|exception| exception.code() == text.trim())
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::AvailableAtOnce => {
                "le besoin peut être satisfait par une solution immédiatement disponible"
            }
            Self::NoLink => "une telle prise en compte n’a pas de lien suffisant avec l’objet du marché",
            Self::Competition => {
                "une telle prise en compte restreindrait la concurrence ou rendrait l’exécution techniquement ou économiquement difficile"
            }
            Self::ShortWorks => "il s’agit d’un marché de travaux d’une durée inférieure à six mois",
        }
    }

    /// Whether the lot can claim it; `None` when what is known does not tell.
    #[must_use]
    pub fn fits(self, terms: &LotTerms) -> Option<bool> {
        match self {
            Self::ShortWorks if terms.nature != Nature::Works => Some(false),
            Self::ShortWorks => terms.months.map(|months| months < 6),
            Self::AvailableAtOnce | Self::NoLink | Self::Competition => None,
        }
    }
}

/// The text that justifies not putting a social condition, to be kept in the file of the contract; dated of today.
#[must_use]
pub fn social_clause_motive(exception: Exception, object: &str, today: Date) -> String {
    format!(
        "En application de l’article L2112-2-1 du code de la commande publique, l’acheteur n’a pas prévu, pour le marché \
         «\u{a0}{object}\u{a0}», de condition d’exécution prenant en compte des considérations relatives au domaine social ou à \
         l’emploi, au motif {}{}. [Précisez en quoi.] Établi le {}\u{a0}; ce motif est conservé au dossier du marché et \
         repris, s’il y a lieu, dans le rapport de présentation. Liste des exceptions à vérifier avec votre service \
         juridique.",
        if exception.label().starts_with(['u', 'i']) { "qu’" } else { "que " },
        exception.label(),
        crate::date::long(today)
    )
}

/// What the buyer of a lot must do besides, on a day. `purchases` are its purchases of a year, if known.
#[must_use]
pub fn duties(terms: &LotTerms, purchases: Option<Euros>, on: Date) -> Vec<Finding> {
    if terms.buyer == BuyerCategory::Private {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let of_2026 = [RuleId::SocialClauseDuty, RuleId::EnvironmentDuty, RuleId::CriterionDuty];
    if terms.is_defence && RuleId::Defence.rule().is_in_force(on) {
        findings.push(Finding::new(RuleId::Defence, Effect::Notes, RuleId::Defence.rule().message));
    } else if !terms.is_defence {
        let running = of_2026.into_iter().filter(|id| id.rule().is_in_force(on));
        findings.extend(running.filter_map(|id| duty_of_2026(id, terms, on)));
    }
    let lots = lots_rule(terms.is_defence);
    findings.push(Finding::new(lots, Effect::Notes, lots.rule().message));
    if let (Some(purchases), Some(threshold)) = (purchases, ThresholdKey::Spaser.on(on))
        && purchases > threshold.amount
    {
        let sentence =
            format!("{purchases} d’achats par an, plus de {}\u{a0}: schéma obligatoire.", threshold.amount);
        findings.push(Finding::new(RuleId::Spaser, Effect::Requires, sentence));
    }
    if terms.is_overseas {
        findings.push(Finding::new(RuleId::Overseas, Effect::Doubts, RuleId::Overseas.rule().message));
    }
    findings
}

/// What the law says of lots: they are the rule (L2113-10), but for contracts of defence or security (L2313-5).
#[must_use]
pub fn lots_rule(is_defence: bool) -> RuleId {
    if is_defence { RuleId::DefenceLots } else { RuleId::Lots }
}

fn duty_of_2026(id: RuleId, terms: &LotTerms, on: Date) -> Option<Finding> {
    if id != RuleId::SocialClauseDuty {
        return Some(Finding::new(id, Effect::Requires, id.rule().message));
    }
    let Some(threshold) = terms.eu_threshold(on) else {
        return Some(Finding::new(
            id,
            Effect::Doubts,
            "Nous ne connaissons pas le seuil européen de cette date.",
        ));
    };
    let (amount, limit) = (terms.whole(), threshold.amount);
    let social = ThresholdKey::SocialServicesNotice.on(on).filter(|_| terms.is_social_service());
    match (amount.reaches(limit), social.map(|notice| (notice.amount, amount.reaches(notice.amount)))) {
        (Some(false), _) => None,
        (_, Some((higher, reached))) if reached != Some(true) => {
            let sentence = format!(
                "Pour des services sociaux, le seuil européen est peut-être de {higher} HT, et non de {limit}\u{a0}: {amount}."
            );
            Some(Finding::new(id, Effect::Doubts, sentence))
        }
        (None, _) => {
            let sentence =
                format!("Obligatoire à partir de {limit} HT pour tous les lots ensemble\u{a0}: {amount}.");
            Some(Finding::new(id, Effect::Doubts, sentence))
        }
        (Some(true), _) => {
            let sentence = format!(
                "{amount} HT\u{a0}: le seuil européen de {limit} est atteint. Une condition sociale, ou l’un des quatre motifs, écrit."
            );
            Some(Finding::new(id, Effect::Requires, sentence))
        }
    }
}
