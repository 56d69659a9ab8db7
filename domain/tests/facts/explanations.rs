//! Golden explanations: a lot, a structure, every reason with its points and its sentence.

use domain::legal::{Ess, Reservation};
use domain::matching::{ActivityFacts, Buys, Facts, Lot, PreparedLot};
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{Kind, KindSet, Mode, Standing};
use domain::territory::{Atlas, Place, Seat, Zone};
use std::sync::Arc;

fn facts(
    sector: &str,
    zone: &str,
    seat: &str,
    standing: Standing,
    hours: Option<u32>,
    words: &[&str],
) -> Facts {
    let Ok(Zone::Commune(commune)) = Zone::parse(seat) else { panic!("a commune") };
    Facts {
        siret: Siret::with_key(1, 1),
        kinds: [Kind::Aci].into_iter().collect(),
        dated: Box::default(),
        half: None,
        ess: Ess::Unknown,
        is_cae: false,
        seat: Some(Seat { commune, point: Atlas::get().commune(commune).centre }),
        activities: [ActivityFacts {
            sector: Sectors::get().parse(sector).expect("a sector"),
            mode: Mode::Prestation,
            standing,
            hours_per_month: hours,
            zones: Arc::new(Place::parse(zone).expect("a place").communes()),
        }]
        .into(),
        dismissed: Box::default(),
        usual_reach: Arc::new(Place::parse("D31").expect("a place").communes()),
        words: Facts::words_of(words.iter().copied()),
    }
}

fn explained(place: &str, hours: Option<u32>, text: &str, facts: &Facts) -> String {
    let lot = PreparedLot::new(Lot {
        buys: Buys::of_text(text),
        sectors: vec![Sectors::get().parse("creation-et-entretien-des-espaces-verts").expect("a sector")],
        place: Place::parse(place).ok(),
        reservation: Reservation::None,
        kinds: KindSet::EMPTY,
        mode: None,
        hours_per_month: hours,
        text: text.to_owned(),
        on: None,
    });
    let found = lot.score(facts).expect("a match");
    let reasons = lot.explain(&found).into_iter().map(|r| format!("{:>3}  {}", r.points, r.because));
    let lines: Vec<String> = [format!("{:>3}", found.score)].into_iter().chain(reasons).collect();
    lines.join("\n")
}

#[test]
fn word_for_word() {
    let green = "creation-et-entretien-des-espaces-verts";
    let own = facts(green, "D31", "C31555", Standing::Confirmed, Some(900), &["Tonte et haies du Midi"]);
    let silent = facts(green, "D31", "C31069", Standing::Deduced, None, &["Le Trèfle"]);
    let sibling =
        facts("genie-ecologique", "C31555", "C09122", Standing::Declared, Some(100), &["Ariège nature"]);
    insta::assert_snapshot!(
        "own_words",
        explained("C31555", Some(400), "Tonte des pelouses et taille des haies", &own)
    );
    insta::assert_snapshot!(
        "words_of_the_sector",
        explained("C31555", None, "Tonte des pelouses et taille des haies", &silent)
    );
    insta::assert_snapshot!("sibling_far_away", explained("D31", Some(400), "Plantation d’arbres", &sibling));
    insta::assert_snapshot!("no_words", explained("D31", None, "", &own));
    let unknown = Facts { activities: Box::default(), ..silent.clone() };
    insta::assert_snapshot!("activity_unknown", explained("C31555", None, "Tonte des pelouses", &unknown));
    let other = facts("blanchisserie", "D31", "C31069", Standing::Deduced, None, &["La Bulle"]);
    insta::assert_snapshot!("other_deduced", explained("C31555", None, "Tonte des pelouses", &other));
    let lender = Facts { kinds: [Kind::Etti].into_iter().collect(), ..unknown };
    insta::assert_snapshot!("lender", explained("C31555", None, "Tonte des pelouses", &lender));
    let staff = "Mise à disposition de personnel pour la tonte";
    insta::assert_snapshot!("staff_by_nature", explained("C31555", None, staff, &lender));
}
