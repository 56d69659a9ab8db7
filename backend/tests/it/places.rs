//! Places as people and files write them, in every input: the right one, a question, or none; never another.

use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::Backend;
use backend::needs::{NeedPage, NeedQuery};
use backend::structures::Reading;
use domain::need::NeedForm;
use domain::siret::Siret;
use domain::territory::Place;

const STRUCTURES: &str = "\
siret,kind,nom,code_postal,ville,departement
00000000100016,ACI,UN,97150,ST MARTIN,971
00000000200014,ACI,DEUX,97500,SAINT PIERRE,975
00000000300012,ACI,TROIS,97133,ST BARTHELEMY,971
00000000400010,ACI,QUATRE,42620,ST MARTIN D ESTREAUX,42
00000000500017,ACI,CINQ,42620,LE BOURG,42
00000000600015,ACI,SIX,85021,LA ROCHE SUR YON,85
00000000700013,ACI,SEPT,99999,SAINT DENIS,93
00000000800011,ACI,HUIT,74960,CRAN GEVRIER,74
00000000900019,ACI,NEUF,31059,TOULOUSE CEDEX 9,31
";

async fn commune_of(b: &Backend, siret: &str) -> String {
    let siret = Siret::parse(siret).expect("a SIRET");
    b.structure_show(siret).expect("kept").structure.commune.clone()
}

fn asked(b: &Backend, typed: &str) -> (String, String, String) {
    let reading = Reading::of(typed, false, &b.index);
    let asked: Vec<String> = reading.place_asked.iter().map(|place| place.code()).collect();
    (reading.words, reading.place.map(Place::code).unwrap_or_default(), asked.join(" "))
}

async fn publish(fixture: &Fixture, ou: &str) {
    let b = &fixture.backend;
    let form = NeedForm {
        title: "Entretien des espaces verts".into(),
        place: ou.into(),
        date: "12/01/2027".into(),
        email: "achats@ville.example".into(),
        ..NeedForm::default()
    };
    by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
    let mails = fixture.mails().await;
    let confirm = mails.iter().find(|m| m.mail.text.contains("/besoins/confirmer")).expect("a link");
    by_link(b).need_publish(&Fixture::token(confirm, "/besoins/confirmer")).await.expect("published");
    b.index_follow().await.expect("followed");
    fixture.mails().await;
}

fn listed(page: &NeedPage) -> Vec<(String, Option<u16>)> {
    page.needs.iter().map(|n| (n.entry.need.draft.place.code(), n.km)).collect()
}

on_both! {
    async fn an_address_that_means_no_commune_is_kept_without_place(fixture) {
        let b = &fixture.backend;
        let report = b.import_structures(STRUCTURES.as_bytes(), &|_, _| {}).await.expect("imported");
        assert_eq!((report.created, report.rejected.len()), (9, 0), "{:?}", report.rejected);
        for (siret, commune) in [
            ("00000000100016", ""),
            ("00000000200014", ""),
            ("00000000300012", ""),
            ("00000000400010", "42257"),
            ("00000000500017", ""),
            ("00000000600015", "85191"),
            ("00000000700013", "93066"),
            ("00000000800011", "74010"),
            ("00000000900019", "31555"),
        ] {
            assert_eq!(commune_of(b, siret).await, commune, "{siret}");
        }
        let said = report.warnings.iter().find(|w| w.contains("situées")).expect("reported");
        assert!(said.starts_with("4\u{a0}adresses") && said.contains("97150 ST MARTIN"), "{said}");
    }

    async fn zones_of_a_file_are_read_like_all_places(fixture) {
        let b = &fixture.backend;
        b.import_structures(STRUCTURES.as_bytes(), &|_, _| {}).await.expect("imported");
        let file = "siret;secteur;mode;zones\n\
            00000000600015;blanchisserie;prestation;C14011|50 km|Haute-Garonne\n\
            00000000700013;blanchisserie;prestation;50 km autour de Toulouse\n\
            00000000800011;blanchisserie;prestation;Saint-Martin\n\
            00000000900019;blanchisserie;prestation;Toulousse\n";
        let report = b.import_activities(file.as_bytes(), &|_, _| {}).await.expect("imported");
        let reasons: Vec<&str> = report.rejected.iter().map(|r| r.reason.as_str()).collect();
        let [several, unknown] = reasons[..] else { panic!("{reasons:?}") };
        assert!(several.contains("Plusieurs lieux"), "{several}");
        assert!(unknown.contains("Toulouse (31)"), "{unknown}");
        for (siret, zones) in [("00000000600015", "C14581|50km|D31"), ("00000000700013", "C31555+50km")] {
            let entry = b.structure_show(Siret::parse(siret).expect("a SIRET")).expect("kept");
            assert_eq!(domain::territory::zones_print(&entry.structure.activities[0].zones), zones);
        }
    }

    async fn the_end_of_the_words_is_read_or_asked_for(fixture) {
        let b = &fixture.backend;
        for (typed, words, place, choice) in [
            ("nettoyage saint denis", "nettoyage", "", "C97411 C93066"),
            ("nettoyage à Mayenne", "nettoyage", "", "C53147 D53"),
            ("nettoyage mayenne 53", "nettoyage", "C53147", ""),
            ("nettoyage 20 km autour de Toulouse", "nettoyage", "C31555+20km", ""),
            ("nettoyage toulousse", "nettoyage toulousse", "", ""),
            ("nettoyage cran gevrier", "nettoyage", "C74010", ""),
            ("42620", "", "", "C42257 C03250"),
            ("75000", "", "C75056", ""),
        ] {
            let found = asked(b, typed);
            assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), (words, place, choice), "{typed}");
        }
    }

    async fn a_town_sees_the_needs_around_it_nearest_first(fixture) {
        let b = &fixture.backend;
        for ou in ["Muret (31)", "Albi", "Toulouse", "Occitanie"] {
            publish(&fixture, ou).await;
        }
        let query = |around| NeedQuery {
            place: Place::read("Cugnaux").one(),
            around,
            page: 1,
            ..NeedQuery::default()
        };
        let here = b.need_list(&query(false));
        assert_eq!((here.total, here.around, listed(&here)), (1, 0, vec![("R76".to_owned(), None)]));
        let page = b.need_list(&query(true));
        assert_eq!((page.total, page.around), (3, 2), "Albi is more than 50 km away");
        let places = listed(&page);
        assert_eq!(places[0], ("R76".to_owned(), None), "what takes place there comes first");
        let (near, far) = (places[1].1.expect("a distance"), places[2].1.expect("a distance"));
        assert!(near <= far && (5..15).contains(&near), "{places:?}");
        let sectors: u64 = page.sectors.iter().map(|(_, n)| *n).max().expect("a sector");
        assert_eq!(sectors, 3, "filters count what the list holds");
    }
}
