//! Words for accounts: what kind of actor, which role on the server, which state of a follow.

use crate::columns::small_enum;

small_enum! {
    /// What an account is.
    AccountKind {
        /// A human (ActivityStreams `Person`).
        Person = 0, "person";
        /// A group (`Group`).
        Group = 1, "group";
        /// A bot (`Service`).
        Bot = 2, "bot";
        /// A server's own actor (`Application`).
        Server = 3, "server";
        /// An organisation (`Organization`).
        Organization = 4, "organization";
    }
}

small_enum! {
    /// What a member may do on the server as a whole; groups have roles of their own.
    ServerRole {
        /// An ordinary member.
        Member = 0, "member";
        /// May work on the server's reports.
        Moderator = 1, "moderator";
        /// May change the server's settings.
        Admin = 2, "admin";
        /// Everything, and cannot be demoted by others.
        Owner = 3, "owner";
    }
}

small_enum! {
    /// How far a follow has come.
    FollowState {
        /// Asked for, not answered.
        Requested = 0, "requested";
        /// In force.
        Accepted = 1, "accepted";
    }
}
