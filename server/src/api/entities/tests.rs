//! Entities as they are printed: a small cast, one snapshot for each shape. Required keys are held
//! against Mastodon's documentation in the lists below, so that none is lost.

use model::{
    AccountId, AccountKind, AppId, GroupKind, MediaId, MembershipState, Millis, NotificationId,
    NotificationKind, Role, Scopes, Secret, ServerRole, StatusId, Visibility,
};
use serde_json::{Value, json};
use services::Place;
use services::accounts::Statistics;
use services::media::{MediaView, Reader};
use services::oauth::App;
use services::rows;
use services::views::account::{AccountView, RelationshipView, Viewer};
use services::views::group::GroupView;
use services::views::notification::NotificationView;
use services::views::status::{MentionView, StatusView};

use super::instance::{Instance, InstanceV1};
use super::various::{CredentialApplication, Preferences};
use super::{
    Account, CredentialAccount, Group, GroupRelationship, MediaAttachment, Notification,
    Relationship, Status,
};

const NOON: Millis = Millis(1_790_000_000_000);

/// The order of keys depends on features that other crates ask for: the snapshots sort them.
macro_rules! snapshot {
    ($json:expr) => {
        insta::with_settings!({sort_maps => true}, { insta::assert_json_snapshot!($json); })
    };
}

fn place() -> Place {
    Place::new("https://balai.example").unwrap()
}

fn account(id: i64, name: &str, kind: AccountKind) -> AccountView {
    let place = place();
    AccountView {
        account: rows::Account {
            id: AccountId(id),
            domain: String::new(),
            username: name.to_owned(),
            username_key: name.to_lowercase(),
            kind,
            uri: place.account_uri(kind, name),
            url: place.account_url(name),
            display_name: String::new(),
            note: "<p>Halo</p>".to_owned(),
            note_source: "Halo".to_owned(),
            fields: json!([{"name": "Kota", "value": "<b>Bandung</b>", "source": "Bandung"}]),
            avatar: String::new(),
            header: "6a.webp".to_owned(),
            locked: false,
            discoverable: true,
            indexable: false,
            show_collections: true,
            statuses_count: 3,
            followers_count: 2,
            following_count: 1,
            last_status_at: Some(NOON),
            created_at: NOON,
            updated_at: NOON,
            suspended_at: None,
        },
        group: None,
        silenced: false,
        sensitized: false,
        role: None,
        emojis: Vec::new(),
        extras: None,
    }
}

fn garden() -> AccountView {
    let mut garden = account(12, "garden", AccountKind::Group);
    garden.group = Some(rows::Group::new(
        AccountId(12),
        GroupKind::Approved,
        Some(AccountId(7)),
        NOON,
    ));
    garden
}

/// Dan lives elsewhere.
fn dan() -> AccountView {
    let mut dan = account(9, "dan", AccountKind::Person);
    dan.account.domain = "far.example".to_owned();
    dan.account.uri = "https://far.example/u/dan".to_owned();
    dan.account.url = String::new();
    dan.account.avatar = "https://far.example/dan.png".to_owned();
    dan
}

fn picture() -> rows::MediaAttachment {
    rows::MediaAttachment {
        id: MediaId(31),
        account_id: AccountId(7),
        status_id: Some(StatusId(100)),
        position: 0,
        kind: "image".to_owned(),
        file: "aa.webp".to_owned(),
        preview: "bb.webp".to_owned(),
        mime: "image/webp".to_owned(),
        remote_url: String::new(),
        description: "Sebatang pohon".to_owned(),
        blurhash: "LEHV6n".to_owned(),
        width: 800,
        height: 400,
        preview_width: 400,
        preview_height: 200,
        focus_x: 0.0,
        focus_y: -0.5,
        bytes: 1_000,
        created_at: NOON,
        state: 0,
        source: String::new(),
        duration: 0,
        frame_rate: String::new(),
        bitrate: 0,
    }
}

fn status(author: AccountView) -> StatusView {
    let place = place();
    let id = StatusId(100);
    let uri = place.status_uri(&author.account.uri, id);
    StatusView {
        status: rows::Status {
            id,
            uri: uri.clone(),
            url: place.status_url(&author.account.username, id),
            account_id: author.account.id,
            local: true,
            visibility: Visibility::Private,
            root_id: StatusId(90),
            in_reply_to_id: Some(StatusId(90)),
            in_reply_to_account_id: Some(AccountId(9)),
            reblog_of_id: None,
            group_id: Some(AccountId(12)),
            removed_at: None,
            title: String::new(),
            content: "<p>Halo</p>".to_owned(),
            source: "Halo".to_owned(),
            spoiler_text: String::new(),
            sensitive: false,
            language: Some("id".to_owned()),
            app_id: None,
            replies_count: 1,
            reblogs_count: 2,
            favourites_count: 3,
            created_at: NOON,
            edited_at: None,
            deleted_at: None,
            locked_at: None,
            local_only: false,
        },
        author,
        group: Some(garden()),
        media: vec![MediaView::new(picture(), Reader::Everyone)],
        mentions: vec![mention("dan", false), mention("silent", true)],
        tags: vec!["kebun".to_owned()],
        application: Some(("Tusky".to_owned(), None)),
        flair: None,
        in_reply_to_uri: None,
        poll: None,
        reblog: None,
        quoting: services::views::Quoting::default(),
        card: None,
        emojis: Vec::new(),
        favourited: true,
        reblogged: false,
        bookmarked: false,
        pinned: false,
        muted: false,
        filtered: Vec::new(),
    }
}

fn mention(name: &str, silent: bool) -> MentionView {
    MentionView {
        id: AccountId(9),
        username: name.to_owned(),
        acct: format!("{name}@far.example"),
        url: String::new(),
        uri: format!("https://far.example/u/{name}"),
        is_group: false,
        silent,
    }
}

fn ana() -> Viewer {
    let account = std::sync::Arc::new(account(7, "ana", AccountKind::Person).account);
    Viewer {
        human: std::sync::Arc::clone(&account),
        account,
        user: std::sync::Arc::new(rows::User {
            account_id: AccountId(7),
            email: "ana@balai.example".to_owned(),
            email_key: "ana@balai.example".to_owned(),
            password_hash: "canary-hash".to_owned(),
            role: ServerRole::Owner,
            locale: "id".to_owned(),
            default_visibility: Visibility::Public,
            default_sensitive: false,
            default_language: None,
            confirmed_at: Some(NOON),
            approved_at: Some(NOON),
            disabled_at: None,
            created_at: NOON,
        }),
    }
}

/// The JSON, after a look at its keys: those that decoders insist on, and never the secret ones.
fn printed(entity: &impl serde::Serialize, required: &str) -> Value {
    let json = serde_json::to_value(entity).unwrap();
    for key in required.split_whitespace() {
        assert!(json.get(key).is_some(), "{key} is missing in {json}");
    }
    assert!(!json.to_string().contains("canary"), "{json}");
    json
}

const ACCOUNT: &str = "acct avatar avatar_static bot created_at display_name emojis fields followers_count \
    following_count group header header_static id indexable locked note statuses_count uri url username";
const STATUS: &str = "account content created_at emojis favourites_count id media_attachments mentions \
    reblogs_count replies_count sensitive spoiler_text tags uri url visibility quote_approval quotes_count poll";

#[test]
fn an_account_here() {
    let ana = account(7, "ana", AccountKind::Person);
    snapshot!(printed(&Account::of(&place(), &ana), ACCOUNT));
}

#[test]
fn a_group_is_an_account_with_a_flag_and_a_lock() {
    let json = printed(&Account::of(&place(), &garden()), ACCOUNT);
    assert_eq!(json["group"], true);
    assert_eq!(json["locked"], true);
    assert_eq!(json["bot"], false);
}

#[test]
fn an_account_elsewhere_without_a_page_has_its_id_for_one() {
    let json = printed(&Account::of(&place(), &dan()), ACCOUNT);
    assert_eq!(json["acct"], "dan@far.example");
    assert_eq!(json["url"], "https://far.example/u/dan");
    assert_eq!(
        json["avatar"],
        place().copy_url("https://far.example/dan.png")
    );
}

#[test]
fn of_who_was_sent_away_only_the_name_is_left() {
    let mut gone = dan();
    gone.account.suspended_at = Some(NOON);
    let json = printed(&Account::of(&place(), &gone), ACCOUNT);
    assert_eq!(json["suspended"], true);
    assert_eq!(json["note"], "");
    assert_eq!(json["fields"], json!([]));
    assert_eq!(json["avatar"], "https://balai.example/default/avatar.png");
}

#[test]
fn ones_own_account() {
    let view = account(7, "ana", AccountKind::Person);
    let own = CredentialAccount::of(&place(), &view, &ana(), 2, model::QuotePolicy::Public);
    let json = printed(&own, ACCOUNT);
    snapshot!(json!({"source": json["source"], "role": json["role"]}));
}

#[test]
fn a_status_with_all_that_hangs_on_it() {
    let view = status(account(7, "ana", AccountKind::Person));
    snapshot!(printed(&Status::of(&place(), &view), STATUS));
}

#[test]
fn a_boost_carries_its_original_and_is_null_otherwise() {
    let original = status(dan());
    let mut boost = status(garden());
    boost.reblog = Some(Box::new(original));
    let json = printed(&Status::of(&place(), &boost), STATUS);
    assert_eq!(json["reblog"]["account"]["acct"], "dan@far.example");
    assert_eq!(json["reblog"]["reblog"], Value::Null);
}

#[test]
fn a_title_is_shown_once() {
    let mut view = status(dan());
    view.status.title = "Kopi & <teh>".to_owned();
    let json = printed(&Status::of(&place(), &view), STATUS);
    assert_eq!(
        json["content"],
        "<p><strong>Kopi &amp; &lt;teh&gt;</strong></p><p>Halo</p>"
    );
    view.status.title = "Halo".to_owned();
    let json = printed(&Status::of(&place(), &view), STATUS);
    assert_eq!(json["content"], "<p>Halo</p>");
}

#[test]
fn a_picture_elsewhere_is_shown_through_our_copy() {
    let mut picture = picture();
    picture.file = String::new();
    picture.preview = String::new();
    picture.remote_url = "https://far.example/p.jpg".to_owned();
    picture.width = 0;
    let json = printed(
        &MediaAttachment::of(&place(), &MediaView::new(picture, Reader::Everyone)),
        "id type url preview_url remote_url meta",
    );
    let far = "https://far.example/p.jpg";
    assert_eq!(json["url"], place().copy_url(far));
    assert_eq!(json["preview_url"], place().small_copy_url(far));
    assert_eq!(json["remote_url"], far);
    assert_eq!(json["meta"].get("original"), None);
}

#[test]
fn a_relationship_with_a_group() {
    let view = RelationshipView {
        id: AccountId(12),
        following: true,
        showing_reblogs: true,
        group_member: true,
        group_role: Some(Role::Moderator),
        ..RelationshipView::default()
    };
    snapshot!(printed(&Relationship::from(view), "id following requested"));
}

#[test]
fn a_group_and_how_one_stands_to_it() {
    let view = GroupView {
        account: garden(),
        members_count: 5,
        owner: Some(AccountId(7)),
        viewer: Some(MembershipState::Requested),
        viewer_role: Some(Role::Member),
        viewer_banned: false,
    };
    snapshot!(json!({
        "group": printed(&Group::of(&place(), &view), "id display_name members_count owner"),
        "relationship": printed(&GroupRelationship::from(&view), "id member requested role"),
    }));
}

#[test]
fn a_notification_is_its_own_group() {
    let view = NotificationView {
        id: NotificationId(55),
        kind: NotificationKind::FollowRequest,
        created_at: NOON,
        group_key: model::GroupKey::One(NotificationId(55)),
        filtered: false,
        account: dan(),
        status: None,
        subject: services::views::notification::Subject::Nothing,
    };
    let json = printed(
        &Notification::of(&place(), &view),
        "account created_at group_key id type",
    );
    assert_eq!(json["type"], "follow_request");
    assert_eq!(json["group_key"], "ungrouped-55");
    assert_eq!(json.get("status"), None);
}

#[test]
fn the_place_in_both_versions() {
    let settings = model::settings::Settings::default();
    let totals = Statistics {
        users: 4,
        active_month: 3,
        active_half_year: 4,
        statuses: 20,
        domains: 2,
    };
    let local = Place::new("http://localhost:3000").unwrap();
    let door = services::sign_up::Door {
        open: false,
        approval: false,
        invites: true,
        by_invite: true,
        confirmation: false,
        lacks_mail: false,
    };
    let old = printed(
        &InstanceV1::of(&local, &settings, door, totals),
        "approval_required configuration description email invites_enabled languages registrations \
         rules short_description stats title uri urls version contact_account thumbnail",
    );
    let new = printed(
        &Instance::of(&local, &settings, door, totals),
        "api_versions configuration contact description domain icon languages registrations rules \
         source_url thumbnail title usage version",
    );
    assert_eq!(old["urls"]["streaming_api"], "ws://localhost:3000");
    assert_eq!(old["uri"], "localhost:3000");
    snapshot!(json!({"v1": old, "v2": new}));
}

#[test]
fn an_application_shows_its_secret_to_itself() {
    let app = App {
        id: AppId(3),
        name: "toot".to_owned(),
        website: None,
        redirect_uris: vec!["urn:ietf:wg:oauth:2.0:oob".to_owned()],
        scopes: Scopes::parse("read write").unwrap(),
        client_id: "id".to_owned(),
        client_secret: Secret("secret".to_owned()),
    };
    snapshot!(printed(
        &CredentialApplication::of(&app, "key".to_owned()),
        "id client_secret"
    ));
}

#[test]
fn preferences_have_colons_in_their_names() {
    let json = printed(
        &Preferences::of(ana().user.as_ref(), model::QuotePolicy::Public),
        "",
    );
    assert_eq!(json["posting:default:visibility"], "public");
    assert_eq!(json["reading:expand:spoilers"], false);
}

fn days() -> Vec<services::views::tag::Uses> {
    let today = NOON.0.div_euclid(Millis::DAY);
    let used = |ago| services::views::tag::Uses {
        day: today - ago,
        uses: 4 - ago,
        accounts: 2 - ago,
    };
    (0..2).map(used).collect()
}

#[test]
fn a_hashtag_for_a_visitor_and_for_who_follows_it() {
    use services::featured_tags::FeaturedTagView;
    use services::views::tag::{Mine, TagView};
    let mut view = TagView {
        name: "tea".to_owned(),
        history: days(),
        mine: None,
    };
    let visitor = super::tag::Tag::of(&place(), &view);
    view.mine = Some(Mine {
        following: true,
        featuring: false,
    });
    let follower = super::tag::Tag::of(&place(), &view);
    let featured = FeaturedTagView {
        id: model::RowId(8),
        name: "tea".to_owned(),
        uses: 3,
        last: Some(NOON),
    };
    let featured = super::tag::FeaturedTag::of(&place(), &featured);
    snapshot!(json!({"visitor": visitor, "follower": follower, "featured": featured}));
}

#[test]
fn a_link_that_trends() {
    let view = services::trends::LinkView {
        card: rows::Card {
            id: model::RowId(5),
            url_key: "key".to_owned(),
            url: "https://news.example/a".to_owned(),
            empty: false,
            kind: 0,
            title: "News".to_owned(),
            description: "Of the day".to_owned(),
            language: "en".to_owned(),
            author_name: String::new(),
            author_url: String::new(),
            provider_name: "The News".to_owned(),
            provider_url: "https://news.example".to_owned(),
            image: String::new(),
            image_description: String::new(),
            width: 0,
            height: 0,
            blurhash: String::new(),
            published_at: None,
            fetched_at: NOON,
        },
        history: days(),
    };
    snapshot!(super::card::TrendsLink::of(&place(), &view));
}
