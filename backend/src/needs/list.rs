//! The list of needs, filtered.

use crate::Backend;
use crate::index::NeedEntry;
use domain::date;
use domain::legal::Reservation;
use domain::need::{LotDraft, NeedKind, NeedStatus};
use domain::sector::{SectorIx, stems};
use domain::structure::Kind;
use domain::territory::{Atlas, CommuneSet, Place};
use jiff::Span;
use jiff::civil::Date;
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

/// Needs on one page.
pub const PAGE_SIZE: usize = 20;

/// What is looked for among needs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NeedQuery {
    /// Words as typed.
    pub words: String,
    /// Where: needs whose place shares a commune with it.
    pub place: Option<Place>,
    /// Needs around the place too, as far as a structure usually works.
    pub around: bool,
    /// Only these sectors; empty means all.
    pub sectors: Vec<SectorIx>,
    /// Only this reservation.
    pub reservation: Option<Reservation>,
    /// Only needs of this kind.
    pub kind: Option<NeedKind>,
    /// Only needs whose answers are due in the week of this Monday.
    pub week: Option<Date>,
    /// Closed needs too.
    pub closed_too: bool,
    /// Page, from 1.
    pub page: usize,
}

/// A need of a list.
#[derive(Debug, Clone)]
pub struct ListedNeed {
    /// The need.
    pub entry: Arc<NeedEntry>,
    /// How far from the place that was asked for, in km; `None` there, and without place.
    pub km: Option<u16>,
}

/// A week of the calendar of needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Its first day.
    pub monday: Date,
    /// How many needs want their answers in it.
    pub count: u64,
}

/// Weeks of the calendar: a quarter.
const WEEKS: i64 = 13;

impl Week {
    /// The weeks from this one to the last that has a deadline, a quarter at most; those without deadline too.
    fn all(deadlines: &[Date], today: Date) -> Vec<Self> {
        let this = date::monday(today);
        let mondays = (0..WEEKS).map(|n| this.saturating_add(Span::new().weeks(n)));
        let count = |monday| deadlines.iter().filter(|day| date::monday(**day) == monday).count();
        let weeks = mondays.map(|monday| Self { monday, count: count(monday) as u64 });
        let mut weeks: Vec<Self> = weeks.collect();
        let last = weeks.iter().rposition(|week| week.count > 0);
        weeks.truncate(last.map_or(0, |last| last + 1));
        weeks
    }
}

/// A page of needs.
#[derive(Debug)]
pub struct NeedPage {
    /// How many there are, those around the place among them.
    pub total: u64,
    /// How many of them are around the place, not there.
    pub around: u64,
    /// Those of this page: there, the newest first; then around, the nearest first.
    pub needs: Vec<ListedNeed>,
    /// This page, from 1.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
    /// Sectors of the needs that the other filters let through, with how many.
    pub sectors: Vec<(SectorIx, u64)>,
    /// Reservations, with how many needs each.
    pub reservations: Vec<(Reservation, u64)>,
    /// Kinds, with how many needs each.
    pub kinds: Vec<(NeedKind, u64)>,
    /// When answers are due, whatever the week that is looked at.
    pub weeks: Vec<Week>,
}

impl Backend {
    /// The page of needs that a query asks for.
    #[must_use]
    pub fn need_list(&self, query: &NeedQuery) -> NeedPage {
        let today = self.clock.today();
        let words: HashSet<String> = stems(&query.words).collect();
        let reach = query.place.map(|place| Reach { communes: place.communes(), around: query.around });
        let catalogue = self.index.catalogue();
        let within: Vec<ListedNeed> = catalogue
            .needs()
            .filter(|n| query.closed_too || self.need_is_open(&n.need))
            .filter(|n| words.is_empty() || holds_words(n, &words))
            .filter_map(|entry| {
                let km = reach.as_ref().map_or(Some(None), |reach| reach.km_to(entry))?;
                Some(ListedNeed { entry: Arc::clone(entry), km })
            })
            .collect();
        // Sector and reservation hold on one lot, never across two of the same need.
        let has_sector = |lot: &LotDraft| {
            query.sectors.is_empty() || lot.sectors_known().any(|s| query.sectors.contains(&s))
        };
        let has_reservation = |lot: &LotDraft| query.reservation.is_none_or(|r| lot.reservation() == r);
        let lots = |n: &NeedEntry, keep: &dyn Fn(&LotDraft) -> bool| -> Vec<LotDraft> {
            n.need.draft.lots.iter().filter(|lot| keep(lot)).cloned().collect()
        };
        let answers =
            |n: &NeedEntry| n.need.draft.lots.iter().any(|lot| has_sector(lot) && has_reservation(lot));
        let is_of_week = |n: &ListedNeed| {
            query.week.is_none_or(|week| date::monday(n.entry.need.draft.deadline) == date::monday(week))
        };
        let counting_kinds = within.iter().filter(|n| answers(&n.entry) && is_of_week(n));
        let kinds = counted(counting_kinds.map(|n| n.entry.need.draft.kind));
        let is_of_kind = |n: &ListedNeed| query.kind.is_none_or(|kind| n.entry.need.draft.kind == kind);
        let within: Vec<ListedNeed> = within.into_iter().filter(is_of_kind).collect();
        // A need that ended has no deadline any more.
        let is_due = |n: &&ListedNeed| answers(&n.entry) && n.entry.need.status == NeedStatus::Published;
        let due = within.iter().filter(is_due).map(|n| n.entry.need.draft.deadline);
        let weeks = Week::all(&due.collect::<Vec<_>>(), today);
        let within: Vec<ListedNeed> = within.into_iter().filter(is_of_week).collect();
        let sectors = counted(within.iter().flat_map(|n| {
            once_each(lots(&n.entry, &has_reservation).iter().flat_map(LotDraft::sectors_known))
        }));
        let reservations = counted(
            within
                .iter()
                .flat_map(|n| once_each(lots(&n.entry, &has_sector).iter().map(LotDraft::reservation))),
        );
        let mut needs: Vec<ListedNeed> = within.into_iter().filter(|n| answers(&n.entry)).collect();
        needs.sort_by_key(|n| (n.km, Reverse(n.entry.need.published_at), n.entry.need.id));
        let total = needs.len();
        let around = needs.iter().filter(|n| n.km.is_some()).count();
        let pages = total.div_ceil(PAGE_SIZE).max(1);
        let page = query.page.clamp(1, pages);
        NeedPage {
            total: u64::try_from(total).unwrap_or(u64::MAX),
            around: u64::try_from(around).unwrap_or(u64::MAX),
            needs: needs.into_iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).collect(),
            page,
            pages,
            sectors,
            reservations,
            kinds,
            weeks,
        }
    }
}

/// From which place needs are looked at.
struct Reach {
    communes: CommuneSet,
    around: bool,
}

impl Reach {
    /// `Some(None)` where the need takes place there, its distance where it is around, `None` further away.
    fn km_to(&self, entry: &NeedEntry) -> Option<Option<u16>> {
        if self.communes.meets(&entry.communes) {
            return Some(None);
        }
        let atlas = Atlas::get();
        let centre = atlas.centre(&entry.communes).filter(|_| self.around)?;
        let km = atlas.km_from(&self.communes, centre)?;
        (km <= f32::from(usual_reach_km())).then(|| Some(whole_km(km)))
    }
}

/// As far as a structure of any kind usually works.
fn usual_reach_km() -> u16 {
    Kind::ALL.into_iter().map(Kind::usual_radius_km).max().unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within reach: some tens of km")]
fn whole_km(km: f32) -> u16 {
    km.round().max(1.0) as u16
}

fn holds_words(entry: &NeedEntry, words: &HashSet<String>) -> bool {
    let draft = &entry.need.draft;
    let sectors = draft.sectors().into_iter().map(|s| s.label());
    let titles = draft.lots.iter().map(|lot| lot.title.as_str());
    let words_of_lots: Vec<&str> = sectors.chain(titles).collect();
    let text =
        format!("{} {} {} {}", draft.title, draft.description, draft.buyer.name, words_of_lots.join(" "));
    let has: HashSet<String> = stems(&text).collect();
    words.iter().all(|w| has.contains(w))
}

fn once_each<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut once = Vec::new();
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}

/// Each value with how often it comes, the most frequent first.
fn counted<T: Copy + PartialEq>(values: impl Iterator<Item = T>) -> Vec<(T, u64)> {
    let mut counts: Vec<(T, u64)> = Vec::new();
    for value in values {
        match counts.iter_mut().find(|(v, _)| *v == value) {
            Some((_, n)) => *n += 1,
            None => counts.push((value, 1)),
        }
    }
    counts.sort_by_key(|(_, n)| Reverse(*n));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(deadlines: &[Date], expected: &[(Date, u64)]) {
        // A Wednesday.
        let weeks = Week::all(deadlines, date(2026, 11, 25));
        assert_eq!(weeks.iter().map(|w| (w.monday, w.count)).collect::<Vec<_>>(), expected, "{deadlines:?}");
    }

    #[test]
    fn weeks_of_deadlines() {
        check(&[], &[]);
        check(&[date(2026, 11, 24)], &[(date(2026, 11, 23), 1)]);
        check(&[date(2026, 11, 22)], &[]);
        check(
            &[date(2026, 12, 7), date(2026, 12, 13), date(2026, 11, 30)],
            &[(date(2026, 11, 23), 0), (date(2026, 11, 30), 1), (date(2026, 12, 7), 2)],
        );
        // Beyond a quarter: the list has it, the calendar has not.
        check(&[date(2027, 2, 22)], &[]);
        assert_eq!(Week::all(&[date(2027, 2, 21)], date(2026, 11, 25)).len(), 13);
    }
}
