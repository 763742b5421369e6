//! The kinds of notifications, with Mastodon's words.

use crate::columns::small_enum;

small_enum! {
    /// Why someone is told.
    NotificationKind {
        /// Someone mentioned you, or answered you.
        Mention = 0, "mention";
        /// Someone whose posts you asked to hear of has posted.
        Status = 1, "status";
        /// Someone boosted your post.
        Reblog = 2, "reblog";
        /// Someone follows you.
        Follow = 3, "follow";
        /// Someone asks to follow you.
        FollowRequest = 4, "follow_request";
        /// Someone favourited your post.
        Favourite = 5, "favourite";
        /// A post that you boosted was edited.
        Update = 6, "update";
    }
}
