//! Files: imported twice, nothing changes; bad rows are put aside; bad files are refused whole.

use crate::fixture::{Fixture, on_both};
use crate::link::by_link;
use backend::error::Error;
use backend::structures::ManageOutcome;
use domain::need::NeedForm;
use domain::siret::Siret;
use domain::structure::fiche::{CONVENTION_NEW, ConventionForm, FicheForm};
use domain::structure::{Kind, Standing};

const STRUCTURES: &str = "\
source,kind,siret,nom,enseigne,naf,adresse,code_postal,ville,lon,lat,site_web,description,inconnue
essai,ACI,00000000100016,LES JARDINS DE NULLE PART,,8130Z,1 rue,31000,Toulouse,1.44,43.60,,,x
essai,EI,00000000100016,LES JARDINS DE NULLE PART,Jardins,8130Z,1 rue,31000,Toulouse,1.44,43.60,,,x
essai,ESAT,00000000200014,ESAT DE L’ESSAI,,8810C,,99999,Nulle part,,,,,x
essai,ACI,12345678901234,FAUSSE CLÉ,,,,31000,Toulouse,,,,,x
essai,XYZ,00000000300012,TYPE INCONNU,,,,31000,Toulouse,,,,,x
essai,AI,00000000400010,,,,,31000,Toulouse,,,,,x
essai,AI,00000000400010
essai,ESAT,,ESAT SANS NUMÉRO,,,2 rue,31000,Toulouse,,,,,x
";

on_both! {
    async fn structures_twice(fixture) {
        let b = &fixture.backend;
        let none = |_: u64, _: u64| {};
        let first = b.import_structures(STRUCTURES.as_bytes(), &none).await.expect("imported");
        assert_eq!((first.rows, first.created, first.updated, first.unchanged), (8, 3, 0, 0));
        let lines: Vec<u64> = first.rejected.iter().map(|r| r.line).collect();
        assert_eq!(lines, [5, 6, 7, 8]);
        assert!(first.rejected[0].reason.contains("clé"), "{:?}", first.rejected[0]);
        assert!(first.warnings.iter().any(|w| w.contains("inconnue")), "{:?}", first.warnings);

        let again = b.import_structures(STRUCTURES.as_bytes(), &none).await.expect("imported");
        assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 3));

        let siret = Siret::parse("00000000100016").expect("a SIRET");
        let garden = b.structure_show(siret).expect("shown");
        assert_eq!(garden.structure.kinds.iter().map(|k| k.code()).collect::<Vec<_>>(), ["ACI", "EI"]);
        assert_eq!(garden.structure.shown_name(), "Jardins");
        assert_eq!(garden.structure.commune, "31555");
        assert!(garden.structure.activities.iter().all(|a| a.standing == Standing::Deduced));
        assert!(garden.structure.activities.iter().any(|a| a.because.contains("NAF 8130Z")));

        let changed = STRUCTURES.replace("1 rue,", "2 rue,");
        let third = b.import_structures(changed.as_bytes(), &none).await.expect("imported");
        assert_eq!((third.created, third.updated, third.unchanged), (0, 1, 2));
    }

    async fn every_row_is_accounted_for(fixture) {
        let b = &fixture.backend;
        let none = |_: u64, _: u64| {};
        let file = "siret,kind,nom,code_postal,ville,departement,capacite,qpv,contact\n\
            00000000100016,ACI,A,31000,Toulouse,31,,,\n\
            00000000100016,EI,A,31000,Toulouse,31,,,\n\
            00000000100016,ACI,Une autre,75011,Paris,75,,,\n\
            00000000200014,EI,B,31000,Toulouse,75,beaucoup,peut-être,pas une adresse\n\
            1,EI,\"guillemet ouvert,31000,Toulouse,31,,,\n\
            00000000400010,EI,C,31000,Toulouse,31,,,\n";
        let report = b.import_structures(file.as_bytes(), &none).await.expect("imported");
        let rejected = u64::try_from(report.rejected.len()).expect("a few");
        assert_eq!((report.rows, report.created, report.joined, rejected), (6, 3, 1, 2));
        assert_eq!(report.created + report.joined + rejected, report.rows);
        assert_eq!(report.rejected.iter().map(|r| r.line).collect::<Vec<_>>(), [4, 6]);
        assert!(report.rejected[0].reason.contains("ligne 2"), "{:?}", report.rejected[0]);
        for column in ["departement", "capacite", "qpv", "contact"] {
            assert!(report.warnings.iter().any(|w| w.contains(column)), "{column}: {:?}", report.warnings);
        }
    }

    async fn one_number_is_one_establishment(fixture) {
        const FIRST: &str = "ACI,Les Jardins de l’Été,31000,Toulouse";
        let b = &fixture.backend;
        for (second, is_one) in [
            ("EI,Les Jardins de l’Été,31000,Toulouse", true),
            ("EI,LES  JARDINS DE L'ETE,31000,TOULOUSE", true),
            ("EI,les jardins de l’été,31300,Toulouse", true),
            ("EI,Les Jardins de l’Été,,", true),
            ("EI,Les Jardins de l’Hiver,31000,Toulouse", false),
            ("ACI,Les Jardins de l’Hiver,31000,Toulouse", false),
            ("EI,Les Jardins de l’Été,81000,Albi", false),
            ("ACI,Les Jardins de l’Été,81000,Albi", false),
        ] {
            for (one, two) in [(FIRST, second), (second, FIRST)] {
                let row = |text: &str| text.replacen(',', ",00000000100016,", 1);
                let file = format!("kind,siret,nom,code_postal,ville\n{}\n{}\n", row(one), row(two));
                let report = b.import_structures(file.as_bytes(), &|_, _| {}).await.expect("imported");
                assert_eq!((report.joined, report.rejected.is_empty()), (u64::from(is_one), is_one), "{one} / {two}");
                for rejected in &report.rejected {
                    assert_eq!(rejected.line, 3, "{one} / {two}");
                    for part in ["ligne 2", "ligne 3", one.split(',').nth(1).expect("a name"), two.split(',').nth(3).expect("a town")] {
                        assert!(rejected.reason.contains(part), "{part} in {}", rejected.reason);
                    }
                }
            }
        }
    }

    /// Two conventions of one kind are two, whatever the order of their rows; a row that says nothing of one adds none.
    async fn two_conventions_of_one_kind(fixture) {
        const ROWS: [&str; 4] = [
            "ACI,00000000100016,Les Jardins,8130Z,31000,Toulouse,31-2020,2020-01-01,2025-12-31,1000",
            "ACI,00000000100016,Les Jardins,8130Z,31000,Toulouse,31-2026,2026-01-01,2028-12-31,\"12,5\"",
            "ACI,00000000100016,Les Jardins,8130Z,31000,Toulouse,,,,",
            "EI,00000000100016,Les Jardins,8130Z,31000,Toulouse,,,,",
        ];
        let b = &fixture.backend;
        let siret = Siret::parse("00000000100016").expect("a SIRET");
        for (n, order) in [[0, 1, 2, 3], [1, 0, 3, 2], [2, 1, 0, 3], [3, 2, 1, 0]].into_iter().enumerate() {
            let rows = order.map(|row: usize| ROWS[row]).join("\n");
            let head = "kind,siret,nom,naf,code_postal,ville,convention_numero,convention_debut,convention_fin,convention_etp";
            let report = b.import_structures(format!("{head}\n{rows}\n").as_bytes(), &|_, _| {}).await.expect("imported");
            assert_eq!((report.created, report.unchanged), if n == 0 { (1, 0) } else { (0, 1) }, "{order:?}");
            let stored = b.store.structure_fetch(siret).await.expect("read").expect("there");
            assert_eq!(stored, b.structure_show(siret).expect("shown").structure);
            assert_eq!(stored.kinds.iter().collect::<Vec<_>>(), [Kind::Aci, Kind::Ei], "{order:?}");
            let known = stored.conventions.iter().map(|c| (c.number.as_str(), c.etp_hundredths));
            assert_eq!(known.collect::<Vec<_>>(), [("31-2020", Some(100_000)), ("31-2026", Some(1_250))], "{order:?}");
        }
        let stored = b.store.structure_fetch(siret).await.expect("read").expect("there");
        for (on, runs) in [("2025-12-31", true), ("2026-01-01", true), ("2029-01-01", false), ("2019-12-31", false)] {
            let kinds = stored.party().kinds_in_force(domain::date::parse(on).expect("a day"));
            assert_eq!(kinds.contains(Kind::Aci), runs, "{on}");
        }
        let on = b.clock.today();
        assert!(stored.capacity_doubt(1_900, on).is_none(), "the jobs of the convention that runs, and no others");
        let form = |which: &str, number: &str, to: &str| FicheForm {
            conventions: vec![ConventionForm {
                kind: "ACI".into(), which: which.into(), number: number.into(), to: to.into(),
                ..ConventionForm::default()
            }],
            ..FicheForm::default()
        };
        let structure = b.store.structure_fetch(siret).await.expect("read").expect("there");
        let token = b.links().structure_manage(&structure);
        let token = token.split_once("jeton=").expect("a token").1;
        let (old, new) = (stored.conventions[0].key(), stored.conventions[1].key());
        for (change, numbers) in [
            (form("", "31-2030", ""), None),
            (form("deadbeef", "31-2030", ""), None),
            (form(&old, "31-2021", "31/12/2021"), Some(vec!["31-2021", "31-2026"])),
            (form(&old, "31-2022", ""), None),
            (form(CONVENTION_NEW, "31-2029", "31/12/2031"), Some(vec!["31-2021", "31-2029", "31-2026"])),
            (form(&new, "", ""), Some(vec!["31-2021", "31-2029"])),
        ] {
            let outcome = by_link(b).manage_save(siret, token, &change).await.expect("a good link");
            assert_eq!(matches!(outcome, ManageOutcome::Saved { .. }), numbers.is_some(), "{change:?} {outcome:?}");
            let stored = b.store.structure_fetch(siret).await.expect("read").expect("there");
            let known = stored.conventions.iter().map(|c| c.number.as_str()).collect::<Vec<_>>();
            assert!(numbers.is_none_or(|numbers| numbers == known), "{change:?} {known:?}");
        }
    }

    async fn who_saves_its_page_during_an_import_is_not_overwritten(fixture) {
        let b = &fixture.backend;
        let none = |_: u64, _: u64| {};
        b.import_structures(STRUCTURES.as_bytes(), &none).await.expect("imported");
        let siret = Siret::parse("00000000100016").expect("a SIRET");
        let stale = b.store.structure_fetch(siret).await.expect("read").expect("there");
        fixture.clock.advance(60);
        let mut tx = b.store.begin().await.expect("a transaction");
        tx.structure_alerts_stop(siret, b.clock.now()).await.expect("stopped");
        tx.commit().await.expect("committed");
        let mut tx = b.store.begin().await.expect("a transaction");
        let written_at = stale.updated_at.as_second();
        assert!(!tx.structure_save_over(&stale, written_at, b.clock.now()).await.expect("asked"), "written since");
        assert!(tx.structures_insert(&[&stale], b.clock.now()).await.expect("asked").is_empty(), "there already");
        tx.commit().await.expect("committed");
        assert!(b.store.structure_fetch(siret).await.expect("read").expect("there").alerts_stopped);
    }

    async fn what_was_imported_is_told_of_the_open_needs(fixture) {
        let b = &fixture.backend;
        let none = |_: u64, _: u64| {};
        let form = NeedForm {
            title: "Blanchisserie du linge".into(), place: "31000".into(), date: "2027-01-12".into(),
            email: "achats@ville.example".into(), ..NeedForm::default()
        };
        by_link(b).need_send(b.need_read(&form).expect("a good form")).await.expect("sent");
        let token = Fixture::token(&fixture.mails().await[0], "/besoins/confirmer");
        by_link(b).need_publish(&token).await.expect("published");
        fixture.mails().await;
        let told = async |file: &str, is_activities: bool| {
            match is_activities {
                true => b.import_activities(file.as_bytes(), &none).await.expect("imported"),
                false => b.import_structures(file.as_bytes(), &none).await.expect("imported"),
            };
            let mails = fixture.mails().await;
            mails.into_iter().filter(|m| m.mail.unsubscribe.is_some()).map(|m| m.mail.to.to_string()).collect::<Vec<_>>()
        };
        let file = "siret,kind,nom,naf,code_postal,ville,contact\n\
            00000000100016,EI,Le linge,9601A,31000,Toulouse,linge@structure.example\n\
            00000000200014,EI,Les jardins,8130Z,31000,Toulouse,jardins@structure.example\n";
        assert_eq!(told(file, false).await, ["linge@structure.example"]);
        assert_eq!(told(file, false).await, [""; 0], "nothing changed");
        let activities = "siret,secteur,mode,zones\n00000000200014,blanchisserie,prestation,D31\n";
        assert_eq!(told(activities, true).await, ["jardins@structure.example"]);
    }

    async fn activities_twice(fixture) {
        let b = &fixture.backend;
        let none = |_: u64, _: u64| {};
        b.import_structures(STRUCTURES.as_bytes(), &none).await.expect("imported");
        let file = "siret;secteur;mode;zones;capacite_heures_mois\n\
            00000000100016;blanchisserie;prestation;D31|50km;120\n\
            00000000100016;rien;prestation;FR;\n\
            00000000100016;traiteur;prestation;Z9;\n\
            00000000100016;traiteur;prestation;FR;200001\n\
            00000000500017;traiteur;prestation;FR;\n";
        let first = b.import_activities(file.as_bytes(), &none).await.expect("imported");
        assert_eq!((first.updated, first.unchanged, first.rejected.len()), (1, 0, 4));
        let again = b.import_activities(file.as_bytes(), &none).await.expect("imported");
        assert_eq!((again.updated, again.unchanged), (0, 1));
        let siret = Siret::parse("00000000100016").expect("a SIRET");
        let garden = b.structure_show(siret).expect("shown");
        assert_eq!(garden.structure.activities.len(), 1, "what was deduced gives way to what is declared");
        assert_eq!(garden.structure.activities[0].hours_per_month, Some(120));
        let structures = b.import_structures(STRUCTURES.as_bytes(), &none).await.expect("imported");
        assert_eq!((structures.updated, structures.unchanged), (0, 3), "and stays declared");
    }

    async fn a_bad_file_is_refused_whole(fixture) {
        let b = &fixture.backend;
        let none = |_: u64, _: u64| {};
        for bad in [&b""[..], b"kind,nom\nACI,x\n", b"siret,kind,nom\n\xff\xfe\n", b"PK\x03\x04\0\0"] {
            assert!(matches!(b.import_structures(bad, &none).await, Err(Error::Refused(_))));
        }
        assert_eq!(b.store.structure_count().await.expect("counted"), 0);
    }
}
