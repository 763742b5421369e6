//! Whatever comes and goes, the count is what walking all followers would find.

use std::collections::BTreeMap;

use model::{FollowId, Millis};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::accounts::{self, RemoteActor};
use crate::follows::Follow;
use crate::visible::tests::account;
use crate::{deliveries, instances};

const PEOPLE: i64 = 6;
const TARGETS: i64 = 2;
const HOSTS: i64 = 2;

/// Something that happens to a follower elsewhere.
#[derive(Clone, Copy, Debug)]
enum Step {
    Follows {
        who: i64,
        target: i64,
        at_once: bool,
    },
    IsAccepted {
        who: i64,
        target: i64,
    },
    Leaves {
        who: i64,
        target: i64,
    },
    Moves {
        who: i64,
        host: i64,
        shared: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let pair = || (0..PEOPLE, 0..TARGETS);
    prop_oneof![
        (pair(), any::<bool>()).prop_map(|((who, target), at_once)| Step::Follows {
            who,
            target,
            at_once
        }),
        pair().prop_map(|(who, target)| Step::IsAccepted { who, target }),
        pair().prop_map(|(who, target)| Step::Leaves { who, target }),
        (0..PEOPLE, 0..HOSTS, any::<bool>()).prop_map(|(who, host, shared)| Step::Moves {
            who,
            host,
            shared
        }),
    ]
}

/// The last person is of this server: no inbox of theirs is ever written down.
fn person(who: i64) -> AccountId {
    AccountId(100 + who)
}

fn target(number: i64) -> AccountId {
    AccountId(1 + number)
}

fn moves(conn: &mut Conn, who: i64, host: i64, shared: bool) {
    if who == PEOPLE - 1 {
        return;
    }
    let inbox = format!("https://host{host}/users/{who}/inbox");
    let delivery_inbox = if shared {
        format!("https://host{host}/inbox")
    } else {
        inbox.clone()
    };
    let remote = RemoteActor {
        account_id: person(who),
        inbox,
        delivery_inbox,
        outbox: String::new(),
        followers: String::new(),
        featured: String::new(),
        moderators: String::new(),
        instance_id: InstanceId(1 + host),
        members_only: false,
        fetched_at: Millis(1),
    };
    accounts::put_remote(conn, &remote).unwrap();
}

fn happens(conn: &mut Conn, step: Step) {
    match step {
        Step::Follows {
            who,
            target: number,
            at_once,
        } => {
            let row = Follow {
                id: FollowId(1 + who * TARGETS + number),
                account_id: person(who),
                target_id: target(number),
                state: if at_once {
                    FollowState::Accepted
                } else {
                    FollowState::Requested
                },
                reblogs: true,
                notify: false,
                uri: None,
                created_at: Millis(1),
            };
            crate::follows::insert(conn, &row).unwrap();
        }
        Step::IsAccepted { who, target } => {
            crate::follows::accept(conn, FollowId(1 + who * TARGETS + target)).unwrap();
        }
        Step::Leaves { who, target } => {
            crate::follows::delete(conn, FollowId(1 + who * TARGETS + target)).unwrap();
        }
        Step::Moves { who, host, shared } => moves(conn, who, host, shared),
    }
}

/// By walking: how many followers in force each inbox has.
fn walked(conn: &mut Conn, target: AccountId) -> BTreeMap<String, i64> {
    let inboxes: Vec<String> = both!(conn => follows::table
        .inner_join(remote_actors::table.on(remote_actors::account_id.eq(follows::account_id)))
        .filter(follows::target_id.eq(target))
        .filter(follows::state.eq(FollowState::Accepted))
        .select(remote_actors::delivery_inbox)
        .load(conn))
    .unwrap();
    let mut count = BTreeMap::new();
    for inbox in inboxes {
        *count.entry(inbox).or_default() += 1;
    }
    count
}

fn kept(conn: &mut Conn, target: AccountId) -> BTreeMap<String, i64> {
    let rows: Vec<(String, i64)> = both!(conn => follower_inboxes::table
        .filter(follower_inboxes::account_id.eq(target))
        .select((follower_inboxes::inbox, follower_inboxes::followers))
        .load(conn))
    .unwrap();
    rows.into_iter().collect()
}

crate::both_engines! {
    fn the_count_is_what_walking_finds(fresh: &Fresh) {
        let conn = &mut fresh.conn();
        for host in 0..HOSTS {
            instances::meet(conn, InstanceId(1 + host), &format!("host{host}"), Millis(1)).unwrap();
        }
        let everyone = (0..TARGETS).map(target).chain((0..PEOPLE).map(person));
        for id in everyone {
            accounts::insert(conn, &account(id, None)).unwrap();
        }
        let mut runner = TestRunner::new(Config {
            cases: 40,
            failure_persistence: None,
            ..Config::default()
        });
        let conn = std::cell::RefCell::new(conn);
        runner
            .run(&vec(step(), 1..40), |steps| {
                let conn = &mut **conn.borrow_mut();
                // Each case goes on where the last one ended.
                for step in steps {
                    happens(conn, step);
                }
                for target in (0..TARGETS).map(target) {
                    let walked = walked(conn, target);
                    prop_assert_eq!(&kept(conn, target), &walked);
                    let mut sent: Vec<String> = deliveries::follower_targets(conn, target)
                        .unwrap()
                        .into_iter()
                        .map(|it| it.inbox)
                        .collect();
                    sent.sort();
                    prop_assert_eq!(sent, walked.into_keys().collect::<Vec<_>>());
                }
                Ok(())
            })
            .unwrap();
    }
}
