//! The only code that runs in the browser. Each island is useful decoration of a plain form that works without.

mod complete;
mod hours;
mod preview;

pub use complete::{CompletedInput, Field};
pub use hours::{HOURS_FIELDS, HoursTyped};
pub use preview::{Preview, PreviewOf, hours_preview};
