//! The rows that views carry, under names that printers may import: they know no `database`.

pub use database::Error as DatabaseError;
pub use database::accounts::Account;
pub use database::cards::Card;
pub use database::domain_blocks::{DomainAllow, DomainBlock};
pub use database::featured_collections::{ACCEPTED, Collection, Item};
pub use database::filters::{Filter, FilterStatus, Keyword};
pub use database::group_reports::GroupReport;
pub use database::groups::Group;
pub use database::media_attachments::MediaAttachment;
pub use database::profiles::Extras;
pub use database::reports::Report;
pub use database::severance_events::SeveranceEvent;
pub use database::sign_up_blocks::{CanonicalEmailBlock, IpBlock};
pub use database::statuses::Status;
pub use database::users::User;
