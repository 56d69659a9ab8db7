//! A need: what a buyer looks for, where, until when, in how many lots; and what its forms must hold.
//!
//! | question | room |
//! | --- | --- |
//! | what a need is | [`Need`], [`NeedDraft`], [`LotDraft`] |
//! | what structures say to it | [`Answer`], [`Reply`] |
//! | the four fields that are enough | [`NeedForm`] |
//! | the optional steps, one subject each | [`steps`] |
//! | what changed from one version to the next | [`fn@changes`] |
//!
//! A need without lots is a need with one lot, and shows none.

mod answer;
mod award;
mod changes;
mod express;
mod lot;
mod split;
pub mod steps;

pub use answer::{Answer, Reply};
pub use award::Award;
pub use changes::{Change, changes};
pub use express::{
    BUYER_MAX, DEADLINE_MAX_DAYS, DESCRIPTION_MAX, HOURS_MAX, NeedForm, SECTORS_MAX, TITLE_MAX, lot_of_form,
    sectors_guessed, sectors_possible, sectors_proposed,
};
pub use lot::{AmountRange, LotDraft, LotKey, LotNumber};

use crate::email::EmailAddress;
use crate::legal::{self, LotTerms, OtherLot};
use crate::matching::Lot;
use crate::siret::Siret;
use crate::territory::{CommuneSet, Place};
use crate::web::WebAddress;
use crate::written::{Correction, Written};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What the author wants to do with the need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// To know who can do it (sourçage, R2111-1).
    #[default]
    Sourcing,
    /// To ask for prices.
    Quote,
    /// A procedure of public procurement that is open, or soon.
    Consultation,
    /// A call for expressions of interest.
    Interest,
    /// A contract without publicity, under the threshold of the day (R2122-8).
    DirectAward,
    /// Something that nobody does yet on the territory.
    Unmet,
}

impl NeedKind {
    /// Every kind, in the order in which forms list them.
    pub const ALL: [Self; 6] =
        [Self::Sourcing, Self::Quote, Self::Consultation, Self::Interest, Self::DirectAward, Self::Unmet];

    /// The code that forms and URLs use.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Sourcing => "sourcing",
            Self::Quote => "devis",
            Self::Consultation => "consultation",
            Self::Interest => "ami",
            Self::DirectAward => "gre-a-gre",
            Self::Unmet => "non-couvert",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == text.trim())
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Sourcing => "Recherche de structures (sourcing)",
            Self::Quote => "Demande de devis",
            Self::Consultation => "Consultation",
            Self::Interest => "Appel à manifestation d’intérêt",
            Self::DirectAward => "Achat de gré à gré",
            Self::Unmet => "Besoin non couvert",
        }
    }

    /// What it means, in one sentence.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Sourcing => {
                "Vous cherchez qui peut faire, avant d’écrire votre marché (article R2111-1 du Code de la commande publique)."
            }
            Self::Quote => "Vous demandez des prix.",
            Self::Consultation => {
                "Votre procédure est ouverte, ou va l’être\u{a0}: les offres se déposent sur votre profil d’acheteur, jamais ici."
            }
            Self::Interest => "Vous appelez les structures à se faire connaître.",
            Self::DirectAward => {
                "Vous achetez sans publicité ni mise en concurrence, sous le seuil du jour (article R2122-8)."
            }
            Self::Unmet => {
                "Personne ne le fait encore sur votre territoire\u{a0}: les structures et les facilitateurs le sauront."
            }
        }
    }
}

/// Where a need stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedStatus {
    /// Being written: only its author's link knows it.
    Draft,
    /// Its author has been sent the link that publishes it.
    ToConfirm,
    /// Published. After its deadline it is shown as closed.
    Published,
    /// Closed by its author before or after its deadline.
    Closed,
    /// Awarded.
    Awarded,
    /// Given up.
    Dropped,
}

impl NeedStatus {
    /// Every status.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::ToConfirm, Self::Published, Self::Closed, Self::Awarded, Self::Dropped];
    /// What an author can say of a published need.
    pub const OUTCOMES: [Self; 3] = [Self::Awarded, Self::Dropped, Self::Closed];

    /// Its code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ToConfirm => "to_confirm",
            Self::Published => "published",
            Self::Closed => "closed",
            Self::Awarded => "awarded",
            Self::Dropped => "dropped",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Brouillon",
            Self::ToConfirm => "À confirmer",
            Self::Published => "Publié",
            Self::Closed => "Clos",
            Self::Awarded => "Attribué",
            Self::Dropped => "Sans suite",
        }
    }
}

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Buyer {
    /// Name of the organisation; may be empty.
    pub name: String,
    /// What the Code de la commande publique takes it for.
    pub category: legal::BuyerCategory,
    /// Its establishment.
    pub siret: Option<Siret>,
}

/// A file joined to a need, as its need knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentRef {
    /// Its number, as text.
    pub id: String,
    /// Its name, without path.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A need that can be stored and matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedDraft {
    /// What for.
    pub kind: NeedKind,
    /// What is needed, in the buyer's words.
    pub title: String,
    /// More about it; may be empty.
    pub description: String,
    /// Where. A lot may name another place.
    pub place: Written<Place>,
    /// Last day on which answers are welcome.
    pub deadline: Date,
    /// Day on which the consultation is launched: the law of that day applies. `None` is the day of publication.
    pub launch: Option<Date>,
    /// Day of its publication, once it is published. The need knows it, not its versions: a revision does not move it.
    #[serde(skip)]
    pub published: Option<Date>,
    /// Day on which the work begins.
    pub start: Option<Date>,
    /// Who buys.
    pub buyer: Buyer,
    /// Where offers are handed in.
    pub profile: Option<WebAddress>,
    /// Asked of the structures that say « intéressé ».
    pub questions: Vec<String>,
    /// Files.
    pub attachments: Vec<AttachmentRef>,
    /// Contract of defence or security: out of the duties of 2026 (rule R19).
    pub is_defence: bool,
    /// One at least.
    pub lots: Vec<LotDraft>,
    /// How many keys of lots were given so far.
    pub keys_given: u32,
}

/// A need as it is asked for: what it says, and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedRequest {
    /// Where its author is reached: never shown.
    pub author: EmailAddress,
    /// What it says.
    pub draft: NeedDraft,
}

/// A need that is kept: what its current version says.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Its id.
    pub id: Uuid,
    /// The address of its author: never shown, and in no version, so that it can be erased. `None` once it was.
    pub author: Option<EmailAddress>,
    /// What it asks.
    pub draft: NeedDraft,
    /// Where it stands.
    pub status: NeedStatus,
    /// Which version that is: 0 before it is published, then 1, 2…
    pub version: i64,
    /// Number of the links of its author: those that were signed with a lower one are revoked.
    pub link_number: i64,
    /// When it was sent, in seconds since 1970.
    pub created_at: i64,
    /// When it was confirmed.
    pub published_at: Option<i64>,
    /// When its author closed it, awarded it or gave it up.
    pub ended_at: Option<i64>,
    /// Its lots that are awarded: of a need of several, some may be while others still take answers.
    pub awards: Vec<Award>,
}

impl Need {
    /// Whether it is published and answers are still welcome on that day.
    #[must_use]
    pub fn is_open(&self, today: Date) -> bool {
        self.status == NeedStatus::Published && self.draft.deadline >= today
    }

    /// The status that people read: a published need is closed after its deadline.
    #[must_use]
    pub fn status_on(&self, today: Date) -> NeedStatus {
        let is_over = self.status == NeedStatus::Published && self.draft.deadline < today;
        if is_over { NeedStatus::Closed } else { self.status }
    }

    /// The lots that structures are told of, as they are matched: those that say enough, and are not awarded.
    pub fn lots(&self) -> impl Iterator<Item = (LotKey, Lot)> {
        let is_told = |lot: &&LotDraft| self.draft.says_enough(lot) && self.award(lot.key).is_none();
        let open = self.draft.lots.iter().filter(is_told);
        open.map(|lot| (lot.key, lot.to_match(&self.draft)))
    }

    /// What tells the ties of a lot apart from those of other lots and needs.
    #[must_use]
    pub fn seed(&self, lot: &LotDraft) -> Vec<u8> {
        lot_seed(self.id, lot.key)
    }
}

/// See [`Need::seed`]. The first lot has the seed of its need.
#[must_use]
pub fn lot_seed(need: Uuid, lot: LotKey) -> Vec<u8> {
    let mut seed = need.as_bytes().to_vec();
    if lot != LotKey::FIRST {
        seed.extend(lot.0.to_be_bytes());
    }
    seed
}

impl NeedDraft {
    /// The lot of a key, with its rank from 0.
    #[must_use]
    pub fn lot(&self, key: LotKey) -> Option<(usize, &LotDraft)> {
        self.lots.iter().enumerate().find(|(_, lot)| lot.key == key)
    }

    /// The number that pages give the lot of a key; `None` when the lot is gone, or the need shows no lots.
    #[must_use]
    pub fn lot_number(&self, key: LotKey) -> Option<LotNumber> {
        self.lot(key).filter(|_| self.has_lots()).map(|(rank, _)| LotNumber::of_rank(rank))
    }

    /// The draft with one lot changed.
    ///
    /// # Errors
    /// What the change refuses; or that the lot was removed meanwhile.
    pub fn lot_change(
        &self,
        key: LotKey,
        change: impl FnOnce(&LotDraft) -> Result<LotDraft, Vec<Violation>>,
    ) -> Result<Self, Vec<Violation>> {
        let (rank, lot) = self.lot(key).ok_or_else(|| vec![lot_gone()])?;
        let mut after = self.clone();
        after.lots[rank] = change(lot)?;
        Ok(after)
    }

    /// Adds a lot, with a key of its own.
    pub fn lot_add(&mut self, lot: LotDraft) -> LotKey {
        self.keys_given += 1;
        let key = LotKey(self.keys_given);
        self.lots.push(LotDraft { key, ..lot });
        key
    }

    /// Adds a lot that asks what the first one does, until it is written; `None` when there are too many.
    pub fn lot_add_next(&mut self) -> Option<LotKey> {
        let first = self.lots.first().filter(|_| self.lots.len() < steps::LOTS_MAX)?;
        let lot = LotDraft {
            // No number of its own: the one that pages show moves when a lot is taken out.
            title: "Nouveau lot".to_owned(),
            sectors: first.sectors.clone(),
            nature: first.nature,
            ..LotDraft::default()
        };
        Some(self.lot_add(lot))
    }

    /// Removes a lot; the last one stays.
    pub fn lot_remove(&mut self, key: LotKey) {
        if self.lots.len() > 1 {
            self.lots.retain(|lot| lot.key != key);
        }
    }

    /// « Lot 2 · Nettoyage »; the title of the need when it shows no lots.
    #[must_use]
    pub fn lot_name(&self, rank: usize) -> String {
        match self.lots.get(rank) {
            Some(lot) if self.has_lots() => {
                format!("Lot {} · {}", LotNumber::of_rank(rank), self.lot_title(lot))
            }
            _ => self.title.clone(),
        }
    }

    /// Whether lots are shown: a need with one lot shows none.
    #[must_use]
    pub fn has_lots(&self) -> bool {
        self.lots.len() > 1
    }

    /// The title of a lot; that of the need when it shows none.
    #[must_use]
    pub fn lot_title<'a>(&'a self, lot: &'a LotDraft) -> &'a str {
        if lot.title.is_empty() { &self.title } else { &lot.title }
    }

    /// Where a lot is executed.
    #[must_use]
    pub fn lot_place<'a>(&'a self, lot: &'a LotDraft) -> &'a Written<Place> {
        lot.place.as_ref().unwrap_or(&self.place)
    }

    /// Whether a lot is executed overseas, as far as its place is known.
    #[must_use]
    pub fn lot_is_overseas(&self, lot: &LotDraft) -> bool {
        self.lot_place(lot).known().is_some_and(Place::is_overseas)
    }

    /// Whether a lot says enough to tell structures of it: its place is known, and one of its sectors at least where it
    /// names some. Else it stays in lists and on its page, and nobody is told of it until its author corrects it.
    #[must_use]
    pub fn says_enough(&self, lot: &LotDraft) -> bool {
        let is_sector_known = lot.sectors.is_empty() || lot.sectors_known().next().is_some();
        self.lot_place(lot).known().is_some() && is_sector_known
    }

    /// What it says that this build does not know, with the lot and the field where it is corrected; `None` is the need
    /// itself.
    #[must_use]
    pub fn corrections(&self) -> Vec<(Option<LotKey>, Field, Correction)> {
        let place = self.place.correction().map(|correction| (None, Field::Place, correction));
        let of_lot = |lot: &LotDraft| {
            let key = Some(lot.key);
            lot.corrections().into_iter().map(move |(field, correction)| (key, field, correction))
        };
        place.into_iter().chain(self.lots.iter().flat_map(of_lot)).collect()
    }

    /// Every commune of its lots.
    #[must_use]
    pub fn communes(&self) -> CommuneSet {
        let places = self.lots.iter().filter_map(|lot| self.lot_place(lot).known());
        let places: Vec<CommuneSet> = places.map(Place::communes).collect();
        CommuneSet::union(places.iter())
    }

    /// The sectors of all lots that this build knows, each once.
    #[must_use]
    pub fn sectors(&self) -> Vec<crate::sector::SectorIx> {
        let mut sectors = Vec::new();
        for sector in self.lots.iter().flat_map(LotDraft::sectors_known) {
            if !sectors.contains(&sector) {
                sectors.push(sector);
            }
        }
        sectors
    }

    /// The reservations of its lots, each once.
    #[must_use]
    pub fn reservations(&self) -> Vec<legal::Reservation> {
        let mut reservations = Vec::new();
        for reservation in self.lots.iter().map(LotDraft::reservation) {
            if !reservations.contains(&reservation) {
                reservations.push(reservation);
            }
        }
        reservations
    }

    /// The other lots, as thresholds see them beside one that is being written.
    #[must_use]
    pub fn lots_besides(&self, lot: LotKey) -> Vec<OtherLot> {
        let others = self.lots.iter().filter(|other| other.key != lot);
        others.map(|other| OtherLot { nature: other.nature, amount: other.estimate() }).collect()
    }

    /// A lot as the law sees it.
    #[must_use]
    pub fn terms(&self, lot: &LotDraft) -> LotTerms {
        LotTerms {
            buyer: self.buyer.category,
            nature: lot.nature,
            amount: lot.estimate(),
            others: self.lots_besides(lot.key),
            months: lot.months,
            cpv: lot.cpv,
            is_defence: self.is_defence,
            is_overseas: self.lot_is_overseas(lot),
        }
    }

    /// The day whose law applies, when today is `today`: that of the launch, else of the publication. A need that is
    /// neither launched nor published would be today.
    #[must_use]
    pub fn law_day(&self, today: Date) -> Date {
        self.law_day_known().unwrap_or(today)
    }

    /// The same; `None` as long as that day moves with the calendar.
    #[must_use]
    pub fn law_day_known(&self) -> Option<Date> {
        self.launch.or(self.published)
    }
}

/// A field of a form. Its name is also the id of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// What is needed.
    Title,
    /// Where.
    Place,
    /// Until when.
    Date,
    /// The buyer's address.
    Email,
    /// Sectors.
    Sectors,
    /// Reservation.
    Reservation,
    /// Mode.
    Mode,
    /// Hours a month.
    Hours,
    /// More about the need.
    Details,
    /// The organisation.
    Organisation,
    /// What the need is for.
    Kind,
    /// Day of launch.
    Launch,
    /// Day on which the work begins.
    Start,
    /// Category of the buyer.
    Category,
    /// SIRET of the buyer.
    Siret,
    /// Link to the profil d'acheteur.
    Profile,
    /// Title of a lot.
    LotTitle,
    /// CPV code.
    Cpv,
    /// Works, supplies, services.
    Nature,
    /// Place of a lot.
    LotPlace,
    /// Lower end of the amount.
    AmountMin,
    /// Upper end of the amount, or the amount.
    AmountMax,
    /// Length in months.
    Months,
    /// The legal vehicle.
    Vehicle,
    /// Hours of insertion.
    InsertionHours,
    /// A reason not to put a social clause.
    Exception,
    /// A question to the structures.
    Question,
    /// A file.
    File,
}

impl Field {
    /// The name of the field in the form, which is also the id of its input.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "quoi",
            Self::Place => "ou",
            Self::Date => "date",
            Self::Email => "courriel",
            Self::Sectors => "secteur",
            Self::Reservation => "reservation",
            Self::Mode => "mode",
            Self::Hours => "heures",
            Self::Details => "details",
            Self::Organisation => "acheteur",
            Self::Kind => "genre",
            Self::Launch => "lancement",
            Self::Start => "debut",
            Self::Category => "categorie",
            Self::Siret => "siret",
            Self::Profile => "profil",
            Self::LotTitle => "titre",
            Self::Cpv => "cpv",
            Self::Nature => "nature",
            Self::LotPlace => "lieu",
            Self::AmountMin => "montant-min",
            Self::AmountMax => "montant-max",
            Self::Months => "mois",
            Self::Vehicle => "voie",
            Self::InsertionHours => "heures-insertion",
            Self::Exception => "motif",
            Self::Question => "question",
            Self::File => "piece",
        }
    }
}

/// Something to correct, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where.
    pub field: Field,
    /// What to do, in French.
    pub message: String,
}

/// A lot that another page removed meanwhile.
fn lot_gone() -> Violation {
    Violation::new(Field::LotTitle, "Ce lot n’existe plus\u{a0}: il a été retiré ou partagé entre-temps")
}

impl Violation {
    fn new(field: Field, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }
}
