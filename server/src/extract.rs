//! What a request says, in types: parameters of any encoding, ids in the path, paging, the
//! idempotency key, the Link header. Who is asking is `auth`.

mod decode;
mod link;
mod paging;
mod params;
mod shape;
mod tree;

pub use self::decode::{DecodeError, Lenient, Upload, maybe};
pub use link::Listing;
pub use paging::{Accounts, Limit, Many, Paging, Statuses};
#[cfg(test)]
pub(crate) use params::decode;
pub use params::{At, BigParams, HugeParams, IdempotencyKey, Params, PrintedParams};
pub use shape::Shape;
pub use tree::Tree;
