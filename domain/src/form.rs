//! Forms: what a field is called, and what is to be corrected in it. One kind for needs and for fiches.

/// A field of a form. Its name is also the id of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// What is needed.
    Title,
    /// Where.
    Place,
    /// Until when.
    Date,
    /// The address of who sends the form.
    Email,
    /// Sectors.
    Sectors,
    /// Reservation.
    Reservation,
    /// Mode.
    Mode,
    /// Hours a month: what a need asks, or the capacity of a structure.
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
    /// SIRET: of the buyer, or of a structure.
    Siret,
    /// Name of a structure.
    Name,
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
    /// What a lot asks of whoever wins it.
    Considerations,
    /// Weight of its social criterion.
    SocialWeight,
    /// Weight of its environmental criterion.
    EnvironmentalWeight,
    /// Hours of insertion.
    InsertionHours,
    /// A reason not to put a social clause.
    Exception,
    /// A question to the structures.
    Question,
    /// A file.
    File,
    /// The activities of a structure.
    Activities,
    /// Sector of an activity to be added.
    AddedSector,
    /// Its mode.
    AddedMode,
    /// Its zones.
    AddedZones,
    /// Contact address of a structure.
    Contact,
    /// What a structure says of itself.
    Description,
    /// Site of a structure.
    Website,
    /// Its workers in insertion or disabled, and all of them.
    Share,
    /// Its conventions.
    Conventions,
    /// Who to speak to in a structure.
    People,
    /// What it sells.
    Services,
    /// What it has done.
    References,
    /// What vouches for it.
    Labels,
    /// Networks that it belongs to.
    Networks,
    /// With whom it would answer.
    Groupement,
    /// Its logo and pictures.
    Pictures,
    /// A code of six digits that was mailed.
    Code,
    /// What a structure can offer month by month.
    Calendar,
    /// What somebody with whom a need is shared may do.
    Rights,
    /// A message to a buyer, or to a structure.
    Message,
    /// A question, as a buyer publishes it.
    SharedQuestion,
    /// What the buyer answers to all.
    SharedAnswer,
    /// A note of a buyer about a structure, for itself.
    Note,
    /// Why a lot is awarded as it is.
    Reason,
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
            Self::Name => "nom",
            Self::Profile => "profil",
            Self::LotTitle => "titre",
            Self::Cpv => "cpv",
            Self::Nature => "nature",
            Self::LotPlace => "lieu",
            Self::AmountMin => "montant-min",
            Self::AmountMax => "montant-max",
            Self::Months => "mois",
            Self::Vehicle => "voie",
            Self::Considerations => "considerations",
            Self::SocialWeight => "poids-social",
            Self::EnvironmentalWeight => "poids-environnement",
            Self::InsertionHours => "heures-insertion",
            Self::Exception => "motif",
            Self::Question => "question",
            Self::File => "piece",
            Self::Activities => "activites",
            Self::AddedSector => "ajout-secteur",
            Self::AddedMode => "ajout-mode",
            Self::AddedZones => "ajout-zones",
            Self::Contact => "contact",
            Self::Description => "description",
            Self::Website => "site",
            Self::Share => "concernes",
            Self::Conventions => "conventions",
            Self::People => "personnes",
            Self::Services => "prestations",
            Self::References => "references",
            Self::Labels => "labels",
            Self::Networks => "reseaux",
            Self::Groupement => "groupement",
            Self::Pictures => "images",
            Self::Code => "code",
            Self::Calendar => "calendrier",
            Self::Rights => "droits",
            Self::Message => "message",
            Self::SharedQuestion => "question-publiee",
            Self::SharedAnswer => "reponse-publiee",
            Self::Note => "note",
            Self::Reason => "raison",
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

impl Violation {
    /// What is to be corrected in a field.
    pub fn new(field: Field, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }

    /// The same, as the answer of who reads the field.
    ///
    /// # Errors
    /// Always.
    pub fn refused<T>(field: Field, message: impl Into<String>) -> Result<T, Self> {
        Err(Self::new(field, message))
    }
}
