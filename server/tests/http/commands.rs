//! The command line, as a person types it.

use backend::store::{ChangeKind, Store};
use domain::territory::zones_stored;
use std::process::{Command, Output};
use tempfile::TempDir;

fn place(folder: &TempDir, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_place"))
        .args(args)
        .env("PLACE_DATA", folder.path())
        .env_remove("DATABASE_URL")
        .env_remove("MAIL_URL")
        .output()
        .expect("the program runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn help_on_each_command() {
    let folder = TempDir::new().expect("a folder");
    for command in [
        "serve", "import", "search", "match", "sectors", "eval", "demo", "reindex", "backup", "restore",
        "doctor", "jobs",
    ] {
        let help = place(&folder, &[command, "--help"]);
        assert!(help.status.success() && text(&help).contains("Usage"), "{command}");
    }
    let help = text(&place(&folder, &["serve", "--help"]));
    for name in ["PLACE_DATA", "PLACE_LISTEN", "PUBLIC_URL", "DATABASE_URL", "MAIL_URL"] {
        assert!(help.contains(name), "{name}");
    }
}

#[test]
fn a_setting_that_is_empty_is_not_set() {
    let folder = TempDir::new().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_place"))
        .args(["demo", "--if-empty"])
        .env("PLACE_DATA", folder.path())
        .env("DATABASE_URL", "")
        .env("MAIL_URL", "")
        .env("PLACE_METRICS_LISTEN", "")
        .env("PLACE_LISTEN", "")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn secrets_are_never_printed() {
    let folder = TempDir::new().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_place"))
        .args(["serve", "--help"])
        .env("PLACE_DATA", folder.path())
        .env("DATABASE_URL", "postgres://me:sesame@127.0.0.1:1/x")
        .env("MAIL_URL", "smtp://me:sesame@127.0.0.1:1")
        .output()
        .expect("the program runs");
    assert!(!text(&output).contains("sesame"));
    let failing = Command::new(env!("CARGO_BIN_EXE_place"))
        .args(["doctor"])
        .env("PLACE_DATA", folder.path())
        .env("DATABASE_URL", "postgres://me:sesame@127.0.0.1:1/x")
        .output()
        .expect("the program runs");
    assert!(!failing.status.success());
    assert!(!String::from_utf8_lossy(&failing.stderr).contains("sesame"));
}

/// Imports a file of structures: what it prints, and whether it succeeds.
fn imported(folder: &TempDir, bytes: &[u8]) -> (bool, String) {
    let file = folder.path().join("import.csv");
    std::fs::write(&file, bytes).expect("written");
    let output = place(folder, &["import", "structures", file.to_str().expect("a path")]);
    let said = text(&output) + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

#[test]
fn an_import_that_takes_nothing_fails_and_says_why() {
    let folder = TempDir::new().expect("a folder");
    let header = "siret,kind,nom,code_postal,ville\n";
    let good = "80746931700018,EI,Les Jardins,31000,Toulouse\n";
    for (rows, why) in [
        ("", "pas une ligne"),
        ("8074693170001,EI,Les Jardins,31000,Toulouse\n", "toutes les lignes"),
        ("11122233344455,EI,A,31000,Toulouse\n00000000000000,EI,B,31000,Toulouse\n", "toutes les lignes"),
    ] {
        let (is_taken, said) = imported(&folder, format!("{header}{rows}").as_bytes());
        assert!(!is_taken && said.contains(why), "{rows:?}: {said}");
    }
    let (is_taken, said) = imported(&folder, format!("{header}{good}").as_bytes());
    assert!(is_taken, "{said}");
    assert!(imported(&folder, format!("{header}{good}").as_bytes()).0, "what changes nothing is taken");
    let (is_taken, said) = imported(&folder, format!("{header}{good}").replace('\n', "\r").as_bytes());
    assert!(is_taken, "ends of lines of one carriage return: {said}");
    let windows = b"siret;kind;nom;code_postal;ville\n80746931700018;EI;L\x92\xe9tabli;31000;Toulouse\n";
    assert!(imported(&folder, windows).0);
    assert!(text(&place(&folder, &["search", "établi"])).contains("L’établi"));
}

#[test]
fn rejected_rows_are_inert_and_can_be_corrected() {
    let folder = TempDir::new().expect("a folder");
    let rows = "siret,kind,nom,code_postal,ville\n80746931700018,XYZ,=1+1,31000,Toulouse\n80746931700018,EI,A,31000,Toulouse\n";
    assert!(imported(&folder, rows.as_bytes()).0);
    let rejects = folder.path().join("rejets-structures.csv");
    let written = std::fs::read_to_string(&rejects).expect("written");
    assert!(written.contains("'=1+1"), "{written}");
    let (is_taken, said) = imported(&folder, written.replace("XYZ", "EI").as_bytes());
    assert!(is_taken, "{said}");
    assert!(text(&place(&folder, &["search", "807469317 00018"])).contains("=1+1"), "as it was typed");
}

#[test]
fn who_only_looks_makes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let missing = folder.path().join("nulle-part");
    for command in
        [&["search", "x"][..], &["doctor"], &["jobs", "list"], &["reindex"], &["backup", "/tmp/jamais"]]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_place"))
            .args(command)
            .env("PLACE_DATA", &missing)
            .env_remove("DATABASE_URL")
            .output()
            .expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("PLACE_DATA"), "{command:?}: {said}");
        assert!(!missing.exists(), "{command:?}");
        let empty = place(&folder, command);
        let said = String::from_utf8_lossy(&empty.stderr).into_owned();
        assert!(!empty.status.success() && said.contains("pas encore de base"), "{command:?}: {said}");
    }
    assert!(!folder.path().join("place.sqlite").exists());
}

#[test]
fn the_demonstration_asks_before_it_loads_over_something() {
    let folder = TempDir::new().expect("a folder");
    assert!(place(&folder, &["demo"]).status.success());
    let again = place(&folder, &["demo"]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("--yes"));
    assert!(place(&folder, &["demo", "--yes"]).status.success());
}

#[test]
fn a_running_service_is_seen() {
    let folder = TempDir::new().expect("a folder");
    let copy = folder.path().join("copie.sqlite");
    let copy = copy.to_str().expect("a path");
    assert!(place(&folder, &["demo"]).status.success());
    let mut service = Command::new(env!("CARGO_BIN_EXE_place"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("PLACE_DATA", folder.path())
        .env_remove("DATABASE_URL")
        .env_remove("MAIL_URL")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut line = String::new();
    let out = service.stdout.as_mut().expect("an output");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line)
        .expect("it says that it serves");
    assert!(text(&place(&folder, &["backup", copy])).contains("en marche"));
    let restored = place(&folder, &["restore", copy]);
    assert!(!restored.status.success() && String::from_utf8_lossy(&restored.stderr).contains("en marche"));
    let second = place(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!second.status.success(), "two services on one folder");
    let indexed = place(&folder, &["reindex"]);
    assert!(!indexed.status.success() && String::from_utf8_lossy(&indexed.stderr).contains("tient l’index"));
    service.kill().expect("killed");
    service.wait().expect("ended");
    assert!(place(&folder, &["restore", copy]).status.success(), "a kill leaves no lock");
}

#[test]
fn what_was_put_aside_is_listed() {
    let folder = TempDir::new().expect("a folder");
    assert!(place(&folder, &["demo"]).status.success());
    assert!(text(&place(&folder, &["jobs", "list"])).contains("travail mis de côté"));
    let unknown = place(&folder, &["jobs", "repeat", "018f0000-0000-7000-8000-000000000000"]);
    assert!(!unknown.status.success(), "{}", text(&unknown));
    assert!(place(&folder, &["jobs", "drop", "--all"]).status.success());
}

#[test]
fn from_demo_to_backup() {
    let folder = TempDir::new().expect("a folder");
    let demo = place(&folder, &["demo"]);
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    assert!(text(&place(&folder, &["demo", "--if-empty"])).contains("rien"));
    let search = |args: &[&str]| -> serde_json::Value {
        let output = place(&folder, args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let all = search(&["search", "", "--format", "json"]);
    assert_eq!(all["total"], 394);
    let found = search(&["search", "blanchisserie", "--place", "D31", "--kind", "ACI", "--format", "json"]);
    let first = &found["results"][0];
    for field in ["siret", "name", "kinds", "score", "reasons"] {
        assert!(first.get(field).is_some(), "{field}");
    }
    let lot = [
        "match",
        "--sector",
        "blanchisserie",
        "--place",
        "R76",
        "--reservation",
        "handicap",
        "--format",
        "json",
    ];
    for row in search(&lot)["results"].as_array().expect("results") {
        let kinds = row["kinds"].as_array().expect("kinds");
        assert!(kinds.iter().any(|k| k == "ESAT" || k == "EA"), "{row}");
    }
    let before = search(&["search", "nettoyage", "--format", "json"]);
    assert!(place(&folder, &["reindex"]).status.success());
    assert_eq!(search(&["search", "nettoyage", "--format", "json"]), before);
    assert!(text(&place(&folder, &["doctor"])).contains("tout va bien"));
    let copy = folder.path().join("copie.sqlite");
    assert!(place(&folder, &["backup", copy.to_str().expect("a path")]).status.success());
    assert!(copy.exists());
}

#[test]
fn wrong_arguments_say_what_to_write() {
    let folder = TempDir::new().expect("a folder");
    let cases: [(&[&str], &str); 7] = [
        (&["search", "x", "--place", "Z9"], "code postal"),
        (&["search", "x", "--place", "Toulousse"], "Toulouse (31)"),
        (&["match", "--sector", "traiteur", "--place", "Saint-Denis"], "Saint-Denis (974), Saint-Denis (93)"),
        (&["search", "x", "--sector", "rien"], "secteur inconnu"),
        (&["match", "--sector", "traiteur", "--place", "FR", "--reservation", "x"], "handicap"),
        (&["import", "structures", "/nulle/part.csv"], "lecture"),
        (&["eval", "sectors", "/nulle/part.jsonl"], "lecture"),
    ];
    for (args, expected) in cases {
        let output = place(&folder, args);
        assert!(!output.status.success(), "{args:?}");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.contains(expected), "{args:?}: {error}");
    }
}

#[test]
fn sectors_of_lines() {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_place"))
        .arg("sectors")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    child
        .stdin
        .take()
        .expect("an input")
        .write_all("Entretien des espaces verts\n\nzzz\n".as_bytes())
        .expect("written");
    let output = child.wait_with_output().expect("an output");
    let lines: Vec<serde_json::Value> =
        text(&output).lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["sectors"][0]["slug"], "creation-et-entretien-des-espaces-verts");
    assert_eq!(lines[0]["sectors"][0]["guess"], false);
    assert_eq!(lines[1]["sectors"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_backup_is_restored_over_a_database_that_was_killed() {
    let folder = TempDir::new().expect("a folder");
    let copy = folder.path().join("copie.sqlite");
    let path = copy.to_str().expect("a path");
    assert!(place(&folder, &["demo"]).status.success());
    assert!(place(&folder, &["backup", path]).status.success());
    // What a kill leaves: a journal that belongs to the database, not to the copy.
    std::fs::write(folder.path().join("place.sqlite-wal"), b"a journal").expect("written");
    std::fs::write(folder.path().join("index/v4/meta.json"), b"damaged").expect("written");
    let restored = place(&folder, &["restore", path]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));
    assert!(text(&restored).contains("structures") && text(&restored).contains("avant-restauration"));
    let doctor = place(&folder, &["doctor"]);
    assert!(text(&doctor).contains("tout va bien"), "{}", text(&doctor));
    let nothing = place(&folder, &["restore", "/nulle/part"]);
    assert!(!nothing.status.success());
}

#[test]
fn an_index_that_cannot_be_read_is_made_again() {
    let folder = TempDir::new().expect("a folder");
    assert!(place(&folder, &["demo"]).status.success());
    std::fs::write(folder.path().join("index/v4/meta.json"), b"damaged").expect("written");
    let found = place(&folder, &["search", "blanchisserie", "--format", "json"]);
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
    assert!(text(&found).contains("siret"));
}

#[test]
fn what_goes_wrong_is_said_once() {
    let folder = TempDir::new().expect("a folder");
    assert!(place(&folder, &["demo"]).status.success());
    let doctor = Command::new(env!("CARGO_BIN_EXE_place"))
        .args(["doctor"])
        .env("PLACE_DATA", folder.path())
        .env("MAIL_URL", "smtp://127.0.0.1:1")
        .env_remove("DATABASE_URL")
        .output()
        .expect("the program runs");
    assert!(!doctor.status.success(), "mails cannot leave");
    let wrong = place(&folder, &["import", "structures", "/nulle/part.csv"]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(said.matches("/nulle/part.csv").count(), 1, "{said}");
    let address = place(&folder, &["serve", "--public-url", "n’importe quoi"]);
    assert!(
        !address.status.success()
            && String::from_utf8_lossy(&address.stderr).contains("https://place.example")
    );
}

#[test]
fn the_doctor_counts_what_is_to_be_corrected_and_is_content() {
    let folder = TempDir::new().expect("a folder");
    assert!(place(&folder, &["demo"]).status.success());
    assert!(!text(&place(&folder, &["doctor"])).contains("à corriger"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open_sqlite(&folder.path().join("place.sqlite")).await.expect("a database");
        let all = store.structure_list().await.expect("read");
        let mut structure = all.into_iter().find(|s| !s.activities.is_empty()).expect("one with an activity");
        structure.activities[0].zones = zones_stored("E999999999");
        let mut tx = store.begin().await.expect("a transaction");
        tx.structure_save(&structure, 0).await.expect("saved");
        tx.outbox_push(ChangeKind::Structure, &[structure.siret.to_string()], 0).await.expect("pushed");
        tx.commit().await.expect("committed");
        store.close().await;
    });
    let doctor = place(&folder, &["doctor"]);
    let said = text(&doctor).replace('\u{a0}', " ");
    assert!(said.contains("à corriger: 1 structure, 0 besoin publié"), "{said}");
    assert!(doctor.status.success() && said.contains("tout va bien"), "{said}");
}

#[test]
fn administrators_are_invited_by_a_link_that_is_printed_once() {
    let folder = TempDir::new().expect("a folder");
    for wrong in
        [&["admin", "invite", "ville"][..], &["admin", "invite"], &["admin", "remove", "x@ville.example"]]
    {
        assert!(!place(&folder, wrong).status.success(), "{wrong:?}");
    }
    let invited = place(&folder, &["admin", "invite", "presse@ville.example"]);
    let link = text(&invited);
    assert!(
        invited.status.success()
            && link.starts_with("http://127.0.0.1:3000/administration/rejoindre?jeton=r."),
        "{link}"
    );
    assert_eq!(link.lines().count(), 1, "the link alone: a script hands it on");
    assert_eq!(
        text(&place(&folder, &["admin", "list"])),
        "0\u{a0}administrateur\n",
        "nobody is one before the link is opened"
    );
    let dropped = place(&folder, &["admin", "factor-drop", "presse@ville.example"]);
    let said = String::from_utf8_lossy(&dropped.stderr).into_owned();
    assert!(!dropped.status.success() && said.contains("aucun compte"), "{said}");
}

#[test]
fn retention_says_what_it_would_do() {
    let folder = TempDir::new().expect("a folder");
    assert!(place(&folder, &["demo"]).status.success());
    let dry = text(&place(&folder, &["retention", "--dry-run"]));
    assert!(
        dry.lines().any(
            |line| line.starts_with("exchange") && line.contains("180\u{a0}jours après la fin du besoin")
        ),
        "{dry}"
    );
    assert!(dry.contains("rien n’est effacé"), "{dry}");
    let run = place(&folder, &["retention"]);
    assert!(run.status.success() && text(&run).contains("effacé"), "{}", text(&run));
}
