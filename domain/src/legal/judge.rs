//! May this structure answer? A verdict, the rules that made it, and what is missing.

use super::experiment::experiment_until;
use super::limit::Limit;
use super::lot::closed_by_date;
use super::party::{Ess, Evidence, Party, Share};
use super::reservation::Eligibility;
use super::rule::{Certainty, RuleId};
use super::vehicle::Vehicle;
use crate::structure::Kind;
use crate::table;
use jiff::civil::Date;
use serde::Serialize;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../data/legal/eligibility.tsv");

/// What the law answers. In the order from the best to the worst for whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Yes.
    Allowed,
    /// Yes, once what is missing is shown.
    Conditional,
    /// The texts leave a doubt: « à vérifier ».
    Unknown,
    /// No.
    Forbidden,
}

impl Verdict {
    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Allowed => "oui",
            Self::Conditional => "oui, sous condition",
            Self::Unknown => "à vérifier",
            Self::Forbidden => "non",
        }
    }
}

/// What a rule does to a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Opens the way.
    Grants,
    /// Opens it on a condition that is not shown yet.
    Requires,
    /// Leaves a doubt.
    Doubts,
    /// Closes it.
    Refuses,
    /// Is to be known; changes nothing.
    Notes,
}

/// A rule that fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// What it does here.
    pub effect: Effect,
    /// What it says here, in French.
    pub sentence: String,
}

impl Finding {
    pub(super) fn new(rule: RuleId, effect: Effect, sentence: impl Into<String>) -> Self {
        Self { rule, effect, sentence: sentence.into() }
    }
}

/// A verdict with its reasons. It is no legal advice, and pages say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgment {
    /// The answer.
    pub verdict: Verdict,
    /// The rules that fired, those that decide first.
    pub findings: Vec<Finding>,
    /// What would have to be shown, in French.
    pub missing: Vec<String>,
}

impl Judgment {
    /// The verdict follows from the findings: a refusal closes, then a doubt, then a condition.
    pub(super) fn of(findings: Vec<Finding>, missing: Vec<String>) -> Self {
        let any = |effect| findings.iter().any(|f: &Finding| f.effect == effect);
        let verdict = if any(Effect::Refuses) {
            Verdict::Forbidden
        } else if any(Effect::Doubts) {
            Verdict::Unknown
        } else if any(Effect::Requires) {
            Verdict::Conditional
        } else {
            Verdict::Allowed
        };
        Self { verdict, findings, missing }
    }

    /// The sentences of the findings that made a verdict other than yes, those that decide first.
    pub fn because(&self) -> impl Iterator<Item = &str> {
        let decides = match self.verdict {
            Verdict::Allowed => None,
            Verdict::Conditional => Some(Effect::Requires),
            Verdict::Unknown => Some(Effect::Doubts),
            Verdict::Forbidden => Some(Effect::Refuses),
        };
        self.findings.iter().filter(move |f| Some(f.effect) == decides).map(|f| f.sentence.as_str())
    }
}

/// What the table of eligibility says of one kind for one reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Eligible {
    Yes,
    No,
    Doubt,
    IfEss,
}

/// How a kind takes part in a social clause of execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Subcontract,
    Lend,
    IfAccepted,
    NoHours,
    DirectHire,
    Doubt,
    No,
}

/// A line of the table.
#[derive(Debug)]
struct Line {
    code: &'static str,
    answers: [Eligible; Vehicle::RESERVED.len()],
    part: Part,
    certainty: Certainty,
}

impl Line {
    fn of(code: &str) -> &'static Self {
        static LINES: LazyLock<Vec<Line>> = LazyLock::new(read);
        // The table has a line for every kind and for NONE: a test says so.
        LINES.iter().find(|line| line.code == code).unwrap_or(&LINES[LINES.len() - 1])
    }

    fn answer(&self, vehicle: Vehicle) -> Option<Eligible> {
        let at = Vehicle::RESERVED.iter().position(|v| *v == vehicle)?;
        Some(self.answers[at])
    }
}

fn read() -> Vec<Line> {
    let answer = |text: &str| match text {
        "yes" => Eligible::Yes,
        "doubt" => Eligible::Doubt,
        "if_ess" => Eligible::IfEss,
        _ => Eligible::No,
    };
    let part = |text: &str| match text {
        "subcontract" => Part::Subcontract,
        "lend" => Part::Lend,
        "if_accepted" => Part::IfAccepted,
        "no_hours" => Part::NoHours,
        "direct_hire" => Part::DirectHire,
        "doubt" => Part::Doubt,
        _ => Part::No,
    };
    let line = |[code, handicap, insertion, both, prison, ess, clause, certainty]: [&'static str; 8]| Line {
        code,
        // In the order of `Vehicle::RESERVED`.
        answers: [insertion, handicap, both, prison, ess].map(answer),
        part: part(clause),
        certainty: Certainty::parse(certainty).unwrap_or(Certainty::D),
    };
    table::rows(TABLE).map(line).collect()
}

/// What the table says of a kind for a reservation, the share of workers apart.
pub(super) fn eligibility(kind: Kind, vehicle: Vehicle) -> Eligibility {
    match Line::of(kind.code()).answer(vehicle) {
        Some(Eligible::Yes) => Eligibility::Yes,
        Some(Eligible::Doubt | Eligible::IfEss) => Eligibility::ToCheck,
        Some(Eligible::No) | None => Eligibility::No,
    }
}

/// Whether a structure may answer a lot that is bought so, on the day on which the lot is launched.
///
/// A structure with several conventions is judged by the one that serves it best. Conditions of the lot itself
/// (its CPV, its length, its amount) are [`super::judge_lot`]'s.
#[must_use]
pub fn judge(party: &Party, vehicle: Vehicle, on: Date) -> Judgment {
    if let Some(closed) = closed_by_date(vehicle, on) {
        return closed;
    }
    let mut ways: Vec<&'static str> = party.kinds_in_force(on).iter().map(Kind::code).collect();
    // What it is besides its conventions never counts against it.
    let is_equivalent = party.is_cae && vehicle.looks_at_conventions();
    if ways.is_empty() || is_equivalent {
        ways.push(without_convention(party));
    }
    let judgments = ways.into_iter().map(|code| judge_way(code, party, vehicle, on));
    let best = judgments.min_by_key(|judgment| judgment.verdict);
    let mut judgment = best.unwrap_or_else(|| Judgment::of(Vec::new(), Vec::new()));
    if vehicle.looks_at_conventions() && party.kinds_in_force(on).is_empty() {
        judgment.missing.extend(convention_missing(party, on));
    }
    judgment
}

/// What became of the conventions of a structure that has none in force.
fn convention_missing(party: &Party, on: Date) -> Option<String> {
    let next = party.conventions.iter().filter_map(|c| c.from).filter(|from| *from > on).min();
    let last = party.conventions.iter().filter_map(|c| c.to).filter(|to| *to < on).max();
    match (next, last) {
        (Some(next), _) => Some(format!(
            "une convention en cours\u{a0}: la prochaine commence le {}",
            crate::date::long(next)
        )),
        (None, Some(last)) => Some(format!(
            "une convention en cours\u{a0}: la dernière a pris fin le {}",
            crate::date::long(last)
        )),
        (None, None) => None,
    }
}

/// The line of a structure that has no convention in force.
fn without_convention(party: &Party) -> &'static str {
    match (party.is_cae, party.is_regie, party.ess.is_member()) {
        (true, _, _) => "CAE",
        (_, true, _) => "REGIE",
        (_, _, Some(true)) => "ESS",
        _ => "NONE",
    }
}

fn judge_way(code: &'static str, party: &Party, vehicle: Vehicle, on: Date) -> Judgment {
    let line = Line::of(code);
    match (vehicle, line.answer(vehicle)) {
        (_, Some(Eligible::Yes)) if vehicle == Vehicle::Ess => ess_terms(party),
        (_, Some(Eligible::Yes)) => half_of_workers(line, party, vehicle, on),
        (_, Some(Eligible::No)) => refused(line, vehicle),
        (_, Some(Eligible::Doubt)) => doubtful(line, party, on),
        (_, Some(Eligible::IfEss)) => if_ess(line, party),
        (Vehicle::SocialClause, None) => in_a_clause(line),
        (_, None) => {
            let sentence = "Ouvert à toute entreprise\u{a0}: rien n’écarte la structure.";
            Judgment::of(vec![Finding::new(vehicle.rule(), Effect::Grants, sentence)], Vec::new())
        }
    }
}

/// « une EI », as the sentence needs it; what has no convention is told as such.
fn who(line: &Line) -> String {
    match (Kind::parse(line.code), line.code) {
        (Some(kind), _) => format!("Type {kind} ({})", kind.label()),
        (None, "REGIE") => "Régie sans convention d’insertion".to_owned(),
        (None, "CAE") => "Coopérative d’activité et d’emploi".to_owned(),
        (None, "ESS") => "Entreprise de l’économie sociale et solidaire, sans convention".to_owned(),
        (None, _) => "Sans convention d’insertion ni agrément du handicap".to_owned(),
    }
}

fn refused(line: &Line, vehicle: Vehicle) -> Judgment {
    let mixing = line.code == Kind::Sep.code() && vehicle == Vehicle::Both;
    let rule = if mixing { RuleId::NoMixing } else { vehicle.rule() };
    let sentence =
        format!("{}\u{a0}: l’article {} ne vise pas ce type de structure.", who(line), vehicle.code());
    let mut findings = vec![Finding::new(rule, Effect::Refuses, sentence)];
    if line.code == "NONE" && vehicle.looks_at_conventions() {
        let sentence = "L’article vise aussi les structures équivalentes\u{a0}: à la structure de montrer qu’elle l’est.";
        findings.push(Finding::new(rule, Effect::Notes, sentence));
    }
    Judgment::of(findings, Vec::new())
}

fn half_of_workers(line: &Line, party: &Party, vehicle: Vehicle, on: Date) -> Judgment {
    let named = format!("{}\u{a0}: nommé par l’article {}.", who(line), vehicle.code());
    let mut findings = vec![Finding::new(vehicle.rule(), Effect::Grants, named)];
    let mut missing = Vec::new();
    let of_two_families = party.kinds_in_force(on).is_of_both_families() && party.share != Share::Unknown;
    findings.push(if of_two_families {
        missing.push("la part des seuls travailleurs que cette réservation regarde".to_owned());
        let sentence = format!(
            "{}\u{a0}: insertion et handicap réunis. Nous ne savons pas combien cette réservation en regarde.",
            party.share
        );
        Finding::new(RuleId::HalfOfWorkers, Effect::Requires, sentence)
    } else {
        share_finding(party, Effect::Refuses, &mut missing, on)
    });
    Judgment::of(findings, missing)
}

/// What the share says; `below` is what less than the least share does.
fn share_finding(party: &Party, below: Effect, missing: &mut Vec<String>, on: Date) -> Finding {
    let share = party.share;
    let counted = match share {
        Share::Known { on: Some(day), .. } => format!(", compté le {}", crate::date::long(day)),
        _ => String::new(),
    };
    let least = Limit::WorkersPercent.on(on);
    let (effect, sentence) = match (share.is_half(), share) {
        (None, _) => {
            missing.push(format!(
                "la part des travailleurs concernés ({least}\u{a0}% au moins), à joindre à l’offre"
            ));
            (Effect::Requires, "La part des travailleurs concernés n’est pas connue.".to_owned())
        }
        (Some(true), Share::Known { evidence: Evidence::Attested, .. }) => {
            (Effect::Grants, format!("{share}\u{a0}: au moins {least}\u{a0}%, attesté{counted}."))
        }
        (Some(true), _) => {
            missing.push("l’attestation de la part déclarée, à joindre à l’offre".to_owned());
            (
                Effect::Grants,
                format!("{share}\u{a0}: au moins {least}\u{a0}%, déclaré par la structure{counted}."),
            )
        }
        (Some(false), _) => (below, format!("{share}\u{a0}: moins de {least}\u{a0}%.")),
    };
    Finding::new(RuleId::HalfOfWorkers, effect, sentence)
}

fn doubtful(line: &Line, party: &Party, on: Date) -> Judgment {
    if line.code == Kind::Eiti.code() {
        // It does not employ its public: a share of workers says nothing of it.
        let mut sentence = RuleId::Eiti.rule().message.to_owned();
        if experiment_until(Kind::Eiti).is_some_and(|last| on > last) {
            sentence.push_str(
                " Elle est close à cette date, sauf prolongation dont nous n’avons pas connaissance.",
            );
        }
        return Judgment::of(vec![Finding::new(RuleId::Eiti, Effect::Doubts, sentence)], Vec::new());
    }
    let mut missing = Vec::new();
    let share = share_finding(party, Effect::Refuses, &mut missing, on);
    let doubt = Finding::new(RuleId::Equivalent, Effect::Doubts, RuleId::Equivalent.rule().message);
    Judgment::of(vec![doubt, share], missing)
}

fn if_ess(line: &Line, party: &Party) -> Judgment {
    match party.ess {
        Ess::Yes | Ess::Esus => ess_terms(party),
        Ess::No => {
            let sentence = format!("{}\u{a0}: hors de l’économie sociale et solidaire.", who(line));
            Judgment::of(vec![Finding::new(RuleId::EssServices, Effect::Refuses, sentence)], Vec::new())
        }
        Ess::Unknown => {
            let sentence =
                format!("{}\u{a0}: éligible si elle relève de l’économie sociale et solidaire.", who(line));
            let missing = vec![
                "le statut d’entreprise de l’économie sociale et solidaire (association, coopérative, ESUS…)"
                    .to_owned(),
            ];
            Judgment::of(vec![Finding::new(RuleId::EssServices, Effect::Requires, sentence)], missing)
        }
    }
}

/// A structure of the social economy: all that remains is not to have had the same contract just before.
fn ess_terms(party: &Party) -> Judgment {
    let statute = if party.ess == Ess::Esus { Ess::Esus } else { Ess::Yes };
    let named = format!("{}, pour les services de la liste.", statute.label());
    let mut findings = vec![Finding::new(RuleId::EssServices, Effect::Grants, named)];
    let mut missing = Vec::new();
    match party.held_ess_contract {
        Some(true) => findings.push(Finding::new(
            RuleId::EssNotTwice,
            Effect::Refuses,
            "Déjà titulaire d’un marché ainsi réservé par cet acheteur, pour ces services, depuis moins de trois ans.",
        )),
        Some(false) => findings.push(Finding::new(
            RuleId::EssNotTwice,
            Effect::Grants,
            "Pas titulaire d’un tel marché de cet acheteur dans les trois dernières années.",
        )),
        None => {
            missing.push("n’avoir pas eu un marché ainsi réservé par le même acheteur depuis trois ans".to_owned());
            findings.push(Finding::new(RuleId::EssNotTwice, Effect::Notes, RuleId::EssNotTwice.rule().message));
        }
    }
    Judgment::of(findings, missing)
}

fn in_a_clause(line: &Line) -> Judgment {
    let (effect, how) = match line.part {
        Part::Subcontract => (Effect::Grants, "par sous-traitance ou cotraitance"),
        Part::Lend => (Effect::Grants, "par mise à disposition"),
        Part::IfAccepted => (Effect::Requires, "par sous-traitance, si le facilitateur l’accepte"),
        Part::NoHours => (Effect::Requires, "en cotraitance, sans heures d’insertion propres"),
        Part::DirectHire => (Effect::Grants, "par l’embauche directe de personnes en insertion"),
        Part::Doubt => (Effect::Doubts, "heures rarement acceptées"),
        Part::No => (Effect::Refuses, "aucune voie connue"),
    };
    let missing = match line.part {
        Part::IfAccepted => vec!["l’accord du facilitateur de la clause".to_owned()],
        Part::NoHours => {
            vec!["des heures d’insertion faites par une autre entreprise du groupement".to_owned()]
        }
        _ => Vec::new(),
    };
    let sentence = format!("{}\u{a0}: {how}.", who(line));
    let doubt_of_table = line.certainty == Certainty::D && effect != Effect::Refuses;
    let effect = if doubt_of_table { Effect::Doubts } else { effect };
    Judgment::of(vec![Finding::new(RuleId::SocialClause, effect, sentence)], missing)
}
