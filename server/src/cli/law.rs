//! `place legal` and `place hours`: the law and the hours, from the command line.

use super::{Format, Hours, Legal};
use anyhow::{Context, anyhow};
use domain::date;
use domain::hours::{self, CLAUSE_FLOOR, HOURS_PER_FULL_TIME, StaffTakenOver, clause_hours};
use domain::legal::{Convention, Ess, Finding, Judgment, Party, Share, Vehicle, judge};
use domain::money::Euros;
use domain::structure::Kind;
use serde::Serialize;
use std::io::Write;

/// A judgment, for programs.
#[derive(Serialize)]
struct JudgmentOut {
    verdict: domain::legal::Verdict,
    vehicle: &'static str,
    date: String,
    findings: Vec<FindingOut>,
    missing: Vec<String>,
    notice: &'static str,
}

#[derive(Serialize)]
struct FindingOut {
    rule: String,
    article: &'static str,
    effect: domain::legal::Effect,
    certainty: domain::legal::Certainty,
    valid_from: Option<String>,
    valid_to: Option<String>,
    because: String,
    source: &'static str,
}

const NOTICE: &str = "ce n’est pas un avis juridique";

impl FindingOut {
    fn of(finding: &Finding) -> Self {
        let rule = finding.rule.rule();
        Self {
            rule: finding.rule.to_string(),
            article: rule.article,
            effect: finding.effect,
            certainty: rule.certainty,
            valid_from: rule.from.map(|d| d.to_string()),
            valid_to: rule.to.map(|d| d.to_string()),
            because: finding.sentence.clone(),
            source: rule.source,
        }
    }
}

/// Who is judged: kinds of convention, or `REGIE`, `CAE`, `ESS`, `ESUS`, `NONE` without one.
fn party(args: &Legal) -> anyhow::Result<Party> {
    let mut party = Party::default();
    for code in &args.kind {
        match code.to_uppercase().as_str() {
            "REGIE" => party.is_regie = true,
            "CAE" => party.is_cae = true,
            "ESS" => party.ess = Ess::Yes,
            "ESUS" => party.ess = Ess::Esus,
            "NONE" => {}
            _ => {
                let kind = Kind::parse(code).ok_or_else(|| {
                    anyhow!("type inconnu «\u{a0}{code}\u{a0}»\u{a0}: EI, ACI, AI, ETTI, EITI, GEIQ, EA, EATT, ESAT, SEP, REGIE, CAE, ESS, ESUS ou NONE")
                })?;
                party.conventions.push(Convention { kind, from: None, to: None });
            }
        }
    }
    if let Some(share) = &args.share {
        party.share = Share::parse(share)
            .ok_or_else(|| anyhow!("part inconnue «\u{a0}{share}\u{a0}»\u{a0}: écrivez 25/35, ou 71%"))?;
    }
    match args.ess {
        Some(true) => party.ess = Ess::Yes,
        Some(false) => party.ess = Ess::No,
        None => {}
    }
    party.held_ess_contract = args.held_ess_contract;
    Ok(party)
}

pub(super) fn legal(args: &Legal) -> anyhow::Result<()> {
    let vehicle = Vehicle::parse(&args.vehicle).ok_or_else(|| {
        let codes = Vehicle::ALL.map(Vehicle::code).join(", ");
        anyhow!("véhicule inconnu «\u{a0}{}\u{a0}»\u{a0}: {codes}", args.vehicle)
    })?;
    let on = date::parse(&args.date)
        .with_context(|| format!("date inconnue «\u{a0}{}\u{a0}»\u{a0}: écrivez 2026-11-21", args.date))?;
    let judgment = judge(&party(args)?, vehicle, on);
    let mut out = std::io::stdout().lock();
    match args.format {
        Format::Json => {
            writeln!(out, "{}", serde_json::to_string(&out_of(&judgment, vehicle, on.to_string()))?)?
        }
        Format::Text => {
            writeln!(
                out,
                "{} ({}), le {}\u{a0}: {}",
                vehicle.label(),
                vehicle.code(),
                date::long(on),
                judgment.verdict.label()
            )?;
            for finding in &judgment.findings {
                let rule = finding.rule.rule();
                writeln!(
                    out,
                    "  {:<4} {:<12} {}  [{}{}]",
                    finding.rule.to_string(),
                    rule.article,
                    finding.sentence,
                    rule.certainty.label(),
                    rule.from.map(|from| format!(", depuis le {}", date::long(from))).unwrap_or_default()
                )?;
            }
            for missing in &judgment.missing {
                writeln!(out, "  manque\u{a0}: {missing}")?;
            }
            writeln!(out, "({NOTICE})")?;
        }
    }
    Ok(())
}

fn out_of(judgment: &Judgment, vehicle: Vehicle, date: String) -> JudgmentOut {
    JudgmentOut {
        verdict: judgment.verdict,
        vehicle: vehicle.code(),
        date,
        findings: judgment.findings.iter().map(FindingOut::of).collect(),
        missing: judgment.missing.clone(),
        notice: NOTICE,
    }
}

#[derive(Serialize)]
struct HoursOut {
    hours: u64,
    full_time_jobs: f64,
    /// The part that the staff taken over does not fill; only with `--staff-hours`.
    free_part: Option<f64>,
    below_floor: bool,
}

pub(super) fn hours(args: &Hours) -> anyhow::Result<()> {
    let amount = Euros::parse(&args.amount)
        .map_err(|error| anyhow!("montant «\u{a0}{}\u{a0}»\u{a0}: {error}", args.amount))?;
    let (found, free_part) = match args.staff_hours {
        Some(staff) => {
            let contract = StaffTakenOver {
                amount,
                years: args.years,
                staff_hours: hours::Hours(staff),
                hourly_cost: args.hourly_cost,
                effort: args.effort,
            };
            (contract.clause_hours()?, Some(contract.free_part()?))
        }
        None => {
            let labour = args
                .labour_share
                .context("--labour-share manque\u{a0}: la part de main-d’œuvre, de 0 à 1")?;
            (clause_hours(amount, labour, args.effort, args.hourly_cost)?, None)
        }
    };
    let below_floor = found < CLAUSE_FLOOR;
    let mut out = std::io::stdout().lock();
    match args.format {
        Format::Json => {
            let full_time_jobs = (found.full_times() * 100.0).round() / 100.0;
            let line = HoursOut { hours: found.0, full_time_jobs, free_part, below_floor };
            writeln!(out, "{}", serde_json::to_string(&line)?)?;
        }
        Format::Text => {
            let jobs = format!("{:.2}", found.full_times()).replace('.', ",");
            writeln!(out, "{found}, soit {jobs} temps plein d’une année ({HOURS_PER_FULL_TIME} h)")?;
            if let Some(free) = free_part {
                writeln!(
                    out,
                    "part que le personnel repris ne couvre pas\u{a0}: {:.0}\u{a0}%",
                    free * 100.0
                )?;
            }
            if below_floor {
                writeln!(out, "moins de {CLAUSE_FLOOR}\u{a0}: l’usage est de ne pas mettre de clause")?;
            }
        }
    }
    Ok(())
}
