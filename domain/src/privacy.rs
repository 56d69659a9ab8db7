//! What is kept of persons: for what, who sees it, until when. One table: the page « Données personnelles » is made from it, and
//! so is the work that erases.
//!
//! The times are choices, of the order of those of comparable services; whoever runs the service answers for them (règlement
//! (UE) 2016/679, article 5, paragraphe 1, e).

use crate::text::plural;

/// Days for which a draft can be resumed, and is kept after it was last written.
pub const DRAFT_DAYS: i64 = 180;
/// Days for which the address that a structure left can be confirmed, and is kept if it is not.
pub const INTEREST_DAYS: i64 = 7;
/// Days for which an invitation into a structure or an organisation waits, or a demand to belong to one.
pub const INVITATION_DAYS: i64 = 30;
/// Days for which the link is good that makes an administrator.
pub const ADMINISTRATOR_INVITATION_DAYS: i64 = 2;
/// Days in which whoever wants its account erased may think again.
pub const CLOSING_DAYS: i64 = 30;

/// Something that is kept of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kept {
    /// The address of whoever published a need.
    NeedAuthor,
    /// A need that was never published, with the address of its author.
    NeedDraft,
    /// What an author and structures wrote to each other, and what was noted while a need was prepared and followed.
    Exchange,
    /// What structures answered to a need.
    Answer,
    /// Files that are joined to a need.
    Attachment,
    /// The contact of a structure.
    Contact,
    /// The people whom a structure names.
    ContactPerson,
    /// The logo and the pictures of a structure.
    Picture,
    /// The address that a structure left to say that it is interested, and never confirmed.
    Interest,
    /// An account with its addresses.
    Account,
    /// An account whose owner wants it gone.
    ClosingAccount,
    /// That an account belongs to a structure or an organisation.
    Membership,
    /// When an account last looked at a need.
    Visit,
    /// The lists of structures that an account keeps.
    Favourites,
    /// What an account is of territories, or asks to be.
    Mandate,
    /// Who is invited into a structure or an organisation.
    Invitation,
    /// Who asks to belong to an organisation.
    OrganisationRequest,
    /// Who asked to belong to a structure, with what proves the code.
    MembershipCode,
    /// Who asked to sign in.
    SignIn,
    /// Where somebody signed in.
    Session,
    /// What ProConnect says of somebody.
    Identity,
    /// The second factor of an account.
    Factor,
    /// Who is invited to be an administrator.
    AdministratorInvitation,
    /// How often somebody sends forms.
    Rate,
    /// What readers report.
    Report,
    /// What mails said that were sent.
    MailSent,
    /// Mails that came in and belong to no thread.
    MailAside,
    /// Who wrote what, when.
    Audit,
}

/// What allows to keep something (règlement (UE) 2016/679, article 6, paragraphe 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// What the person asked for (b).
    Contract,
    /// What the law makes whoever runs the service do (c).
    Duty,
    /// Bringing professionals together, which they expect (f).
    Interest,
}

impl Basis {
    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Contract => "le service que vous demandez (article\u{a0}6.1\u{a0}b)",
            Self::Duty => "une obligation légale ou de sécurité (articles\u{a0}6.1\u{a0}c et\u{a0}32)",
            Self::Interest => "l’intérêt légitime à rapprocher des professionnels (article\u{a0}6.1\u{a0}f)",
        }
    }
}

/// Until when something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// So many days after what is said: « après la fin du besoin ».
    Days(i64, &'static str),
    /// As long as what is said.
    While(&'static str),
}

/// A line of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Processing {
    /// What is kept.
    pub what: &'static str,
    /// For what.
    pub purpose: &'static str,
    /// Who sees it, besides whoever runs the service.
    pub seen_by: &'static str,
    /// What allows it.
    pub basis: Basis,
    /// Until when.
    pub until: Until,
}

impl Kept {
    /// Everything, in the order of the register.
    pub const ALL: [Self; 28] = [
        Self::NeedAuthor,
        Self::NeedDraft,
        Self::Exchange,
        Self::Answer,
        Self::Attachment,
        Self::Contact,
        Self::ContactPerson,
        Self::Picture,
        Self::Interest,
        Self::Account,
        Self::ClosingAccount,
        Self::Membership,
        Self::Visit,
        Self::Favourites,
        Self::Mandate,
        Self::Invitation,
        Self::OrganisationRequest,
        Self::MembershipCode,
        Self::SignIn,
        Self::Session,
        Self::Identity,
        Self::Factor,
        Self::AdministratorInvitation,
        Self::Rate,
        Self::Report,
        Self::MailSent,
        Self::MailAside,
        Self::Audit,
    ];

    /// Days after which it is erased by itself; `None` where something else ends it.
    #[must_use]
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::NeedAuthor | Self::Report => Some(365),
            Self::NeedDraft => Some(DRAFT_DAYS),
            Self::Exchange => Some(180),
            Self::Interest => Some(INTEREST_DAYS),
            Self::Account => Some(3 * 365),
            Self::ClosingAccount => Some(CLOSING_DAYS),
            Self::Invitation | Self::OrganisationRequest => Some(INVITATION_DAYS),
            Self::MailSent => Some(30),
            Self::MembershipCode | Self::Rate => Some(0),
            Self::SignIn => Some(1),
            // A device that was seen since is no new one.
            Self::Session => Some(90),
            Self::AdministratorInvitation => Some(ADMINISTRATOR_INVITATION_DAYS),
            Self::Answer
            | Self::Attachment
            | Self::Contact
            | Self::ContactPerson
            | Self::Picture
            | Self::Membership
            | Self::Visit
            | Self::Favourites
            | Self::Mandate
            | Self::Identity
            | Self::Factor
            | Self::MailAside
            | Self::Audit => None,
        }
    }

    /// Its line of the register.
    #[must_use]
    pub fn processing(self) -> Processing {
        use Basis::{Contract, Duty, Interest};
        let (what, purpose, seen_by, basis, end) = match self {
            Self::NeedAuthor => (
                "L’adresse e-mail de l’auteur d’un besoin publié",
                "Confirmer le besoin, transmettre les réponses",
                "Personne\u{a0}: elle n’est jamais affichée, sauf à ceux avec qui il prépare le besoin",
                Contract,
                "après la fin du besoin",
            ),
            Self::NeedDraft => (
                "Un besoin jamais publié, avec l’adresse et les pièces de son auteur",
                "Le reprendre plus tard",
                "Ceux avec qui l’auteur le partage",
                Contract,
                "après la dernière modification",
            ),
            Self::Exchange => (
                "Les messages entre acheteur et structures, les commentaires, les notes, avec qui un besoin est partagé",
                "Préparer, demander, répondre, comparer",
                "L’auteur du besoin, ceux avec qui il le partage, et la structure pour ce qui la concerne",
                Contract,
                "après la fin du besoin",
            ),
            Self::Answer => (
                "Les réponses des structures à un besoin",
                "Dire à l’acheteur qui est intéressé\u{a0}; compter",
                "L’auteur du besoin. Leur nombre est public, leurs noms non",
                Contract,
                "avec le besoin",
            ),
            Self::Attachment => (
                "Les pièces jointes à un besoin",
                "Faire connaître le besoin",
                "Tout le monde, une fois le besoin publié",
                Contract,
                "avec le besoin et ses versions",
            ),
            Self::Contact => (
                "L’adresse e-mail de contact d’une structure",
                "Lui envoyer les besoins qui lui conviennent",
                "L’auteur d’un besoin, quand la structure se dit intéressée",
                Interest,
                "tant que la structure la garde sur sa fiche\u{a0}; chaque e-mail permet d’arrêter",
            ),
            Self::ContactPerson => (
                "Les personnes qu’une structure nomme dans son catalogue\u{a0}: nom, rôle, adresse, téléphone",
                "Savoir qui joindre",
                "L’auteur d’un besoin, quand la structure se dit intéressée\u{a0}; tout le monde, si elle le choisit",
                Interest,
                "tant que la structure les garde\u{a0}; elle leur demande leur accord",
            ),
            Self::Picture => (
                "Le logo et les images d’une structure, redessinés\u{a0}: lieu et heure de prise de vue n’y sont plus",
                "Montrer son travail",
                "Tout le monde",
                Interest,
                "tant que la structure les garde",
            ),
            Self::Interest => (
                "L’adresse qu’une structure laisse pour se dire intéressée, non confirmée",
                "La transmettre à l’acheteur, une fois confirmée\u{a0}; elle suit alors l’adresse de l’auteur",
                "L’auteur du besoin, une fois confirmée",
                Contract,
                "après la demande",
            ),
            Self::Account => (
                "Un compte et ses adresses e-mail",
                "Vous reconnaître",
                "Vos collègues d’une même structure ou organisation",
                Contract,
                "sans visite\u{a0}; vous êtes prévenu avant",
            ),
            Self::ClosingAccount => (
                "Un compte dont vous demandez l’effacement",
                "Vous laisser changer d’avis",
                "Personne",
                Contract,
                "après votre demande",
            ),
            Self::Membership => (
                "Les structures et organisations dont vous êtes membre",
                "Tenir leur fiche, répondre en leur nom, préparer vos besoins à plusieurs",
                "Vos collègues, et les administrateurs",
                Contract,
                "jusqu’à votre départ, ou à l’effacement du compte",
            ),
            Self::Visit => (
                "Le moment où vous avez regardé un besoin pour la dernière fois",
                "Vous montrer ce qui a bougé depuis",
                "Personne",
                Contract,
                "avec le besoin, ou jusqu’à l’effacement du compte",
            ),
            Self::Favourites => (
                "Vos listes de structures, avec vos notes",
                "Les retrouver",
                "Vous, et votre organisation si vous les partagez. Jamais les structures",
                Contract,
                "jusqu’à ce que vous les supprimiez, ou à l’effacement du compte\u{a0}; celles que vous partagez restent à votre organisation",
            ),
            Self::Mandate => (
                "Votre mission sur un territoire (facilitateur, service de l’État), et pour qui vous travaillez",
                "Vous montrer ce qui s’y passe",
                "Ceux qui ont une mission sur ce territoire, et les administrateurs",
                Contract,
                "jusqu’à ce que vous y renonciez, ou à l’effacement du compte",
            ),
            Self::Invitation => (
                "L’adresse d’une personne invitée dans une structure ou une organisation",
                "L’inviter",
                "Ses membres",
                Interest,
                "après l’invitation",
            ),
            Self::OrganisationRequest => (
                "La demande de rejoindre une organisation",
                "La montrer à ses responsables, qui l’acceptent ou non",
                "Les responsables de l’organisation",
                Contract,
                "après la demande",
            ),
            Self::MembershipCode => (
                "La demande de rejoindre une structure",
                "Prouver que vous en faites partie, par un code envoyé à son contact",
                "Le contact de la structure",
                Contract,
                "après la fin du code",
            ),
            Self::SignIn => (
                "La demande de se connecter",
                "Vous envoyer un lien et un code",
                "Personne",
                Contract,
                "après la fin du lien",
            ),
            Self::Session => (
                "Vos connexions (l’appareil, le jour, l’adresse)",
                "Vous les montrer, et vous prévenir d’une connexion inconnue",
                "Vous",
                Duty,
                "après leur fin",
            ),
            Self::Identity => (
                "Si vous venez par ProConnect\u{a0}: votre numéro chez lui, et le SIRET de votre organisation",
                "Vous reconnaître, et vous faire rejoindre votre structure une fois",
                "Personne",
                Contract,
                "jusqu’à l’effacement du compte\u{a0}; votre nom n’est pas gardé",
            ),
            Self::Factor => (
                "Votre second facteur, si vous en ajoutez un",
                "Protéger votre compte",
                "Personne",
                Duty,
                "jusqu’à ce que vous le retiriez, ou que le compte soit effacé",
            ),
            Self::AdministratorInvitation => (
                "L’adresse d’une personne invitée à administrer le service",
                "L’inviter",
                "Les administrateurs",
                Duty,
                "après l’invitation",
            ),
            Self::Rate => (
                "Combien de formulaires viennent d’une même connexion, et d’e-mails vont à une même adresse, sous forme d’empreinte",
                "Freiner les abus",
                "Personne",
                Interest,
                "après l’heure en cours",
            ),
            Self::Report => (
                "Les signalements des lecteurs, avec leur adresse s’ils la donnent",
                "Retirer ce qui n’a pas sa place ici",
                "Les administrateurs",
                Duty,
                "après le signalement",
            ),
            Self::MailSent => (
                "Le contenu des e-mails envoyés",
                "Les envoyer une fois, et une seule",
                "Personne",
                Contract,
                "après l’envoi",
            ),
            Self::MailAside => (
                "Les e-mails reçus qui n’appartiennent à aucun échange",
                "Ne rien perdre de ce qui nous est écrit",
                "Les administrateurs",
                Interest,
                "jusqu’à ce qu’un administrateur les ait lus et abandonnés",
            ),
            Self::Audit => (
                "Qui a écrit quoi, quand, sans adresse ni texte",
                "Prouver ce qui a été fait, et qu’aucune ligne n’a été changée",
                "Personne",
                Duty,
                "aussi longtemps que le service\u{a0}; un compte effacé n’y est plus qu’un numéro",
            ),
        };
        let until = match self.days() {
            Some(days) => Until::Days(days, end),
            None => Until::While(end),
        };
        Processing { what, purpose, seen_by, basis, until }
    }

    /// What commands call it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NeedAuthor => "need_author",
            Self::NeedDraft => "need_draft",
            Self::Exchange => "exchange",
            Self::Answer => "answer",
            Self::Attachment => "attachment",
            Self::Contact => "contact",
            Self::ContactPerson => "contact_person",
            Self::Picture => "picture",
            Self::Interest => "interest",
            Self::Account => "account",
            Self::ClosingAccount => "closing_account",
            Self::Membership => "membership",
            Self::Visit => "visit",
            Self::Favourites => "favourites",
            Self::Mandate => "mandate",
            Self::Invitation => "invitation",
            Self::OrganisationRequest => "organisation_request",
            Self::MembershipCode => "membership_code",
            Self::SignIn => "sign_in",
            Self::Session => "session",
            Self::Identity => "identity",
            Self::Factor => "factor",
            Self::AdministratorInvitation => "administrator_invitation",
            Self::Rate => "rate",
            Self::Report => "report",
            Self::MailSent => "mail_sent",
            Self::MailAside => "mail_aside",
            Self::Audit => "audit",
        }
    }
}

impl Until {
    /// « 180 jours après la fin du besoin », « 3 ans sans visite », « avec le besoin ».
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::While(text) => text.to_owned(),
            Self::Days(0, after) => format!("effacé dès {}", after.trim_start_matches("après ")),
            Self::Days(days, after) if days % 365 == 0 => {
                format!("{} {after}", plural((days / 365).unsigned_abs(), "an", "ans"))
            }
            Self::Days(days, after) => format!("{} {after}", plural(days.unsigned_abs(), "jour", "jours")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_says_until_when() {
        for (kept, sentence) in [
            (Kept::NeedAuthor, "1 an après la fin du besoin"),
            (Kept::Exchange, "180 jours après la fin du besoin"),
            (Kept::Account, "3 ans sans visite ; vous êtes prévenu avant"),
            (Kept::MembershipCode, "effacé dès la fin du code"),
            (Kept::SignIn, "1 jour après la fin du lien"),
            (Kept::Answer, "avec le besoin"),
        ] {
            assert_eq!(kept.processing().until.sentence().replace('\u{a0}', " "), sentence, "{kept:?}");
        }
    }

    #[test]
    fn everything_stands_once_in_the_register() {
        for kept in Kept::ALL {
            let line = kept.processing();
            assert_eq!(
                Kept::ALL.iter().filter(|other| other.processing().what == line.what).count(),
                1,
                "{kept:?}"
            );
            assert_eq!(Kept::ALL.iter().filter(|other| other.code() == kept.code()).count(), 1, "{kept:?}");
            for text in [line.what, line.purpose, line.seen_by] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{kept:?}: {text}");
            }
        }
    }
}
