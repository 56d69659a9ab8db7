//! A file as a form carries it from its preview to the button that applies it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A file in a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueSent {
    /// Its bytes, in letters that no form changes.
    pub file: String,
    /// What tells whether they came back whole.
    pub digest: String,
}

impl CatalogueSent {
    /// A file that is to come back.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { file: URL_SAFE_NO_PAD.encode(bytes), digest: digest(bytes) }
    }

    /// The file that came back; `None` when it is not whole.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.file).ok()?;
        (!bytes.is_empty() && digest(&bytes) == self.digest).then_some(bytes)
    }
}

fn digest(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_comes_back_whole_or_not_at_all() {
        let sent = CatalogueSent::of(b"SIRET;Zones\n");
        assert_eq!(sent.bytes().as_deref(), Some(&b"SIRET;Zones\n"[..]));
        let cut = CatalogueSent { file: sent.file[..8].to_owned(), ..sent.clone() };
        let other = CatalogueSent { digest: digest(b"x"), ..sent };
        for broken in [
            cut,
            other,
            CatalogueSent { file: "é".to_owned(), digest: String::new() },
            CatalogueSent::of(b""),
        ] {
            assert_eq!(broken.bytes(), None, "{broken:?}");
        }
    }
}
