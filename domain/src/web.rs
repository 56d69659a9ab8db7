//! Addresses of pages.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest address, in characters.
const LENGTH_MAX: usize = 500;

/// The address of a page, `http` or `https`: never a script, never a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebAddress(String);

/// A text that is no address of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebAddressError;

impl fmt::Display for WebAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("écrivez une adresse complète, par exemple https://marches.exemple.fr/consultation")
    }
}

impl std::error::Error for WebAddressError {}

impl WebAddress {
    /// Reads an address; without scheme it is taken for `https`.
    ///
    /// # Errors
    /// [`WebAddressError`] when it is no address of a page.
    pub fn parse(text: &str) -> Result<Self, WebAddressError> {
        let text = text.trim();
        let whole = match text.split_once("://") {
            Some(("http" | "https", _)) => text.to_owned(),
            Some(_) => return Err(WebAddressError),
            None => format!("https://{text}"),
        };
        let host =
            whole.split("://").nth(1).unwrap_or_default().split(['/', '?', '#']).next().unwrap_or_default();
        let name = host.split(':').next().unwrap_or_default();
        let is_name = name.contains('.')
            && !name.starts_with('.')
            && !name.ends_with('.')
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
        let is_port = host.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok());
        let is_clean =
            !whole.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'));
        let fits = whole.chars().count() <= LENGTH_MAX;
        (is_name && is_port && is_clean && fits).then_some(Self(whole)).ok_or(WebAddressError)
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for WebAddress {
    type Error = WebAddressError;
    fn try_from(text: String) -> Result<Self, WebAddressError> {
        Self::parse(&text)
    }
}

impl From<WebAddress> for String {
    fn from(address: WebAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, read) in [
            ("https://marches.exemple.fr/a?b=c", Some("https://marches.exemple.fr/a?b=c")),
            (" marches.exemple.fr ", Some("https://marches.exemple.fr")),
            ("http://exemple.fr:8080/", Some("http://exemple.fr:8080/")),
            ("javascript:alert(1)", None),
            ("javascript://exemple.fr/%0aalert(1)", None),
            ("data:text/html,x", None),
            ("https://exemple.fr/a b", None),
            ("https://exemple.fr/\"onclick", None),
            ("exemple", None),
            ("https://.fr", None),
            ("", None),
        ] {
            assert_eq!(WebAddress::parse(text).ok().as_ref().map(WebAddress::as_str), read, "{text}");
        }
    }
}
