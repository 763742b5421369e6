# What moderators of a group keep: words and links, servers, notes about people.
words-title = Words and links of { $name }
words-heading = Words and links
words-text = Posts, edits and comments in which one of these is found wait for you, or are refused: in the title, the text, the warning, a poll, what a picture is said to show, and behind links. Moderators write what they want.
words-hint = Up to 100. To take a line away, empty it. For a link, write the server: example.org also means everything below it. The log says that this list was changed, never what is in it.
words-new = One more
words-phrase = Word, phrase or server
words-kind = What is looked for
words-kind-word = As whole words
words-kind-part = Also inside of words
words-kind-link = Links to this server
words-act = What happens
words-act-hold = Waits for a moderator
words-act-refuse = Is refused
servers-title = Servers that { $name } does not take
servers-heading = Blocked servers
servers-text = Nobody on these servers joins this group or writes in it, and nothing of the group is sent there. Each name means everything below it too.
servers-list = One server a line, or a list from elsewhere
servers-file = Or a file (Mastodon’s export works)
servers-look = See what would be lost
servers-look-hint = Nothing happens yet: the next page shows whom it would concern.
servers-blocked = Blocked now
servers-none = No server is blocked.
servers-unblock = Take people of the chosen ones again
servers-preview = What would be lost
servers-lost-members = { $count ->
    [0] No member lives on these servers.
    [one] One member would be removed.
   *[other] { $count } members would be removed.
}
servers-lost-followers = { $count ->
    [0] Nobody there follows the group.
    [one] One person there follows the group and would not any more.
   *[other] { $count } people there follow the group and would not any more.
}
servers-known = { $count ->
    [one] One server of the list is blocked already.
   *[other] { $count } servers of the list are blocked already.
}
servers-unread = { $count ->
    [one] One line names no server and is left out.
   *[other] { $count } lines name no server and are left out.
}
servers-with-people = With people in this group
servers-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
servers-writers = { $count ->
    [one] { $count } of them wrote in the last 30 days
   *[other] { $count } of them wrote in the last 30 days
}
servers-followers = { $count ->
    [one] { $count } follower
   *[other] { $count } followers
}
servers-without-people = { $count ->
    [one] One server with nobody in this group
   *[other] { $count } servers with nobody in this group
}
servers-block-hint = Take the tick away where you want to keep people. It is done at once and stands as one entry in the log, with how many servers they were.
servers-block = Block the chosen ones
person-title = { $name } in this group
person-stranger = No member of this group
person-banned = excluded
person-muted = may read and not write
person-notes = Notes
person-notes-hint = Only the moderators of this group read them. The last 50 are kept; a year after someone left, they go.
person-note = New note
person-note-add = Keep the note
person-link = { $count ->
    [0] About them
    [one] About them, { $count } note
   *[other] About them, { $count } notes
}
queue-next = Next
queue-keys = By keyboard: Tab goes from one to the next. With the access key of your browser (often Alt, or Ctrl and Alt), a lets the first one in or through, r refuses it, n goes to the next.
queue-wave = { $count ->
    [one] One stranger came within the last hour.
   *[other] Far more than usual: { $count } times within the last hour, strangers knocked or wrote.
}
queue-wave-hint = The button below lets only members of more than a day write for 24 hours.
held-first_post = Waits: the first post of this person in this group
held-many_groups = Waits: it names more than three groups
held-new_server = Waits: the group has let nothing through from this server yet
held-new_account = Waits: the account is younger than a week
held-word = Waits because of:
option-first-contact = Whose posts wait until you let one through
first-contact-nobody = Nobody’s
first-contact-strangers = Those of strangers: from servers that are new to the group, and of accounts younger than a week
first-contact-everyone = Everyone’s: each member’s first post
first-contact-hint = The first one that you let through lets the next ones of that person pass; of strangers, also those of others on their server.
