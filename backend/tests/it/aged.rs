//! Reference data ages: what a row says that this build does not know is still there when it was loaded and saved.

use crate::fixture::{self, Fixture, NOW};
use crate::link::by_link;
use backend::error::Error;
use backend::needs::{NeedQuery, StepOutcome};
use backend::store::Store;
use backend::structures::ManageOutcome;
use domain::legal::{Consideration, Vehicle};
use domain::need::Need;
use domain::need::steps::{LotForm, SubjectForm};
use domain::need::{NeedForm, NeedStatus};
use domain::siret::Siret;
use domain::structure::fiche::{ActivityDecision, ActivityForm, FicheForm};
use domain::structure::{Activity, Mode, Standing, Structure};
use domain::territory::zones_stored;
use domain::written::Written;
use uuid::Uuid;

const NEED: Uuid = Uuid::from_u128(7);
/// What reference data no longer has: zones of a known sector, a sector with its zones.
const ACTIVITIES_AGE: [&str; 2] = [
    "UPDATE activity SET zones = 'D31|E999999999|C31999+20km' WHERE sector = 'blanchisserie'",
    "UPDATE activity SET sector = 'laverie-99', zones = 'D31|R73' WHERE sector = 'repassage'",
];
/// A row of an activity, but for its moment: sector, mode, zones, standing, hours.
const ACTIVITIES: &str =
    "SELECT sector, mode, zones, standing, hours_per_month FROM activity WHERE siret = $1 ORDER BY sector";
const DOCUMENT: &str = "SELECT document FROM need_version WHERE need_id = $1 AND number = $2";
const DOCUMENT_AGE: &str = "UPDATE need_version SET document = $2 WHERE need_id = $1";

fn structure() -> Structure {
    let does = |sector: &str, zones: &str| Activity {
        sector: Written::read(sector).known().expect("a sector"),
        mode: Mode::Prestation,
        zones: zones_stored(zones),
        standing: Standing::Confirmed,
        because: String::new(),
        hours_per_month: Some(300),
        orders: None,
    };
    let mut structure = backend::demo::occitanie().swap_remove(0);
    structure.activities = vec![does("blanchisserie", "D31"), does("repassage", "FR")];
    structure
}

fn need() -> Need {
    let form = NeedForm {
        title: "Blanchisserie".into(),
        place: "C31555".into(),
        date: "2027-01-12".into(),
        email: "achats@ville.example".into(),
        sectors: vec!["blanchisserie".into()],
        ..NeedForm::default()
    };
    let request = form.parse(jiff::civil::date(2026, 11, 21)).expect("a good form");
    Need {
        id: NEED,
        author: Some(request.author),
        account: None,
        organisation: None,
        draft: request.draft,
        link_number: 0,
        awards: Vec::new(),
        status: NeedStatus::ToConfirm,
        version: 0,
        created_at: NOW,
        published_at: None,
        ended_at: None,
        withdrawn_at: None,
    }
}

/// Writes a structure and a published need, as this build knows them.
async fn write(store: &Store) -> Siret {
    let (structure, need) = (structure(), need());
    let mut tx = store.begin().await.expect("a transaction");
    tx.structure_save(&structure, NOW).await.expect("saved");
    tx.need_insert(&need).await.expect("inserted");
    assert!(tx.need_publish(NEED, &need.draft, NOW).await.expect("published"));
    tx.commit().await.expect("committed");
    structure.siret
}

/// The document as it ages: `(place, sectors)`.
fn aged(document: &str, (place, sectors): (&str, &str)) -> String {
    let aged = document.replace(r#""place":"C31555""#, &format!(r#""place":"{place}""#));
    aged.replace(r#""sectors":["blanchisserie"]"#, &format!(r#""sectors":{sectors}"#))
}

fn token(url: &str) -> String {
    url.split_once("jeton=").expect("a token").1.to_owned()
}

/// The token of the need's author.
async fn author(b: &backend::Backend) -> String {
    token(&b.links().need_follow(&b.store.need_fetch(NEED).await.expect("read").expect("there")))
}

type ActivityRow = (String, String, String, String, Option<i64>);

/// What stands in the database after each thing that is done with a structure.
macro_rules! check_structure {
    ($fixture:expr, $pool:expr, $siret:expr) => {{
        let b = &$fixture.backend;
        let rows = async || -> Vec<ActivityRow> {
            sqlx::query_as(ACTIVITIES).bind($siret.as_str()).fetch_all($pool).await.expect("rows")
        };
        let before = rows().await;
        let told: Vec<&str> = before.iter().map(|row| row.2.as_str()).collect();
        assert_eq!(told, ["D31|E999999999|C31999+20km", "D31|R73"]);

        let read = b.store.structure_fetch($siret).await.expect("read").expect("there");
        assert_eq!((read.activities.len(), read.activities_kept.len()), (1, 1));
        assert_eq!(b.store.structure_list().await.expect("read"), vec![read.clone()]);
        let said: Vec<String> = read.corrections().iter().map(|c| c.sentence()).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        let entry = b.structure_show($siret).expect("in the index");
        assert_eq!(entry.structure, read);
        let d31 = domain::territory::Place::parse("D31").expect("a place").communes();
        assert_eq!(*entry.facts.activities[0].zones, d31, "its other zone still works");

        let manage = token(&b.links().structure_manage(&read));
        let form = FicheForm { description: Some("Du linge".into()), ..FicheForm::default() };
        let saved = by_link(b).manage_save($siret, &manage, &form).await.expect("saved");
        assert!(matches!(saved, ManageOutcome::Saved { .. }), "{saved:?}");
        assert_eq!(rows().await, before, "its own page");
        let file = format!("siret,kind,nom,code_postal,ville\n{},ACI,Un autre nom,31000,Toulouse\n", $siret);
        let report = b.import_structures(file.as_bytes(), &|_, _| {}).await.expect("imported");
        assert_eq!((report.updated, report.rejected.len()), (1, 0));
        assert_eq!(rows().await, before, "a file of structures");
        let file = format!("siret,secteur,mode,zones\n{},traiteur,prestation,C14011\n", $siret);
        b.import_activities(file.as_bytes(), &|_, _| {}).await.expect("imported");
        let after = rows().await;
        assert!(before.iter().all(|row| after.contains(row)), "a file of activities: {after:?}");
        assert!(after.iter().any(|row| row.0 == "traiteur" && row.2 == "C14581"), "{after:?}");

        // Corrected: the zones by writing the activity again, the sector by its successor.
        let key = |sector: &str| (sector.to_owned(), "prestation".to_owned());
        let add = |sector: &str, zones: &str| {
            vec![ActivityForm { sector: sector.into(), mode: "prestation".into(), zones: zones.into() }]
        };
        let (sector, mode) = key("laverie-99");
        let decisions = vec![(sector, mode, ActivityDecision::Dismiss)];
        for form in [
            FicheForm { add: add("blanchisserie", "Haute-Garonne, Occitanie"), ..FicheForm::default() },
            FicheForm { decisions, add: add("repassage", "Occitanie"), ..FicheForm::default() },
        ] {
            let saved = by_link(b).manage_save($siret, &manage, &form).await.expect("saved");
            assert!(matches!(saved, ManageOutcome::Saved { .. }), "{saved:?}");
        }
        let read = b.store.structure_fetch($siret).await.expect("read").expect("there");
        assert!(read.corrections().is_empty());
        assert_eq!(read.activities[0].hours_per_month, Some(300), "written again, it keeps its hours");
        assert_eq!(rows().await.len(), 4, "what was put aside is still there");
    }};
}

/// What a need that says `(place, sectors)` still does.
async fn check_need(fixture: &Fixture, is_told: bool) {
    let b = &fixture.backend;
    let listed = b.need_list(&NeedQuery { page: 1, ..NeedQuery::default() });
    assert_eq!(listed.needs.iter().map(|n| n.entry.need.id).collect::<Vec<_>>(), [NEED]);
    let shown = b.need_matches(NEED, None).await.expect("its public page");
    let draft = &shown.entry.need.draft;
    assert!(!draft.corrections().is_empty());
    assert_eq!(draft.says_enough(&draft.lots[0]), is_told);
    assert_eq!(shown.entry.need.lots().count(), usize::from(is_told));
    let author = author(b).await;
    let followed = by_link(b).need_follow(&author).await.expect("its author's page");
    assert_eq!(followed.need.draft, *draft);
}

/// Keeps the steps of a need as they are shown, with another title.
async fn keep_steps(fixture: &Fixture) {
    let b = &fixture.backend;
    let author = author(b).await;
    let link = by_link(b);
    let kept = link.need_step(&author, |draft| {
        let form = SubjectForm { title: "Du linge".into(), ..SubjectForm::of(draft) };
        let draft = form.apply(draft, b.clock.today())?;
        draft.lot_change(draft.lots[0].key, |lot| LotForm::of(lot).apply(lot, &draft, true))
    });
    let kept = kept.await.expect("a good link");
    assert!(matches!(kept, StepOutcome::Kept(_)), "{kept:?}");
}

/// Publishes the steps: refused as long as nobody could be told, then with a place and a sector.
async fn check_published_again(fixture: &Fixture, is_told: bool) {
    let b = &fixture.backend;
    let author = author(b).await;
    match by_link(b).need_revise(&author).await {
        Ok(_) => assert!(is_told),
        Err(Error::Refused(why)) => assert!(!is_told && why.contains("À corriger avant de publier"), "{why}"),
        Err(error) => panic!("{error}"),
    }
    let link = by_link(b);
    let corrected = link.need_step(&author, |draft| {
        let form = SubjectForm { place: "C14011".into(), title: "Linge".into(), ..SubjectForm::of(draft) };
        let draft = form.apply(draft, b.clock.today())?;
        draft.lot_change(draft.lots[0].key, |lot| {
            let form = LotForm { sectors: vec!["blanchisserie".into()], ..LotForm::of(lot) };
            form.apply(lot, &draft, true)
        })
    });
    assert!(matches!(corrected.await, Ok(StepOutcome::Kept(_))));
    by_link(b).need_revise(&author).await.expect("published");
    let draft = &b.need_show(NEED).expect("shown").need.draft;
    assert!(draft.corrections().is_empty());
    assert_eq!(draft.place.code(), "C14581");
}

/// Needs as they age, with whether structures are still told of them.
const NEEDS: [((&str, &str), bool); 4] = [
    (("R73", r#"["blanchisserie"]"#), false),
    (("C31555", r#"["linge-99"]"#), false),
    (("E999999999", r#"["linge-99"]"#), false),
    (("C31555", r#"["linge-99","blanchisserie"]"#), true),
];

/// Vehicles as documents of before wrote them, and what they are now.
const VEHICLES: [(&str, Option<Vehicle>, &[Consideration]); 4] = [
    ("insertion", Some(Vehicle::Insertion), &[]),
    ("direct_award", Some(Vehicle::DirectAward), &[]),
    ("social_clause", None, &[Consideration::SocialClause]),
    ("environmental_criterion", None, &[Consideration::EnvironmentalCriterion]),
];

macro_rules! aged_on {
    ($name:ident, $fresh:expr, $pool:ident) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread")]
            async fn activities() {
                let Some((store, url, folder)) = $fresh.await else { return };
                let pool = &sqlx::$pool::connect(&url).await.expect("a database");
                let siret = write(&store).await;
                for statement in ACTIVITIES_AGE {
                    sqlx::query(statement).execute(pool).await.expect("aged");
                }
                let fixture = fixture::over(store, folder).await;
                check_structure!(fixture, pool, siret);
            }

            /// A lot had one vehicle, of whatever kind, before it could carry several considerations.
            #[tokio::test(flavor = "multi_thread")]
            async fn considerations() {
                for (written, vehicle, carried) in VEHICLES {
                    let Some((store, url, _folder)) = $fresh.await else { return };
                    let pool = &sqlx::$pool::connect(&url).await.expect("a database");
                    write(&store).await;
                    let read = sqlx::query_scalar(DOCUMENT).bind(NEED).bind(1_i64);
                    let document: String = read.fetch_one(pool).await.expect("a document");
                    let before = document
                        .replace(r#""shape":3"#, r#""shape":2"#)
                        .replace(r#","considerations":[]"#, "")
                        .replace(r#""vehicle":null"#, &format!(r#""vehicle":"{written}""#));
                    assert_ne!(before, document);
                    sqlx::query(DOCUMENT_AGE).bind(NEED).bind(&before).execute(pool).await.expect("aged");
                    let need = store.need_fetch(NEED).await.expect("read").expect("there");
                    let lot = &need.draft.lots[0];
                    let asked: Vec<Consideration> =
                        lot.considerations.iter().map(|c| c.consideration).collect();
                    assert_eq!((lot.vehicle, asked.as_slice()), (vehicle, carried), "{written}");
                }
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn needs() {
                for (says, is_told) in NEEDS {
                    let Some((store, url, folder)) = $fresh.await else { return };
                    let pool = &sqlx::$pool::connect(&url).await.expect("a database");
                    write(&store).await;
                    let document = async |number: i64| -> String {
                        let read = sqlx::query_scalar(DOCUMENT).bind(NEED).bind(number);
                        read.fetch_one(pool).await.expect("a document")
                    };
                    let before = aged(&document(1).await, says);
                    sqlx::query(DOCUMENT_AGE).bind(NEED).bind(&before).execute(pool).await.expect("aged");
                    let fixture = fixture::over(store, folder).await;
                    check_need(&fixture, is_told).await;
                    keep_steps(&fixture).await;
                    let after = document(0).await;
                    assert_eq!(
                        after,
                        before.replace("\"title\":\"Blanchisserie\"", "\"title\":\"Du linge\"")
                    );
                    check_published_again(&fixture, is_told).await;
                }
            }
        }
    };
}

async fn fresh_sqlite() -> Option<(Store, String, Option<tempfile::TempDir>)> {
    let (store, folder) = fixture::sqlite().await;
    let url = format!("sqlite:{}", folder.path().join("test.sqlite").display());
    Some((store, url, Some(folder)))
}

async fn fresh_postgres() -> Option<(Store, String, Option<tempfile::TempDir>)> {
    let url = fixture::postgres_url().await?;
    Some((Store::open_postgres(&url).await.expect("a database"), url, None))
}

aged_on!(sqlite, fresh_sqlite(), SqlitePool);
aged_on!(postgres, fresh_postgres(), PgPool);
