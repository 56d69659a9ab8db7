//! Reads the files that `data/sector_words/make_sector_words.py` writes.

use std::fmt;

/// A file that ends too early or too late, or whose numbers are out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the file is cut or its numbers are out of order")
    }
}

impl std::error::Error for Broken {}

/// Where the reading stands.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    hash: Option<u32>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, hash: None }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Broken)?;
        self.rest = rest;
        Ok(taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Broken> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn u32(&mut self) -> Result<u32, Broken> {
        let bytes = self.take(4)?.try_into().map_err(|_| Broken)?;
        Ok(u32::from_le_bytes(bytes))
    }

    pub(super) fn f32(&mut self) -> Result<f32, Broken> {
        Ok(f32::from_bits(self.u32()?))
    }

    /// The next of hashes that rise, each written as its step from the one before, seven bits a byte.
    pub(super) fn next_hash(&mut self) -> Result<u32, Broken> {
        let mut step: u64 = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.u8()?;
            step |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return self.stepped(step);
            }
        }
        Err(Broken)
    }

    fn stepped(&mut self, step: u64) -> Result<u32, Broken> {
        if self.hash.is_some() && step == 0 {
            return Err(Broken);
        }
        let hash = u64::from(self.hash.unwrap_or(0)) + step;
        let hash = u32::try_from(hash).map_err(|_| Broken)?;
        self.hash = Some(hash);
        Ok(hash)
    }

    /// Nothing may follow.
    pub(super) fn end(self) -> Result<(), Broken> {
        if self.rest.is_empty() { Ok(()) } else { Err(Broken) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&[u32], Broken>) {
        let mut reader = Reader::new(bytes);
        let mut found = Vec::new();
        while !reader.rest.is_empty() {
            match reader.next_hash() {
                Ok(hash) => found.push(hash),
                Err(broken) => return assert_eq!(expected, Err(broken), "{bytes:?}"),
            }
        }
        assert_eq!(expected, Ok(found.as_slice()), "{bytes:?}");
    }

    #[test]
    fn hashes_rise() {
        check(&[5, 1, 0x80, 1], Ok(&[5, 6, 134]));
        check(&[0, 1], Ok(&[0, 1]));
        check(&[5, 0], Err(Broken));
        check(&[0x80], Err(Broken));
        check(&[0xff, 0xff, 0xff, 0xff, 0x0f], Ok(&[u32::MAX]));
        check(&[0xff, 0xff, 0xff, 0xff, 0x0f, 1], Err(Broken));
        check(&[0xff, 0xff, 0xff, 0xff, 0xff, 0], Err(Broken));
    }
}
