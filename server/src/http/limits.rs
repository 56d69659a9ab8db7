//! How often forms may be sent: by address, and by what a mail would reach.

use super::State;
use app::pages::error::Trouble;
use axum::http::HeaderMap;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;

/// The limits.
pub(crate) struct Limits {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    by_mail: DefaultKeyedRateLimiter<String>,
}

impl Limits {
    pub(super) fn new(posts_per_minute: u32, mails_per_hour: u32) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            by_address: RateLimiter::keyed(Quota::per_minute(at_least_one(posts_per_minute))),
            by_mail: RateLimiter::keyed(Quota::per_hour(at_least_one(mails_per_hour))),
        }
    }

    /// Counts a form from an address.
    pub(super) fn post(&self, address: IpAddr) -> Result<(), Trouble> {
        self.by_address.retain_recent();
        self.by_address.check_key(&address).map_err(|not_until| too_many(&not_until))
    }

    /// Counts a mail to an address, or for a structure.
    pub(super) fn mail(&self, to: &str) -> Result<(), Trouble> {
        self.by_mail.retain_recent();
        self.by_mail.check_key(&to.to_lowercase()).map_err(|not_until| too_many(&not_until))
    }
}

fn too_many(not_until: &governor::NotUntil<<DefaultClock as Clock>::Instant>) -> Trouble {
    let wait = not_until.wait_time_from(DefaultClock::default().now());
    Trouble::TooMany(wait.as_secs() + 1)
}

/// The address that a request comes from.
pub(super) fn caller(state: &State, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let forwarded = || {
        let last = headers.get("x-forwarded-for")?.to_str().ok()?.rsplit(',').next()?;
        last.trim().parse::<IpAddr>().ok()
    };
    if state.behind_proxy { forwarded().unwrap_or(peer.ip()) } else { peer.ip() }
}
