//! What the law says: verdicts, the rules that made them, how sure we are.

use crate::islands::verdict_class;
use backend::advice::Brings;
use domain::date;
use domain::legal::{Certainty, Finding, Verdict};
use domain::text::{number, plural};
use leptos::prelude::*;

/// « oui », « oui, sous condition », « à vérifier », « non ».
pub fn verdict_tag(verdict: Verdict) -> AnyView {
    let class = verdict_class(verdict);
    view! { <span class=class>{verdict.label()}</span> }.into_any()
}

/// « texte lu », « à vérifier »…
pub fn certainty(certainty: Certainty) -> AnyView {
    let class = match certainty {
        Certainty::A | Certainty::B => "tag tag-plain",
        Certainty::C | Certainty::D => "tag tag-check",
    };
    view! { <span class=class>{certainty.label()}</span> }.into_any()
}

/// Rules that fired, each with its article linked to its page and what it says here. A rule that we are not sure of
/// says so.
pub fn findings<'a>(all: impl Iterator<Item = &'a Finding>) -> AnyView {
    all.map(|finding| {
        let rule = finding.rule.rule();
        let doubt = matches!(rule.certainty, Certainty::C | Certainty::D)
            .then(|| view! { " "{certainty(rule.certainty)} });
        let known = match rule.from {
            Some(from) => format!(" (depuis le {}, {})", date::long(from), rule.certainty.label()),
            None => format!(" ({})", rule.certainty.label()),
        };
        view! {
            <li>
                <a href=format!("/regles#{}", finding.rule)>{rule.article}</a>
                "\u{a0}: "
                {finding.sentence.clone()}
                {match doubt {
                    Some(tag) => tag.into_any(),
                    None => view! { <span class="muted">{known}</span> }.into_any(),
                }}
            </li>
        }
    })
    .collect_view()
    .into_any()
}

/// « 12 structures conviennent, 5 écartées. Elles couvrent ensemble 88 % de la population du lieu. » `open` is what
/// stands there without any reservation.
#[must_use]
pub fn brought(brings: &Brings, open: &Brings) -> String {
    let counted = match brings.eligible {
        0 => "Aucune structure connue ne convient".to_owned(),
        n => plural(n, "structure convient", "structures conviennent"),
    };
    let to_check = (brings.to_check > 0).then(|| format!(" (dont {} à vérifier)", number(brings.to_check)));
    let left_out = open.eligible.saturating_sub(brings.eligible);
    let left_out = (left_out > 0).then(|| format!(", {}", plural(left_out, "écartée", "écartées")));
    let covered = match brings.eligible {
        0 => None,
        1 => Some(format!(" Elle couvre {}\u{a0}% de la population du lieu.", brings.coverage)),
        _ => Some(format!(" Elles couvrent ensemble {}\u{a0}% de la population du lieu.", brings.coverage)),
    };
    let said = [Some(counted), to_check, left_out, Some(".".to_owned()), covered];
    said.into_iter().flatten().collect()
}

/// The same for a clause, which shuts nobody out: who can bring its hours.
#[must_use]
pub fn carried(brings: &Brings) -> String {
    match brings.eligible {
        0 => "Aucune structure connue ne peut fournir ces heures.".to_owned(),
        n => format!("{} fournir ces heures.", plural(n, "structure peut", "structures peuvent")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(eligible: u64, to_check: u64, open: u64, said: &str) {
        let of =
            |eligible, to_check| Brings { eligible, around: 0, to_check, coverage: 88, hours_per_month: 0 };
        assert_eq!(brought(&of(eligible, to_check), &of(open, 0)).replace('\u{a0}', " "), said);
    }

    #[test]
    fn what_a_reservation_brings() {
        check(0, 0, 0, "Aucune structure connue ne convient.");
        check(0, 0, 1, "Aucune structure connue ne convient, 1 écartée.");
        check(1, 0, 1, "1 structure convient. Elle couvre 88 % de la population du lieu.");
        check(
            12,
            3,
            17,
            "12 structures conviennent (dont 3 à vérifier), 5 écartées. Elles couvrent ensemble 88 % de la population du lieu.",
        );
    }
}
