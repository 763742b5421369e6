//! The kinds of notifications, with Mastodon's words, and what a policy may say to them.

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
        /// A poll that you made or voted in has ended.
        Poll = 7, "poll";
        /// Someone quoted your post.
        Quote = 8, "quote";
        /// A post that you quoted was edited.
        QuotedUpdate = 9, "quoted_update";
        /// Someone signed up here (staff alone is told).
        AdminSignUp = 10, "admin.sign_up";
        /// Someone reported something (staff alone is told).
        AdminReport = 11, "admin.report";
        /// A moderator acted against you.
        ModerationWarning = 12, "moderation_warning";
        /// You lost follows, as a server or an account was blocked.
        SeveredRelationships = 13, "severed_relationships";
        /// Someone put you into a collection.
        AddedToCollection = 14, "added_to_collection";
        /// A collection that you are in has changed.
        CollectionUpdate = 15, "collection_update";
    }
}

small_enum! {
    /// What a policy says to notifications of strangers.
    Verdict {
        /// Tell.
        Accept = 0, "accept";
        /// Keep apart, under a request.
        Filter = 1, "filter";
        /// Tell nothing.
        Drop = 2, "drop";
    }
}

small_enum! {
    /// Why follows ended that nobody ended.
    SeveranceKind {
        /// This server blocked a server.
        DomainBlock = 0, "domain_block";
        /// The person blocked a server.
        UserDomainBlock = 1, "user_domain_block";
        /// This server suspended an account.
        AccountSuspension = 2, "account_suspension";
    }
}

impl NotificationKind {
    /// Can a policy keep it back? What was asked for, and what the server has to say, it cannot.
    #[must_use]
    pub const fn can_be_held_back(self) -> bool {
        matches!(
            self,
            Self::Mention
                | Self::Reblog
                | Self::Follow
                | Self::FollowRequest
                | Self::Favourite
                | Self::Quote
                | Self::AddedToCollection
        )
    }

    /// Do several of it about one thing make one entry in the list of groups?
    #[must_use]
    pub const fn is_grouped(self) -> bool {
        matches!(
            self,
            Self::Favourite | Self::Reblog | Self::Follow | Self::AdminSignUp
        )
    }

    /// May it come from oneself: one's own poll, what the server says about one's own account?
    #[must_use]
    pub const fn can_be_from_oneself(self) -> bool {
        matches!(
            self,
            Self::Poll | Self::ModerationWarning | Self::SeveredRelationships
        )
    }

    /// Does a held-back one stand in the list of requests? The others wait without a word.
    #[must_use]
    pub const fn asks(self) -> bool {
        matches!(self, Self::Mention | Self::Quote)
    }
}
