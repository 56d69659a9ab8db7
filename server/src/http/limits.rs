//! How often forms may be sent: by address, and by what a mail would reach.

use super::State;
use super::html::Failure;
use app::pages::error::Trouble;
use axum::http::HeaderMap;
use backend::Backend;
use backend::rates::Rate;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

/// How many times more mails one caller may cause than one recipient may get: a whole town hall can sit behind one
/// address.
const MAILS_BY_CALLER: u32 = 6;
/// How many times more lots one caller may have matched by the API than it may send forms: a program asks, not a person.
const MATCHES_BY_CALLER: u32 = 10;
/// Callers and recipients that nobody heard of for a while are forgotten after so many questions.
const FORGET_EVERY: u32 = 1_000;

/// The limits.
pub(crate) struct Limits {
    posts: DefaultKeyedRateLimiter<IpAddr>,
    matches: DefaultKeyedRateLimiter<IpAddr>,
    mails_by_caller: DefaultKeyedRateLimiter<IpAddr>,
    mails: DefaultKeyedRateLimiter<String>,
    asked: AtomicU32,
    posts_per_minute: NonZeroU32,
    matches_per_minute: NonZeroU32,
    mails_per_hour: NonZeroU32,
    mails_by_caller_per_hour: NonZeroU32,
}

impl Limits {
    pub(super) fn new(posts_per_minute: NonZeroU32, mails_per_hour: NonZeroU32) -> Self {
        let by_caller = mails_per_hour.saturating_mul(NonZeroU32::MIN.saturating_add(MAILS_BY_CALLER - 1));
        let matches_per_minute =
            posts_per_minute.saturating_mul(NonZeroU32::MIN.saturating_add(MATCHES_BY_CALLER - 1));
        Self {
            posts: RateLimiter::keyed(Quota::per_minute(posts_per_minute)),
            matches: RateLimiter::keyed(Quota::per_minute(matches_per_minute)),
            mails_by_caller: RateLimiter::keyed(Quota::per_hour(by_caller)),
            mails: RateLimiter::keyed(Quota::per_hour(mails_per_hour)),
            asked: AtomicU32::new(0),
            posts_per_minute,
            matches_per_minute,
            mails_per_hour,
            mails_by_caller_per_hour: by_caller,
        }
    }

    /// Counts a form from an address: here, then with the other nodes.
    pub(super) async fn post(&self, backend: &Backend, caller: IpAddr) -> Result<(), Failure> {
        self.forget_sometimes();
        let network = network(caller);
        self.posts.check_key(&network).map_err(|not_until| Failure(too_many(&not_until)))?;
        together(backend, Rate::Posts, &network.to_string(), self.posts_per_minute).await
    }

    /// Counts a lot that an address has matched: here, then with the other nodes.
    pub(super) async fn matched(&self, backend: &Backend, caller: IpAddr) -> Result<(), Failure> {
        self.forget_sometimes();
        let network = network(caller);
        self.matches.check_key(&network).map_err(|not_until| Failure(too_many(&not_until)))?;
        together(backend, Rate::Matches, &network.to_string(), self.matches_per_minute).await
    }

    /// Counts a mail that a caller causes: to an address, or for a structure.
    pub(super) async fn mail(&self, backend: &Backend, caller: IpAddr, to: &str) -> Result<(), Failure> {
        self.forget_sometimes();
        let (network, to) = (network(caller), to.to_lowercase());
        let refused = |not_until: NotUntil| Failure(too_many(&not_until));
        self.mails_by_caller.check_key(&network).map_err(refused)?;
        self.mails.check_key(&to).map_err(refused)?;
        let by_caller = self.mails_by_caller_per_hour;
        together(backend, Rate::MailsByCaller, &network.to_string(), by_caller).await?;
        together(backend, Rate::Mails, &to, self.mails_per_hour).await
    }

    fn forget_sometimes(&self) {
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(FORGET_EVERY) {
            self.posts.retain_recent();
            self.matches.retain_recent();
            self.mails_by_caller.retain_recent();
            self.mails.retain_recent();
        }
    }
}

/// Counts with the other nodes, where there may be some.
async fn together(backend: &Backend, what: Rate, of: &str, most: NonZeroU32) -> Result<(), Failure> {
    if !backend.has_other_nodes() {
        return Ok(());
    }
    match backend.rate_count(what, of, most.get()).await? {
        Some(seconds) => Err(Failure(Trouble::TooMany(seconds))),
        None => Ok(()),
    }
}

/// Whose requests count together: one IPv4 address, the /64 of an IPv6 address, which one subscriber holds whole.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

type NotUntil = governor::NotUntil<<DefaultClock as Clock>::Instant>;

fn too_many(not_until: &NotUntil) -> Trouble {
    Trouble::TooMany(not_until.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
}

/// The address that a request comes from. Behind a proxy, the last one that it wrote: whatever stands before it may
/// be the caller's invention.
pub(super) fn address_of(state: &State, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
    let forwarded = || forwarded_for(headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?);
    if state.behind_proxy { forwarded().unwrap_or(peer.ip()) } else { peer.ip() }
}

fn forwarded_for(header: &str) -> Option<IpAddr> {
    let last = header.rsplit(',').next()?.trim();
    let with_port = || last.parse::<SocketAddr>().ok().map(|address| address.ip());
    last.parse::<IpAddr>().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, address: Option<&str>) {
        assert_eq!(forwarded_for(header).map(|ip| ip.to_string()).as_deref(), address, "{header}");
    }

    #[test]
    fn the_last_address_counts() {
        check("203.0.113.7", Some("203.0.113.7"));
        check("10.0.0.1, 203.0.113.7", Some("203.0.113.7"));
        check("203.0.113.7:4321", Some("203.0.113.7"));
        check("[2001:db8::1]:4321", Some("2001:db8::1"));
        check("2001:db8::1", Some("2001:db8::1"));
        check("unknown", None);
    }

    #[test]
    fn one_subscriber_is_one_network() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
    }
}
