//! What each choice would bring: supply, vehicles, ways to split, groupements, on the demonstration set.

use crate::fixture::{self, on_both};
use backend::advice::Likely;
use backend::store::AnswerRow;
use domain::legal::{Vehicle, Verdict};
use domain::matching::Tier;
use domain::matching::split::Way;
use domain::need::Answer;
use domain::need::{LotDraft, NeedDraft, NeedForm};
use domain::written::Written;
use std::sync::Arc;

/// The draft of a need on a place, with the sectors of its lot.
fn draft(place: &str, sectors: &[&str], hours: Option<u32>) -> NeedDraft {
    let form = NeedForm {
        title: "Espaces verts".into(),
        place: place.into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    let mut draft = form.parse(jiff::civil::date(2026, 11, 21)).expect("a good form").draft;
    draft.lots[0] = LotDraft {
        sectors: sectors.iter().map(|s| Written::read(s)).collect(),
        hours_per_month: hours,
        ..draft.lots[0].clone()
    };
    draft
}

const GREEN: &str = "creation-et-entretien-des-espaces-verts";
const CLEAN: &str = "nettoyage-de-locaux-16";
const LINEN: &str = "blanchisserie";

#[tokio::test(flavor = "multi_thread")]
async fn the_estimate_counts_what_the_ranking_holds() {
    let b = fixture::demo().await.backend;
    for vehicle in [None, Some(Vehicle::Insertion), Some(Vehicle::Both), Some(Vehicle::Prison)] {
        let mut need = draft("D31", &[GREEN], Some(300));
        need.lots[0].vehicle = vehicle;
        let lot = &need.lots[0];
        let supply = b.supply_estimate(&need, lot).expect("estimated");
        let ranking = b.match_list_with_left_out(lot.to_match(&need), &[]).expect("ranked");
        assert_eq!(supply.tiers, ranking.tiers());
        let eligible = supply.tiers.of(Tier::Fits);
        assert_eq!(supply.left_out, ranking.left_out_total());
        let Likely::ByRule(likely) = supply.likely else { panic!("nobody has had time to answer") };
        assert!(likely <= supply.reachable && supply.reachable <= eligible);
        assert!(supply.able.expect("hours are asked") <= eligible);
        for widening in supply.widenings.iter().filter(|w| w.label.starts_with("Élargir")) {
            let wider = need
                .place
                .known()
                .expect("a place")
                .wider()
                .into_iter()
                .find(|p| widening.label.ends_with(&p.name()))
                .expect("a place");
            let mut wide = need.clone();
            wide.place = wider.into();
            let found = b.supply_estimate(&wide, &wide.lots[0]).expect("estimated").tiers;
            assert_eq!(found.of(Tier::Fits), eligible + widening.more, "{}", widening.label);
        }
    }
}

/// One more structure of Toulouse; « nettoyage » in its name says what it does.
const ONE_MORE: &str = "kind,siret,nom,naf,code_postal,ville\n\
    EI,99999999800019,NETTOYAGE DU CANAL,8121Z,31000,Toulouse\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_holds_until_structures_change() {
    let b = fixture::demo().await.backend;
    let need = draft("C31555", &[CLEAN], None);
    let estimate = || b.supply_estimate(&need, &need.lots[0]).expect("estimated");
    let before = estimate();
    assert!(Arc::ptr_eq(&before, &estimate()), "asked twice, worked out once");
    let hours = draft("C31555", &[CLEAN], Some(80));
    let other = b.supply_estimate(&hours, &hours.lots[0]).expect("estimated");
    assert!(before.able.is_none() && other.able.is_some(), "another lot is another question");
    b.import_structures(ONE_MORE.as_bytes(), &|_, _| {}).await.expect("imported");
    assert_eq!(estimate().tiers.of(Tier::Fits), before.tiers.of(Tier::Fits) + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_vehicle_brings_what_it_would_match() {
    let b = fixture::demo().await.backend;
    let need = draft("D31", &[GREEN], None);
    let advice = b.vehicle_advise(&need, &need.lots[0]).expect("advised");
    assert_eq!(advice.choices.len(), Vehicle::ALL.len());
    for choice in &advice.choices {
        let lot = LotDraft { vehicle: Some(choice.vehicle), ..need.lots[0].clone() };
        let tiers = b.match_list(lot.to_match(&need), &[]).expect("ranked").tiers();
        let matched = tiers.total();
        let brought = choice.brings.eligible + choice.brings.around;
        match choice.vehicle {
            // Whom the clause lets carry hours, not whom it shuts out.
            Vehicle::SocialClause => assert!(brought <= matched),
            vehicle => assert_eq!(brought, matched, "{vehicle:?}"),
        }
        let is_ess = choice.vehicle == Vehicle::Ess;
        assert_eq!(
            choice.judgment.verdict == Verdict::Conditional,
            is_ess || choice.vehicle == Vehicle::DirectAward
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn smaller_lots_reach_no_fewer() {
    let b = fixture::demo().await.backend;
    let need = draft("R76", &[GREEN, CLEAN, LINEN], Some(900));
    let advice = b.lot_advise(&need, &need.lots[0]).expect("advised");
    let ways: Vec<Way> = advice.ways.iter().map(|w| w.way).collect();
    assert_eq!(
        ways,
        [Way::Whole, Way::BySector, Way::ByTerritory],
        "13 départements by 3 sectors is too many"
    );
    let reached: Vec<u64> = advice.ways.iter().map(|w| w.reached).collect();
    assert!(reached.iter().all(|n| *n >= reached[0]), "{reached:?}");
    assert!(advice.best().is_some_and(|w| w.reached > reached[0]), "{reached:?}");
    for way in &advice.ways {
        let empty = way.parts.iter().filter(|p| p.alone == 0).count();
        assert_eq!(way.out_of_reach, u64::try_from(empty).expect("few"));
        let hours: u32 = way.parts.iter().filter_map(|p| p.part.lot.hours_per_month).sum();
        assert!((900..=930).contains(&hours), "{:?}: {hours} h", way.way);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_groupement_covers_what_nobody_covers_alone() {
    let b = fixture::demo().await.backend;
    let mut proposed = 0;
    for place in ["D09", "D11", "D12", "D30", "D31", "D32", "D34", "D46", "D48", "D65", "D66", "D81", "D82"] {
        let need = draft(place, &[GREEN, CLEAN, LINEN], None);
        let advice = b.groupement_propose(&need, &need.lots[0], b"seed").expect("proposed");
        let Some(found) = &advice.found else { continue };
        assert_eq!(advice.alone, 0, "{place}");
        for set in &found.sets {
            assert!((2..=4).contains(&set.members.len()), "{place}");
            proposed += usize::from(set.is_whole);
            assert_eq!(
                set.is_whole,
                set.covers.iter().all(|(_, percent)| *percent >= 95),
                "{place} {:?}",
                set.covers
            );
            assert!(
                set.members.iter().all(|m| !m.brings.is_empty() && advice.entries.contains_key(&m.siret))
            );
        }
        let sizes: Vec<usize> = found.sets.iter().map(|s| s.members.len()).collect();
        assert!(sizes.iter().all(|n| *n == sizes[0]), "{place}: the smallest only");
    }
    assert!(proposed > 0, "no département of the demonstration needs a groupement: the test says nothing");
}

on_both! {
    async fn who_will_answer_is_learnt_from_answers(fixture) {
        const DAY: i64 = 86_400;
        let b = &fixture.backend;
        b.demo_load(&|_, _| {}).await.expect("the demonstration set");
        fixture.mails().await;
        let need = draft("D31", &[GREEN], None);
        let likely = || b.supply_estimate(&need, &need.lots[0]).expect("estimated").likely;
        b.habits_learn().await.expect("learnt");
        assert!(matches!(likely(), Likely::ByRule(_)), "nobody has had time to answer");

        fixture.clock.advance(15 * DAY);
        b.habits_learn().await.expect("learnt");
        let Likely::ByAnswers { expected: 0, all } = likely() else { panic!("silence counts: {:?}", likely()) };
        assert_eq!(all.answered, 0);

        // Every structure that fits answers everything that it was told of.
        let fitting = b.match_list(need.lots[0].to_match(&need), &[]).expect("ranked").matches;
        let mut answered = 0;
        for entry in b.index.catalogue().needs() {
            let told = b.store.match_list(entry.need.id).await.expect("read");
            let mut tx = b.store.begin().await.expect("a transaction");
            let mut once = std::collections::BTreeSet::new();
            for row in told.iter().filter(|row| fitting.iter().any(|(found, _)| found.siret == row.siret)) {
                let answer = AnswerRow {
                    lot: row.lot,
                    siret: row.siret,
                    answer: Answer::Declined,
                    message: String::new(),
                    replies: Vec::new(),
                    answered_at: b.clock.now(),
                };
                tx.answer_save(entry.need.id, &answer).await.expect("kept");
                answered += u32::from(once.insert(row.siret));
            }
            tx.commit().await.expect("committed");
        }
        b.habits_learn().await.expect("learnt");
        let Likely::ByAnswers { expected, all } = likely() else { panic!("answers count") };
        assert_eq!(all.answered, answered, "a need with several lots is one need told");
        assert!(expected > 0 && expected <= u64::try_from(fitting.len()).expect("few"), "{expected}");

        fixture.clock.advance(366 * DAY);
        b.habits_learn().await.expect("learnt");
        assert!(matches!(likely(), Likely::ByRule(_)), "what is older than a year is forgotten");
    }
}
