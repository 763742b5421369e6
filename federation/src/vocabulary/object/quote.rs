//! `interactionPolicy.canQuote` of FEP-044f: who may quote a post.

use serde_json::Value;

use crate::vocabulary::addresses::{Recipient, recipient};
use crate::vocabulary::lenient::Fields;

/// The most entries that are read of each list.
const MOST: usize = 50;

/// Who may quote a post, by addresses: everyone, a collection, an actor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CanQuote {
    /// Without being looked at.
    pub automatic: Vec<Recipient>,
    /// After a look at the request.
    pub manual: Vec<Recipient>,
}

impl CanQuote {
    pub(super) fn read(fields: Fields<'_>) -> Option<Self> {
        let policy = Fields::part(fields.get("interactionPolicy")?)?;
        let can = Fields::part(policy.get("canQuote")?)?;
        // The second names are those of GoToSocial before 0.20.
        let list = |names: [&str; 2]| -> Vec<Recipient> {
            names
                .iter()
                .flat_map(|name| can.many(name))
                .filter_map(|value: &Value| recipient(value))
                .take(MOST)
                .collect()
        };
        Some(Self {
            automatic: list(["automaticApproval", "always"]),
            manual: list(["manualApproval", "approvalRequired"]),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_lists_are_read_and_nothing_else() {
        let read = |value: Value| CanQuote::read(Fields::of(&value).unwrap());
        let open = read(json!({"interactionPolicy": {"canQuote": {
            "automaticApproval": "as:Public",
            "manualApproval": ["https://far.example/u/followers", 5, "nothing"],
        }}}));
        let open = open.unwrap();
        assert_eq!(open.automatic, [Recipient::Public]);
        assert_eq!(open.manual.len(), 1);
        assert_eq!(read(json!({"interactionPolicy": {"canLike": {}}})), None);
        assert_eq!(read(json!({"interactionPolicy": "yes"})), None);
    }
}
