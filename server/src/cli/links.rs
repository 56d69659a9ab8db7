//! `place secret` and `place links`: what signs the links of mails, and links that are to be good no more.

use super::{Revoked, Rotate, open_as_is};
use crate::config::Place;
use backend::clock::timestamp;
use domain::access::{Actor, Holder};
use domain::text::plural;

pub(super) async fn secret_list(place: &Place) -> anyhow::Result<()> {
    let backend = open_as_is(place).await?;
    for key in backend.signer.keys() {
        match key.until {
            None => println!("{}  signe", key.id),
            Some(until) => println!("{}  ses liens sont valables jusqu’au {}", key.id, timestamp(until)),
        }
    }
    backend.store.close().await;
    Ok(())
}

pub(super) async fn secret_rotate(rotate: &Rotate) -> anyhow::Result<()> {
    let backend = open_as_is(&rotate.place).await?;
    backend.secret_rotate(rotate.keep_days).await?;
    let signs = backend.signer.keys().into_iter().next().map(|key| key.id).unwrap_or_default();
    let kept = plural(u64::from(rotate.keep_days), "jour", "jours");
    println!("{signs} signe désormais\u{a0}; ce qui était signé reste valable {kept}");
    println!("les autres nœuds l’apprennent dans l’heure");
    backend.store.close().await;
    Ok(())
}

pub(super) async fn revoke(revoked: &Revoked) -> anyhow::Result<()> {
    let backend = open_as_is(&revoked.place).await?;
    let holder = match (revoked.structure, revoked.need) {
        (Some(siret), _) => Holder::Structure(siret),
        (None, Some(need)) => Holder::Author(need),
        (None, None) => anyhow::bail!("dites de qui\u{a0}: --structure SIRET ou --need ID"),
    };
    backend.links_revoke(&Actor::Operator, holder).await?;
    println!("les liens envoyés jusqu’ici ne sont plus valables");
    backend.store.close().await;
    Ok(())
}
