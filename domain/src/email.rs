//! An e-mail address, as far as it can be judged without sending to it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An address with one `@`, a local part, and a domain that holds a dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// The text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmailError;

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("l’adresse e-mail doit ressembler à prenom.nom@mairie.fr")
    }
}

impl std::error::Error for EmailError {}

impl EmailAddress {
    /// Longest address that SMTP carries (RFC 5321, section 4.5.3.1.3, less the brackets).
    pub const MAX: usize = 254;

    /// Reads an address; spaces around it are dropped, the domain is put in lower case.
    ///
    /// # Errors
    /// [`EmailError`] when it cannot be an address.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
        let labels: Vec<&str> = domain.split('.').collect();
        let domain_ok = labels.len() >= 2
            && labels.iter().all(|l| {
                !l.is_empty()
                    && l.len() <= 63
                    && !l.starts_with('-')
                    && !l.ends_with('-')
                    && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            });
        if !local_ok || !domain_ok || text.len() > Self::MAX {
            return Err(EmailError);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// What tells mailboxes apart: the address without its capitals.
    #[must_use]
    pub fn mailbox(&self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    /// Whether mails for the two come to one mailbox: no server that people use tells capitals apart.
    #[must_use]
    pub fn is_same_mailbox(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox() {
        let address = |text: &str| EmailAddress::parse(text).expect("an address");
        assert!(address("Jean@Mairie.example").is_same_mailbox(&address("jean@mairie.example")));
        assert!(!address("jean@mairie.example").is_same_mailbox(&address("jeanne@mairie.example")));
    }

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(EmailAddress::parse(text).ok().as_ref().map(EmailAddress::as_str), expected, "{text:?}");
    }

    #[test]
    fn addresses() {
        check("achats@mairie.example", Some("achats@mairie.example"));
        check("  a.b+c@Mairie.Example ", Some("a.b+c@mairie.example"));
        check("o'neil@ville.example", Some("o'neil@ville.example"));
        check("", None);
        check("mairie", None);
        check("a@b", None);
        check("@mairie.example", None);
        check("a b@mairie.example", None);
        check("a@mairie..example", None);
        check("a@-mairie.example", None);
        check("a\r\nBcc: x@y.example@z.example", None);
        check(".a@mairie.example", None);
    }
}
