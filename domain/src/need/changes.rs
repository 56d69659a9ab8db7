//! What changed from one version of a need to the next, in sentences: its history, and what those concerned are told.

use super::{LotDraft, LotKey, NeedDraft};
use crate::date;
use crate::legal::{Exception, Vehicle};
use crate::text::{and_list, number};
use crate::written::Written;

/// Something that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The lot that it concerns; `None` when it concerns the whole need.
    pub lot: Option<LotKey>,
    /// What, in French: « Réponses jusqu’au 12 janvier 2027 (avant : 5 janvier 2027) ».
    pub sentence: String,
}

/// What changed from a version to the next, the whole need first, then lot by lot.
#[must_use]
pub fn changes(before: &NeedDraft, after: &NeedDraft) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let mut note = |label: &str, before: String, after: String| {
        if before != after {
            all.push(Change { lot: None, sentence: sentence(label, &before, &after) });
        }
    };
    note("Nature", before.kind.label().to_owned(), after.kind.label().to_owned());
    note("Titre", before.title.clone(), after.title.clone());
    note("Lieu", before.place.name(), after.place.name());
    note("Réponses jusqu’au", date::long(before.deadline), date::long(after.deadline));
    let day = |date: Option<jiff::civil::Date>| date.map(date::long).unwrap_or_default();
    note("Lancement", day(before.launch), day(after.launch));
    note("Début", day(before.start), day(after.start));
    note("Acheteur", before.buyer.name.clone(), after.buyer.name.clone());
    note(
        "Catégorie d’acheteur",
        before.buyer.category.label().to_owned(),
        after.buyer.category.label().to_owned(),
    );
    let siret = |need: &NeedDraft| need.buyer.siret.map(|siret| siret.spaced()).unwrap_or_default();
    note("SIRET de l’acheteur", siret(before), siret(after));
    let defence = |need: &NeedDraft| if need.is_defence { "oui" } else { "non" }.to_owned();
    note("Marché de défense ou de sécurité", defence(before), defence(after));
    let link = |need: &NeedDraft| need.profile.as_ref().map(ToString::to_string).unwrap_or_default();
    note("Profil d’acheteur", link(before), link(after));
    if before.description != after.description {
        all.push(Change { lot: None, sentence: "Précisions réécrites".to_owned() });
    }
    if before.questions != after.questions {
        let sentence = format!("Questions aux structures\u{a0}: {}", after.questions.len());
        all.push(Change { lot: None, sentence });
    }
    let names = |need: &NeedDraft| {
        let names: Vec<&str> = need.attachments.iter().map(|a| a.name.as_str()).collect();
        and_list(&names)
    };
    if before.attachments != after.attachments {
        all.push(Change { lot: None, sentence: sentence("Pièces", &names(before), &names(after)) });
    }
    lots_changed(before, after, &mut all);
    all
}

fn lots_changed(before: &NeedDraft, after: &NeedDraft, all: &mut Vec<Change>) {
    for (rank, lot) in after.lots.iter().enumerate() {
        let name = lot_name(after, rank);
        match before.lot(lot.key) {
            None => all.push(Change { lot: Some(lot.key), sentence: format!("{name} ajouté") }),
            Some((_, old)) => {
                let rows = facts(before, old).into_iter().zip(facts(after, lot));
                for ((label, old), (_, new)) in rows.filter(|((_, old), (_, new))| old != new) {
                    let sentence = sentence(&format!("{name}{label}"), &old, &new);
                    all.push(Change { lot: Some(lot.key), sentence });
                }
            }
        }
    }
    for (rank, lot) in before.lots.iter().enumerate().filter(|(_, lot)| after.lot(lot.key).is_none()) {
        all.push(Change { lot: Some(lot.key), sentence: format!("{} retiré", lot_name(before, rank)) });
    }
}

/// « Lot 2 · Nettoyage »; « Besoin » where there is one lot.
fn lot_name(need: &NeedDraft, rank: usize) -> String {
    if need.has_lots() { need.lot_name(rank) } else { "Besoin".to_owned() }
}

/// What a lot says, as people read it.
fn facts(need: &NeedDraft, lot: &LotDraft) -> Vec<(&'static str, String)> {
    let labels: Vec<String> = lot.sectors.iter().map(Written::name).collect();
    let place = lot.place.as_ref().filter(|place| **place != need.place);
    let hours = |hours: Option<u32>| hours.map(|h| number(h.into())).unwrap_or_default();
    vec![
        (", titre", lot.title.clone()),
        (", secteurs", and_list(&labels)),
        (", CPV", lot.cpv.map(|c| c.to_string()).unwrap_or_default()),
        (", objet", lot.nature.label().to_owned()),
        (", forme", lot.mode.map(|m| m.label().to_owned()).unwrap_or_default()),
        (", lieu", place.map(Written::name).unwrap_or_default()),
        (", montant", lot.amount.map(|a| a.label()).unwrap_or_default()),
        (", durée en mois", lot.months.map(|m| m.to_string()).unwrap_or_default()),
        (", heures par mois", hours(lot.hours_per_month)),
        (", voie juridique", lot.vehicle.map_or("", Vehicle::label).to_owned()),
        (", considérations", and_list(&lot.considerations.iter().map(|c| c.label()).collect::<Vec<_>>())),
        (", heures d’insertion", hours(lot.insertion_hours)),
        (", pas de clause sociale parce que", lot.exception.map_or("", Exception::label).to_owned()),
    ]
}

fn sentence(label: &str, before: &str, after: &str) -> String {
    match (before.is_empty(), after.is_empty()) {
        (true, _) => format!("{label}\u{a0}: {after}"),
        (_, true) => format!("{label}\u{a0}: retiré (avant\u{a0}: {before})"),
        _ => format!("{label}\u{a0}: {after} (avant\u{a0}: {before})"),
    }
}
