//! Every page, printed from hand-made cards in both languages and in its longest form: is it sound
//! HTML for everyone, without script, and small enough? `BALAI_PAGES_OUT=folder` keeps them to look at.

use askama::Template;
use model::{GroupActivity, GroupSize};

use super::accounts::{AccountPage, ElsewherePage};
use super::cards::{AnswerCard, GroupCard, NameCard, PictureCard, PostCard};
use super::compose::{Choice, ComposePage, Typed};
use super::directory::{self, GroupsPage};
use super::files::style_path;
use super::group_people::{self, PersonPage};
use super::group_servers::{PreviewPage, ServersPage};
use super::group_words::{self, WordsPage};
use super::groups::{GroupPage, NewGroupPage};
use super::invites::{InviteRow, InvitesPage};
use super::join::JoinPage;
use super::landing::{AboutPage, LandingPage};
use super::layout::{Layout, Wrong};
use super::proofs::ProofPage;
use super::queue::{self, QueuePage};
use super::report;
use super::reports;
use super::security::{AppRow, BrowserRow, SecurityPage};
use super::settings::SettingsPage;
use super::sign_in::{LoginPage, SetupPage};
use super::statuses::ThreadPage;
use super::timelines::{HomePage, Posts, TagPage};
use super::told::ToldPage;
use crate::i18n::{Lang, Words};

fn layout(lang: Lang, me: &str, title: &str) -> Layout {
    Layout {
        w: Words::of(lang),
        style: style_path(),
        title: title.to_owned(),
        place: "Kampung Laut".to_owned(),
        me: me.to_owned(),
        csrf: if me.is_empty() {
            String::new()
        } else {
            "0f".repeat(16)
        },
        here: "/home?".to_owned(),
        at: "home",
        description: "<script>alert(\"x\")</script> & more".to_owned(),
        document: "https://balai.example/users/ana".to_owned(),
        feed: "/@kebun.rss".to_owned(),
        indexable: true,
    }
}

fn name(name: &str, acct: &str, is_group: bool) -> NameCard {
    NameCard {
        id: "116211111111111111".to_owned(),
        name: name.to_owned(),
        acct: acct.to_owned(),
        avatar: String::new(),
        letter: name.chars().take(1).collect(),
        colour: u8::try_from(acct.len() % 6).unwrap(),
        is_group,
        host: acct
            .split_once('@')
            .map_or_else(String::new, |(_, host)| host.to_owned()),
    }
}

const WORDS: &[&str] = &[
    "benih",
    "tomat",
    "besok",
    "pagi",
    "kita",
    "tanam",
    "bersama",
    "siapa",
    "bisa",
    "bawa",
    "cangkul",
    "air",
    "sudah",
    "ada",
    "di",
    "kebun",
    "anak-anak",
    "ikut",
    "juga",
    "hujan",
];

/// Text of about 300 characters that does not repeat itself, so that compressing it is work.
fn words(seed: usize) -> String {
    let mut at = seed * 7 + 3;
    let mut text = String::new();
    while text.len() < 300 {
        at = (at * 31 + 17) % 9973;
        text.push_str(WORDS[at % WORDS.len()]);
        text.push(' ');
    }
    text
}

fn post(n: usize) -> PostCard {
    let people = [
        ("Ana Wijaya", "ana"),
        ("Ben", "ben"),
        ("Dian <b>", "dian@far.example"),
    ];
    let (display, acct) = people[n % 3];
    PostCard {
        id: format!("1162{n:014}"),
        path: format!("/@{acct}/1162{n:014}"),
        author: name(display, acct, false),
        booster: (n % 7 == 3).then(|| name("Chi", "chi", false)),
        group: n
            .is_multiple_of(2)
            .then(|| name("Kebun Sekolah", "kebun", true)),
        title: if n.is_multiple_of(5) {
            "Siapa punya benih?".to_owned()
        } else {
            String::new()
        },
        content: format!("<p>{}</p>", words(n)),
        warning: if n % 9 == 8 {
            "Makanan".to_owned()
        } else {
            String::new()
        },
        lang: "id".to_owned(),
        iso: "2026-11-23T10:00:00Z".to_owned(),
        when: format!("{n} jam"),
        edited: n % 4 == 1,
        audience: String::new(),
        replies: i64::try_from(n).unwrap(),
        boosts: 2,
        favourites: 5,
        favourited: n % 3 == 1,
        boostable: true,
        mine: n.is_multiple_of(3),
        pictures: if n % 6 == 2 {
            vec![
                PictureCard {
                    plays: false,
                    full: "/media/0123456789abcdef.webp".to_owned(),
                    small: "/default/header.png".to_owned(),
                    description: "Tiga bedeng \"tomat\"".to_owned(),
                    width: 480,
                    height: 160,
                },
                PictureCard {
                    full: "https://far.example/a.png".to_owned(),
                    description: "Peta".to_owned(),
                    ..PictureCard::default()
                },
            ]
        } else {
            Vec::new()
        },
        ..PostCard::default()
    }
}

fn posts(count: usize) -> Posts {
    Posts {
        cards: (0..count).map(post).collect(),
        older: "max_id=116211111111111111".to_owned(),
        is_later: false,
    }
}

fn group(n: i64) -> GroupCard {
    let names = [
        ("Kebun Sekolah", "kebun"),
        ("Nelayan Muda", "nelayan"),
        ("Perpustakaan", "pustaka"),
    ];
    let (display, acct) = names[usize::try_from(n).unwrap() % 3];
    GroupCard {
        name: name(display, acct, true),
        about: "Kami menanam sayur di belakang sekolah, setiap Sabtu pagi.".to_owned(),
        members: n + 1,
        size: GroupSize::of(7 * n),
        activity: GroupActivity::Week,
        is_featured: n == 0,
        by_approval: n % 2 == 1,
        is_private: false,
        is_member: n % 3 == 0,
        is_requested: false,
    }
}

fn choice(value: &str, label: &str) -> directory::Choice {
    directory::Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: false,
    }
}

fn wrong(lang: Lang) -> Vec<Wrong> {
    vec![Wrong {
        field: "name",
        text: Words::of(lang).say("problem-ERR_TAKEN"),
    }]
}

fn answer(n: usize, level: usize, opens: bool, closes: usize, has_answers: bool) -> AnswerCard {
    AnswerCard {
        post: post(n),
        level,
        opens,
        closes,
        has_answers,
    }
}

fn thread(lang: Lang, me: &str) -> ThreadPage {
    ThreadPage {
        l: layout(lang, me, "Siapa punya benih?"),
        ancestors: vec![post(4)],
        post: post(0),
        answers: vec![
            answer(1, 1, true, 0, true),
            answer(2, 2, true, 0, true),
            answer(3, 3, true, 2, false),
            answer(7, 1, false, 0, false),
            answer(5, 1, false, 1, false),
        ],
        has_more: true,
        is_cut: false,
        may_answer: !me.is_empty(),
    }
}

fn group_page(lang: Lang, me: &str, count: usize) -> GroupPage {
    let is_member = !me.is_empty();
    GroupPage {
        l: layout(lang, me, "Kebun Sekolah"),
        group: GroupCard {
            is_member,
            ..group(0)
        },
        handle: "@kebun@balai.example".to_owned(),
        header: "/default/header.png".to_owned(),
        note: "<p>Kami menanam sayur di belakang sekolah.</p>".to_owned(),
        moderators: vec![name("Chi", "chi", false), name("Ana Wijaya", "ana", false)],
        origin: String::new(),
        is_banned: false,
        is_moderator: is_member,
        is_owner: false,
        may_feature: true,
        is_featured: false,
        may_administer: true,
        leaves: String::new(),
        is_frozen: false,
        bridge: if is_member {
            "far.example, other.example".to_owned()
        } else {
            String::new()
        },
        follows_only: false,
        may_invite: is_member,
        may_open: is_member,
        is_asked: false,
        is_ours: true,
        rules: rules(),
        flairs: Vec::new(),
        posts: posts(count).in_group(&name("Kebun Sekolah", "kebun", true).id),
    }
}

fn account_page(lang: Lang, me: &str) -> AccountPage {
    AccountPage {
        l: layout(lang, me, "Ana Wijaya"),
        name: name("Ana Wijaya", "ana", false),
        handle: "@ana@balai.example".to_owned(),
        header: String::new(),
        note: "<p>Guru, berkebun.</p>".to_owned(),
        fields: vec![(
            "Situs".to_owned(),
            "<a href=\"https://a.example\">a.example</a>".to_owned(),
        )],
        tags: vec!["kebun".to_owned()],
        joined: "1 Nov 2026".to_owned(),
        origin: "https://far.example/@ana".to_owned(),
        is_bot: true,
        is_locked: true,
        is_me: false,
        following: false,
        requested: false,
        followed_by: true,
        posts_count: 12,
        followers_count: 1,
        following_count: 7,
        with_replies: false,
        posts: posts(3),
    }
}

fn compose_page(lang: Lang, answered: Option<PostCard>) -> ComposePage {
    ComposePage {
        l: layout(lang, "ana", "Tulis"),
        typed: Typed::default(),
        groups: vec![Choice {
            value: "kebun".to_owned(),
            label: "Kebun Sekolah (@kebun)".to_owned(),
            chosen: true,
        }],
        flairs: Vec::new(),
        audiences: vec![Choice {
            value: "public".to_owned(),
            label: "Semua orang".to_owned(),
            chosen: true,
        }],
        answered,
        wrong: wrong(lang),
    }
}

fn rules() -> Vec<services::groups::RuleView> {
    vec![services::groups::RuleView {
        id: model::GroupRuleId(3),
        position: 1,
        text: "Saling menghormati".to_owned(),
        hint: "Juga kalau tidak setuju.".to_owned(),
    }]
}

fn queue_page(lang: Lang) -> QueuePage {
    QueuePage {
        l: layout(lang, "chi", "Moderasi"),
        group: name("Kebun Sekolah", "kebun", true),
        done: Words::of(lang).say("did-authorize"),
        reports: 2,
        requests: [
            name("Ben", "ben", false),
            name("Dian", "dian@far.example", false),
        ]
        .into_iter()
        .zip(0..)
        .map(|(who, notes)| queue::Request { who, notes })
        .collect(),
        more_requests: true,
        bans: vec![name("Eko", "eko", false)],
        muted: vec![name("Fitri", "fitri", false)],
        held: posts(5)
            .cards
            .split_off(3)
            .into_iter()
            .map(|post| queue::Held {
                post,
                why: Words::of(lang).say("held-word"),
                word: "<casino>".to_owned(),
                notes: 1,
            })
            .collect(),
        wave: 31,
        proposals: vec![("7".to_owned(), Words::of(lang).say("log-member-banned"))],
        rules: rules(),
        is_shielded: false,
        is_private: true,
        posts: posts(3).in_group(&name("Kebun Sekolah", "kebun", true).id),
    }
}

fn words_page(l: Layout) -> WordsPage {
    let line = |phrase: &str, rule: &str| group_words::Line {
        phrase: phrase.to_owned(),
        kind: model::GroupWordKind::Link,
        act: model::GroupWordAct::Refuse,
        rule: rule.to_owned(),
    };
    WordsPage {
        l,
        group: name("Kebun Sekolah", "kebun", true),
        lines: vec![line("<spam>.example", "3"), line("", "")],
        rules: rules(),
        wrong: Vec::new(),
    }
}

fn person_page(lang: Lang, l: Layout) -> PersonPage {
    PersonPage {
        l,
        group: name("Kebun Sekolah", "kebun", true),
        who: name("Dian", "dian@far.example", false),
        role: Words::of(lang).say("group-role-member"),
        since: "20 Nov 2026".to_owned(),
        is_banned: true,
        is_muted: true,
        notes: vec![group_people::NoteLine {
            id: "5".to_owned(),
            body: "Asked twice <b>".to_owned(),
            author: "Ana".to_owned(),
            when: "21 Nov 2026".to_owned(),
        }],
        typed: "</textarea>".to_owned(),
        wrong: wrong(lang),
    }
}

fn servers_page(lang: Lang, l: Layout) -> ServersPage {
    ServersPage {
        l,
        group: name("Kebun Sekolah", "kebun", true),
        blocked: vec![("evil.example".to_owned(), "spam <b>".to_owned())],
        wrong: wrong(lang),
    }
}

fn servers_preview(l: Layout) -> PreviewPage {
    let loss = |domain: &str, members| services::group_domain_blocks::Loss {
        domain: domain.to_owned(),
        reason: "spam \"><script>".to_owned(),
        members,
        writers: 1,
        followers: 3,
    };
    PreviewPage {
        l,
        group: name("Kebun Sekolah", "kebun", true),
        known: 1,
        unread: 2,
        losses: vec![loss("far.example", 2)],
        others: vec![loss("evil.example", 0)],
        other_count: 1,
        members: 2,
        followers: 3,
        reason: "a list".to_owned(),
    }
}

fn report_page(l: Layout) -> report::ReportPage {
    report::ReportPage {
        l,
        target: name("Dian <b>", "dian@far.example", false),
        status: "116211111111111111".to_owned(),
        excerpt: words(3),
        group: "Kebun Sekolah".to_owned(),
        group_rules: vec!["Be kind <b>".to_owned()],
        elsewhere: "far.example".to_owned(),
        rules: vec![report::RuleChoice {
            id: "1".to_owned(),
            text: "Be kind".to_owned(),
            chosen: true,
        }],
        categories: vec![("other", "Something else".to_owned(), true)],
        comment: words(1),
        group_rule: "No <advertising>".to_owned(),
        forward: true,
        wrong: Vec::new(),
    }
}

fn own_reports_page(l: Layout) -> report::OwnReportsPage {
    let outcome = |group: &str| report::Outcome {
        group: group.to_owned(),
        state: "Waits".to_owned(),
        answer: words(2),
    };
    report::OwnReportsPage {
        l,
        sent: true,
        reports: vec![report::OwnCard {
            target: name("Ben", "ben", false),
            comment: words(4),
            when: "2 jam".to_owned(),
            outcomes: vec![outcome("Kebun Sekolah"), outcome("")],
        }],
    }
}

fn report_card() -> reports::ReportCard {
    reports::ReportCard {
        id: "116211111111111111".to_owned(),
        target: name("Ben", "ben", false),
        reporter: name("Dian <b>", "dian@far.example", false),
        comment: words(5),
        rule: "No <advertising>".to_owned(),
        category: "Spam".to_owned(),
        when: "2 jam".to_owned(),
        state: "Waits".to_owned(),
        is_open: true,
        claimed: "Chi".to_owned(),
        is_mine: true,
        is_own: false,
        answered: "Chi".to_owned(),
        answer: words(6),
        excerpts: vec![words(7)],
    }
}

fn group_reports_page(l: Layout) -> reports::GroupReportsPage {
    reports::GroupReportsPage {
        l,
        group: name("Kebun Sekolah", "kebun", true),
        done: "Done".to_owned(),
        answered: false,
        reports: vec![report_card()],
        older: "max_id=1".to_owned(),
    }
}

fn group_report_page(lang: Lang, l: Layout) -> reports::GroupReportPage {
    let past = reports::PastCard {
        about: 3,
        about_dismissed: 1,
        made: 2,
        made_dismissed: 0,
        acts: vec![("Excluded".to_owned(), "2 jam".to_owned(), words(8))],
    };
    reports::GroupReportPage {
        l,
        group: name("Kebun Sekolah", "kebun", true),
        done: "Done".to_owned(),
        report: report_card(),
        above: vec![post(4)],
        posts: vec![post(5)],
        sides: vec![
            (name("Ben", "ben", false), past.clone()),
            (name("Dian <b>", "dian@far.example", false), past),
        ],
        answers: vec![ready_answer()],
        wrong: wrong(lang),
    }
}

fn ready_answer() -> reports::AnswerChoice {
    reports::AnswerChoice {
        id: "116211111111111111".to_owned(),
        title: "Thanks <b>".to_owned(),
        body: words(9),
    }
}

fn answers_page(lang: Lang, l: Layout) -> reports::AnswersPage {
    reports::AnswersPage {
        l,
        group: name("Kebun Sekolah", "kebun", true),
        answers: vec![ready_answer()],
        wrong: wrong(lang),
    }
}

/// The pages of reports.
fn pages_of_reports(lang: Lang, me: &str) -> Vec<(&'static str, String)> {
    let l = || layout(lang, me, "Judul");
    vec![
        ("report", report_page(l()).render().unwrap()),
        ("own-reports", own_reports_page(l()).render().unwrap()),
        ("group-reports", group_reports_page(l()).render().unwrap()),
        (
            "group-report",
            group_report_page(lang, l()).render().unwrap(),
        ),
        ("answers", answers_page(lang, l()).render().unwrap()),
    ]
}

fn elsewhere_page(l: Layout) -> ElsewherePage {
    ElsewherePage {
        l,
        name: name("Dian", "dian@far.example", false),
        handle: "@dian@far.example".to_owned(),
        domain: "far.example".to_owned(),
        origin: "https://far.example/@dian".to_owned(),
    }
}

/// All pages by name, in their fullest form, for a visitor (empty `me`) or a member.
fn pages(lang: Lang, me: &str) -> Vec<(&'static str, String)> {
    let l = || layout(lang, me, "Judul");
    let groups: Vec<GroupCard> = (0..3).map(group).collect();
    let print = |template: Result<String, askama::Error>| template.unwrap();
    vec![
        (
            "landing",
            print(
                LandingPage {
                    l: l(),
                    purpose: String::new(),
                    groups: groups.clone(),
                    may_join: true,
                }
                .render(),
            ),
        ),
        ("about", print(about_page(l()).render())),
        (
            "login",
            print(
                LoginPage {
                    l: l(),
                    word: "ab".repeat(16),
                    return_to: "/oauth/authorize?a=1&b=2".to_owned(),
                    for_app: true,
                    name: "ana\"><script>".to_owned(),
                    wrong: Words::of(lang).say("login-wrong"),
                    may_join: true,
                }
                .render(),
            ),
        ),
        (
            "setup",
            print(
                SetupPage {
                    l: l(),
                    is_valid: true,
                    wrong: wrong(lang),
                    ..SetupPage::default()
                }
                .render(),
            ),
        ),
        (
            "home",
            print(
                HomePage {
                    l: l(),
                    groups: groups.clone(),
                    posts: posts(6),
                }
                .render(),
            ),
        ),
        (
            "tag",
            print(
                TagPage {
                    l: l(),
                    name: "kebun".to_owned(),
                    posts: Posts::default(),
                }
                .render(),
            ),
        ),
        (
            "groups",
            print(
                GroupsPage {
                    l: l(),
                    joined: groups.clone(),
                    others: groups,
                    languages: vec![choice("id", "Bahasa Indonesia")],
                    topics: vec![choice("kebun", "#kebun"), choice("benih", "#benih")],
                    is_part: false,
                    next: "language=&topic=&page=1".to_owned(),
                }
                .render(),
            ),
        ),
        ("group-new", print(new_group_page(lang, l()).render())),
        ("group", print(group_page(lang, me, 4).render())),
        ("queue", print(queue_page(lang).render())),
        ("group-words", print(words_page(l()).render())),
        ("group-person", print(person_page(lang, l()).render())),
        ("group-servers", print(servers_page(lang, l()).render())),
        (
            "group-servers-preview",
            print(servers_preview(l()).render()),
        ),
        ("account", print(account_page(lang, me).render())),
        ("elsewhere", print(elsewhere_page(l()).render())),
        ("thread", print(thread(lang, me).render())),
        ("compose", print(compose_page(lang, None).render())),
        ("answer", print(compose_page(lang, Some(post(2))).render())),
        ("settings", print(settings_page(lang, l()).render())),
    ]
}

/// Those about coming in and being signed in.
fn doors(lang: Lang, me: &str) -> Vec<(&'static str, String)> {
    let l = || layout(lang, me, "Judul");
    let told = ToldPage {
        l: l(),
        text: Words::of(lang).say("reset-done"),
        path: "/login",
        label: Words::of(lang).say("nav-sign-in"),
    };
    vec![
        ("join", join_page(lang, l()).render().unwrap()),
        ("security", security_page(lang, l()).render().unwrap()),
        ("invites", invites_page(lang, l()).render().unwrap()),
        ("reset", reset_page(lang, l()).render().unwrap()),
        ("told", told.render().unwrap()),
    ]
}

fn join_page(lang: Lang, l: Layout) -> JoinPage {
    JoinPage {
        l,
        word: "ab".repeat(16),
        is_open: true,
        invite: "\"><script>".to_owned(),
        is_invited: true,
        asks_reason: true,
        needs_reason: true,
        min_age: 16,
        name: "eko".to_owned(),
        email: "eko@mail.example".to_owned(),
        reason: "</textarea><script>".to_owned(),
        wrong: wrong(lang),
        ..JoinPage::default()
    }
}

fn security_page(lang: Lang, l: Layout) -> SecurityPage {
    let browser = |is_this| BrowserRow {
        id: "123".to_owned(),
        name: "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) <script>".to_owned(),
        network: "203.0.113.0/24".to_owned(),
        since: "20 Nov 2026".to_owned(),
        used: "23 Nov 2026".to_owned(),
        is_this,
    };
    SecurityPage {
        l,
        done: Words::of(lang).say("did-browser"),
        email: "eko@mail.example".to_owned(),
        awaited: "new@mail.example".to_owned(),
        browsers: vec![browser(true), browser(false)],
        apps: vec![AppRow {
            id: "7".to_owned(),
            name: "Tusky <b>".to_owned(),
            website: "https://tusky.example".to_owned(),
            may: vec![Words::of(lang).say("scope-read")],
            since: "20 Nov 2026".to_owned(),
            used: "23 Nov 2026".to_owned(),
        }],
        wrong: wrong(lang),
    }
}

fn invites_page(lang: Lang, l: Layout) -> InvitesPage {
    InvitesPage {
        l,
        may_make: true,
        invites: vec![InviteRow {
            id: "5".to_owned(),
            url: "https://balai.example/invite/0123456789abcdef0123456789abcdef".to_owned(),
            used: "2 / 5".to_owned(),
            ends: "30 Nov 2026".to_owned(),
            is_open: true,
            by: String::new(),
        }],
        wrong: wrong(lang),
    }
}

fn reset_page(lang: Lang, l: Layout) -> ProofPage {
    let w = Words::of(lang);
    ProofPage {
        l,
        word: "ab".repeat(16),
        action: "/reset",
        text: w.say("reset-text"),
        token: "abc".to_owned(),
        asks_password: true,
        go: w.say("reset-go"),
        wrong: wrong(lang),
        ..ProofPage::default()
    }
}

fn about_page(l: Layout) -> AboutPage {
    AboutPage {
        registrations: l.w.say("registrations-invite"),
        l,
        purpose: "Balai untuk kampung kami.".to_owned(),
        contact: "pengurus@balai.example".to_owned(),
        domain: "balai.example".to_owned(),
        people: 12,
        posts: 1,
        servers: 3,
    }
}

fn new_group_page(lang: Lang, l: Layout) -> NewGroupPage {
    NewGroupPage {
        l,
        domain: "balai.example".to_owned(),
        title: String::new(),
        name: String::new(),
        note: String::new(),
        kind: model::GroupKind::Open,
        wrong: wrong(lang),
    }
}

fn settings_page(lang: Lang, l: Layout) -> SettingsPage {
    SettingsPage {
        l,
        saved: true,
        may_invite: true,
        name: "Ana".to_owned(),
        note: "</textarea><script>".to_owned(),
        locked: true,
        audiences: vec![("public".to_owned(), "Semua".to_owned(), true)],
        wrong: wrong(lang),
    }
}

fn everything() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for lang in [Lang::English, Lang::Indonesian] {
        for me in ["", "ana"] {
            let reports = pages_of_reports(lang, me);
            for (page, html) in pages(lang, me)
                .into_iter()
                .chain(doors(lang, me))
                .chain(reports)
            {
                let who = if me.is_empty() { "visitor" } else { "member" };
                all.push((format!("{page}-{}-{who}", lang.code()), html));
            }
        }
    }
    all
}

fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    html.split(&format!("<{name}"))
        .skip(1)
        .filter(|rest| rest.starts_with([' ', '>']))
        .map(|rest| rest.split('>').next().unwrap())
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

#[test]
fn pages_are_sound_for_everyone() {
    for (page, html) in everything() {
        if let Ok(folder) = std::env::var("BALAI_PAGES_OUT") {
            std::fs::write(format!("{folder}/{page}.html"), &html).unwrap();
        }
        assert_eq!(tags(&html, "h1").len(), 1, "{page}: one h1");
        let lang = attribute(tags(&html, "html")[0], "lang").unwrap();
        assert!(page.contains(&format!("-{lang}-")), "{page}: {lang}");
        assert!(!html.contains("<script"), "{page}: script");
        assert!(
            !html.contains(" style=\"") && !html.contains("<style"),
            "{page}: style"
        );
        assert!(
            !html.contains(" on") || !html.contains("=\"javascript"),
            "{page}"
        );
        assert!(
            html.contains("class=\"skip\" href=\"#main\""),
            "{page}: skip link"
        );
        for kind in ["input", "textarea", "select"] {
            for tag in tags(&html, kind) {
                if attribute(tag, "type") == Some("hidden") {
                    continue;
                }
                let labelled = attribute(tag, "id")
                    .is_some_and(|id| html.contains(&format!("<label for=\"{id}\"")));
                let inside = html.contains(&format!("<label class=\"pick\"><{kind}{tag}>"));
                assert!(labelled || inside, "{page}: no label for {tag}");
            }
        }
        for image in tags(&html, "img") {
            assert!(attribute(image, "alt").is_some(), "{page}: {image}");
            let source = attribute(image, "src").unwrap();
            assert!(
                source.starts_with('/') && !source.starts_with("//"),
                "{page}: {source}"
            );
        }
        for time in tags(&html, "time") {
            assert!(attribute(time, "datetime").is_some(), "{page}: {time}");
        }
        let mut ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{page}: an id stands twice");
    }
}

#[test]
fn every_tag_that_opens_closes() {
    const ALONE: &[&str] = &["meta", "link", "input", "img", "br", "path", "!doctype"];
    for (page, html) in everything() {
        let mut open: Vec<&str> = Vec::new();
        for rest in html.split('<').skip(1) {
            let tag = rest.split('>').next().unwrap();
            let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{page}: </{name}>");
            } else if !ALONE.contains(&name) {
                open.push(name);
            }
        }
        assert_eq!(open, [""; 0], "{page}");
    }
}

#[test]
fn every_form_carries_its_word() {
    for (page, html) in everything() {
        if page.starts_with("home-") {
            let signs_out = html.contains("action=\"/logout\"");
            assert_eq!(signs_out, page.ends_with("member"), "{page}");
        }
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap();
            // What only looks carries nothing, and never a word of the reader's.
            if form.contains("method=\"get\"") {
                assert!(!form.contains("csrf"), "{page}: {form}");
                continue;
            }
            assert!(form.contains("method=\"post\""), "{page}: {form}");
            assert!(form.contains("name=\"csrf\" value=\""), "{page}: {form}");
        }
    }
}

#[test]
fn twenty_posts_fit_into_the_first_window_of_a_slow_connection() {
    for (page, html) in [
        (
            "home",
            HomePage {
                l: layout(Lang::Indonesian, "ana", "Beranda"),
                groups: (0..3).map(group).collect(),
                posts: posts(20),
            }
            .render()
            .unwrap(),
        ),
        (
            "group",
            group_page(Lang::Indonesian, "ana", 20).render().unwrap(),
        ),
    ] {
        let bytes = packed(html.as_bytes());
        assert!(bytes <= 13_000, "{page}: {bytes} bytes of {}", html.len());
    }
}

/// About the size that gzip makes of it, from above: matches of up to 258 bytes within the last 32 KiB,
/// greedily, at 3 bytes a match and 6 bits for what matches nothing (deflate with fixed tables is near that).
fn packed(bytes: &[u8]) -> usize {
    use std::collections::HashMap;
    let mut seen: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut bits = 0;
    let mut at = 0;
    while at < bytes.len() {
        let best = bytes
            .get(at..at + 4)
            .and_then(|start| seen.get(start))
            .map_or(0, |places| {
                places
                    .iter()
                    .rev()
                    .take(64)
                    .filter(|place| at - **place <= 32 * 1024)
                    .map(|place| {
                        bytes[*place..]
                            .iter()
                            .zip(&bytes[at..])
                            .take(258)
                            .take_while(|(a, b)| a == b)
                            .count()
                    })
                    .max()
                    .unwrap_or(0)
            });
        let step = if best >= 4 { best } else { 1 };
        bits += if best >= 4 { 24 } else { 6 };
        for place in at..at + step {
            if let Some(start) = bytes.get(place..place + 4) {
                seen.entry(start).or_default().push(place);
            }
        }
        at += step;
    }
    bits / 8
}
