//! `place import activities`: what structures do, where and how much, as a file declares it.

use super::table::{Row, Table};
use super::{Changed, INDEXED_ELSEWHERE, OnProgress, Report};
use crate::Backend;
use crate::error::{Error, Result};
use domain::access::Action;
use domain::hours::CAPACITY_MAX;
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{Activity, Mode, Standing, Structure};
use domain::territory::{ZONES_MAX, zones_read};
use domain::written::Written;
use std::collections::BTreeMap;

/// The columns that are read, with what they hold.
pub const ACTIVITY_COLUMNS: &[(&str, &str)] = &[
    ("siret", "14 chiffres, d’une structure déjà importée (obligatoire)"),
    ("secteur", "identifiant du secteur, par exemple blanchisserie (obligatoire)"),
    ("mode", "prestation, mise_a_disposition ou fabrication (obligatoire)"),
    ("zones", "FR, R76, D31, E243100518, C31555, C31555+50km, 50km ou des noms, séparés par | (obligatoire)"),
    ("capacite_heures_mois", "heures de travail disponibles par mois"),
];

const REQUIRED: &[&str] = &["siret", "secteur", "mode", "zones"];

impl Backend {
    /// Imports a file of activities. For each structure of the file, they take the place of what was declared
    /// or deduced; what the structure itself confirmed or dismissed stays.
    ///
    /// # Errors
    /// [`Error::Refused`] when the file as a whole is bad; nothing is written then.
    pub async fn import_activities(&self, bytes: &[u8], progress: OnProgress<'_>) -> Result<Report> {
        let table =
            Table::read(bytes, ACTIVITY_COLUMNS, REQUIRED).map_err(|e| Error::Refused(e.to_string()))?;
        let known = self.store.structure_list().await?;
        let known: BTreeMap<Siret, Structure> = known.into_iter().map(|s| (s.siret, s)).collect();
        let mut declared: BTreeMap<Siret, Vec<Activity>> = BTreeMap::new();
        let mut rejected = Vec::new();
        for row in &table.rows {
            match activity_of(&table, row, &known) {
                Ok((siret, activity)) => declared.entry(siret).or_default().push(activity),
                Err(reason) => rejected.push(row.rejected(reason)),
            }
        }
        let rows = u64::try_from(table.rows.len() + table.rejected.len()).unwrap_or(u64::MAX);
        rejected.extend(table.rejected);
        rejected.sort_by_key(|r| r.line);
        let told = declared.values().map(|activities| activities.len() - 1).sum::<usize>();
        let joined = u64::try_from(told).unwrap_or(u64::MAX);
        let (columns, warnings) = (table.names, table.warnings);
        let mut report = Report { rows, columns, joined, rejected, warnings, ..Report::default() };
        let with_declared = |structure: &Structure| {
            let activities = declared.get(&structure.siret).cloned().unwrap_or_default();
            let activities = merged(&structure.activities, activities);
            Structure { activities, ..structure.clone() }
        };
        let mut changed = Vec::new();
        for before in declared.keys().filter_map(|siret| known.get(siret)) {
            let after = with_declared(before);
            if after == *before {
                report.unchanged += 1;
            } else {
                report.updated += 1;
                changed.push(Changed { before: Some(before.clone()), after });
            }
        }
        let again =
            |read: &Structure, meanwhile: Option<&Structure>| with_declared(meanwhile.unwrap_or(read));
        if !self.structures_write(Action::StructuresImport, &changed, &again, progress).await? {
            report.warnings.push(INDEXED_ELSEWHERE.to_owned());
        }
        Ok(report)
    }
}

fn activity_of(
    table: &Table,
    row: &Row,
    known: &BTreeMap<Siret, Structure>,
) -> std::result::Result<(Siret, Activity), String> {
    let field = |name| table.field(row, name);
    let siret = Siret::parse(field("siret")).map_err(|e| e.to_string())?;
    if !known.contains_key(&siret) {
        return Err(format!("aucune structure de SIRET {siret}\u{a0}: importez-la d’abord"));
    }
    let sector = Sectors::get().parse(field("secteur")).map_err(|e| e.to_string())?;
    let mode =
        Mode::parse(field("mode")).ok_or_else(|| format!("mode inconnu «\u{a0}{}\u{a0}»", field("mode")))?;
    let zones = zones_read(field("zones")).map_err(|e| e.to_string())?;
    if zones.is_empty() {
        return Err("aucune zone".to_owned());
    }
    if zones.len() > ZONES_MAX {
        return Err(format!("{ZONES_MAX} zones au plus\u{a0}: choisissez-en de plus larges"));
    }
    let hours_per_month = match field("capacite_heures_mois") {
        "" => None,
        text => match text.parse::<u32>() {
            Ok(hours) if hours <= CAPACITY_MAX => Some(hours),
            Ok(_) => {
                return Err(format!(
                    "capacité «\u{a0}{text}\u{a0}»\u{a0}: plus de {CAPACITY_MAX} h par mois, vérifier l’unité"
                ));
            }
            Err(_) => {
                return Err(format!(
                    "capacité «\u{a0}{text}\u{a0}»\u{a0}: écrire un nombre d’heures par mois"
                ));
            }
        },
    };
    let zones = zones.into_iter().map(Written::Known).collect();
    let standing = Standing::Declared;
    let because = String::new();
    Ok((siret, Activity { sector, mode, zones, standing, because, hours_per_month, orders: None }))
}

fn merged(before: &[Activity], declared: Vec<Activity>) -> Vec<Activity> {
    let own = before.iter().filter(|a| matches!(a.standing, Standing::Confirmed | Standing::Dismissed));
    let mut merged: Vec<Activity> = own.cloned().collect();
    for activity in declared {
        match merged.iter().position(|a| a.sector == activity.sector && a.mode == activity.mode) {
            // Declared twice: the last row counts. Said by the structure itself: its word counts.
            Some(at) if merged[at].standing == Standing::Declared => merged[at] = activity,
            Some(_) => {}
            None => merged.push(activity),
        }
    }
    merged.sort_by_key(|a| (a.sector.slug(), a.mode.code()));
    merged
}
