//! Why not.

/// Why something may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// It takes a link.
    NoLink,
    /// The link is for something else.
    WrongLink,
    /// The time of the link is over, or it was revoked.
    PastLink,
    /// The need is published: another link changes it.
    Published,
    /// The address of the author is not confirmed: files wait for that.
    Unconfirmed,
    /// Nobody does this by this way.
    NotYours,
    /// It is of another author.
    NotAuthor,
    /// The author of the need shares it, but not for this.
    NotShared,
    /// It takes a member of the structure.
    NotMember,
    /// It takes a responsable of the structure.
    NotResponsible,
    /// It takes a member of the organisation.
    NotOrganisationMember,
    /// It takes a responsable of the organisation.
    NotOrganisationResponsible,
    /// It takes somebody who is something of the territory.
    NotOfTerritory,
    /// It takes an account.
    NoAccount,
    /// It takes the code of the second factor first.
    FactorAwaited,
    /// It takes an administrator.
    NotAdministrator,
    /// It takes an administrator who has a second factor.
    NoFactor,
    /// Nobody does it in the place of somebody else.
    OnlyOneself,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 18] = [
        Self::NoLink,
        Self::WrongLink,
        Self::PastLink,
        Self::Published,
        Self::Unconfirmed,
        Self::NotYours,
        Self::NotAuthor,
        Self::NotShared,
        Self::NotMember,
        Self::NotResponsible,
        Self::NotOrganisationMember,
        Self::NotOrganisationResponsible,
        Self::NotOfTerritory,
        Self::NoAccount,
        Self::FactorAwaited,
        Self::NotAdministrator,
        Self::NoFactor,
        Self::OnlyOneself,
    ];

    /// A short name, for the table of accesses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NoLink => "no_link",
            Self::WrongLink => "wrong_link",
            Self::PastLink => "past_link",
            Self::Published => "published",
            Self::Unconfirmed => "unconfirmed",
            Self::NotYours => "not_yours",
            Self::NotAuthor => "not_author",
            Self::NotShared => "not_shared",
            Self::NotMember => "not_member",
            Self::NotResponsible => "not_responsible",
            Self::NotOrganisationMember => "not_organisation_member",
            Self::NotOrganisationResponsible => "not_organisation_responsible",
            Self::NotOfTerritory => "not_of_territory",
            Self::NoAccount => "no_account",
            Self::FactorAwaited => "factor_awaited",
            Self::NotAdministrator => "not_administrator",
            Self::NoFactor => "no_factor",
            Self::OnlyOneself => "only_oneself",
        }
    }

    /// What to do, in French.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoLink => {
                "Connectez-vous, ou ouvrez cette page par le lien que nous vous avons envoyé par e-mail, en entier."
            }
            Self::WrongLink => {
                "Ce lien ouvre autre chose\u{a0}: reprenez celui de l’e-mail qui en parle, en entier."
            }
            Self::PastLink => "Ce lien a expiré, ou il a été remplacé par un plus récent.",
            Self::Published => {
                "Ce besoin est publié\u{a0}: pour le changer, ouvrez le lien de l’e-mail «\u{a0}Votre besoin est publié\u{a0}»."
            }
            Self::Unconfirmed => {
                "Ouvrez d’abord le lien de l’e-mail que nous venons de vous envoyer\u{a0}: une fois votre adresse ainsi confirmée, vous pourrez joindre des fichiers et partager ce besoin."
            }
            Self::NotYours => "Cela ne se fait pas d’ici.",
            Self::NotAuthor => {
                "Ce besoin a été envoyé d’une autre adresse que celle de votre compte\u{a0}: ouvrez-le par le lien de son e-mail."
            }
            Self::NotShared => {
                "L’auteur de ce besoin le partage avec vous, mais pas pour cela\u{a0}: demandez-lui."
            }
            Self::NotMember => {
                "Vous ne faites pas partie de cette structure\u{a0}: demandez à la rejoindre depuis votre espace."
            }
            Self::NotResponsible => "Seul un responsable de la structure peut le faire\u{a0}: demandez-lui.",
            Self::NotOrganisationMember => {
                "Vous ne faites pas partie de cette organisation\u{a0}: demandez à la rejoindre depuis votre espace."
            }
            Self::NotOrganisationResponsible => {
                "Seul un responsable de l’organisation, ou l’auteur du besoin, peut le faire\u{a0}: demandez-lui."
            }
            Self::NotOfTerritory => {
                "Vous n’avez pas de mission sur ce territoire\u{a0}: demandez-la depuis votre espace."
            }
            Self::NoAccount => "Connectez-vous pour ouvrir cette page.",
            Self::FactorAwaited => {
                "Donnez d’abord le code de votre application, pour finir de vous connecter."
            }
            Self::NotAdministrator => "Cette page est celle des administrateurs du service.",
            Self::NoFactor => {
                "Ajoutez d’abord un second facteur à votre compte, depuis votre espace\u{a0}: les administrateurs en ont besoin."
            }
            Self::OnlyOneself => {
                "La personne seule peut le faire\u{a0}: revenez à votre compte, par le bouton en haut de la page."
            }
        }
    }
}

/// Whether something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Granted,
    /// It may not.
    Refused(Refusal),
}

impl Verdict {
    /// As a result.
    ///
    /// # Errors
    /// The refusal.
    pub fn granted(self) -> Result<(), Refusal> {
        match self {
            Self::Granted => Ok(()),
            Self::Refused(refusal) => Err(refusal),
        }
    }
}
