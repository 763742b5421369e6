//! Words of Web Push.

use crate::columns::small_enum;

small_enum! {
    /// Because of whom an app is told.
    Policy {
        /// Anyone.
        All = 0, "all";
        /// Whom one follows.
        Followed = 1, "followed";
        /// Who follows one.
        Follower = 2, "follower";
        /// Nobody.
        None = 3, "none";
    }
}
