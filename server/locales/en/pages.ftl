# People, posts, groups.

landing-title = Welcome
landing-purpose = A place of our own, where our groups meet.
landing-more = Learn more
landing-groups = Our groups
landing-apps = With an app
landing-apps-text = Everything here also works in any Mastodon app. Choose one, type in the address of this page, and sign in.

about-title = About this place
about-address = Address
about-joining = Joining
about-contact = Contact
about-size = Size
about-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
about-posts = { $count ->
    [one] { $count } post
   *[other] { $count } posts
}
about-servers = { $count ->
    [one] in touch with { $count } other community
   *[other] in touch with { $count } other communities
}
about-software = Software
about-software-text = Balai { $name }, free software under the AGPL 3.0 licence
about-apps-text = Use any Mastodon app, and type in { $name } when it asks for a server.
about-privacy = What stays private
about-privacy-text = Who belongs to a group and who follows whom is not shown to others; only totals are. Your browser loads nothing from other sites.
registrations-open = Anyone may join
registrations-approval = Anyone may ask to join
registrations-invite = By invitation
registrations-closed = Closed for now

login-title = Sign in
login-for-app = An app would like to use your account. Sign in first; then you decide what it may do.
login-name = E-mail address or name
login-password = Password
login-wrong = Name and password do not fit together. Please try again.
login-not-yet = This account cannot sign in yet. It may wait for approval, or the e-mail address is not confirmed.

setup-title = Open your hall
setup-text = This place is new. Give it a name and make your own account: you will be its owner.
setup-place = Name of the place
setup-place-hint = For example: Kampung Laut, or Union Local 12.
setup-name = Your name here
setup-name-hint = Letters a to z, digits and underscores. Others can mention you by it.
setup-email = Your e-mail address
setup-password-hint = At least 8 characters. A few words that only you connect are good.
setup-go = Open the doors
setup-code-wrong = This link has been used already, or it is too old.
setup-code-hint = Restart the program: as long as nobody owns this place, it prints a new link.

home-title = Home
home-empty = It is quiet here. Join a group, and its conversations will appear on this page.
home-find-groups = Find groups

tag-text = Public posts with this word.
posts-none = No posts yet.
posts-older = Older posts
posts-end = This was the oldest post.

post-boosted-by = Boosted by
post-in-group = In
post-edited = edited
post-sensitive = Pictures that someone may not want to see
post-plays = Play
post-picture-elsewhere = Picture on another site
post-answer = Answer
post-boost = Boost
post-favourite = Like
post-answers = { $count ->
    [one] { $count } answer
   *[other] { $count } answers
}
post-boosts = { $count ->
    [one] { $count } boost
   *[other] { $count } boosts
}
post-favourites = { $count ->
    [one] { $count } like
   *[other] { $count } likes
}
search-title = Search
search-what = Names, words, #hashtags or an address
search-go = Search
search-none = Nothing was found.
search-people = People and groups
search-tags = Hashtags
search-posts = Posts

poll-legend = What do you choose?
poll-vote = Vote
poll-yours = your choice
poll-ended = this poll is over
poll-until = open until
poll-voters = { $count ->
    [one] { $count } person voted
   *[other] { $count } people voted
}

post-delete = Delete this post
post-delete-sure = It cannot be brought back.
post-delete-yes = Yes, delete it

thread-title = A post by { $name }
thread-before = What came before
thread-cut = The posts before this one are not here.
thread-your-answer = Your answer to { $name }
thread-more-choices = More choices
thread-sign-in-to-answer = Sign in to answer
thread-has-more = There are more answers. An app shows them all.

compose-title = Write a post
compose-answer-title = Answer { $name }
compose-group = Where
compose-no-group = On my own page
compose-heading = Title (if you like)
compose-text = Your words
compose-audience = Who may read it
compose-more = More choices
compose-warning = Put a warning in front
compose-warning-hint = Readers see this line first, and open the rest themselves.
compose-go = Publish

account-bot = automatic
account-follows-you = follows you
account-posts = { $count ->
    [one] { $count } post
   *[other] { $count } posts
}
account-followers = { $count ->
    [one] { $count } follower
   *[other] { $count } followers
}
account-following = follows { $count }
account-joined = since { $name }
account-edit = Edit my profile
account-follow = Follow
account-ask-to-follow = Ask to follow
account-unfollow = Stop following
account-sign-in-to-follow = Sign in to follow
account-posts-heading = Posts
account-with-answers = with answers
account-without-answers = without answers
origin = See it where it comes from

elsewhere-text = This page belongs to another community, { $name }.
elsewhere-go = Go to { $name }
elsewhere-member = Members of this place who sign in can see it here.

settings-title = My profile
settings-saved = Saved.
settings-name = The name that others see
settings-note = About me
settings-visibility = Who may read my new posts
settings-locked = I want to approve each new follower
settings-save = Save
settings-password = Password

# A post that one of the reader's filters covers.
post-filtered = Filtered: { $name }
post-filtered-away = Hidden by one of your filters
