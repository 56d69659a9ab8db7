//! In waves: a need is told to the best first, and to the next ones when few answer; the first need of an address that nobody
//! has answered yet, over a wide place, to fifty at most.

use crate::Backend;
use crate::error::Result;
use crate::jobs::Work;
use crate::store::Tx;
use crate::write::Deed;
use domain::access::{Action, Actor};
use domain::need::Need;
use jiff::civil::Date;

/// Structures that are told of a need in one wave.
pub(crate) const WAVE: usize = 200;
/// Structures that are told of a need over a wide place by an address of which no need was answered yet.
pub(crate) const WAVE_OF_STRANGERS: usize = 50;
/// With so many that say that they are interested, nobody else is told.
const ENOUGH: usize = 5;
/// A place of more communes than any département has: the Pas-de-Calais has 887 (INSEE, 2026).
const WIDE: usize = 900;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Which wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// The first of a version: whoever fits best learns of it.
    First,
    /// A later one: only if few are interested.
    Later,
}

/// How many are told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextWave {
    /// So many at most.
    Tells(usize),
    /// Nobody, until one of those who were told is interested.
    Waits,
    /// Nobody: enough are interested.
    Enough,
}

impl NextWave {
    pub(crate) fn size(self) -> usize {
        match self {
            Self::Tells(size) => size,
            Self::Waits | Self::Enough => 0,
        }
    }
}

/// What decides about a wave.
#[derive(Debug, Clone, Copy)]
struct SoFar {
    /// Structures that were told of the need.
    told: usize,
    /// Structures that are interested in it.
    interested: usize,
    /// Whether a structure was ever interested in a need of this author.
    author_is_known: bool,
    /// Whether it is asked over a wide place.
    is_wide: bool,
}

fn next_wave(round: Round, so_far: SoFar) -> NextWave {
    if so_far.is_wide && !so_far.author_is_known {
        return match WAVE_OF_STRANGERS.saturating_sub(so_far.told) {
            0 => NextWave::Waits,
            left => NextWave::Tells(left),
        };
    }
    if round == Round::Later && so_far.interested >= ENOUGH {
        return NextWave::Enough;
    }
    NextWave::Tells(WAVE)
}

fn is_wide(need: &Need) -> bool {
    need.draft.communes().len() > WIDE
}

/// Seconds from one wave to the next: a day, or a third of the days that are left.
fn wave_wait(today: Date, deadline: Date) -> i64 {
    let days = i64::from(deadline.since(today).map_or(0, |span| span.get_days())) + 1;
    (days * DAY / 3).clamp(HOUR, DAY)
}

impl Backend {
    /// How many structures are told of a need now.
    pub(super) async fn wave_next(&self, need: &Need, round: Round) -> Result<NextWave> {
        let counts = self.store.need_counts(Some(need.id)).await?;
        let first = |counted: &[(uuid::Uuid, i64)]| {
            counted.first().and_then(|(_, n)| usize::try_from(*n).ok()).unwrap_or_default()
        };
        let so_far = SoFar {
            told: first(&counts.told),
            interested: first(&counts.interested),
            author_is_known: self.author_is_known(need).await?,
            is_wide: is_wide(need),
        };
        Ok(next_wave(round, so_far))
    }

    async fn author_is_known(&self, need: &Need) -> Result<bool> {
        Ok(self.store.author_interest(need.author.as_ref()).await? > 0)
    }

    /// Whether a need is a stranger's over a wide place: fifty learn of it, and nobody is asked about trades for it.
    pub(super) async fn is_held_back(&self, need: &Need) -> Result<bool> {
        Ok(is_wide(need) && !self.author_is_known(need).await?)
    }

    /// Plans the next wave of a need, after `told` structures were told.
    pub(super) async fn wave_plan(&self, need: &Need, told: usize) -> Result<()> {
        let today = self.clock.today_at(&need.draft.place);
        let at = self.clock.now() + wave_wait(today, need.draft.deadline);
        let work = Work::NeedTellMore { need: need.id };
        let key = format!("need_tell_more:{}:{}:{told}", need.id, need.version);
        let plan = async |tx: &mut Tx| tx.work_add_at(self, &work, key, at).await.map(Deed::Kept);
        self.write(&Actor::Job, Action::Tell, need.target(), plan).await.map(|_| ())
    }
}

impl Tx {
    /// After an answer: when it is the first that a need of this author ever got, those who were held back may be told.
    pub(crate) async fn wave_release(&mut self, backend: &Backend, need: &Need) -> Result<()> {
        let work = Work::NeedTellMore { need: need.id };
        self.work_add(backend, &work, format!("need_tell_more:{}:released", need.id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn check(
        round: Round,
        told: usize,
        interested: usize,
        author_is_known: bool,
        is_wide: bool,
        next: NextWave,
    ) {
        let so_far = SoFar { told, interested, author_is_known, is_wide };
        assert_eq!(next_wave(round, so_far), next, "{round:?} {so_far:?}");
    }

    #[test]
    fn who_is_told_when() {
        use NextWave::{Enough, Tells, Waits};
        check(Round::First, 0, 0, false, false, Tells(200));
        check(Round::First, 0, 0, false, true, Tells(50));
        check(Round::First, 0, 0, true, true, Tells(200));
        check(Round::First, 20, 0, false, true, Tells(30));
        check(Round::Later, 50, 0, false, true, Waits);
        check(Round::Later, 50, 1, true, true, Tells(200));
        check(Round::Later, 200, 4, true, true, Tells(200));
        check(Round::Later, 200, 5, true, false, Enough);
        check(Round::First, 200, 5, true, false, Tells(200));
    }

    #[test]
    fn waves_come_sooner_when_little_time_is_left() {
        let today = date(2026, 11, 21);
        for (deadline, hours) in
            [(date(2026, 12, 31), 24), (date(2026, 11, 23), 24), (date(2026, 11, 22), 16), (today, 8)]
        {
            assert_eq!(wave_wait(today, deadline), hours * HOUR, "{deadline}");
        }
    }
}
