//! Panics of other people's code, which end here: the error that each becomes is told in ours.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// Whether this thread is in a call of [`contain`].
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread, now, would be contained.
pub fn panic_is_contained() -> bool {
    INSIDE.get()
}

/// What `call` returns; `None` if it panics. What it was changing then is not to be used again.
pub fn contain<T>(call: impl FnOnce() -> T) -> Option<T> {
    let before = INSIDE.replace(true);
    let done = catch_unwind(AssertUnwindSafe(call));
    INSIDE.set(before);
    done.ok()
}
