//! The lock of a data folder: one service at a time, and commands that see it run.

use anyhow::Context;
use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Holds the folder, made if missing, until the file is dropped, or the process ends however it ends; `None` when another one has it.
pub(super) fn hold(data: &Path) -> anyhow::Result<Option<File>> {
    // Addresses, drafts and the secret of the links are nobody else's on this machine.
    let made = DirBuilder::new().recursive(true).mode(0o700).create(data);
    made.with_context(|| format!("création de {}", data.display()))?;
    let path = data.join("service.lock");
    let file = File::create(&path).with_context(|| format!("création de {}", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("verrou de {}", path.display()))
        }
    }
}
