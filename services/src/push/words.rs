//! What stands on the screen of a locked phone: a title in the person's language, and a few words.

use model::NotificationKind;

use crate::views::notification::NotificationView;

/// Letters of the text; all of it is read in the app.
const LETTERS: usize = 140;

/// The title: who did what.
pub(super) fn title(locale: &str, view: &NotificationView) -> String {
    let account = &view.account.account;
    let name = if account.display_name.is_empty() {
        &account.username
    } else {
        &account.display_name
    };
    let name = text::display_name(name, 60);
    let indonesian = locale == "id" || locale.starts_with("id-");
    let said = if indonesian {
        indonesian_words(view.kind)
    } else {
        english_words(view.kind)
    };
    said.replace("{name}", &name)
}

const fn english_words(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::Mention => "{name} mentioned you",
        NotificationKind::Status => "{name} posted",
        NotificationKind::Reblog => "{name} boosted your post",
        NotificationKind::Follow => "{name} follows you",
        NotificationKind::FollowRequest => "{name} would like to follow you",
        NotificationKind::Favourite => "{name} favourited your post",
        NotificationKind::Update => "{name} edited a post",
        NotificationKind::Poll => "A poll by {name} has ended",
        NotificationKind::Quote => "{name} quoted your post",
        NotificationKind::QuotedUpdate => "{name} edited a post that you quoted",
        NotificationKind::AdminSignUp => "{name} signed up",
        NotificationKind::AdminReport => "{name} sent a report",
        NotificationKind::ModerationWarning => "A moderator acted on your account",
        NotificationKind::SeveredRelationships => "You lost connections",
        NotificationKind::AddedToCollection => "{name} added you to a collection",
        NotificationKind::CollectionUpdate => "{name} changed a collection that you are in",
    }
}

const fn indonesian_words(kind: NotificationKind) -> &'static str {
    match kind {
        NotificationKind::Mention => "{name} menyebut Anda",
        NotificationKind::Status => "{name} membuat kiriman baru",
        NotificationKind::Reblog => "{name} meneruskan kiriman Anda",
        NotificationKind::Follow => "{name} mengikuti Anda",
        NotificationKind::FollowRequest => "{name} ingin mengikuti Anda",
        NotificationKind::Favourite => "{name} menyukai kiriman Anda",
        NotificationKind::Update => "{name} menyunting sebuah kiriman",
        NotificationKind::Poll => "Jajak pendapat {name} sudah selesai",
        NotificationKind::Quote => "{name} mengutip kiriman Anda",
        NotificationKind::QuotedUpdate => "{name} menyunting kiriman yang Anda kutip",
        NotificationKind::AdminSignUp => "{name} mendaftar",
        NotificationKind::AdminReport => "{name} mengirim laporan",
        NotificationKind::ModerationWarning => "Moderator mengambil tindakan atas akun Anda",
        NotificationKind::SeveredRelationships => "Beberapa hubungan Anda terputus",
        NotificationKind::AddedToCollection => "{name} menambahkan Anda ke sebuah koleksi",
        NotificationKind::CollectionUpdate => "{name} mengubah koleksi yang memuat Anda",
    }
}

/// The text: the beginning of the post, or its warning alone; of a person, what they say of themselves.
pub(super) fn body(view: &NotificationView) -> String {
    let html = match &view.status {
        Some(status) if !status.status.spoiler_text.is_empty() => {
            return text::display_name(&status.status.spoiler_text, LETTERS);
        }
        Some(status) => &status.status.content,
        None => &view.account.account.note,
    };
    let html = text::Html::from_trusted_row(html.clone());
    text::summary(&html, LETTERS)
}
