//! Other people's bills → rows → drafts with their source row kept. Pure: bytes in, values out.
//!
//! ```text
//! CSV  ── pieces/split ─┬─ layout ── wechat/alipay/generic ─┐
//! XLSX ── book/sheet ───┘                                   ├─ Bill { rows } ── Plan { drafts }
//! ZIP  ── archive ───────── merchant ───────────────────────┘
//! ```
//!
//! A row is a gift only if it is known to be one. What else a wallet shows is the treasurer's own
//! life: counted, summed and forgotten; or doubtful, and then a person decides.

mod alipay;
mod archive;
mod biff;
mod bill;
mod book;
pub mod decisions;
mod error;
mod foreign;
mod generic;
mod ids;
mod layout;
mod mapping;
mod merchant;
pub(crate) mod number;
mod ole;
mod pieces;
pub mod plan;
mod preamble;
pub mod reason;
mod recognise;
pub mod row;
mod rows;
pub mod sample;
pub mod sheet;
mod split;
pub mod statement;
mod text;
mod verdicts;
mod wechat;
mod weigh;

pub use bill::{Bill, Format};
pub use decisions::Decisions;
pub use error::{BillError, Warning};
pub use foreign::Foreign;
pub use mapping::{Mapping, MappingError};
pub use merchant::Exact;
pub use plan::{Draft, Known, KnownLine, Plan, Policy};
pub use preamble::Declared;
pub use row::{Channel, Class, Direction, Row};
pub use rows::Glance;
