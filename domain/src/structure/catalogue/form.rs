//! The form by which a structure keeps its catalogue: rows of text, read into a catalogue. A row of which everything is
//! empty is no row: emptying one takes it out.

use super::{Catalogue, ContactPerson, ContactRole, GroupementWish, Label, Reference, Service};
use crate::date;
use crate::email::EmailAddress;
use crate::form::{Field, Violation};
use crate::money::Euros;
use jiff::civil::Date;

/// Most rows of one kind.
const ROWS_MAX: usize = 40;
/// Longest name of a person or a network, in characters.
pub const WHO_MAX: usize = 100;
/// Longest other text, in characters.
const TEXT_MAX: usize = 300;
/// Longest time of a delivery: two years.
const DELAY_MAX: u16 = 730;
/// First year of a reference that is no slip.
const YEAR_MIN: i16 = 1970;

/// Somebody to speak to, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonForm {
    /// Name.
    pub name: String,
    /// Code of the role.
    pub role: String,
    /// Address.
    pub email: String,
    /// Telephone.
    pub phone: String,
    /// `oui` when everybody may read it.
    pub public: String,
}

/// Something that is sold, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceForm {
    /// What.
    pub name: String,
    /// From how much.
    pub price_min: String,
    /// Up to how much.
    pub price_max: String,
    /// For what.
    pub unit: String,
    /// Days.
    pub delay: String,
}

/// Something that was done, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReferenceForm {
    /// For whom.
    pub client: String,
    /// What.
    pub work: String,
    /// Year.
    pub year: String,
    /// For how much.
    pub amount: String,
}

/// A label, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelForm {
    /// Its name.
    pub name: String,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// With whom it would answer, as chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupementForm {
    /// As mandataire.
    pub as_mandataire: bool,
    /// As cotraitant.
    pub as_cotraitant: bool,
    /// As sous-traitant.
    pub as_subcontractor: bool,
    /// Whom it looks for.
    pub sought: String,
}

/// What the page brings. A kind of rows that it does not bring stays as stored: not everybody may write all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogueForm {
    /// Who to speak to.
    pub people: Option<Vec<PersonForm>>,
    /// What it sells.
    pub services: Option<Vec<ServiceForm>>,
    /// What it has done.
    pub references: Option<Vec<ReferenceForm>>,
    /// What vouches for it.
    pub labels: Option<Vec<LabelForm>>,
    /// Networks, by name.
    pub networks: Option<Vec<String>>,
    /// With whom it would answer.
    pub groupement: Option<GroupementForm>,
}

type Read<T> = Result<T, Violation>;

impl CatalogueForm {
    /// What is written, as the form shows it.
    #[must_use]
    pub fn of(catalogue: &Catalogue) -> Self {
        Self {
            people: Some(catalogue.people.iter().map(PersonForm::of).collect()),
            services: Some(catalogue.services.iter().map(ServiceForm::of).collect()),
            references: Some(catalogue.references.iter().map(ReferenceForm::of).collect()),
            labels: Some(catalogue.labels.iter().map(LabelForm::of).collect()),
            networks: Some(catalogue.networks.clone()),
            groupement: Some(GroupementForm::of(catalogue.groupement.as_ref())),
        }
    }

    /// Whether it says who to speak to, which nobody but the structure says.
    #[must_use]
    pub fn says_people(&self) -> bool {
        self.people.is_some()
    }

    /// Whether it says anything else.
    #[must_use]
    pub fn says_offers(&self) -> bool {
        self.services.is_some()
            || self.references.is_some()
            || self.labels.is_some()
            || self.networks.is_some()
            || self.groupement.is_some()
    }

    /// Writes it into a catalogue, as of a day. Everything that cannot be; the catalogue is then not to be kept.
    pub fn apply(&self, catalogue: &mut Catalogue, today: Date) -> Vec<Violation> {
        let mut wrong = Vec::new();
        rows_apply(&self.people, &mut catalogue.people, Field::People, person_read, &mut wrong);
        rows_apply(&self.services, &mut catalogue.services, Field::Services, service_read, &mut wrong);
        let reference = |form: &ReferenceForm| reference_read(form, today);
        rows_apply(&self.references, &mut catalogue.references, Field::References, reference, &mut wrong);
        rows_apply(&self.labels, &mut catalogue.labels, Field::Labels, label_read, &mut wrong);
        rows_apply(
            &self.networks,
            &mut catalogue.networks,
            Field::Networks,
            |text: &String| network_read(text),
            &mut wrong,
        );
        catalogue.networks.dedup();
        if let Some(form) = &self.groupement {
            match groupement_read(form) {
                Ok(wish) => catalogue.groupement = wish,
                Err(violation) => wrong.push(violation),
            }
        }
        wrong
    }
}

/// Reads rows in the place of those that are there.
fn rows_apply<F, T>(
    typed: &Option<Vec<F>>,
    kept: &mut Vec<T>,
    field: Field,
    read: impl Fn(&F) -> Read<Option<T>>,
    wrong: &mut Vec<Violation>,
) {
    let Some(rows) = typed else { return };
    let (mut good, before) = (Vec::new(), wrong.len());
    for row in rows {
        match read(row) {
            Ok(row) => good.extend(row),
            Err(violation) => wrong.push(violation),
        }
    }
    if good.len() > ROWS_MAX {
        wrong.push(Violation::new(field, format!("Gardez-en {ROWS_MAX} au plus.")));
    }
    if wrong.len() == before {
        *kept = good;
    }
}

/// One line, without what does not show.
fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn line_of(field: Field, what: &str, text: &str, most: usize) -> Read<String> {
    let text = line(text);
    if text.chars().count() > most {
        return Violation::refused(field, format!("{what}\u{a0}: raccourcissez à {most} caractères."));
    }
    Ok(text)
}

/// « Prestation « Tonte » »: which row a message is about.
fn named(kind: &str, name: &str) -> String {
    format!("{kind} «\u{a0}{}\u{a0}»", line(name))
}

fn amount_of(field: Field, row: &str, text: &str) -> Read<Option<Euros>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    Euros::parse(text).map(Some).map_err(|error| Violation::new(field, format!("{row}\u{a0}: {error}.")))
}

fn day_of(field: Field, row: &str, text: &str) -> Read<Option<Date>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let message = || Violation::new(field, format!("{row}\u{a0}: écrivez les dates comme 31/12/2028."));
    date::parse(text).map(Some).ok_or_else(message)
}

impl PersonForm {
    fn of(person: &ContactPerson) -> Self {
        Self {
            name: person.name.clone(),
            role: person.role.code().to_owned(),
            email: person.email.as_ref().map(ToString::to_string).unwrap_or_default(),
            phone: person.phone_shown(),
            public: if person.is_public { "oui".to_owned() } else { String::new() },
        }
    }
}

fn person_read(form: &PersonForm) -> Read<Option<ContactPerson>> {
    let field = Field::People;
    if [&form.name, &form.email, &form.phone].into_iter().all(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let name = line_of(field, "Nom", &form.name, WHO_MAX)?;
    if name.is_empty() {
        return Violation::refused(
            field,
            "Personne à joindre\u{a0}: dites son nom, ou celui de son service.",
        );
    }
    let row = named("Personne", &name);
    let role = ContactRole::parse(&form.role)
        .ok_or_else(|| Violation::new(field, format!("{row}\u{a0}: choisissez son rôle.")))?;
    let email = match form.email.trim() {
        "" => None,
        text => Some(
            EmailAddress::parse(text)
                .map_err(|error| Violation::new(field, format!("{row}\u{a0}: {error}.")))?,
        ),
    };
    let phone = phone_read(&form.phone).ok_or_else(|| {
        Violation::new(field, format!("{row}\u{a0}: écrivez le téléphone comme 05 61 00 00 00."))
    })?;
    if email.is_none() && phone.is_empty() {
        return Violation::refused(field, format!("{row}\u{a0}: donnez une adresse e-mail ou un téléphone."));
    }
    Ok(Some(ContactPerson { name, role, email, phone, is_public: form.public.trim() == "oui" }))
}

/// Ten digits that begin with a zero, or an international number; nothing is no number; `None` when it is neither.
fn phone_read(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !".-/()".contains(*c)).collect();
    let national = digits.strip_prefix("+33").or_else(|| digits.strip_prefix("0033"));
    let digits = national.map_or(digits.clone(), |rest| format!("0{}", rest.trim_start_matches('0')));
    let is_number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_good = match digits.strip_prefix('+') {
        Some(rest) => is_number(rest) && (8..=15).contains(&rest.len()),
        None => digits.is_empty() || (is_number(&digits) && digits.len() == 10 && digits.starts_with('0')),
    };
    is_good.then_some(digits)
}

impl ServiceForm {
    fn of(service: &Service) -> Self {
        let typed = |amount: Option<Euros>| amount.map(Euros::typed).unwrap_or_default();
        Self {
            name: service.name.clone(),
            price_min: typed(service.price_min),
            price_max: typed(service.price_max),
            unit: service.unit.clone(),
            delay: service.delay_days.map(|days| days.to_string()).unwrap_or_default(),
        }
    }
}

fn service_read(form: &ServiceForm) -> Read<Option<Service>> {
    let field = Field::Services;
    let all = [&form.name, &form.price_min, &form.price_max, &form.unit, &form.delay];
    if all.into_iter().all(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let name = line_of(field, "Prestation", &form.name, TEXT_MAX)?;
    if name.is_empty() {
        return Violation::refused(field, "Prestation\u{a0}: dites ce que vous vendez, puis son prix.");
    }
    let row = named("Prestation", &name);
    let price_min = amount_of(field, &row, &form.price_min)?;
    let price_max = amount_of(field, &row, &form.price_max)?;
    if price_min.zip(price_max).is_some_and(|(min, max)| min > max) {
        return Violation::refused(
            field,
            format!("{row}\u{a0}: le plus haut prix est plus petit que le plus bas."),
        );
    }
    let delay_days = match form.delay.trim() {
        "" => None,
        text => Some(text.parse::<u16>().ok().filter(|days| *days <= DELAY_MAX).ok_or_else(|| {
            Violation::new(
                field,
                format!("{row}\u{a0}: écrivez le délai en jours, par exemple 10 (au plus {DELAY_MAX})."),
            )
        })?),
    };
    let unit = line_of(field, &row, &form.unit, WHO_MAX)?;
    Ok(Some(Service { name, price_min, price_max, unit, delay_days }))
}

impl ReferenceForm {
    fn of(reference: &Reference) -> Self {
        Self {
            client: reference.client.clone(),
            work: reference.work.clone(),
            year: reference.year.map(|year| year.to_string()).unwrap_or_default(),
            amount: reference.amount.map(Euros::typed).unwrap_or_default(),
        }
    }
}

fn reference_read(form: &ReferenceForm, today: Date) -> Read<Option<Reference>> {
    let field = Field::References;
    let all = [&form.client, &form.work, &form.year, &form.amount];
    if all.into_iter().all(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let client = line_of(field, "Référence", &form.client, TEXT_MAX)?;
    let work = line_of(field, "Référence", &form.work, TEXT_MAX)?;
    if client.is_empty() || work.is_empty() {
        return Violation::refused(field, "Référence\u{a0}: dites pour qui, et quoi.");
    }
    let row = named("Référence", &client);
    let year = match form.year.trim() {
        "" => None,
        text => {
            let last = today.year() + 1;
            let year = text.parse::<i16>().ok().filter(|year| (YEAR_MIN..=last).contains(year));
            Some(year.ok_or_else(|| {
                Violation::new(field, format!("{row}\u{a0}: écrivez l’année comme {}.", today.year()))
            })?)
        }
    };
    let amount = amount_of(field, &row, &form.amount)?;
    Ok(Some(Reference { client, work, year, amount }))
}

impl LabelForm {
    fn of(label: &Label) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Self { name: label.name.clone(), from: day(label.from), to: day(label.to) }
    }
}

fn label_read(form: &LabelForm) -> Read<Option<Label>> {
    let field = Field::Labels;
    if [&form.name, &form.from, &form.to].into_iter().all(|text| text.trim().is_empty()) {
        return Ok(None);
    }
    let name = line_of(field, "Label", &form.name, TEXT_MAX)?;
    if name.is_empty() {
        return Violation::refused(field, "Label\u{a0}: dites son nom.");
    }
    let row = named("Label", &name);
    let (from, to) = (day_of(field, &row, &form.from)?, day_of(field, &row, &form.to)?);
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Violation::refused(field, format!("{row}\u{a0}: il ne peut pas finir avant de commencer."));
    }
    Ok(Some(Label { name, from, to }))
}

fn network_read(text: &str) -> Read<Option<String>> {
    let name = line_of(Field::Networks, "Réseau", text, WHO_MAX)?;
    Ok(Some(name).filter(|name| !name.is_empty()))
}

impl GroupementForm {
    fn of(wish: Option<&GroupementWish>) -> Self {
        let wish = wish.cloned().unwrap_or_default();
        Self {
            as_mandataire: wish.as_mandataire,
            as_cotraitant: wish.as_cotraitant,
            as_subcontractor: wish.as_subcontractor,
            sought: wish.sought,
        }
    }
}

fn groupement_read(form: &GroupementForm) -> Read<Option<GroupementWish>> {
    let wish = GroupementWish {
        as_mandataire: form.as_mandataire,
        as_cotraitant: form.as_cotraitant,
        as_subcontractor: form.as_subcontractor,
        sought: line_of(Field::Groupement, "Groupement", &form.sought, TEXT_MAX)?,
    };
    Ok(Some(wish).filter(GroupementWish::says_something))
}
