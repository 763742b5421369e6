//! From `to` and `cc` to an audience. Whether the audience is right for a group or a reply is decided
//! by the use cases.

use model::Visibility;

use crate::vocabulary::Addresses;

/// The audience of a status: everyone named as recipient, everyone who comes by, the author's
/// followers, or only those who are named.
#[must_use]
pub fn of_status(addresses: &Addresses, followers: &str) -> Visibility {
    if addresses.is_public() {
        Visibility::Public
    } else if addresses.is_unlisted() {
        Visibility::Unlisted
    } else if !followers.is_empty() && addresses.uris().any(|uri| uri.as_str() == followers) {
        Visibility::Private
    } else {
        Visibility::Direct
    }
}

/// The audience of a boost: an Announce that names no one but followers is for these.
#[must_use]
pub fn of_boost(addresses: &Addresses) -> Visibility {
    if addresses.is_public() {
        Visibility::Public
    } else if addresses.is_unlisted() {
        Visibility::Unlisted
    } else {
        Visibility::Private
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{ObjectUri, Recipient};

    #[test]
    fn to_and_cc_amount_to_an_audience() {
        let uri = |text: &str| Recipient::Uri(ObjectUri::parse(text).unwrap());
        let followers = "https://far.example/users/dan/followers";
        let named = || uri("https://home.example/users/ana");
        for (to, cc, expected) in [
            (
                vec![Recipient::Public],
                vec![uri(followers)],
                Visibility::Public,
            ),
            (
                vec![uri(followers)],
                vec![Recipient::Public],
                Visibility::Unlisted,
            ),
            (vec![uri(followers)], vec![named()], Visibility::Private),
            (vec![named()], vec![uri(followers)], Visibility::Private),
            (vec![named()], vec![], Visibility::Direct),
            // The followers of someone else are nobody that we know.
            (
                vec![uri("https://far.example/g/followers")],
                vec![],
                Visibility::Direct,
            ),
            (vec![], vec![], Visibility::Direct),
        ] {
            let addresses = Addresses {
                to,
                cc,
                audience: Vec::new(),
            };
            assert_eq!(of_status(&addresses, followers), expected, "{addresses:?}");
        }
        assert_eq!(of_boost(&Addresses::default()), Visibility::Private);
    }
}
