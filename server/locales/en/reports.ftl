# Reports: made by members, answered by moderators.
report-link = Report
report-title = Report { $name }
report-who-staff = Those who run this place read the report. Who is reported does not learn that it was you.
report-who-group = The moderators of { $name } read the report and see your name. Who is reported does not learn that it was you, and no other server does. Where a rule of the place or a law is named, or the moderators do not answer in three days, those who run this place read it too; where a moderator of the group is reported, they alone.
report-category = What is it about?
report-other = Something else
report-spam = Unwanted advertising
report-legal = Against the law
report-violation = Against a rule of the place
report-group-rule = Which rule of the group? (if you know)
report-rules = Does it break a rule of this place?
report-comment = What should they know?
report-forward = Tell { $name } too, without your name
report-go = Send the report
report-about = Report about { $name }
report-one-title = Report
report-no-words = Without words.
report-by = Reported by
report-by-hint = Only moderators see this name. Do not pass it on.
report-posts = What was reported
report-before = Before, in this group
report-past-about = { $count ->
    [one] { $count } other report about them
   *[other] { $count } other reports about them
}
report-past-made = { $count ->
    [one] { $count } other report by them
   *[other] { $count } other reports by them
}
report-past-dismissed = { $count } dismissed
report-answer = Answer
report-own = You reported this yourself: another moderator answers it.
report-taken = Another moderator is working on this report, or it is answered already.
report-yours = You are working on it.
report-claim = I take this one
report-release = Lay it down
report-reopen = Open it again
report-canned = An answer that is ready
report-words = Or in your own words
report-words-hint = Whoever reported reads the answer, but not who wrote it.
report-resolve = Done: something was wrong
report-dismiss = Nothing was wrong
report-hand = Hand it to those who run this place
report-state-open = Waits for an answer
report-state-resolved = Something was done
report-state-dismissed = Nothing was wrong
report-state-handed_over = Handed to those who run this place
reports-title = Reports in { $name }
reports-heading = Reports
reports-open = Waiting
reports-answered = Answered
reports-none = There is no report here.
reports-claimed = { $name } is working on it
queue-reports = { $count ->
    [0] Reports
    [one] { $count } report is waiting
   *[other] { $count } reports are waiting
}
did-claim = It is yours. Nobody else answers it now.
did-free = It is free again.
did-resolve = The report is answered.
did-dismiss = The report is answered.
did-hand = Those who run this place have it now.
did-reopen = The report waits again.
own-reports-title = Your reports
own-reports-sent = Your report is with those who answer it.
own-reports-text = Only you and those who answer see this page’s contents.
own-reports-none = You have reported nothing.
own-reports-staff = Those who run this place
answers-title = Ready answers
answers-text = The moderators of the group share these. They answer a report with one tap.
answers-name = Name
answers-body = What is said
answers-new = A new one
answers-add = Add
answers-delete = Delete
canned-removed-title = Removed
canned-removed = Thank you. We looked at it and took it out of the group.
canned-talked-title = We talked to them
canned-talked = Thank you. We talked to the person and keep an eye on it.
canned-nothing-title = Within the rules
canned-nothing = Thank you. We looked at it. It is within the rules of the group. You can mute or block the person.
canned-handed-title = Handed on
canned-handed = Thank you. Those who run this place decide about it.

# In the log of the group: what moderators did about reports.
log-report-claimed = Someone took a report up
log-report-released = A report was laid down again
log-report-resolved = A report was answered: something was wrong
log-report-dismissed = A report was answered: nothing was wrong
log-report-handed-over = A report was handed to those who run this place
log-report-reopened = A report was opened again
log-answers-changed = The ready answers to reports were changed
log-group-featured = Those who run this place recommend the group
log-group-unfeatured = Those who run this place recommend the group no more
