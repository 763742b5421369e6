//! What other servers are to get: each activity stored once, one row for each inbox that wants it.
//!
//! Rows are written in the transaction that marks the event as delivered, and deleted when the host
//! has taken them: a crash loses nothing, and nothing is walked that a host does not want.

use diesel::prelude::*;
use model::{AccountId, ActivityId, DeliveryId, InstanceId, Millis};

use crate::conn::{Conn, both};
use crate::error::Result;
use crate::schema::{deliveries, follower_inboxes, instances, outbox_activities, remote_actors};

/// An activity that we send.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = outbox_activities, treat_none_as_default_value = false)]
pub struct Outgoing {
    /// Its row.
    pub id: ActivityId,
    /// Who signs.
    pub account_id: AccountId,
    /// Its address.
    pub uri: String,
    /// The document.
    pub body: String,
    /// When it was written.
    pub created_at: Millis,
    /// Set: it speaks to the members of this private group alone.
    pub members_of: Option<AccountId>,
    /// Set: of these members it speaks to this one alone.
    pub member_id: Option<AccountId>,
}

/// One inbox that is to get an activity.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub struct Delivery {
    /// Its row.
    pub id: DeliveryId,
    /// Which activity.
    pub activity_id: ActivityId,
    /// Which server.
    pub instance_id: InstanceId,
    /// Which inbox.
    pub inbox: String,
    /// What is sent one after the other.
    pub object_key: String,
    /// How often it was refused.
    pub attempts: i32,
    /// Not before this.
    pub next_attempt_at: Millis,
    /// What was said last.
    pub error: String,
    /// When it was written.
    pub created_at: Millis,
}

/// An inbox with its server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Queryable)]
pub struct Target {
    /// A shared inbox where the server has one.
    pub inbox: String,
    /// The server.
    pub instance: InstanceId,
    /// What it runs, lower case; empty while unknown.
    pub software: String,
}

/// A host with work, and when it may be asked again.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct BusyHost {
    /// The server.
    pub instance: InstanceId,
    /// Nothing is sent before this.
    pub next_attempt_at: Millis,
}

/// Stores an activity; an address that is there already keeps its row, whose id is answered.
///
/// # Errors
/// The database.
pub fn store(conn: &mut Conn, outgoing: &Outgoing) -> Result<ActivityId> {
    both!(conn => diesel::insert_into(outbox_activities::table)
        .values(outgoing)
        .on_conflict(outbox_activities::uri)
        .do_nothing()
        .execute(conn))?;
    Ok(both!(conn => outbox_activities::table
        .filter(outbox_activities::uri.eq(&outgoing.uri))
        .select(outbox_activities::id)
        .get_result(conn))?)
}

/// Writes deliveries, at most one an activity and inbox.
///
/// # Errors
/// The database.
pub fn add(conn: &mut Conn, new: &[Delivery]) -> Result<()> {
    // SQLite binds at most 32,766 values in a statement; a row has nine.
    for chunk in new.chunks(1000) {
        both!(conn => diesel::insert_into(deliveries::table)
            .values(chunk)
            .on_conflict((deliveries::activity_id, deliveries::inbox))
            .do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

/// The inboxes of the followers elsewhere of an account, each once.
///
/// # Errors
/// The database.
pub fn follower_targets(conn: &mut Conn, account: AccountId) -> Result<Vec<Target>> {
    let rows: Vec<(String, InstanceId, String, Option<String>)> = both!(conn => follower_inboxes::table
        .inner_join(instances::table.on(instances::id.eq(follower_inboxes::instance_id)))
        .filter(follower_inboxes::account_id.eq(account))
        .select((
            follower_inboxes::inbox,
            follower_inboxes::instance_id,
            instances::software,
            instances::software_override,
        ))
        .load(conn))?;
    Ok(rows.into_iter().map(target).collect())
}

/// The inboxes of these accounts, each once; accounts of this server have none.
///
/// # Errors
/// The database.
pub fn account_targets(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<Target>> {
    let mut found = Vec::new();
    for chunk in accounts.chunks(500) {
        let rows: Vec<(String, InstanceId, String, Option<String>)> = both!(conn => remote_actors::table
            .inner_join(instances::table.on(instances::id.eq(remote_actors::instance_id)))
            .filter(remote_actors::account_id.eq_any(chunk))
            .select((
                remote_actors::delivery_inbox,
                remote_actors::instance_id,
                instances::software,
                instances::software_override,
            ))
            .distinct()
            .load(conn))?;
        found.extend(rows.into_iter().map(target));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn target(
    (inbox, instance, software, replaced): (String, InstanceId, String, Option<String>),
) -> Target {
    Target {
        inbox,
        instance,
        software: replaced.unwrap_or(software),
    }
}

/// Hosts that have deliveries, those that may be asked first in front.
///
/// # Errors
/// The database.
pub fn busy_hosts(conn: &mut Conn) -> Result<Vec<BusyHost>> {
    Ok(both!(conn => instances::table
        .filter(diesel::dsl::exists(deliveries::table.filter(deliveries::instance_id.eq(instances::id))))
        .order(instances::next_attempt_at)
        .select((instances::id, instances::next_attempt_at))
        .load(conn))?)
}

/// The oldest deliveries of a host, with their activities.
///
/// # Errors
/// The database.
pub fn for_host(
    conn: &mut Conn,
    instance: InstanceId,
    limit: i64,
) -> Result<Vec<(Delivery, Outgoing)>> {
    Ok(both!(conn => deliveries::table
        .inner_join(outbox_activities::table.on(outbox_activities::id.eq(deliveries::activity_id)))
        .filter(deliveries::instance_id.eq(instance))
        .order(deliveries::id)
        .limit(limit)
        .select((Delivery::as_select(), Outgoing::as_select()))
        .load(conn))?)
}

/// The oldest deliveries of a host.
///
/// # Errors
/// The database.
pub fn rows_for_host(conn: &mut Conn, instance: InstanceId, limit: i64) -> Result<Vec<Delivery>> {
    Ok(both!(conn => deliveries::table
        .filter(deliveries::instance_id.eq(instance))
        .order(deliveries::id)
        .limit(limit)
        .select(Delivery::as_select())
        .load(conn))?)
}

/// The activities with these ids, in no particular order.
///
/// # Errors
/// The database.
pub fn activities(conn: &mut Conn, ids: &[ActivityId]) -> Result<Vec<Outgoing>> {
    Ok(both!(conn => outbox_activities::table
        .filter(outbox_activities::id.eq_any(ids))
        .select(Outgoing::as_select())
        .load(conn))?)
}

/// They arrived, or will never: the rows go, and activities that nobody waits for any more.
///
/// # Errors
/// The database.
pub fn finish(conn: &mut Conn, ids: &[DeliveryId]) -> Result<()> {
    let activities: Vec<ActivityId> = both!(conn => deliveries::table
        .filter(deliveries::id.eq_any(ids))
        .select(deliveries::activity_id)
        .distinct()
        .load(conn))?;
    both!(conn => diesel::delete(deliveries::table.filter(deliveries::id.eq_any(ids))).execute(conn))?;
    both!(conn => diesel::delete(
            outbox_activities::table.filter(outbox_activities::id.eq_any(&activities)).filter(
                diesel::dsl::not(diesel::dsl::exists(
                    deliveries::table.filter(deliveries::activity_id.eq(outbox_activities::id)),
                )),
            ),
        )
        .execute(conn))?;
    Ok(())
}

/// It was refused: again at `next`.
///
/// # Errors
/// The database.
pub fn put_off(conn: &mut Conn, id: DeliveryId, next: Millis, error: &str) -> Result<()> {
    let error: String = error.chars().take(500).collect();
    both!(conn => diesel::update(deliveries::table.find(id))
        .set((
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::next_attempt_at.eq(next),
            deliveries::error.eq(error),
        ))
        .execute(conn))?;
    Ok(())
}

/// Gives up what was written before `before`: a week of attempts is enough.
///
/// # Errors
/// The database.
pub fn give_up(conn: &mut Conn, before: Millis) -> Result<usize> {
    let ids: Vec<DeliveryId> = both!(conn => deliveries::table
        .filter(deliveries::created_at.lt(before))
        .order(deliveries::id)
        .limit(1000)
        .select(deliveries::id)
        .load(conn))?;
    finish(conn, &ids)?;
    Ok(ids.len())
}

/// How many wait.
///
/// # Errors
/// The database.
pub fn waiting(conn: &mut Conn) -> Result<i64> {
    Ok(both!(conn => deliveries::table.count().get_result(conn))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instances::meet;

    /// An account that signs; the tests of accounts have better ones.
    fn signer(conn: &mut Conn) {
        conn.batch(
            "INSERT INTO accounts (id, domain, username, username_key, kind, uri, url, display_name, note, note_source, \
             fields, avatar, header, locked, discoverable, indexable, show_collections, statuses_count, followers_count, \
             following_count, created_at, updated_at) VALUES (1, '', 'ana', 'ana', 0, 'https://h/users/ana', '', '', '', '', \
             '[]', '', '', FALSE, FALSE, FALSE, FALSE, 0, 0, 0, 0, 0)",
        )
        .unwrap();
    }

    fn delivery(row: i64, activity: ActivityId, instance: InstanceId) -> Delivery {
        Delivery {
            id: DeliveryId(row),
            activity_id: activity,
            instance_id: instance,
            inbox: format!("https://far.example/inbox/{}", row % 2),
            object_key: "note".to_owned(),
            attempts: 0,
            next_attempt_at: Millis(0),
            error: String::new(),
            created_at: Millis(0),
        }
    }

    crate::both_engines! {
        fn an_activity_goes_with_its_last_delivery(fresh: &Fresh) {
            let mut conn = fresh.conn();
            signer(&mut conn);
            let far = meet(&mut conn, InstanceId(1), "far.example", Millis(0)).unwrap();
            let outgoing = Outgoing {
                id: ActivityId(1),
                account_id: AccountId(1),
                uri: "https://h/1".to_owned(),
                body: "{}".to_owned(),
                created_at: Millis(0),
                members_of: None,
                member_id: None,
            };
            let id = store(&mut conn, &outgoing).unwrap();
            assert_eq!(store(&mut conn, &Outgoing { id: ActivityId(2), ..outgoing }).unwrap(), id);

            let rows: Vec<Delivery> = (1..=3).map(|row| delivery(row, id, far.id)).collect();
            add(&mut conn, &rows).unwrap();
            assert_eq!(waiting(&mut conn).unwrap(), 2, "one an inbox");
            assert_eq!(busy_hosts(&mut conn).unwrap().len(), 1);

            finish(&mut conn, &[DeliveryId(1)]).unwrap();
            assert_eq!(for_host(&mut conn, far.id, 10).unwrap()[0].1.id, id);
            finish(&mut conn, &[DeliveryId(2)]).unwrap();
            assert!(busy_hosts(&mut conn).unwrap().is_empty());
            let fresh_id = store(&mut conn, &Outgoing {
                id: ActivityId(3),
                account_id: AccountId(1),
                uri: "https://h/1".to_owned(),
                body: "{}".to_owned(),
                created_at: Millis(0),
                members_of: None,
                member_id: None,
            });
            assert_eq!(fresh_id.unwrap(), ActivityId(3), "the first row is gone");
        }
    }
}
