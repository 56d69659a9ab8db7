//! What looks wrong, so that somebody looks at that alone: rules with points, and what readers report. Nothing waits for a hand:
//! a need goes out as it is published.

use crate::email::EmailAddress;
use crate::form::{Field, Violation};
use crate::legal::BuyerCategory;
use crate::need::Buyer;
use crate::text::fold;

/// Points from which somebody looks.
pub const LOOKED_AT: u32 = 3;
/// Needs of one address in a day from which it looks like too many.
pub const MANY: u64 = 5;
/// Longest text of a report, in characters.
pub const REPORT_MAX: usize = 2_000;

/// Mailboxes that anybody has in a minute: a public buyer writes from its own domain.
const FREE: [&str; 14] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "outlook.fr",
    "hotmail.com",
    "hotmail.fr",
    "live.fr",
    "yahoo.com",
    "yahoo.fr",
    "icloud.com",
    "proton.me",
    "laposte.net",
    "orange.fr",
    "free.fr",
];

/// Whether anybody has a mailbox of that domain, in lower case, in a minute.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    FREE.contains(&domain)
}

/// Why a reader reports something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportReason {
    /// It is not what it says to be.
    Misleading,
    /// It breaks the law.
    Unlawful,
    /// It names persons, or says what is theirs.
    Personal,
    /// Something else.
    Other,
}

impl ReportReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::Misleading, Self::Unlawful, Self::Personal, Self::Other];

    /// Its code, in forms and in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Misleading => "trompeur",
            Self::Unlawful => "illicite",
            Self::Personal => "personnel",
            Self::Other => "autre",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == text)
    }

    /// What people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Misleading => "C’est trompeur, ou ce n’est pas un vrai besoin",
            Self::Unlawful => "C’est contraire à la loi",
            Self::Personal => "On y lit des informations sur une personne",
            Self::Other => "Autre chose",
        }
    }
}

/// What a reader says is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Why.
    pub reason: ReportReason,
    /// In its own words.
    pub text: String,
    /// Where it is told what became of it, if it wants to be.
    pub address: Option<EmailAddress>,
}

impl Report {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Everything that is to be corrected.
    pub fn read(reason: &str, text: &str, address: &str) -> Result<Self, Vec<Violation>> {
        let mut wrong = Vec::new();
        let reason = ReportReason::parse(reason);
        if reason.is_none() {
            wrong.push(Violation::new(Field::Reason, "Choisissez ce qui ne va pas"));
        }
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 {
            wrong.push(Violation::new(Field::Message, "Dites en quelques mots ce qui ne va pas"));
        } else if length > REPORT_MAX {
            wrong.push(Violation::new(
                Field::Message,
                format!("{REPORT_MAX} caractères au plus\u{a0}: raccourcissez"),
            ));
        }
        let address = match address.trim() {
            "" => None,
            typed => match EmailAddress::parse(typed) {
                Ok(address) => Some(address),
                Err(error) => {
                    wrong.push(Violation::new(Field::Email, crate::text::capitalised(&error.to_string())));
                    None
                }
            },
        };
        match reason {
            Some(reason) if wrong.is_empty() => Ok(Self { reason, text: text.to_owned(), address }),
            _ => Err(wrong),
        }
    }
}

/// Something about a need that looks wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// So many readers report it.
    Reported(u64),
    /// Its SIRET is that of a structure of the list, which has another name.
    OtherName,
    /// Its author published so many within a day.
    ManyNeeds(u64),
    /// It says to be of a public buyer, and comes from a mailbox that anybody may have.
    FreeMailbox,
    /// Nobody of that domain published before.
    NewDomain,
}

impl Signal {
    /// How much it counts.
    #[must_use]
    pub fn points(self) -> u32 {
        match self {
            Self::Reported(_) => 3,
            Self::OtherName | Self::ManyNeeds(_) => 2,
            Self::FreeMailbox | Self::NewDomain => 1,
        }
    }

    /// What it says, in French.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Reported(1) => "un lecteur le signale".to_owned(),
            Self::Reported(count) => format!("{count} lecteurs le signalent"),
            Self::OtherName => "son SIRET est celui d’une structure d’un autre nom".to_owned(),
            Self::ManyNeeds(count) => format!("{count} besoins de la même adresse en un jour"),
            Self::FreeMailbox => "acheteur public, mais adresse que tout le monde peut créer".to_owned(),
            Self::NewDomain => "premier besoin de ce domaine".to_owned(),
        }
    }
}

/// What is known around a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around<'a> {
    /// Who says to buy.
    pub buyer: &'a Buyer,
    /// The address of its author.
    pub author: &'a EmailAddress,
    /// The name of the structure of the list that has the SIRET of the buyer, if one has.
    pub structure_of_siret: Option<&'a str>,
    /// Needs that its author published within a day of this one.
    pub of_author: u64,
    /// Needs that others of its domain published before.
    pub of_domain_before: u64,
    /// Readers who report it, and whom nobody has answered.
    pub reports: u64,
}

/// What looks wrong of a need, the heaviest first.
#[must_use]
pub fn signals(around: &Around<'_>) -> Vec<Signal> {
    let domain = domain_of(around.author);
    let is_free = is_free_mail(&domain);
    let bought_by = fold(&around.buyer.name);
    let is_other = |name: &str| {
        let name = fold(name);
        !bought_by.is_empty() && !name.contains(&bought_by) && !bought_by.contains(&name)
    };
    [
        (around.reports > 0).then_some(Signal::Reported(around.reports)),
        around.structure_of_siret.is_some_and(is_other).then_some(Signal::OtherName),
        (around.of_author >= MANY).then_some(Signal::ManyNeeds(around.of_author)),
        (is_free && around.buyer.category != BuyerCategory::Private).then_some(Signal::FreeMailbox),
        (!is_free && around.of_domain_before == 0).then_some(Signal::NewDomain),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What its signals count together.
#[must_use]
pub fn points(signals: &[Signal]) -> u32 {
    signals.iter().map(|signal| signal.points()).sum()
}

/// What stands behind the « @ », in small letters.
#[must_use]
pub fn domain_of(address: &EmailAddress) -> String {
    let mailbox = address.mailbox();
    mailbox.rsplit_once('@').map_or(String::new(), |(_, domain)| domain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> EmailAddress {
        EmailAddress::parse(text).expect("an address")
    }

    fn check(
        author: &str,
        category: BuyerCategory,
        change: impl FnOnce(&mut Around<'_>),
        expected: &[Signal],
        sum: u32,
    ) {
        let buyer = Buyer { name: "Ville d’Exemple".into(), category, siret: None };
        let author = address(author);
        let mut around = Around {
            buyer: &buyer,
            author: &author,
            structure_of_siret: None,
            of_author: 1,
            of_domain_before: 3,
            reports: 0,
        };
        change(&mut around);
        let found = signals(&around);
        assert_eq!((found.as_slice(), points(&found)), (expected, sum), "{author} {around:?}");
    }

    #[test]
    fn what_looks_wrong_is_counted() {
        use BuyerCategory::{Local, Private};
        let (town, free) = ("achats@ville.example", "achats.ville@Gmail.com");
        check(town, Local, |_| {}, &[], 0);
        check(town, Local, |a| a.of_domain_before = 0, &[Signal::NewDomain], 1);
        check(free, Local, |a| a.of_domain_before = 0, &[Signal::FreeMailbox], 1);
        check(free, Private, |a| a.of_domain_before = 0, &[], 0);
        check(town, Local, |a| a.of_author = MANY - 1, &[], 0);
        check(town, Local, |a| a.of_author = MANY, &[Signal::ManyNeeds(MANY)], 2);
        check(town, Local, |a| a.structure_of_siret = Some("Ville d'exemple"), &[], 0);
        check(town, Local, |a| a.structure_of_siret = Some("Les Jardins"), &[Signal::OtherName], 2);
        check(town, Local, |a| a.reports = 2, &[Signal::Reported(2)], LOOKED_AT);
        let all = [Signal::Reported(1), Signal::OtherName, Signal::ManyNeeds(9), Signal::FreeMailbox];
        check(
            free,
            Local,
            |a| (a.reports, a.structure_of_siret, a.of_author) = (1, Some("Les Jardins"), 9),
            &all,
            8,
        );
    }

    #[test]
    fn reports_are_read() {
        let fields = |reason: &str, text: &str, address: &str| match Report::read(reason, text, address) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.into_iter().map(|violation| violation.field).collect(),
        };
        let long = "e".repeat(REPORT_MAX + 1);
        for (reason, text, address, wrong) in [
            ("trompeur", "Ce n’est pas la ville.", "", vec![]),
            ("autre", " x ", "camille@ville.example", vec![]),
            ("", "x", "", vec![Field::Reason]),
            ("trompeur", "  ", "ville", vec![Field::Message, Field::Email]),
            ("trompeur", long.as_str(), "", vec![Field::Message]),
            ("trompeur", &long[1..], "", vec![]),
        ] {
            assert_eq!(fields(reason, text, address), wrong, "{reason:?} {address:?}");
        }
        for reason in ReportReason::ALL {
            assert_eq!(ReportReason::parse(reason.code()), Some(reason));
        }
    }
}
