//! The proof: on both engines the query answers what the rule says, for every viewer and status of many
//! small random worlds.

use std::cell::RefCell;
use std::collections::HashSet;

use model::{
    AccountKind, BlockId, Facts, FollowId, FollowState, MembershipId, MembershipState, Millis,
    Role, Visibility,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::accounts::Account;
use crate::blocks::Block;
use crate::error::Error;
use crate::follows::Follow;
use crate::memberships::Membership;
use crate::mentions::Mention;

const PEOPLE: usize = 4;

#[derive(Clone, Debug)]
struct Post {
    author: usize,
    visibility: Visibility,
    deleted: bool,
    mentions: [bool; PEOPLE],
    /// A boost of the post with this number, where that one is there and no boost itself.
    boosts: Option<usize>,
    /// The account that is the group in which it stands, and whether a moderator took it out.
    group: Option<(usize, bool)>,
}

#[derive(Clone, Debug)]
struct World {
    suspended: [bool; PEOPLE],
    /// From, to: not there, asked for, in force.
    follows: [[Option<bool>; PEOPLE]; PEOPLE],
    blocks: [[bool; PEOPLE]; PEOPLE],
    /// Who, in which group (each account may be one): never in it, asked for, in force, left.
    members: [[Option<MembershipState>; PEOPLE]; PEOPLE],
    posts: Vec<Post>,
}

fn world() -> impl Strategy<Value = World> {
    let rarely = || prop::bool::weighted(0.15);
    let post = (
        0..PEOPLE,
        0..Visibility::ALL.len(),
        rarely(),
        prop::array::uniform(prop::bool::weighted(0.3)),
        prop::option::weighted(0.4, 0..8_usize),
        prop::option::weighted(0.7, (0..PEOPLE, rarely())),
    )
        .prop_map(
            |(author, visibility, deleted, mentions, boosts, group)| Post {
                author,
                visibility: Visibility::ALL[visibility],
                deleted,
                mentions,
                boosts,
                group,
            },
        );
    (
        prop::array::uniform(rarely()),
        prop::array::uniform(prop::array::uniform(prop::option::weighted(
            0.5,
            prop::bool::weighted(0.8),
        ))),
        prop::array::uniform(prop::array::uniform(rarely())),
        prop::array::uniform(prop::array::uniform(prop::option::weighted(
            0.7,
            prop::sample::select(MembershipState::ALL),
        ))),
        vec(post, 1..12),
    )
        .prop_map(|(suspended, follows, blocks, members, posts)| World {
            suspended,
            follows,
            blocks,
            members,
            posts,
        })
}

impl World {
    fn account(at: usize) -> AccountId {
        AccountId(100 + i64::try_from(at).unwrap())
    }

    /// Some members came when the group was read by everyone, after everything was written.
    fn came_later(who: usize, group: usize) -> bool {
        (who + group).is_multiple_of(3)
    }

    fn status(at: usize) -> StatusId {
        StatusId(1000 + i64::try_from(at).unwrap())
    }

    /// What a post boosts.
    fn original(&self, at: usize) -> Option<usize> {
        let original = self.posts[at].boosts?;
        (original < at && self.posts[original].boosts.is_none()).then_some(original)
    }

    /// Does this one stand for a boost that has no original? Then it is not written at all.
    fn is_void(&self, at: usize) -> bool {
        self.posts[at].boosts.is_some() && self.original(at).is_none()
    }

    fn facts(&self, viewer: Option<usize>, at: usize) -> Facts {
        let post = &self.posts[at];
        let author = post.author;
        Facts {
            visibility: post.visibility,
            is_author: viewer == Some(author),
            is_mentioned: viewer.is_some_and(|viewer| post.mentions[viewer]),
            is_follower: viewer.is_some_and(|viewer| self.follows[viewer][author] == Some(true)),
            is_member: viewer.is_some_and(|viewer| {
                post.group.is_some_and(|(group, removed)| {
                    let is_in = self.members[viewer][group] == Some(MembershipState::Member)
                        && !Self::came_later(viewer, group);
                    !removed && (viewer == group || is_in)
                })
            }),
            is_blocked: viewer.is_some_and(|viewer| {
                viewer != author && (self.blocks[viewer][author] || self.blocks[author][viewer])
            }),
            author_suspended: self.suspended[author],
            is_deleted: post.deleted,
            original: self
                .original(at)
                .map(|original| Box::new(self.facts(viewer, original))),
        }
    }

    fn write(&self, conn: &mut Conn) {
        use crate::schema::{accounts, blocks, follows, memberships, mentions, statuses};
        let now = Millis(1);
        let people: Vec<Account> = (0..PEOPLE)
            .map(|at| account(Self::account(at), self.suspended[at].then_some(now)))
            .collect();
        let mut follow_rows = Vec::new();
        let mut block_rows = Vec::new();
        let mut member_rows = Vec::new();
        for from in 0..PEOPLE {
            for to in (0..PEOPLE).filter(|to| *to != from) {
                let row = i64::try_from(from * PEOPLE + to).unwrap();
                if let Some(accepted) = self.follows[from][to] {
                    follow_rows.push(Follow {
                        id: FollowId(row),
                        account_id: Self::account(from),
                        target_id: Self::account(to),
                        state: if accepted {
                            FollowState::Accepted
                        } else {
                            FollowState::Requested
                        },
                        reblogs: true,
                        notify: false,
                        uri: None,
                        created_at: now,
                    });
                }
                if let Some(state) = self.members[from][to] {
                    member_rows.push(Membership {
                        id: MembershipId(row),
                        group_id: Self::account(to),
                        account_id: Self::account(from),
                        role: Role::Member,
                        state,
                        list_title: String::new(),
                        list_exclusive: false,
                        list_hidden: false,
                        reads_from: if Self::came_later(from, to) {
                            Millis(2)
                        } else {
                            Millis(0)
                        },
                        created_at: now,
                        updated_at: now,
                    });
                }
                if self.blocks[from][to] {
                    block_rows.push(Block {
                        id: BlockId(row),
                        account_id: Self::account(from),
                        target_id: Self::account(to),
                        uri: None,
                        created_at: now,
                    });
                }
            }
        }
        let mut status_rows = Vec::new();
        let mut mention_rows = Vec::new();
        for at in (0..self.posts.len()).filter(|at| !self.is_void(*at)) {
            let (id, post) = (Self::status(at), &self.posts[at]);
            status_rows.push(Status {
                visibility: post.visibility,
                reblog_of_id: self.original(at).map(Self::status),
                deleted_at: post.deleted.then_some(now),
                group_id: post.group.map(|(group, _removed)| Self::account(group)),
                removed_at: post
                    .group
                    .and_then(|(_group, removed)| removed.then_some(now)),
                ..Status::blank(id, Self::account(post.author), format!("uri:{id}"), now)
            });
            for named in (0..PEOPLE).filter(|named| post.mentions[*named]) {
                mention_rows.push(Mention {
                    status_id: id,
                    account_id: Self::account(named),
                    silent: false,
                });
            }
        }
        both!(conn => {
            diesel::insert_into(accounts::table).values(&people).execute(conn).unwrap();
            diesel::insert_into(follows::table).values(&follow_rows).execute(conn).unwrap();
            diesel::insert_into(blocks::table).values(&block_rows).execute(conn).unwrap();
            diesel::insert_into(memberships::table).values(&member_rows).execute(conn).unwrap();
            diesel::insert_into(statuses::table).values(&status_rows).execute(conn).unwrap();
            diesel::insert_into(mentions::table).values(&mention_rows).execute(conn).unwrap();
        });
    }
}

pub(crate) fn account(id: AccountId, suspended_at: Option<Millis>) -> Account {
    Account {
        id,
        domain: String::new(),
        username: format!("someone{id}"),
        username_key: format!("someone{id}"),
        kind: AccountKind::Person,
        uri: format!("uri:{id}"),
        url: String::new(),
        display_name: String::new(),
        note: String::new(),
        note_source: String::new(),
        fields: serde_json::Value::Array(Vec::new()),
        avatar: String::new(),
        header: String::new(),
        locked: false,
        discoverable: true,
        indexable: true,
        show_collections: false,
        statuses_count: 0,
        followers_count: 0,
        following_count: 0,
        last_status_at: None,
        created_at: Millis(1),
        updated_at: Millis(1),
        suspended_at,
    }
}

/// Every viewer, and nobody, sees exactly what the rule says.
fn check(conn: &mut Conn, world: &World) -> std::result::Result<(), TestCaseError> {
    let ids: Vec<StatusId> = (0..world.posts.len()).map(World::status).collect();
    for viewer in (0..PEOPLE).map(Some).chain([None]) {
        let as_whom = viewer.map_or(NOBODY, World::account);
        let seen: HashSet<StatusId> = load(conn, as_whom, &ids)
            .unwrap()
            .into_iter()
            .map(|status| status.id)
            .collect();
        for at in (0..world.posts.len()).filter(|at| !world.is_void(*at)) {
            let rule = model::visibility::may_see(&world.facts(viewer, at));
            prop_assert_eq!(
                seen.contains(&World::status(at)),
                rule,
                "viewer {:?}, post {}",
                viewer,
                at
            );
        }
    }
    Ok(())
}

crate::both_engines! {
    fn the_query_says_what_the_rule_says(fresh: &Fresh) {
        let conn = RefCell::new(fresh.conn());
        let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
        TestRunner::new(config)
            .run(&world(), |world| {
                let mut outcome = Ok(());
                let undone = conn.borrow_mut().tx(|conn| {
                    world.write(conn);
                    outcome = check(conn, &world);
                    // The next world starts from nothing.
                    Err::<(), Error>(Error::NotFound)
                });
                assert!(matches!(undone, Err(Error::NotFound)), "{undone:?}");
                outcome
            })
            .unwrap();
    }
}
