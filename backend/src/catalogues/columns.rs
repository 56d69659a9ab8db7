//! The columns of a catalogue: for each, what heads it, what it holds, how it is written, and what a cell says to the form
//! of the structure's page. One that is added here is exported, imported, previewed and explained.

use crate::sheet::Cell;
use domain::money::Euros;
use domain::sector::SectorIx;
use domain::structure::fiche::{ActivityChange, ActivityDecision, ActivityForm, ActivityTerms, FicheForm};
use domain::structure::{Activity, Mode, OrderTerms, Standing, Structure};
use domain::territory::{Zone, zones_read, zones_shown};
use domain::text::{apostrophes, fold};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CatalogueColumn {
    /// Which structure.
    Siret,
    /// Its name.
    Name,
    /// What it does.
    Sector,
    /// The same, by its slug.
    Slug,
    /// How.
    Mode,
    /// Where.
    Zones,
    /// Where that is known from.
    Standing,
    /// Hours a month that the activity takes.
    ActivityHours,
    /// The smallest order of the activity that is taken.
    MinimumOrder,
    /// Codes of the common procurement vocabulary under which it is bought.
    Cpv,
    /// Hours a month of the whole structure.
    Hours,
    /// Its site.
    Website,
    /// What it says of itself.
    Description,
}

/// What a column is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Which structure, which activity.
    Row,
    /// The activity of the row.
    Activity,
    /// The structure: said once, whatever its rows.
    Structure,
}

/// An activity that a row is about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'s> {
    pub sector: SectorIx,
    pub mode: Mode,
    /// As the structure has it; `None` when the row adds it.
    pub known: Option<&'s Activity>,
}

impl<'s> Subject<'s> {
    /// An activity, as a structure has it or not.
    pub fn of(structure: &'s Structure, (sector, mode): (SectorIx, Mode)) -> Self {
        Self { sector, mode, known: activity_of(structure, (sector, mode)) }
    }
}

/// The activity of a structure in a sector and a mode.
pub(super) fn activity_of(structure: &Structure, (sector, mode): (SectorIx, Mode)) -> Option<&Activity> {
    structure.activities.iter().find(|a| a.sector == sector && a.mode == mode)
}

impl CatalogueColumn {
    /// Every column, in the order of the table.
    pub const ALL: [Self; 13] = [
        Self::Siret,
        Self::Name,
        Self::Sector,
        Self::Slug,
        Self::Mode,
        Self::Zones,
        Self::Standing,
        Self::ActivityHours,
        Self::MinimumOrder,
        Self::Cpv,
        Self::Hours,
        Self::Website,
        Self::Description,
    ];

    /// What heads it.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Siret => "SIRET",
            Self::Name => "Nom",
            Self::Sector => "Secteur",
            Self::Slug => "Identifiant du secteur",
            Self::Mode => "Forme",
            Self::Zones => "Zones",
            Self::Standing => "Statut",
            Self::ActivityHours => "Heures par mois de l’activité",
            Self::MinimumOrder => "Commande minimale (€ HT)",
            Self::Cpv => "Codes CPV",
            Self::Hours => "Heures par mois de la structure",
            Self::Website => "Site internet",
            Self::Description => "Présentation",
        }
    }

    /// The name under which it is read.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Siret => "siret",
            Self::Name => "nom",
            Self::Sector => "secteur",
            Self::Slug => "identifiant",
            Self::Mode => "forme",
            Self::Zones => "zones",
            Self::Standing => "statut",
            Self::ActivityHours => "heures-activite",
            Self::MinimumOrder => "commande-minimale",
            Self::Cpv => "cpv",
            Self::Hours => "heures",
            Self::Website => "site",
            Self::Description => "presentation",
        }
    }

    /// What else heads it in the tables that people have.
    fn also(self) -> &'static [&'static str] {
        match self {
            Self::Siret => &["numero siret", "n siret"],
            Self::Name => &["structure", "nom de la structure"],
            Self::Sector => &["activite", "secteur d activite"],
            Self::Slug => &["identifiant"],
            Self::Mode => &["mode"],
            Self::Zones => &["zone", "zones d intervention", "territoires"],
            Self::Standing => &[],
            Self::ActivityHours => &["heures activite", "capacite heures mois"],
            Self::MinimumOrder => &["commande minimale", "minimum de commande"],
            Self::Cpv => &["cpv", "code cpv"],
            Self::Hours => &["heures", "heures par mois", "capacite"],
            Self::Website => &["site", "site web"],
            Self::Description => &["description"],
        }
    }

    /// The column of a heading, whatever its case and accents; or of a name.
    pub(super) fn named(text: &str) -> Option<Self> {
        let folded = fold(text);
        let is = |column: &Self| {
            text == column.code()
                || folded == fold(column.heading())
                || column.also().contains(&folded.as_str())
        };
        Self::ALL.into_iter().find(is)
    }

    /// What it holds, for whoever fills it.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::Siret => "Quatorze chiffres, au format texte\u{a0}: la seule colonne obligatoire.",
            Self::Name => "Pour vous y retrouver\u{a0}: il ne change rien.",
            Self::Sector => {
                "Son nom, comme dans la liste des secteurs. Vide, la ligne ne parle que de la structure."
            }
            Self::Slug => {
                "Peut remplacer le nom du secteur\u{a0}; s’ils sont là tous deux, ils disent la même chose."
            }
            Self::Mode => {
                "prestation, mise à disposition ou fabrication. Avec le secteur, elle dit de quelle activité il s’agit."
            }
            Self::Zones => {
                "Des noms ou des codes, séparés par des virgules\u{a0}: Haute-Garonne, Toulouse, 50 km autour de son siège."
            }
            Self::Standing => {
                "confirmée, ou écartée si la structure ne le fait pas. déduite et déclarée se lisent seulement."
            }
            Self::ActivityHours => {
                "Heures de travail que l’activité peut prendre chaque mois, par exemple 120."
            }
            Self::MinimumOrder => "La plus petite commande que l’activité prend, en euros hors taxes.",
            Self::Cpv => {
                "Huit chiffres, séparés par un espace quand il y en a plusieurs\u{a0}: 77310000 77313000."
            }
            Self::Hours => "Heures de travail que toute la structure peut prendre chaque mois.",
            Self::Website => "Une adresse comme https://www.exemple.fr.",
            Self::Description => {
                "Ce que la structure dit d’elle, 3\u{a0}000 caractères au plus. Une fois par structure suffit."
            }
        }
    }

    /// What changes, in a sentence: « change les zones ».
    pub(super) fn changed(self) -> &'static str {
        match self {
            Self::Siret => "le SIRET",
            Self::Name => "le nom",
            Self::Sector | Self::Slug => "le secteur",
            Self::Mode => "la forme",
            Self::Zones => "les zones",
            Self::Standing => "le statut",
            Self::ActivityHours => "les heures par mois de l’activité",
            Self::MinimumOrder => "la commande minimale",
            Self::Cpv => "les codes CPV",
            Self::Hours => "les heures par mois de la structure",
            Self::Website => "le site",
            Self::Description => "la présentation",
        }
    }

    pub(super) fn about(self) -> About {
        match self {
            Self::Siret | Self::Name | Self::Sector | Self::Slug | Self::Mode => About::Row,
            Self::Zones | Self::Standing | Self::ActivityHours | Self::MinimumOrder | Self::Cpv => {
                About::Activity
            }
            Self::Hours | Self::Website | Self::Description => About::Structure,
        }
    }

    /// What it holds of a structure and of one of its activities.
    pub(super) fn cell(self, structure: &Structure, activity: Option<&Activity>) -> Cell {
        let of_activity = |cell: fn(&Activity) -> Cell| activity.map_or(Cell::Empty, cell);
        match self {
            Self::Siret => structure.siret.to_string().into(),
            Self::Name => structure.shown_name().into(),
            Self::Sector => of_activity(|a| a.sector.label().into()),
            Self::Slug => of_activity(|a| a.sector.slug().into()),
            Self::Mode => of_activity(|a| mode_written(a.mode).into()),
            Self::Zones => of_activity(|a| zones_shown(&a.zones).into()),
            Self::Standing => of_activity(|a| standing_written(a.standing).into()),
            Self::ActivityHours => of_activity(|a| Cell::number(a.hours_per_month)),
            Self::MinimumOrder => {
                of_activity(|a| orders(a).minimum.map(Euros::typed).unwrap_or_default().into())
            }
            Self::Cpv => of_activity(|a| orders(a).codes().into()),
            Self::Hours => Cell::number(structure.hours_per_month),
            Self::Website => structure.website.as_str().into(),
            Self::Description => structure.description.as_str().into(),
        }
    }

    /// Whether two texts of it say the same.
    pub(super) fn is_same(self, a: &str, b: &str) -> bool {
        match self {
            Self::ActivityHours | Self::Hours | Self::MinimumOrder => {
                let digits = |text: &str| text.split_whitespace().collect::<String>();
                digits(a) == digits(b)
            }
            Self::Zones => plain(a) == plain(b) || are_same_zones(a, b),
            Self::Standing => {
                plain(a) == plain(b) || standing_read(a).is_some_and(|read| Some(read) == standing_read(b))
            }
            _ => plain(a) == plain(b),
        }
    }

    /// Says to a form what a cell holds that is to change: a text, or nothing where the field is to be emptied. What it
    /// cannot say is why.
    pub(super) fn say(
        self,
        text: Option<&str>,
        subject: Option<&Subject<'_>>,
        form: &mut FicheForm,
    ) -> Result<(), String> {
        let typed = || text.unwrap_or_default().to_owned();
        match (self, subject) {
            (Self::Zones, Some(of)) => zones_say(text, of, form),
            (Self::Standing, Some(of)) => standing_say(text, of, form),
            (Self::ActivityHours, Some(of)) => terms_say(form, of, |terms| terms.hours = Some(typed())),
            (Self::MinimumOrder, Some(of)) => terms_say(form, of, |terms| terms.minimum = Some(typed())),
            (Self::Cpv, Some(of)) => terms_say(form, of, |terms| terms.cpv = Some(typed())),
            (Self::Hours, _) => {
                form.hours = Some(typed());
                Ok(())
            }
            (Self::Website, _) => {
                form.website = Some(typed());
                Ok(())
            }
            (Self::Description, _) => {
                form.description = Some(typed());
                Ok(())
            }
            (Self::Zones | Self::Standing | Self::ActivityHours | Self::MinimumOrder | Self::Cpv, None) => {
                Err(format!(
                    "la colonne «\u{a0}{}\u{a0}» parle d’une activité\u{a0}: dites son secteur",
                    self.heading()
                ))
            }
            // They say of what the row is.
            (Self::Siret | Self::Name | Self::Sector | Self::Slug | Self::Mode, _) => Ok(()),
        }
    }
}

/// A new activity, as far as its sector and mode say: its zones come from their own column.
pub(super) fn activity_begun(subject: &Subject<'_>) -> ActivityForm {
    let (sector, mode) = (subject.sector.slug().to_owned(), subject.mode.code().to_owned());
    ActivityForm { sector, mode, zones: String::new() }
}

fn orders(activity: &Activity) -> OrderTerms {
    activity.orders.as_deref().cloned().unwrap_or_default()
}

/// Says what can be taken of an activity, with what the row has said of it already.
fn terms_say(
    form: &mut FicheForm,
    of: &Subject<'_>,
    say: impl FnOnce(&mut ActivityTerms),
) -> Result<(), String> {
    let (sector, mode) = (of.sector.slug(), of.mode.code());
    let said = form.terms.iter().position(|terms| terms.sector == sector && terms.mode == mode);
    let mut terms = match said {
        Some(at) => form.terms.remove(at),
        None => {
            ActivityTerms { sector: sector.to_owned(), mode: mode.to_owned(), ..ActivityTerms::default() }
        }
    };
    say(&mut terms);
    form.terms.push(terms);
    Ok(())
}

fn zones_say(text: Option<&str>, of: &Subject<'_>, form: &mut FicheForm) -> Result<(), String> {
    let Some(zones) = text.map(str::to_owned) else {
        let why = "une activité a une zone au moins\u{a0}: écrivez-la, ou «\u{a0}écartée\u{a0}» dans la colonne «\u{a0}Statut\u{a0}»";
        return Err(why.to_owned());
    };
    match form.add.last_mut() {
        Some(added) => added.zones = zones,
        None => {
            let (sector, mode) = (of.sector.slug().to_owned(), of.mode.code().to_owned());
            form.changes.push(ActivityChange {
                mode_typed: mode.clone(),
                sector,
                mode,
                zones,
                is_meant: false,
            });
        }
    }
    Ok(())
}

fn standing_say(text: Option<&str>, of: &Subject<'_>, form: &mut FicheForm) -> Result<(), String> {
    let said = text.map(|text| standing_read(text).ok_or(text));
    let decision = match said {
        Some(Ok(Standing::Confirmed)) => ActivityDecision::Confirm,
        Some(Ok(Standing::Dismissed)) if of.known.is_some() => ActivityDecision::Dismiss,
        Some(Ok(Standing::Dismissed)) => {
            return Err("cette activité n’est pas sur la fiche\u{a0}: il n’y a rien à écarter".to_owned());
        }
        // How it was known when the table was made: nobody says that.
        Some(Ok(Standing::Deduced | Standing::Declared)) => return Ok(()),
        Some(Err(other)) => {
            return Err(format!(
                "statut inconnu «\u{a0}{other}\u{a0}»\u{a0}: écrivez «\u{a0}confirmée\u{a0}» ou «\u{a0}écartée\u{a0}»"
            ));
        }
        None => {
            let why =
                "un statut ne se vide pas\u{a0}: écrivez «\u{a0}confirmée\u{a0}» ou «\u{a0}écartée\u{a0}»";
            return Err(why.to_owned());
        }
    };
    // What is added is confirmed by it.
    if of.known.is_some() {
        form.decisions.push((of.sector.slug().to_owned(), of.mode.code().to_owned(), decision));
    }
    Ok(())
}

/// How a mode is written in a cell.
pub(super) fn mode_written(mode: Mode) -> &'static str {
    match mode {
        Mode::Prestation => "prestation",
        Mode::MiseADisposition => "mise à disposition",
        Mode::Fabrication => "fabrication",
    }
}

const STANDINGS: [Standing; 4] =
    [Standing::Deduced, Standing::Declared, Standing::Confirmed, Standing::Dismissed];

/// How a standing is written in a cell.
fn standing_written(standing: Standing) -> &'static str {
    match standing {
        Standing::Deduced => "déduite",
        Standing::Declared => "déclarée",
        Standing::Confirmed => "confirmée",
        Standing::Dismissed => "écartée",
    }
}

fn standing_read(text: &str) -> Option<Standing> {
    let folded = fold(text);
    let is = |standing: &Standing| {
        let written = fold(standing_written(*standing));
        folded == written || written.strip_suffix('e').is_some_and(|masculine| folded == masculine)
    };
    STANDINGS.into_iter().find(is)
}

/// A text without what files change of it: ends of lines, apostrophes, spaces around.
fn plain(text: &str) -> String {
    apostrophes(text.trim()).replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether two cells name the same zones, in whatever order and way.
fn are_same_zones(a: &str, b: &str) -> bool {
    let read = |text: &str| {
        let mut zones: Vec<String> = zones_read(text).ok()?.into_iter().map(Zone::code).collect();
        zones.sort();
        Some(zones)
    };
    // What cannot be read is looked at when it is written.
    read(a).is_some_and(|zones| Some(zones) == read(b))
}
