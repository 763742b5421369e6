# Groups and what their moderators do.

groups-title = Groups
groups-yours = Your groups
groups-others = More groups
groups-none = There are no groups yet.
kind-open = Open: everyone may read, join and post.
kind-approved = By approval: everyone may read; you decide who joins.
kind-open-short = Open to all
kind-approved-short = Join by approval

group-members = { $count ->
    [one] { $count } member
   *[other] { $count } members
}
group-visitor = Read along freely. To join from another community or an app, search there for { $name } and follow it.
group-sign-in-to-join = Sign in to join
group-banned = The moderators have excluded you from this group.
group-start-thread = Start a conversation
group-queue = Moderate
group-leave = Leave
group-waiting = Waiting for approval
group-withdraw = Take the request back
group-ask-to-join = Ask to join
group-join = Join
group-follow-only = Only follow
group-how = How it works, and who runs it
group-how-text = Members start a conversation here, or by mentioning { $name } in a public post from any app. Answers stay in the conversation by themselves.
group-moderators = Run by
group-threads = Conversations
group-no-threads = No conversations yet.

group-new-title = New group
group-new-name = Name of the group
group-new-name-hint = What people call it, for example: School garden.
group-new-handle = Address of the group
group-new-handle-hint = One word: letters a to z, digits, underscores. With it, the group is found as @word@{ $name }. It cannot be changed later.
group-new-note = What is it for?
group-new-kind = Who may join?
group-new-go = Found the group

queue-title = Moderate { $name }
queue-heading = Moderate the group
queue-requests = Who wants to join
queue-no-requests = Nobody is waiting.
queue-more = More people are waiting; they appear when these are answered.
queue-authorize = Let in
queue-reject = Refuse
queue-posts = Latest conversations
queue-remove-or-ban = Remove or exclude
queue-reason = Reason
queue-remove-hint = Removed from the group, a post stays on its author’s own page. Who is excluded can no longer join or post here.
queue-remove = Remove from the group
queue-ban = Exclude { $name }
queue-bans = Excluded people
queue-no-bans = Nobody is excluded.
queue-unban = Allow again
did-authorize = They are in.
did-reject = The request was refused.
did-remove = The post was removed from the group.
did-ban = They are excluded from the group.
did-unban = They may join again.
