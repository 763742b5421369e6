# Apps that ask to use an account.

oauth-title = Allow this app?
oauth-asks = This app would like to use your account:
oauth-as = You are signed in as
oauth-as-whom = Who will this app be?
oauth-as-me = Myself
oauth-as-hint = As a group the app runs it for all its moderators: requests, bans, posts in its name. Each act stands in the group's log with your name.
oauth-other = Use another account
oauth-may = It would be able to:
oauth-goes-to = Afterwards you go to
oauth-goes-to-app = Afterwards you go back to the app.
oauth-shows-code = Afterwards you see a code, which you copy into the app.
oauth-website = Website of the app:
oauth-allow = Allow
oauth-deny = Refuse
oauth-advice = Allow it only if you have just opened this app yourself.
oauth-code-title = Your code
oauth-code-text = Copy this code and paste it into the app. It works once, for ten minutes.
oauth-code-label = Code
oauth-code-careful = Give it to nobody else.
oauth-code-done = Then you may close this page.
oauth-problem = This app asked in a way that does not work
oauth-problem-unknown-app = We do not know this app. Start again in the app, so that it introduces itself anew.
oauth-problem-redirect = The app wants to send you to an address that it did not name before. To be safe we stop here.
oauth-problem-request = The app left out something that we need.
oauth-problem-hint = You have done nothing wrong, and nothing was given to anyone.

scope-profile = see your name and picture
scope-read = read everything that you can read
scope-read-some = read some of what you can read
scope-write = post, join, follow, like and change things in your name
scope-write-some = change some things in your name
scope-follow = see and change whom you follow, mute and block
scope-push = send you notifications
scope-admin-read = read what administrators can read
scope-admin-write = do what administrators can do
