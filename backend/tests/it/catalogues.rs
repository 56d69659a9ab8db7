//! Catalogues: taken away, given back, previewed row by row, applied as they were previewed.

use crate::accounts::signed_in;
use crate::fixture::{Fixture, on_both};
use backend::catalogues::{
    CatalogueApplied, CatalogueColumn, CataloguePreview, RowOutcome, STRUCTURES_AT_ONCE, catalogue_file,
};
use backend::error::Error;
use backend::sheet::SheetFormat;
use domain::access::{Account, Action, Actor, Delegation, FichePart, Membership, Rank, Refusal, Target};
use domain::sector::Sectors;
use domain::siret::Siret;
use domain::structure::{Activity, Mode, Standing, Structure};
use domain::territory::zones_stored;
use std::collections::BTreeSet;

const LAUNDRY: &str = "blanchisserie";
const GREEN: &str = "creation-et-entretien-des-espaces-verts";

fn activity(slug: &str, zones: &str, standing: Standing, hours: Option<u32>) -> Activity {
    Activity {
        sector: Sectors::get().parse(slug).expect("a sector"),
        mode: Mode::Prestation,
        zones: zones_stored(zones),
        standing,
        because: String::new(),
        orders: None,
        hours_per_month: hours,
    }
}

/// Writes structures as they are to be found.
async fn stored(fixture: &Fixture, structures: &[Structure]) {
    let mut tx = fixture.backend.store.begin().await.expect("a transaction");
    for structure in structures {
        tx.structure_save(structure, fixture.clock.now()).await.expect("saved");
    }
    tx.commit().await.expect("committed");
}

async fn fetched(fixture: &Fixture, siret: Siret) -> Structure {
    fixture.backend.store.structure_fetch(siret).await.expect("read").expect("there")
}

/// The demonstration structures, and somebody who belongs to all of them.
async fn keeper(fixture: &Fixture, count: u32) -> (Vec<Structure>, Account) {
    let b = &fixture.backend;
    b.demo_load_country(count, &|_, _| {}).await.expect("loaded");
    fixture.mails().await;
    let structures = b.store.structure_list().await.expect("read");
    let mut account = signed_in(fixture, "tete@reseau.example").await.account().expect("signed in").clone();
    let member = |structure: &Structure| Membership { team: structure.siret.into(), rank: Rank::Member };
    account.memberships = structures.iter().map(member).collect();
    (structures, account)
}

/// A structure of which everything is known that a catalogue says, and somebody who belongs to it.
async fn known(fixture: &Fixture) -> (Structure, Account) {
    let (structures, mut account) = keeper(fixture, 40).await;
    let structure = Structure {
        brand: "Les Jardins (exemple)".to_owned(),
        description: "Notre atelier".to_owned(),
        website: "https://jardins.example/".to_owned(),
        hours_per_month: Some(900),
        conventions: Vec::new(),
        activities: vec![
            activity(LAUNDRY, "D31|C31555", Standing::Declared, Some(120)),
            activity(GREEN, "30km", Standing::Deduced, None),
        ],
        activities_kept: Vec::new(),
        ..structures[0].clone()
    };
    stored(fixture, std::slice::from_ref(&structure)).await;
    account.memberships.retain(|own| own.team == structure.siret.into());
    (fetched(fixture, structure.siret).await, account)
}

async fn preview(fixture: &Fixture, actor: &Actor, file: &str) -> CataloguePreview {
    fixture.backend.catalogue_preview(actor, file.as_bytes().to_vec()).await.expect("previewed")
}

async fn apply(fixture: &Fixture, actor: &Actor, file: &str, seen: &CataloguePreview) -> CatalogueApplied {
    let bytes = file.as_bytes().to_vec();
    fixture.backend.catalogue_apply(actor, bytes, &seen.states).await.expect("applied")
}

/// What a row is said to do, in one line.
fn said(outcome: &RowOutcome) -> String {
    match outcome {
        RowOutcome::Changes(changes) => changes.join(" ; ").replace('\u{a0}', " "),
        RowOutcome::Unchanged => "rien".to_owned(),
        RowOutcome::Wrong(wrong) => format!("ERREUR {}", wrong.join(" ; ").replace('\u{a0}', " ")),
    }
}

async fn audited(fixture: &Fixture, siret: Siret) -> usize {
    let rows = fixture.backend.store.audit_list(Target::Structure(siret)).await.expect("read");
    rows.iter().filter(|row| row.action == Action::StructureManage.code()).count()
}

on_both! {
    /// What is taken away and given back changes nothing, whatever stands in it.
    async fn what_is_taken_away_and_given_back_changes_nothing(fixture) {
        let b = &fixture.backend;
        let (mut structures, account) = keeper(&fixture, 60).await;
        let actor = Actor::Account(account);
        let texts = [
            "=1+1", "-", "'-", "''=x", "- linge\r\n- draps", "+33 1", "@x", "L\u{2bc}été, « ici » ; \"là\"", "'t Hof",
            "deux\nlignes", "", "a\u{a0}: b\tc",
        ];
        for (n, structure) in structures.iter_mut().enumerate() {
            structure.description = texts[n % texts.len()].to_owned();
            structure.website = if n % 2 == 0 { String::new() } else { "https://site.example/a?b=1,2;3".to_owned() };
            match n % 5 {
                0 => structure.activities.clear(),
                2 => structure.activities.iter_mut().for_each(|activity| {
                    let cpv = vec![domain::cpv::Cpv::parse("77310000").expect("a code")];
                    let minimum = Some(domain::money::Euros::of_cents(150_050));
                    activity.orders = domain::structure::OrderTerms { minimum, cpv }.said();
                }),
                1 => structure.activities.push(activity(LAUNDRY, "C99999|R76|D2A|E999999999", Standing::Dismissed, Some(0))),
                _ => {}
            }
            structure.activities.dedup_by_key(|a| (a.sector, a.mode));
        }
        stored(&fixture, &structures).await;
        let before = b.store.structure_list().await.expect("read");
        let kept = b.catalogue_show(&actor).await.expect("its own");
        assert_eq!(kept.len(), structures.len());
        for format in SheetFormat::ALL {
            let file = b.catalogue_export(&actor, format).await.expect("written");
            if format == SheetFormat::Csv {
                let text = String::from_utf8(file.clone()).expect("text");
                let mut reader = csv::Reader::from_reader(text.as_bytes());
                let cells = reader.records().flat_map(|row| row.expect("a row").iter().map(str::to_owned).collect::<Vec<_>>());
                let runs: Vec<String> = cells.filter(|cell| cell.starts_with(['=', '+', '-', '@'])).collect();
                assert!(runs.is_empty(), "{runs:?}");
            }
            let seen = b.catalogue_preview(&actor, file.clone()).await.expect("previewed");
            let wrong: Vec<_> = seen.rows.iter().filter(|row| row.outcome != RowOutcome::Unchanged).collect();
            assert!(wrong.is_empty(), "{format:?} {wrong:?}");
            let rows: usize = kept.iter().map(|structure| structure.activities.len().max(1)).sum();
            assert_eq!((seen.rows.len(), seen.states.len(), seen.ignored.len()), (rows, 0, 0), "{format:?}");
            let done = b.catalogue_apply(&actor, file, &seen.states).await.expect("applied");
            assert_eq!((done.written.len(), done.refused.len()), (0, 0));
        }
        assert_eq!(b.store.structure_list().await.expect("read"), before, "nothing was written");
        // The empty model is what is taken away of nothing.
        for format in SheetFormat::ALL {
            let seen = b.catalogue_preview(&actor, catalogue_file(&[], format).expect("written")).await;
            assert!(seen.expect("read").rows.is_empty());
        }
    }

    /// What each column says, in one row at a time.
    async fn rows_say_what_they_change(fixture) {
        let (structure, account) = known(&fixture).await;
        let (siret, actor) = (structure.siret, Actor::Account(account));
        let laundry = "Blanchisserie;;prestation";
        let green = "Création et entretien des espaces verts";
        let head = "SIRET;Secteur;Identifiant du secteur;Forme;Zones;Statut;Heures par mois de l’activité;Heures par mois de la structure;Site internet;Présentation;Nom;Commande minimale (€ HT);Codes CPV";
        for (row, expected) in [
            (format!("{siret};;;;;;;;;;"), "rien"),
            (format!("{siret};;;;;;;;;;Un autre nom"), "rien"),
            (format!("{siret};{laundry};;;;;;;"), "rien"),
            (format!("{siret};BLANCHISSERIE;;;;;;;;;"), "rien"),
            (format!("{siret};;blanchisserie;PREST;Toulouse (31)|D31;déclaré;120;900;;Notre atelier;"), "rien"),
            (format!("{siret};{laundry};Haute-Garonne;;;;;;"),
             "change les zones : Haute-Garonne (31), Toulouse (31) → Haute-Garonne (31) ; change le statut : déclarée → confirmée"),
            (format!("{siret};{laundry};;confirmée;;;;;"), "change le statut : déclarée → confirmée"),
            (format!("{siret};{laundry};;Écarté;;;;;"), "change le statut : déclarée → écartée"),
            (format!("{siret};{laundry};;déduite;;;;;"), "rien"),
            (format!("{siret};{laundry};;peut-être;;;;;"),
             "ERREUR statut inconnu « peut-être » : écrivez « confirmée » ou « écartée »"),
            (format!("{siret};{laundry};;-;;;;;"), "ERREUR un statut ne se vide pas : écrivez « confirmée » ou « écartée »"),
            (format!("{siret};{laundry};-;;;;;;"),
             "ERREUR une activité a une zone au moins : écrivez-la, ou « écartée » dans la colonne « Statut »"),
            (format!("{siret};{laundry};;;150;;;;"), "change le statut : déclarée → confirmée ; change les heures par mois de l’activité : 120 → 150"),
            (format!("{siret};{laundry};;;-;;;;"), "change le statut : déclarée → confirmée ; change les heures par mois de l’activité : 120 → (vide)"),
            (format!("{siret};{laundry};;;beaucoup;;;;"),
             "ERREUR Blanchisserie : Capacité : écrivez un nombre d’heures par mois, par exemple 900, ou des équivalents temps plein, par exemple 2,5 ETP."),
            (format!("{siret};;;;;;;1 200;;;"), "change les heures par mois de la structure : 900 → 1200"),
            (format!("{siret};;;;;;;;www.autre.example;;"),
             "change le site : https://jardins.example/ → https://www.autre.example"),
            (format!("{siret};;;;;;;;javascript://x;;"),
             "ERREUR Site internet : écrivez une adresse comme https://www.exemple.fr."),
            (format!("{siret};;;;;;;-;-;-;"),
             "change les heures par mois de la structure : 900 → (vide) ; change le site : https://jardins.example/ → (vide) ; change la présentation : Notre atelier → (vide)"),
            (format!("{siret};;;;;;;;;'=SOMME(A1);"), "change la présentation : Notre atelier → =SOMME(A1)"),
            (format!("{siret};;;;;;;;;'-;"), "change la présentation : Notre atelier → -"),
            (format!("{siret};{green};;mise à disposition;Toulouse;;80;;;;"),
             "ajoute l’activité Création et entretien des espaces verts, mise à disposition, Toulouse (31), 80 h par mois"),
            (format!("{siret};Traductions;;Fabrication et vente de biens;FR;confirmée;;;;;"),
             "ajoute l’activité Traductions, fabrication, France entière"),
            (format!("{siret};Traductions;;prestation;;;;;;;"),
             "ERREUR Activité à ajouter : dites où, par exemple « Haute-Garonne » ou « 50km »."),
            (format!("{siret};Traductions;;prestation;FR;écartée;;;;;"),
             "ERREUR cette activité n’est pas sur la fiche : il n’y a rien à écarter"),
            (format!("{siret};Traductions;;;FR;;;;;;"),
             "ERREUR dites la forme : prestation, mise à disposition ou fabrication"),
            (format!("{siret};Traductions;;magie;FR;;;;;;"),
             "ERREUR forme inconnue « magie » : écrivez prestation, mise à disposition ou fabrication"),
            (format!("{siret};Magie;;prestation;FR;;;;;;"),
             "ERREUR nous ne connaissons pas le secteur « Magie » : reprenez son nom dans la liste, sous les colonnes"),
            (format!("{siret};Traductions;blanchisserie;prestation;FR;;;;;;"),
             "ERREUR « Traductions » et « blanchisserie » sont deux secteurs : corrigez l’un, ou videz-le"),
            (format!("{siret};;;prestation;FR;;;;;;"), "ERREUR dites le secteur de cette activité"),
            (format!("{siret};;;;FR;;12;;;;"),
             "ERREUR la colonne « Zones » parle d’une activité : dites son secteur ; la colonne « Heures par mois de l’activité » parle d’une activité : dites son secteur"),
            (format!("{};;;;;;;;;;", Siret::with_key(777, 1)),
             "ERREUR vous ne tenez pas la fiche de cette structure : l’un de ses responsables peut vous en confier des parties, ou vous y inviter"),
            ("12;;;;;;;;;;".to_owned(), "ERREUR le SIRET doit avoir 14 chiffres"),
            (format!("{siret};;;"), "ERREUR 6 colonnes au lieu de 13"),
        ] {
            let seen = preview(&fixture, &actor, &format!("{head}\n{row};;\n")).await;
            let lines: Vec<String> = seen.rows.iter().map(|row| said(&row.outcome)).collect();
            assert_eq!(lines, [expected], "{row}");
            assert_eq!(seen.states.is_empty(), !matches!(seen.rows[0].outcome, RowOutcome::Changes(_)), "{row}");
        }
        for (terms, expected) in [
            ("1 500,50;", "change le statut : déclarée → confirmée ; change la commande minimale : (vide) → 1 500,50"),
            (";77310000-6 77313000", "change le statut : déclarée → confirmée ; change les codes CPV : (vide) → 77310000 77313000"),
            ("beaucoup;", "ERREUR Blanchisserie : commande minimale : écrivez un montant hors taxes, par exemple 90 000 €."),
            (";7731", "ERREUR Blanchisserie : « 7731 » n’est pas un code CPV : huit chiffres, par exemple 77310000."),
        ] {
            let row = format!("{siret};{laundry};;;;;;;;{terms}");
            let seen = preview(&fixture, &actor, &format!("{head}\n{row}\n")).await;
            assert_eq!(said(&seen.rows[0].outcome).replace('\u{202f}', " "), expected, "{row}");
        }
        assert_eq!(fetched(&fixture, siret).await, structure, "nothing was written");
        let columns: BTreeSet<&str> = CatalogueColumn::ALL.map(CatalogueColumn::heading).into();
        assert_eq!(head.split(';').collect::<BTreeSet<_>>(), columns, "every column has its rows");
        let unknown = preview(&fixture, &actor, &format!("Couleur,siret\nx,{siret}\n")).await;
        assert_eq!((unknown.ignored, unknown.rows.len()), (vec!["Couleur".to_owned()], 1));
        for bad in ["", "bonjour", "nom;zones\na;b\n", "siret;zone;Zones\n1;2;3\n"] {
            let read = fixture.backend.catalogue_preview(&actor, bad.as_bytes().to_vec()).await;
            assert!(matches!(read, Err(Error::Refused(_))), "{bad} {read:?}");
        }
    }

    /// What is applied is what was previewed: rows without errors, through the page, once.
    async fn what_was_previewed_is_applied(fixture) {
        let b = &fixture.backend;
        let (structure, account) = known(&fixture).await;
        let (siret, actor) = (structure.siret, Actor::Account(account));
        let file = format!(
            "SIRET;Secteur;Forme;Zones;Heures par mois de l’activité;Présentation\n\
             {siret};Blanchisserie;;Toulouse;150;\"Linge,\nrepassage\"\n\
             {siret};Traductions;prestation;FR;40;\n\
             {siret};Blanchisserie;;Gers;;\n\
             {siret};Création et entretien des espaces verts;;;beaucoup;\n\
             {siret};;;;;Autre chose\n\
             {siret};;;;;\n"
        );
        let seen = preview(&fixture, &actor, &file).await;
        let lines: Vec<(u64, String)> = seen.rows.iter().map(|row| (row.number, said(&row.outcome))).collect();
        assert_eq!(seen.counts(), (2, 1, 3), "{lines:?}");
        assert_eq!(lines[2], (4, "ERREUR la ligne 2 parle de la même activité : gardez-en une".to_owned()));
        assert_eq!(lines[4], (6, "ERREUR la ligne 2 dit autrement la présentation : gardez-en une".to_owned()));
        let writes = audited(&fixture, siret).await;
        fixture.clock.advance(60);
        let done = apply(&fixture, &actor, &file, &seen).await;
        let written: Vec<(Siret, Vec<u64>)> =
            done.written.iter().map(|w| (w.siret, w.rows.iter().map(|row| row.number).collect())).collect();
        assert_eq!(written, [(siret, vec![2, 3])]);
        assert_eq!(done.written[0].rows, seen.rows[..2], "what was previewed, and nothing else");
        assert!(done.searchable && done.refused.is_empty() && done.changed_since.is_empty() && done.left == 0);
        assert_eq!(audited(&fixture, siret).await, writes + 1, "one write, in the audit");
        let now = fetched(&fixture, siret).await;
        let said_now: Vec<(&str, Standing, Option<u32>, usize)> = now
            .activities.iter().map(|a| (a.sector.slug(), a.standing, a.hours_per_month, a.zones.len())).collect();
        assert_eq!(said_now, [
            (LAUNDRY, Standing::Confirmed, Some(150), 1),
            (GREEN, Standing::Deduced, None, 1),
            ("traductions", Standing::Confirmed, Some(40), 1),
        ]);
        assert_eq!((now.description.as_str(), &now.contact), ("Linge,\nrepassage", &structure.contact));
        assert_eq!(b.structure_show(siret).expect("shown").structure, now, "and searches know it");
        // The same again: nothing is left to do but what is to be corrected.
        assert_eq!((done.again.states.len(), done.again.counts()), (0, (0, 3, 3)));
        let twice = apply(&fixture, &actor, &file, &seen).await;
        assert_eq!((twice.written.len(), twice.changed_since.len()), (0, 0));
        assert_eq!(audited(&fixture, siret).await, writes + 1);
    }

    /// A structure that changed since the preview is previewed again, and not overwritten.
    async fn what_changed_since_is_previewed_again(fixture) {
        let (structure, account) = known(&fixture).await;
        let (siret, actor) = (structure.siret, Actor::Account(account));
        let file = format!("siret,présentation\n{siret},Du tableau\n");
        let seen = preview(&fixture, &actor, &file).await;
        assert_eq!(said(&seen.rows[0].outcome), "change la présentation : Notre atelier → Du tableau");
        fixture.clock.advance(60);
        stored(&fixture, &[Structure { description: "De la fiche".to_owned(), ..structure }]).await;
        let done = apply(&fixture, &actor, &file, &seen).await;
        assert_eq!((done.written.len(), done.changed_since.as_slice()), (0, &["Les Jardins (exemple)".to_owned()][..]));
        assert_eq!(fetched(&fixture, siret).await.description, "De la fiche");
        assert_eq!(said(&done.again.rows[0].outcome), "change la présentation : De la fiche → Du tableau");
        // Another file with the states of this one, and no state at all.
        for other in [file.replace("Du tableau", "D’un autre"), file.clone()] {
            let states = if other == file { Vec::new() } else { done.again.states.clone() };
            let forged = CataloguePreview { states, ..done.again.clone() };
            assert!(apply(&fixture, &actor, &other, &forged).await.written.is_empty(), "{other}");
        }
        assert_eq!(apply(&fixture, &actor, &file, &done.again).await.written.len(), 1);
        assert_eq!(fetched(&fixture, siret).await.description, "Du tableau");
    }

    /// A network writes the parts that are delegated to it, and no other.
    async fn a_network_writes_what_is_delegated_to_it(fixture) {
        let b = &fixture.backend;
        let (structure, mut account) = known(&fixture).await;
        let siret = structure.siret;
        account.memberships.clear();
        account.delegations = vec![Delegation { siret, parts: vec![FichePart::Activities] }];
        let actor = Actor::Account(account.clone());
        assert_eq!(b.catalogue_show(&actor).await.expect("its own").len(), 1);
        let head = "siret;secteur;mode;zones;heures par mois de l'activite;heures par mois de la structure;presentation";
        for (row, expected) in [
            (format!("{siret};Blanchisserie;;D32;;;"), ""),
            (format!("{siret};Blanchisserie;;;120;900;Notre atelier"), ""),
            (format!("{siret};;;;;;Autre"), "présentation, site, effectifs"),
            (format!("{siret};;;;;1000;"), "capacité et calendrier"),
            (format!("{siret};Traductions;prestation;FR;12;;Autre"), "présentation, site, effectifs"),
        ] {
            let seen = preview(&fixture, &actor, &format!("{head}\n{row}\n")).await;
            let said = said(&seen.rows[0].outcome);
            match expected {
                "" => assert!(!said.starts_with("ERREUR"), "{row}: {said}"),
                parts => assert_eq!(said, format!("ERREUR cette structure ne vous confie pas : {parts}"), "{row}"),
            }
        }
        let file = format!("{head}\n{siret};Blanchisserie;;D32;;;\n{siret};;;;;;Autre\n");
        let seen = preview(&fixture, &actor, &file).await;
        fixture.clock.advance(60);
        // Withdrawn in between: nothing is written, and it is said of whom.
        let withdrawn = Actor::Account(Account { delegations: Vec::new(), ..account.clone() });
        let done = apply(&fixture, &withdrawn, &file, &seen).await;
        assert_eq!((done.written.len(), done.again.counts()), (0, (0, 0, 2)));
        let done = apply(&fixture, &actor, &file, &seen).await;
        assert_eq!(done.written.len(), 1);
        let now = fetched(&fixture, siret).await;
        assert_eq!((now.description.as_str(), now.contact), ("Notre atelier", structure.contact));
        assert_eq!(now.activities.iter().filter(|a| a.standing == Standing::Confirmed).count(), 1);

        let nobody = b.catalogue_preview(&Actor::Anyone, file.clone().into_bytes()).await;
        assert!(matches!(nobody, Err(Error::Forbidden(Refusal::NoAccount))), "{nobody:?}");
        let nobody = b.catalogue_export(&Actor::Anyone, SheetFormat::Csv).await;
        assert!(matches!(nobody, Err(Error::Forbidden(_))));
        let stranger = Actor::Account(Account { memberships: Vec::new(), delegations: Vec::new(), ..account });
        assert_eq!(preview(&fixture, &stranger, &file).await.counts(), (0, 0, 2));
    }

    /// One button writes so many structures; the same file goes on with the others.
    async fn many_structures_are_written_in_several_times(fixture) {
        let (structures, account) = keeper(&fixture, u32::try_from(STRUCTURES_AT_ONCE + 5).expect("few")).await;
        let actor = Actor::Account(account);
        let rows = structures.iter().map(|s| format!("{},Du réseau\n", s.siret)).collect::<String>();
        let file = format!("siret,présentation\n{rows}");
        let mut seen = preview(&fixture, &actor, &file).await;
        assert_eq!(seen.states.len(), structures.len());
        fixture.clock.advance(60);
        for (written, left) in [(STRUCTURES_AT_ONCE, structures.len() - STRUCTURES_AT_ONCE), (structures.len() - STRUCTURES_AT_ONCE, 0)] {
            let done = apply(&fixture, &actor, &file, &seen).await;
            assert_eq!((done.written.len(), done.left, done.changed_since.len()), (written, left, 0));
            seen = done.again;
        }
        assert_eq!(seen.counts(), (0, structures.len(), 0));
    }
}
