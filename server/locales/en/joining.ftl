# Coming in, links in mails, being signed in.

nav-join = Sign up
join-title = Sign up
join-closed = This place takes nobody in at the moment, unless somebody sends you an invitation.
join-invited = Somebody from this place has invited you.
join-born = Date of birth
join-born-hint = { $count ->
    [one] You have to be { $count } year old. Only this is looked at; the date is not kept.
   *[other] You have to be { $count } years old. Only this is looked at; the date is not kept.
}
join-reason = Why would you like to join?
join-reason-hint = The moderators read it; nobody else does.
join-agree = I agree to the rules of this place
join-go = Sign up
join-has-account = I have an account already
join-next-title = Almost there
join-next-mail = We have sent you a letter. Open the link in it, so that we know that the address is yours.
join-next-approval = A moderator looks at each new account. You can sign in once they have let you in.

link-over-title = This link is over
link-over-text = It was used already, a newer one was sent, or it is too old.
confirm-title = Is this your address?
confirm-text = The address is { $name }.
confirm-go = Yes, it is mine
confirmed-title = Thank you
confirmed-text = Your address is confirmed.
confirmed-waiting = Your address is confirmed. Now a moderator looks at your account; you can sign in once they have let you in.
forgot-link = I have forgotten my password
forgot-title = Forgotten password
forgot-text = Type in your name or e-mail address. We send a link with which you can choose a new password.
forgot-go = Send the link
forgot-done = If there is such an account, a letter is on its way. The link in it works for one hour.
forgot-no-mail = This place sends no letters. Ask those who run it for a new password.
reset-title = New password
reset-text = Choose a new password. Every browser and app will be signed out.
reset-go = Set the password
reset-done = Your new password is set. Sign in with it.

security-title = Password and sign-ins
security-link = Password, browsers and apps
security-current = Your present password
security-current-wrong = The present password is another one.
security-new-password = New password
security-password-hint = At least 8 characters. Every other browser and every app will be signed out.
security-new-email = New e-mail address
security-awaited = A letter was sent to { $name }. The address counts once the link in it was opened.
security-change = Change
security-browsers = Browsers
security-this = (this one)
security-no-name = A browser without a name
security-from = from { $name }
security-since = since { $name }
security-used = last used on { $name }
security-end-others = Sign out everywhere else
security-apps = Apps
security-no-apps = No app may use your account.
security-no-app = Made on the command line
security-end-app = Take back
security-end-apps = Take back from all apps
did-password = Your password is changed. Everything else is signed out.
did-email = Your address is changed. Everything else is signed out.
did-mail = A letter is on its way to the new address.
did-browser = Signed out.
did-app = Taken back.

invites-title = Invitations
invites-link-here = Invite someone
invites-text = Whoever opens the link can sign up here.
invites-not-here = Invitations are made by others here, or nobody can join at the moment.
invites-uses = For how many people?
invites-any = any number
invites-days = For how many days?
invites-go = Make a link
invites-link = Link
invites-used = used: { $name }
invites-ends = until { $name }
invites-closed = closed
invites-close = Close
