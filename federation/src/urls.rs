//! What an address of ours stands for: the table of `services::Place`, read backwards.

use model::StatusId;
use services::Place;

/// A thing of this server that has an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ours {
    /// A person, by `/users/NAME`.
    Person(String),
    /// A group, by `/g/NAME`.
    Group(String),
    /// Either of them, by its page.
    Account(String),
    /// The server's own actor.
    Server,
    /// A status or boost, by its address, its page, or the address of its activity.
    Status {
        /// The name in the address.
        name: String,
        /// Its id.
        id: StatusId,
    },
    /// The followers of whom the address before it names.
    Followers(String),
    /// The inbox of everyone here.
    SharedInbox,
}

/// What this address stands for; `None` for one that is not ours or that we do not hand out.
#[must_use]
pub fn ours(place: &Place, address: &str) -> Option<Ours> {
    if !place.owns(address) {
        return None;
    }
    let path = address.strip_prefix(place.base())?;
    let path = path.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let status = |name: &str, id: &str| {
        let id = id.parse().ok()?;
        let name = name.to_owned();
        Some(Ours::Status { name, id })
    };
    match parts.as_slice() {
        ["actor"] => Some(Ours::Server),
        ["inbox"] => Some(Ours::SharedInbox),
        ["users", name] => Some(Ours::Person((*name).to_owned())),
        ["g", name] => Some(Ours::Group((*name).to_owned())),
        ["users" | "g", _, "followers"] => Some(Ours::Followers(
            address.strip_suffix("/followers")?.to_owned(),
        )),
        ["users" | "g", name, "statuses", id]
        | ["users" | "g", name, "statuses", id, "activity"]
        | ["g", name, "announces", id] => status(name, id),
        [page] => Some(Ours::Account(page.strip_prefix('@')?.to_owned())),
        [page, id] => status(page.strip_prefix('@')?, id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::AccountKind;

    #[test]
    fn what_we_hand_out_we_know_again() {
        let place = Place::new("https://balai.example").unwrap();
        let person = place.account_uri(AccountKind::Person, "ana");
        let group = place.account_uri(AccountKind::Group, "garden");
        let id = StatusId(7);
        let status = Some(Ours::Status {
            name: "ana".to_owned(),
            id,
        });
        let uri = place.status_uri(&person, id);
        assert_eq!(ours(&place, &person), Some(Ours::Person("ana".to_owned())));
        assert_eq!(ours(&place, &group), Some(Ours::Group("garden".to_owned())));
        assert_eq!(ours(&place, &place.activity_uri(&uri)), status);
        assert_eq!(ours(&place, &uri), status);
        assert_eq!(ours(&place, &place.status_url("ana", id)), status);
        let page = ours(&place, &place.account_url("ana"));
        assert_eq!(page, Some(Ours::Account("ana".to_owned())));
        let followers = ours(&place, &format!("{person}/followers"));
        assert_eq!(followers, Some(Ours::Followers(person.clone())));
        assert_eq!(ours(&place, &place.shared_inbox()), Some(Ours::SharedInbox));
        let key = place.rsa_key_uri(&person);
        assert_eq!(ours(&place, &key), Some(Ours::Person("ana".to_owned())));
    }

    #[test]
    fn what_is_not_ours_stands_for_nothing() {
        let place = Place::new("https://balai.example").unwrap();
        for address in [
            "https://balai.example.evil.example/users/ana",
            "https://far.example/users/ana",
            "http://balai.example/users/ana",
            "https://balai.example/users/ana/statuses/x",
            "https://balai.example/about",
            "https://balai.example",
        ] {
            assert_eq!(ours(&place, address), None, "{address}");
        }
    }
}
