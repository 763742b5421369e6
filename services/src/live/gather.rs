//! What a transaction wants to tell those who listen, kept until its commit: nobody hears of what was
//! undone, or looks for what is not there yet.

use std::cell::RefCell;

use super::Change;

thread_local! {
    /// Transactions run on one thread from their beginning to their end (`database::pool`).
    static NOTED: RefCell<Vec<Change>> = const { RefCell::new(Vec::new()) };
}

/// To be told after the commit of the transaction that this thread is in.
pub(crate) fn note(change: Change) {
    NOTED.with_borrow_mut(|noted| {
        if !noted.contains(&change) {
            noted.push(change);
        }
    });
}

/// Runs the inside of a transaction, and hands out what it noted.
pub(crate) fn gathering<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Vec<Change>), E> {
    // What a panic left behind belongs to nobody.
    NOTED.take();
    let outcome = work();
    let noted = NOTED.take();
    outcome.map(|value| (value, noted))
}
