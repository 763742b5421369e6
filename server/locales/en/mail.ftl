# Letters to members.

mail-hello = Hello { $name },
mail-confirm-subject = Confirm your address for { $name }
mail-confirm-text = Somebody gave this address at { $name }. If it was you, open this page and press the button:
mail-confirm-after = The link works for two days.
mail-password-subject = A new password for { $name }
mail-password-text = Somebody asked for a new password for your account at { $name }. If it was you, choose one on this page:
mail-password-after = The link works once, for one hour.
mail-not-you = If it was not you, do nothing: nothing will change.
mail-password-changed-subject = Your password for { $name } was changed
mail-password-changed-text = The password of your account at { $name } was changed. Every browser and app is signed out; sign in again with the new password.
mail-address-changed-subject = Your address for { $name } was changed
mail-address-changed-text = Your account at { $name } has another e-mail address now. Letters no longer come here. Every browser and app is signed out.
mail-was-not-you = If it was not you, write at once to those who run the place.
mail-approved-subject = Welcome to { $name }
mail-approved-text = A moderator of { $name } has let you in. You can sign in now:
mail-moderators-subject = A word from moderators at { $name }
mail-group-subject = About a group that you look after at { $name }
mail-moderators-after = On this page you can answer once. Someone who did not decide it will look at it.
