//! The law: who may answer which lot, why, and since when.
//!
//! | question | room |
//! | --- | --- |
//! | what does a rule say, from when to when, how sure are we | [`rule`] |
//! | which threshold applies on a day | [`threshold`] |
//! | which legal ways a buyer has | [`vehicle`] |
//! | what the law looks at in a structure | [`party`] |
//! | may this structure answer | [`mod@judge`] |
//! | may this lot be bought so, and what else must its buyer do | [`lot`], [`duty`] |
//! | what a lot asks of whoever wins it, and whether that is what the law asks | [`consideration`] |
//! | what opens a lighter procedure to a small lot than to the whole | [`small`] |
//! | what the law says of a lot that is being written | [`LotLaw`] |
//! | which reservations forms and search offer | [`Reservation`] |
//!
//! Rules, thresholds and lists are data (`domain/data/legal`): dated, with an article, a certainty and a source. A
//! verdict is a value that says which rules made it; a rule of certainty D never makes a yes or a no.

pub mod consideration;
pub mod duty;
mod experiment;
pub mod judge;
mod limit;
pub mod lot;
pub mod party;
mod reservation;
pub mod rule;
pub mod small;
pub mod threshold;
mod typed;
pub mod vehicle;

pub use consideration::{Bought, Carried, Consideration, Weight, judge_whole, proposed_text};
pub use duty::{Exception, duties, lots_rule, social_clause_motive};
pub use experiment::experiment_until;
pub use judge::{Effect, Finding, Judgment, Verdict, judge};
pub use limit::Limit;
pub use lot::{BuyerCategory, LotTerms, Nature, OtherLot, Procedure, judge_lot, judge_mix, procedure};
pub use party::{Convention, Ess, Evidence, Party, Share};
pub use reservation::{Eligibility, PartySummary, RULES_READ_ON, Reservation};
pub use rule::{Certainty, Rule, RuleId, Rules};
pub use small::{SmallLot, small_lot};
pub use threshold::{Threshold, ThresholdKey, Thresholds};
pub use typed::{LotLaw, TermsTyped};
pub use vehicle::Vehicle;
