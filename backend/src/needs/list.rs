//! The list of needs, filtered.

use crate::Backend;
use crate::index::NeedEntry;
use domain::legal::Reservation;
use domain::need::{LotDraft, NeedKind};
use domain::sector::{SectorIx, stems};
use domain::territory::Place;
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
    /// Only these sectors; empty means all.
    pub sectors: Vec<SectorIx>,
    /// Only this reservation.
    pub reservation: Option<Reservation>,
    /// Only needs of this kind.
    pub kind: Option<NeedKind>,
    /// Closed needs too.
    pub closed_too: bool,
    /// Page, from 1.
    pub page: usize,
}

/// A page of needs.
#[derive(Debug)]
pub struct NeedPage {
    /// How many there are.
    pub total: u64,
    /// Those of this page, the newest first.
    pub needs: Vec<Arc<NeedEntry>>,
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
}

impl Backend {
    /// The page of needs that a query asks for.
    #[must_use]
    pub fn need_list(&self, query: &NeedQuery) -> NeedPage {
        let today = self.clock.today();
        let words: HashSet<String> = stems(&query.words).collect();
        let communes = query.place.map(Place::communes);
        let catalogue = self.index.catalogue();
        let within: Vec<&Arc<NeedEntry>> = catalogue
            .needs()
            .filter(|n| query.closed_too || n.need.is_open(today))
            .filter(|n| communes.as_ref().is_none_or(|c| c.meets(&n.communes)))
            .filter(|n| words.is_empty() || holds_words(n, &words))
            .collect();
        // Sector and reservation hold on one lot, never across two of the same need.
        let has_sector = |lot: &LotDraft| {
            query.sectors.is_empty() || lot.sectors.iter().any(|s| query.sectors.contains(s))
        };
        let has_reservation = |lot: &LotDraft| query.reservation.is_none_or(|r| lot.reservation() == r);
        let lots = |n: &NeedEntry, keep: &dyn Fn(&LotDraft) -> bool| -> Vec<LotDraft> {
            n.need.draft.lots.iter().filter(|lot| keep(lot)).cloned().collect()
        };
        let answers =
            |n: &NeedEntry| n.need.draft.lots.iter().any(|lot| has_sector(lot) && has_reservation(lot));
        let kinds = counted(within.iter().filter(|n| answers(n)).map(|n| n.need.draft.kind));
        let within: Vec<_> =
            within.into_iter().filter(|n| query.kind.is_none_or(|kind| n.need.draft.kind == kind)).collect();
        let sectors = counted(
            within
                .iter()
                .flat_map(|n| once_each(lots(n, &has_reservation).into_iter().flat_map(|lot| lot.sectors))),
        );
        let reservations = counted(
            within.iter().flat_map(|n| once_each(lots(n, &has_sector).iter().map(LotDraft::reservation))),
        );
        let mut needs: Vec<Arc<NeedEntry>> = within.into_iter().filter(|n| answers(n)).cloned().collect();
        needs.sort_by_key(|n| (Reverse(n.need.published_at), n.need.id));
        let total = needs.len();
        let pages = total.div_ceil(PAGE_SIZE).max(1);
        let page = query.page.clamp(1, pages);
        NeedPage {
            total: u64::try_from(total).unwrap_or(u64::MAX),
            needs: needs.into_iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE).collect(),
            page,
            pages,
            sectors,
            reservations,
            kinds,
        }
    }
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
