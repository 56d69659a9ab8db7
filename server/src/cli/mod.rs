//! The command line: one binary, many commands.

mod access;
mod administrators;
mod audit;
mod data;
mod jobs;
mod law;
mod links;
mod lock;
mod mails;
mod query;
mod serve;

use crate::config::{Place, Serve};
use backend::Backend;
use backend::clock::Clock;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use domain::email::EmailAddress;
use domain::siret::Siret;
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// La Place des marchés
#[derive(Debug, Parser)]
#[command(
    name = "place",
    version,
    about = "La Place des marchés\u{a0}: structures d’insertion et acheteurs, rapprochés et expliqués"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site, the API and the mails
    Serve(Box<Serve>),
    /// Import a CSV file
    #[command(subcommand)]
    Import(Import),
    /// Search structures
    Search(SearchArgs),
    /// Rank the structures that fit a lot
    Match(Match),
    /// Say whether a structure may answer a lot that is bought in some way, and by which rules
    Legal(Legal),
    /// Hours of insertion that a contract can carry
    Hours(Hours),
    /// Say which sectors texts speak of: one text a line on standard input, one JSON object a line out
    Sectors {
        /// By the phrases of the vocabulary alone, without the word model
        #[arg(long)]
        phrases: bool,
    },
    /// Measure on labelled cases
    #[command(subcommand)]
    Eval(Eval),
    /// Load the demonstration set
    Demo(Demo),
    /// Work that could not be done: list it, try it again, drop it
    #[command(subcommand)]
    Jobs(Jobs),
    /// Take one mail on standard input, as a mail server hands it on: a reply goes into its thread, any other is kept aside
    MailIn(PlaceOnly),
    /// Mails that came in and belong to no thread: list them, show one, drop it
    #[command(subcommand)]
    Mails(Mails),
    /// What signs the links of mails: list the secrets, make a new one
    #[command(subcommand)]
    Secret(Secret),
    /// Make links that were sent invalid
    #[command(subcommand)]
    Links(Links),
    /// Who administers the service
    #[command(subcommand)]
    Admin(Admin),
    /// Who wrote what, when
    #[command(subcommand)]
    Audit(Audit),
    /// Print who may do what: a line for each action, a column for each relation to the thing
    Access {
        /// How to print it
        #[arg(long, default_value = "text")]
        format: TableFormat,
    },
    /// Erase what the register says is over, as the service does every hour
    Retention {
        /// Say how much would be erased, and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Make the index again from the database
    Reindex(PlaceOnly),
    /// Copy the SQLite database into a new file, while it is in use
    Backup(Backup),
    /// Put a copy of the SQLite database back ; stop the service first
    Restore(Restore),
    /// Check database, index and mails
    Doctor(PlaceOnly),
}

#[derive(Debug, clap::Args)]
struct PlaceOnly {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Structures: one row for each SIRET and kind
    Structures(ImportFile),
    /// Activities: siret,secteur,mode,zones,capacite_heures_mois
    Activities(ImportFile),
}

#[derive(Debug, Subcommand)]
enum Jobs {
    /// List what was put aside, with why
    List(PlaceOnly),
    /// Try it again: a mail keeps its Message-ID
    Repeat(JobsChosen),
    /// Drop it for good
    Drop(JobsChosen),
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Invite somebody: prints the link that makes an administrator, once
    Invite(AdministratorChosen),
    /// List them
    List(PlaceOnly),
    /// Make somebody an administrator no more
    Remove(AdministratorChosen),
    /// Take the second factor of an account away: its owner lost the telephone and the codes on paper
    FactorDrop(AdministratorChosen),
}

#[derive(Debug, clap::Args)]
struct AdministratorChosen {
    /// The address
    #[arg(value_parser = email_parse)]
    email: EmailAddress,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Mails {
    /// List them, with why
    List(PlaceOnly),
    /// Print one as it came
    Show(MailChosen),
    /// Drop one for good
    Drop(MailChosen),
}

#[derive(Debug, clap::Args)]
struct MailChosen {
    /// Its name, as the list says it
    name: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Audit {
    /// Read it all again, and say which rows were changed, taken out or put in by hand
    Verify(AuditVerify),
}

#[derive(Debug, clap::Args)]
struct AuditVerify {
    /// What its last row was when somebody noted it: the chain must hold it
    #[arg(long)]
    expect: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Secret {
    /// List their names, never themselves
    List(PlaceOnly),
    /// Sign with a new one from now on
    Rotate(Rotate),
}

#[derive(Debug, clap::Args)]
struct Rotate {
    /// How many days links that were signed before stay good
    #[arg(long, default_value_t = 60)]
    keep_days: u32,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum Links {
    /// Every link that a structure, or the author of a need, was sent so far
    Revoke(Revoked),
}

#[derive(Debug, clap::Args)]
struct Revoked {
    /// SIRET of the structure
    #[arg(long, value_parser = siret_parse, conflicts_with = "need")]
    structure: Option<Siret>,
    /// Id of the need
    #[arg(long)]
    need: Option<Uuid>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct JobsChosen {
    /// Which, as `place jobs list` prints them
    #[arg(required_unless_present = "all")]
    ids: Vec<Uuid>,
    /// All of them
    #[arg(long, conflicts_with = "ids")]
    all: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct ImportFile {
    /// The file, CSV in UTF-8
    file: PathBuf,
    /// Where rejected rows go ; by default beside the data
    #[arg(long)]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// For people
    Text,
    /// For spreadsheets and programs
    Csv,
}

#[derive(Debug, clap::Args)]
struct SearchArgs {
    /// Words, as in the search field
    text: String,
    /// Where: a name, a postal code, or C31555, C31555+50km, D31, R76, E243100518, FR
    #[arg(long = "place", id = "where")]
    at: Option<String>,
    /// Only this sector ; may be repeated
    #[arg(long)]
    sector: Vec<String>,
    /// Only this kind ; may be repeated
    #[arg(long)]
    kind: Vec<String>,
    /// How many results are printed ; 0 for all
    #[arg(long, default_value_t = 0)]
    limit: usize,
    /// Output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct Match {
    /// Sector ; may be repeated ; without any, those that the words speak of, as the form of a need has it
    #[arg(long, required_unless_present = "text")]
    sector: Vec<String>,
    /// Where: a name, a postal code, or C31555, C31555+50km, D31, R76, E243100518, FR
    #[arg(long = "place", id = "where", required = true)]
    at: String,
    /// Only this kind ; may be repeated
    #[arg(long)]
    kind: Vec<String>,
    /// To whom it is reserved: none, siae, handicap, both, prison or ess
    #[arg(long, default_value = "none")]
    reservation: String,
    /// Only this mode: prestation, mise_a_disposition or fabrication
    #[arg(long)]
    mode: Option<String>,
    /// Hours of work a month
    #[arg(long)]
    hours: Option<u32>,
    /// The buyer's words
    #[arg(long, default_value = "")]
    text: String,
    /// How many results are printed ; 0 for all
    #[arg(long, default_value_t = 0)]
    limit: usize,
    /// Output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct Legal {
    /// Kind of convention (EI, ACI, …), or REGIE, CAE, ESS, ESUS, NONE without one ; may be repeated
    #[arg(long, required = true)]
    kind: Vec<String>,
    /// Workers concerned out of all, as 25/35 or 71% ; not known by default
    #[arg(long)]
    share: Option<String>,
    /// Whether it belongs to the social economy ; not known by default
    #[arg(long)]
    ess: Option<bool>,
    /// Whether it held such a contract (L2113-15) of the same buyer within three years
    #[arg(long)]
    held_ess_contract: Option<bool>,
    /// L2113-12, L2113-13, L2113-14, L2113-13-1, L2113-15, clause-sociale…
    #[arg(long)]
    vehicle: String,
    /// Day on which the lot is launched
    #[arg(long)]
    date: String,
    /// Output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Hours {
    /// Amount without tax, over the whole length
    #[arg(long)]
    amount: String,
    /// Share of labour, from 0 to 1 ; not with --staff-hours, whose formula has none
    #[arg(long, conflicts_with = "staff_hours")]
    labour_share: Option<f64>,
    /// Effort of insertion, from 0 to 1
    #[arg(long)]
    effort: f64,
    /// Cost of an hour, in euros
    #[arg(long)]
    hourly_cost: f64,
    /// Hours a year of the staff to be taken over: reckons as PACT Propreté
    #[arg(long)]
    staff_hours: Option<u64>,
    /// Length in years, with --staff-hours
    #[arg(long, default_value_t = 1.0)]
    years: f64,
    /// Output
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Eval {
    /// Sectors inferred from titles of BOAMP notices, against their official descriptors
    Sectors {
        /// Notices, one JSON object a line
        file: PathBuf,
    },
    /// Notices turned into lots and matched with the structures of the base
    Match {
        /// Notices, one JSON object a line
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Contracts that were won: where the winner stands in our list, beside a ranking by bare distance
    Winners {
        /// Contracts, one JSON object a line: title, place (a code or a name), winners (SIRET numbers)
        file: PathBuf,
        /// Take this share of the structures to have declared what they do, from 0 to 1
        #[arg(long, value_parser = share_parse)]
        declared: Option<f64>,
        /// Print the rank of each contract
        #[arg(long)]
        detail: bool,
        #[command(flatten)]
        place: Place,
    },
    /// How exposure spreads over the structures that fit the open needs
    Fairness(PlaceOnly),
    /// How long the legal verdicts of every structure of the base take, for one lot
    Verdicts(PlaceOnly),
}

#[derive(Debug, clap::Args)]
struct Demo {
    /// This many structures over the whole country, for measuring, instead of the set of Occitanie
    #[arg(long)]
    structures: Option<u32>,
    /// Do nothing when there are structures already
    #[arg(long)]
    if_empty: bool,
    /// Load it over what is there, without asking
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct Backup {
    /// The new file
    to: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct Restore {
    /// A file that `place backup` wrote
    from: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// A setting of the environment that is empty is one that is not set: files of services list them all, filled or not.
fn without_empty_settings(command: clap::Command) -> clap::Command {
    let is_empty =
        |arg: &clap::Arg| arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    let command = command.mut_args(|arg| if is_empty(&arg) { arg.env(None::<&str>) } else { arg });
    command.mut_subcommands(without_empty_settings)
}

/// Reads the command line and does what it says.
#[must_use]
pub fn run() -> ExitCode {
    let matches = without_empty_settings(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let log = match &cli.command {
        Command::Serve(serve) => (serve.log.clone(), serve.log_json),
        _ => ("warn".to_owned(), false),
    };
    serve::logging(&log.0, log.1);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("place\u{a0}: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if reader_is_gone(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<mails::TryAgain>() => {
            eprintln!("place\u{a0}: {error:#}");
            ExitCode::from(mails::EX_TEMPFAIL)
        }
        Err(error) => {
            eprintln!("place\u{a0}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// `place search … | head`: whoever read the output has seen enough.
fn reader_is_gone(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

async fn command(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(settings) => serve::serve(*settings).await,
        Command::Import(Import::Structures(import)) => data::import(&import, data::What::Structures).await,
        Command::Import(Import::Activities(import)) => data::import(&import, data::What::Activities).await,
        Command::Search(search) => query::search(&search).await,
        Command::Match(lot) => query::match_lot(&lot).await,
        Command::Access { format } => access::access(format),
        Command::Audit(Audit::Verify(args)) => audit::verify(&args).await,
        Command::Legal(args) => law::legal(&args),
        Command::Hours(args) => law::hours(&args),
        Command::Sectors { phrases } => query::sectors(phrases),
        Command::Eval(Eval::Sectors { file }) => query::eval_sectors(&file),
        Command::Eval(Eval::Match { file, place }) => query::eval_match(&file, &place).await,
        Command::Eval(Eval::Winners { file, declared, detail, place }) => {
            query::eval_winners(&file, declared, detail, &place).await
        }
        Command::Eval(Eval::Fairness(only)) => query::eval_fairness(&only.place).await,
        Command::Eval(Eval::Verdicts(only)) => query::eval_verdicts(&only.place).await,
        Command::Demo(demo) => data::demo(&demo).await,
        Command::Jobs(Jobs::List(only)) => jobs::list(&only.place).await,
        Command::Jobs(Jobs::Repeat(chosen)) => jobs::repeat(&chosen).await,
        Command::Jobs(Jobs::Drop(chosen)) => jobs::drop_chosen(&chosen).await,
        Command::Admin(Admin::Invite(chosen)) => administrators::invite(&chosen).await,
        Command::Admin(Admin::List(only)) => administrators::list(&only.place).await,
        Command::Admin(Admin::Remove(chosen)) => administrators::remove(&chosen).await,
        Command::Admin(Admin::FactorDrop(chosen)) => administrators::factor_drop(&chosen).await,
        Command::MailIn(only) => mails::mail_in(&only.place).await,
        Command::Mails(Mails::List(only)) => mails::list(&only.place).await,
        Command::Mails(Mails::Show(chosen)) => mails::show(&chosen).await,
        Command::Mails(Mails::Drop(chosen)) => mails::drop_chosen(&chosen).await,
        Command::Secret(Secret::List(only)) => links::secret_list(&only.place).await,
        Command::Secret(Secret::Rotate(rotate)) => links::secret_rotate(&rotate).await,
        Command::Links(Links::Revoke(revoked)) => links::revoke(&revoked).await,
        Command::Retention { dry_run, place } => data::retention(&place, dry_run).await,
        Command::Reindex(only) => data::reindex(&only.place).await,
        Command::Backup(backup) => data::backup(&backup).await,
        Command::Restore(args) => data::restore(&args).await,
        Command::Doctor(only) => data::doctor(&only.place).await,
    }
}

/// What commands work on that write: made, or brought up to date.
async fn open(place: &Place) -> anyhow::Result<Backend> {
    Ok(Backend::open(&place.settings(), Clock::System).await?)
}

/// What commands work on that only look: as it is.
async fn open_as_is(place: &Place) -> anyhow::Result<Backend> {
    Ok(Backend::open_as_is(&place.settings(), Clock::System).await?)
}

fn email_parse(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|error| error.to_string())
}

fn siret_parse(text: &str) -> Result<Siret, String> {
    Siret::parse(text).or_else(|error| Siret::kept(text).ok_or(error)).map_err(|error| error.to_string())
}

/// A share from 0 to 1.
fn share_parse(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.replace(',', ".").parse().ok();
    share
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "un nombre de 0 à 1, par exemple 0.6".to_owned())
}
