//! Commands that read: search, match, sectors, evaluations.

use super::{Format, Match, SearchArgs, open_as_is};
use crate::http::results::{MatchResults, ResultRow};
use anyhow::{Context, anyhow, bail};
use backend::evaluation::{Hits, departement_name, evaluate_sectors, median, within};
use backend::structures::SearchQuery;
use domain::legal::Reservation;
use domain::matching::{Buys, Lot};
use domain::need::{sectors_guessed, sectors_proposed};
use domain::sector::{Inference, SectorIx, Sectors};
use domain::structure::{Kind, KindSet, Mode};
use domain::territory::Place;
use serde::Serialize;
use std::io::{BufRead, Write};
use std::path::Path;

fn sectors_read(slugs: &[String]) -> anyhow::Result<Vec<SectorIx>> {
    slugs.iter().map(|slug| Ok(Sectors::get().parse(slug)?)).collect()
}

fn place_read(text: &str) -> anyhow::Result<Place> {
    let reading = Place::read(text);
    reading
        .one()
        .ok_or_else(|| anyhow!("«\u{a0}{text}\u{a0}»\u{a0}: {}", reading.question().unwrap_or_default()))
}

fn kinds_read(codes: &[String]) -> anyhow::Result<KindSet> {
    codes
        .iter()
        .map(|code| {
            Kind::parse(code).ok_or_else(|| anyhow!("type de structure inconnu «\u{a0}{code}\u{a0}»"))
        })
        .collect()
}

fn print(results: &MatchResults, format: Format) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(results)?)?,
        Format::Text => {
            writeln!(out, "{} structures", results.total)?;
            for (n, row) in results.results.iter().enumerate() {
                writeln!(
                    out,
                    "{:>4}. {:>3}  {} ({}) {} [{}]",
                    n + 1,
                    row.score,
                    row.name,
                    row.kinds.join(", "),
                    row.siret,
                    row.said()
                )?;
                for reason in &row.reasons {
                    writeln!(out, "           {:>2}  {}", reason.points, reason.because)?;
                }
            }
        }
    }
    Ok(())
}

/// `0` is all.
fn cut(rows: Vec<ResultRow>, limit: usize) -> MatchResults {
    let total = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    let kept = if limit == 0 { rows.len() } else { limit };
    MatchResults { total, results: rows.into_iter().take(kept).collect() }
}

pub(super) async fn search(search: &SearchArgs) -> anyhow::Result<()> {
    let query = SearchQuery {
        words: search.text.clone(),
        place: search.at.as_deref().map(place_read).transpose()?,
        sectors: sectors_read(&search.sector)?,
        kinds: kinds_read(&search.kind)?,
        ..SearchQuery::default()
    };
    let backend = open_as_is(&search.place).await?;
    let (total, found) = backend.structure_find(&query, search.limit)?;
    let results = found.cards.iter().map(ResultRow::of_card).collect();
    print(&MatchResults { total, results }, search.format)
}

pub(super) async fn match_lot(args: &Match) -> anyhow::Result<()> {
    let mode = |code: &String| Mode::parse(code).ok_or_else(|| anyhow!("mode inconnu «\u{a0}{code}\u{a0}»"));
    let place = place_read(&args.at)?;
    let sectors = match args.sector.is_empty() {
        // As the four-field form asks, and its reader ticks the guess when nothing is sure.
        true => sectors_of_words(&args.text),
        false => sectors_read(&args.sector)?,
    };
    let lot = Lot {
        buys: Buys::of_text(&args.text),
        sectors,
        place: Some(place),
        reservation: Reservation::parse(&args.reservation).ok_or_else(|| {
            anyhow!(
                "réservation inconnue «\u{a0}{}\u{a0}»\u{a0}: none, siae, handicap, both, prison ou ess",
                args.reservation
            )
        })?,
        kinds: kinds_read(&args.kind)?,
        mode: args.mode.as_ref().map(mode).transpose()?,
        hours_per_month: args.hours,
        text: args.text.clone(),
        on: None,
        begins: None,
    };
    if lot.is_open() {
        bail!(
            "ces mots ne disent pas le secteur\u{a0}: ajoutez --sector, par exemple --sector blanchisserie"
        );
    }
    let backend = open_as_is(&args.place).await?;
    let ranking = backend.match_list(lot, &[])?;
    let rows =
        ranking.matches.iter().map(|(found, entry)| ResultRow::of_match(&ranking, found, entry)).collect();
    print(&cut(rows, args.limit), args.format)
}

fn sectors_of_words(text: &str) -> Vec<SectorIx> {
    let proposed = sectors_proposed(text, "");
    if !proposed.is_empty() || Buys::of_text(text) != Buys::Trade {
        return proposed;
    }
    let guessed = sectors_guessed(text, "");
    if !guessed.is_empty() {
        let labels: Vec<&str> = guessed.iter().map(|s| s.label()).collect();
        eprintln!("supposition\u{a0}: {} (ces mots ne disent pas sûrement le secteur)", labels.join(", "));
    }
    guessed
}

#[derive(Serialize)]
struct SectorLine {
    sectors: Vec<SectorOut>,
}

#[derive(Serialize)]
struct SectorOut {
    slug: &'static str,
    confidence: f32,
    because: Vec<String>,
    /// Nothing in the title is sure: the nearest guess.
    guess: bool,
}

/// Sectors of the titles of the standard input; with `phrases`, without what the word model adds.
pub(super) fn sectors(phrases: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.context("lecture de l’entrée")?;
        let inference = Inference::get();
        let inferred = if phrases { inference.of_phrases(&line) } else { inference.of_text(&line) };
        let sectors = inferred.into_iter().map(|i| SectorOut {
            slug: i.sector.slug(),
            confidence: (i.confidence * 1000.0).round() / 1000.0,
            because: i.because,
            guess: i.is_guess,
        });
        writeln!(out, "{}", serde_json::to_string(&SectorLine { sectors: sectors.collect() })?)?;
    }
    Ok(())
}

pub(super) fn eval_sectors(file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("lecture de {}", file.display()))?;
    let found = evaluate_sectors(&text)?;
    let mut worst: Vec<(&String, &Hits)> =
        found.by_descriptor.iter().filter(|(_, h)| h.judged >= 20).collect();
    worst.sort_by(|a, b| {
        let share = |h: &Hits| Hits::percent(h.first_three, h.judged);
        share(a.1).total_cmp(&share(b.1))
    });
    println!("descripteurs les moins bien reconnus (20 avis ou plus)\u{a0}:");
    for (label, hits) in worst.into_iter().take(15) {
        println!("  {:5.1} %  {label} ({} avis)", Hits::percent(hits.first_three, hits.judged), hits.judged);
    }
    let all = found.all;
    println!("{} avis lus, {} jugés (un descripteur au moins a son secteur)", found.notices, all.judged);
    println!("top-1\u{a0}: {:.1}\u{a0}% ({})", Hits::percent(all.first, all.judged), all.first);
    println!("top-3\u{a0}: {:.1}\u{a0}% ({})", Hits::percent(all.first_three, all.judged), all.first_three);
    Ok(())
}

/// Sectors and départements that a report names.
const NAMED: usize = 12;

pub(super) async fn eval_match(file: &Path, place: &super::Place) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("lecture de {}", file.display()))?;
    let backend = open_as_is(place).await?;
    let found = backend.match_evaluate(&text)?;
    let percent = |n| Hits::percent(n, found.lots);
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} avis lus, {} lots", found.notices, found.lots)?;
    writeln!(
        out,
        "sans secteur reconnu\u{a0}: {}, sans département\u{a0}: {}",
        found.without_sector, found.without_place
    )?;
    writeln!(out, "au moins une structure\u{a0}: {} ({:.1}\u{a0}%)", found.matched, percent(found.matched))?;
    writeln!(
        out,
        "du secteur exact\u{a0}: {} ({:.1}\u{a0}%)",
        found.matched_exactly,
        percent(found.matched_exactly)
    )?;
    let pairs = Hits::percent(found.covered_pairs, found.pairs);
    writeln!(
        out,
        "couples secteur × département couverts\u{a0}: {} sur {} ({pairs:.1}\u{a0}%)",
        found.covered_pairs, found.pairs
    )?;
    writeln!(
        out,
        "temps d’un lot\u{a0}: {:?} au milieu, {:?} au 99e centile",
        found.time(50),
        found.time(99)
    )?;
    let mut empty: Vec<_> = found.by_sector.iter().filter(|(_, (_, empty))| *empty > 0).collect();
    empty.sort_by_key(|(_, (_, empty))| std::cmp::Reverse(*empty));
    writeln!(out, "secteurs où le plus de lots ne trouvent personne\u{a0}:")?;
    for (sector, (lots, empty)) in empty.into_iter().take(NAMED) {
        writeln!(out, "  {empty:>5} sur {lots:<5} {}", sector.label())?;
    }
    writeln!(out, "départements où le moins de secteurs sont présents\u{a0}:")?;
    for (departement, sectors) in found.sectors_by_departement.iter().take(NAMED) {
        writeln!(out, "  {sectors:>5} {}", departement_name(*departement))?;
    }
    Ok(())
}

pub(super) async fn eval_fairness(place: &super::Place) -> anyhow::Result<()> {
    let found = open_as_is(place).await?.fairness_evaluate()?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} lots de besoins ouverts, {} structures qui conviennent à l’un au moins",
        found.lots, found.eligible
    )?;
    let seen = Hits::percent(found.seen, found.eligible);
    writeln!(out, "dans les dix premières d’un lot au moins\u{a0}: {} ({seen:.1}\u{a0}%)", found.seen)?;
    writeln!(
        out,
        "le dixième le plus exposé tient {:.1}\u{a0}% de l’exposition\u{a0}; {:.1}\u{a0}% si chaque lot la partageait également",
        found.held_by_first_tenth * 100.0,
        found.held_if_equal * 100.0
    )?;
    writeln!(out, "inégalité à lots égaux (Gini, 0 = égalité)\u{a0}: {:.3}", found.gini)?;
    writeln!(
        out,
        "activité inconnue ou déduite d’autre chose\u{a0}: {} des {} premières places (vingt par lot)\u{a0}; {:.0} si la place était tirée au sort",
        found.first_places_possible, found.first_places, found.first_places_possible_if_equal
    )?;
    Ok(())
}

pub(super) async fn eval_verdicts(place: &super::Place) -> anyhow::Result<()> {
    let backend = open_as_is(place).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} structures", backend.index.catalogue().len())?;
    for found in backend.verdicts_evaluate() {
        writeln!(
            out,
            "{:<12} {:>7} oui {:>7} à vérifier {:>7} non   verdicts {:>6.2} ms   avec leurs raisons {:>7.1} ms",
            found.reservation.article().unwrap_or_default(),
            found.allowed,
            found.to_check,
            found.refused,
            found.verdicts.as_secs_f64() * 1e3,
            found.judgments.as_secs_f64() * 1e3
        )?;
    }
    Ok(())
}

/// Places of a list that a report counts.
const WITHIN: [usize; 3] = [20, 50, 100];

pub(super) async fn eval_winners(
    file: &Path,
    declared: Option<f64>,
    detail: bool,
    place: &super::Place,
) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("lecture de {}", file.display()))?;
    let found = open_as_is(place).await?.winners_evaluate(&text, declared)?;
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{} marchés, dont {} sans lieu ou sans objet reconnu",
        found.contracts, found.without_place
    )?;
    if let Some(share) = declared {
        writeln!(
            out,
            "simulation\u{a0}: {:.0}\u{a0}% des structures ont déclaré leurs activités",
            share * 100.0
        )?;
    }
    writeln!(out, "le titulaire est           La Place         distance seule")?;
    for n in WITHIN {
        let share = |ranks: &[Option<usize>]| {
            let hits = within(ranks, n);
            let all = ranks.len().max(1);
            format!(
                "{hits:>3} ({:>4.1} %)",
                100.0 * f64::from(u32::try_from(hits).unwrap_or(0))
                    / f64::from(u32::try_from(all).unwrap_or(1))
            )
        };
        writeln!(
            out,
            "dans les {n:>3} premiers     {:>14} {:>18}",
            share(&found.ours),
            share(&found.by_distance)
        )?;
    }
    let middle = |ranks: &[Option<usize>]| median(ranks).map_or("absent".to_owned(), |rank| rank.to_string());
    writeln!(out, "rang médian              {:>14} {:>18}", middle(&found.ours), middle(&found.by_distance))?;
    if detail {
        for (title, place, rank, length) in &found.looked_at {
            let rank = rank.map_or("absent".to_owned(), |rank| rank.to_string());
            let title: String = title.chars().take(80).collect();
            writeln!(out, "{rank:>7} sur {length:<5} {title} | {place}")?;
        }
    }
    Ok(())
}
