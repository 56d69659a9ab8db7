//! What the law says: verdicts, the rules that made them, how sure we are.

use crate::islands::verdict_class;
use domain::date;
use domain::legal::{Certainty, Finding, Verdict};
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
