//! The reasons of a search result as sentences.

use super::reason::{Criterion, Explained};
use super::search::Found;
use crate::sector::Kinship;
use crate::structure::Standing;
use crate::text::plural;

impl Found {
    /// The reasons with their points; `place` is the name of the place that was looked at. Their points sum to the score.
    #[must_use]
    pub fn explain(&self, place: &str) -> Vec<Explained> {
        let (word_points, words) = self.words;
        let found = words.in_name + words.elsewhere + words.nearly;
        let because = match words.asked {
            0 => "aucun mot cherché".to_owned(),
            asked => {
                let found = plural(u64::from(found), "mot trouvé", "mots trouvés");
                format!("{found} sur {asked}, dont {} dans le nom", words.in_name)
            }
        };
        let mut reasons = vec![Explained { criterion: Criterion::Wording, points: word_points, because }];
        if let Some((points, kinship, sector)) = self.sector {
            let because = match kinship {
                Kinship::Same => format!("secteur exact\u{a0}: {}", sector.label()),
                _ => format!("secteur voisin\u{a0}: {}", sector.label()),
            };
            reasons.push(Explained { criterion: Criterion::Sector, points, because });
        }
        if let Some((points, percent)) = self.coverage {
            let because = match percent {
                0 => "zone d’intervention inconnue".to_owned(),
                percent => format!("couvre {percent}\u{a0}% du lieu, {place}"),
            };
            reasons.push(Explained { criterion: Criterion::Coverage, points, because });
        }
        if let Some((points, km)) = self.distance {
            let because =
                if km == 0 { format!("siège dans le lieu ({place})") } else { format!("à {km}\u{a0}km") };
            reasons.push(Explained { criterion: Criterion::Distance, points, because });
        }
        if let Some((points, standing)) = self.standing {
            let because = match standing {
                Standing::Confirmed => "activité confirmée par la structure",
                Standing::Declared => "activité déclarée",
                Standing::Deduced | Standing::Dismissed => "activité déduite, à confirmer par la structure",
            };
            reasons.push(Explained { criterion: Criterion::Standing, points, because: because.to_owned() });
        }
        reasons
    }
}
