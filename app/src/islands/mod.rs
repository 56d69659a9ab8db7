//! The only code that runs in the browser. Each island is useful decoration of plain HTML that works without.
//!
//! Islands hold nothing but their children: what they must know stands in attributes of these, and the server answers
//! them in plain text or HTML. Properties of islands, and server functions, travel as JSON: reading it would be a
//! sixth of what the browser downloads, and that room is for the law.

#[cfg(feature = "hydrate")]
mod ask;
mod complete;
#[cfg(feature = "hydrate")]
mod form;
mod hours;
mod law;
mod preview;

pub use complete::{Completed, PROPOSALS_AT, PROPOSALS_LABEL};
pub use hours::{HOURS_FIELDS, HoursTyped};
pub use law::{
    DEFENCE, LawContext, LawPreview, OVERSEAS, law_result, others_written, small_lots, verdict_class,
};
pub use preview::{FORM, HoursPreview, PREVIEW_AT, Preview, hours_result};
