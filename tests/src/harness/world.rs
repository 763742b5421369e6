//! The standing cast: *ana* owns the open group *garden*, *ben* is a member, *chi* moderates; *dan*
//! lives on a second server.

use model::GroupKind;
use serde_json::Value;

use super::client::id_of;
use super::{Instance, Person, Stage, account_id, eventually};

/// A group of some server, as its own server knows it.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The name in its handle.
    pub(crate) name: String,
    /// The id of its account on its own server.
    pub(crate) id: String,
    /// Its ActivityPub id.
    pub(crate) uri: String,
    /// `garden@127.0.0.1:PORT`
    pub(crate) handle: String,
}

/// One server with people and a group.
pub(crate) struct World {
    /// The server.
    pub(crate) place: Instance,
    /// She owns the garden.
    pub(crate) ana: Person,
    /// He is a member.
    pub(crate) ben: Person,
    /// She is a member and moderates.
    pub(crate) chi: Person,
    /// The group.
    pub(crate) garden: Group,
}

impl World {
    /// Chi moderates no more; she stays a member.
    pub(crate) fn demote(&self) {
        let mut conn = self.place.conn();
        let ids = (account_id(&self.garden.id), account_id(&self.chi.id));
        let row = database::memberships::find(&mut conn, ids.0, ids.1).expect("the database");
        let row = row.expect("a member");
        database::memberships::set_state(
            &mut conn,
            row.id,
            row.state,
            model::Role::Member,
            row.created_at,
        )
        .expect("a member");
    }

    /// With an open garden.
    pub(crate) fn new(stage: Stage) -> Self {
        let place = stage.instance();
        let (ana, ben, chi) = (
            place.person("ana"),
            place.person("ben"),
            place.person("chi"),
        );
        let garden = place.group("garden", "The garden", &ana, GroupKind::Open);
        for member in [&ben, &chi] {
            let relationship = member.towards(&garden.id, "follow").ok();
            assert_eq!(relationship["following"], true, "{relationship}");
        }
        place.promote(&garden, &chi);
        Self {
            place,
            ana,
            ben,
            chi,
            garden,
        }
    }
}

/// Two servers: the world, and the one where dan lives.
pub(crate) struct TwoPlaces {
    /// Where the garden is.
    pub(crate) first: World,
    /// Where dan lives.
    pub(crate) second: Instance,
    /// He lives elsewhere.
    pub(crate) dan: Person,
    /// The garden as dan's server knows it.
    pub(crate) garden_there: String,
}

impl TwoPlaces {
    /// Dan has found the garden.
    pub(crate) fn new(stage: Stage) -> Self {
        let first = World::new(stage);
        let second = stage.instance();
        let dan = second.person("dan");
        let found = dan.find_account(&format!("@{}", first.garden.handle));
        let found = found.expect("the search finds the garden on the other server");
        assert_eq!(found["group"], true, "{found}");
        Self {
            garden_there: id_of(&found),
            first,
            second,
            dan,
        }
    }

    /// Dan has joined the garden as well.
    pub(crate) fn joined(stage: Stage) -> Self {
        let places = Self::new(stage);
        places.join();
        places
    }

    /// Dan joins, and hears that he is in.
    pub(crate) fn join(&self) {
        self.dan.towards(&self.garden_there, "follow").ok();
        eventually("the garden lets dan in", || {
            (self.dan.relationship(&self.garden_there)["following"] == true).then_some(())
        });
    }

    /// Dan posts into the garden; the post as his app has it.
    pub(crate) fn dan_posts(&self, text: &str) -> Value {
        self.dan
            .publish(&format!("@{} {text}", self.first.garden.handle))
    }

    /// A status of either server as it arrives at somebody's server, without being asked for.
    pub(crate) fn arrives(reader: &Person, status: &Value) -> Value {
        let uri = status["uri"].as_str().expect("an address").to_owned();
        eventually(&format!("{uri} reaches {}", reader.name), || {
            reader.known_status(&uri)
        })
    }
}

/// The thread with this address in the list of a group, as it is shown there.
pub(crate) fn in_list(reader: &Person, list: &str, uri: &Value) -> Option<Value> {
    let shown = reader.items(&format!("/api/v1/timelines/list/{list}"));
    shown.into_iter().find(|status| status["uri"] == *uri)
}
