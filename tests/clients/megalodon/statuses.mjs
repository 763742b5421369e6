// Statuses: written, changed, answered, liked, boosted, kept, pinned, deleted; pictures, polls, later ones.

import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { byId, check, eventually, find, fresh, ids, picture, refused, same } from './bench.mjs'

const inHours = hours => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000)

export const steps = {
  'eka writes, changes it, and ana answers': async ({ eka, ana, me }) => {
    const options = { visibility: 'unlisted', language: 'en', spoiler_text: 'Beans', sensitive: true }
    const { data: posted } = await eka.postStatus('They grow', options)
    same([posted.visibility, posted.language, posted.spoiler_text, posted.sensitive, posted.account.id],
      ['unlisted', 'en', 'Beans', true, me.id], 'the post')
    const { data: changed } = await eka.editStatus(posted.id, { status: 'They grew', spoiler_text: 'Beans, again' })
    check(changed.edited_at && changed.content.includes('They grew'), `the changed post: ${changed.content}`)
    const { data: source } = await eka.getStatusSource(posted.id)
    same([source.text, source.spoiler_text], ['They grew', 'Beans, again'], 'the source')
    check((await ana.getStatus(posted.id)).data.content.includes('They grew'), 'ana sees the old text')
    const { data: answer } = await ana.postStatus(`@${me.username} how high?`, { in_reply_to_id: posted.id })
    same([answer.in_reply_to_id, answer.in_reply_to_account_id], [posted.id, me.id], 'the answer')
    const { data: below } = await eka.getStatusContext(posted.id, { limit: 20 })
    same([ids(below.ancestors), ids(below.descendants)], [[], [answer.id]], 'what stands below')
    same(ids((await eka.getStatusContext(answer.id)).data.ancestors), [posted.id], 'what stands above')
    await eka.deleteStatus(posted.id)
    await refused(eka.getStatus(posted.id), 404, 'a post that was deleted')
  },

  'eka likes, boosts and keeps what ana wrote': async ({ eka, ana, me }) => {
    const { data: post } = await ana.postStatus('A song of beans')
    const { data: liked } = await eka.favouriteStatus(post.id)
    same([liked.favourited, liked.favourites_count], [true, 1], 'after the like')
    find((await eka.getFavourites()).data, byId(post.id), 'it is not among the favourites')
    same(ids((await ana.getStatusFavouritedBy(post.id)).data), [me.id], 'who likes it')
    const { data: unliked } = await eka.unfavouriteStatus(post.id)
    same([unliked.favourited, unliked.favourites_count], [false, 0], 'after the like is taken back')
    same((await eka.getFavourites({ limit: 5 })).data.filter(byId(post.id)), [], 'the favourites afterwards')
    const { data: boost } = await eka.reblogStatus(post.id)
    same([boost.reblog.id, boost.reblog.reblogged, boost.reblog.reblogs_count], [post.id, true, 1], 'the boost')
    same(ids((await ana.getStatusRebloggedBy(post.id)).data), [me.id], 'who boosts it')
    check(ids((await ana.getAccountStatuses(me.id)).data).includes(boost.id), 'the boost is not on eka’s profile')
    check(!ids((await ana.getAccountStatuses(me.id, { exclude_reblogs: true })).data).includes(boost.id), 'a boost was not left out')
    same((await eka.unreblogStatus(post.id)).data.reblogged, false, 'after the boost is taken back')
    same((await eka.bookmarkStatus(post.id)).data.bookmarked, true, 'after the bookmark')
    find((await eka.getBookmarks()).data, byId(post.id), 'it is not among the bookmarks')
    same((await eka.unbookmarkStatus(post.id)).data.bookmarked, false, 'after the bookmark is taken back')
    same((await eka.getBookmarks({ limit: 5 })).data.filter(byId(post.id)), [], 'the bookmarks afterwards')
  },

  'eka pins a post and mutes its thread': async ({ eka, ana, me }) => {
    const { data: post } = await eka.postStatus('Read this first')
    same((await eka.pinStatus(post.id)).data.pinned, true, 'after pin')
    same(ids((await ana.getAccountStatuses(me.id, { pinned: true })).data), [post.id], 'what is pinned')
    same((await eka.unpinStatus(post.id)).data.pinned, false, 'after unpin')
    same((await ana.getAccountStatuses(me.id, { pinned: true })).data, [], 'what is pinned afterwards')
    same((await eka.muteStatus(post.id)).data.muted, true, 'after mute')
    same((await eka.getStatus(post.id)).data.muted, true, 'the mute that was kept')
    same((await eka.unmuteStatus(post.id)).data.muted, false, 'after unmute')
  },

  'eka quotes her own words': async ({ eka }) => {
    const { data: first } = await eka.postStatus('I said so')
    const { data: second } = await eka.postStatus('And I was right', { quote_id: first.id })
    same([second.quote?.state, second.quote?.quoted_status?.id], ['accepted', first.id], 'the quote')
  },

  'eka shows a picture': async ({ eka, me }) => {
    const folder = mkdtempSync(join(tmpdir(), 'picture-'))
    try {
      const [red, green] = ['red', 'green'].map(name => join(folder, `${name}.png`))
      writeFileSync(red, picture(200, 20, 20))
      writeFileSync(green, picture(20, 200, 20))
      const { data: media } = await eka.uploadMedia(createReadStream(red), { description: 'Red', focus: '0.5,-0.5' })
      same([media.type, media.description, media.meta.focus], ['image', 'Red', { x: 0.5, y: -0.5 }], 'the picture')
      same((await eka.getMedia(media.id)).data.id, media.id, 'the picture alone')
      same((await fetch(media.url)).headers.get('content-type')?.split('/')[0], 'image', 'the file')
      const { data: told } = await eka.updateMedia(media.id, { description: 'Green', focus: '0,0' })
      same([told.description, told.meta.focus], ['Green', { x: 0, y: 0 }], 'the changed picture')
      const { data: post } = await eka.postStatus('Look', { media_ids: [media.id] })
      same(post.media_attachments.map(one => [one.id, one.description]), [[media.id, 'Green']], 'the picture of the post')
      same(ids((await eka.getAccountStatuses(me.id, { only_media: true, limit: 1 })).data), [post.id], 'posts with pictures')
    } finally {
      rmSync(folder, { recursive: true })
    }
  },

  'eka asks, and ana votes': async ({ eka, ana }) => {
    const poll = { options: ['Tea', 'Coffee'], expires_in: 600, multiple: false, hide_totals: false }
    const { data: post } = await eka.postStatus('What to drink?', { poll })
    same(post.poll.options.map(one => one.title), ['Tea', 'Coffee'], 'the choices')
    const { data: voted } = await ana.votePoll(post.poll.id, [1])
    same([voted.voted, voted.own_votes, voted.options.map(one => one.votes_count)], [true, [1], [0, 1]], 'after the vote')
    const { data: counted } = await eka.getPoll(post.poll.id)
    same([counted.votes_count, counted.options.map(one => one.votes_count)], [1, [0, 1]], 'what eka sees')
    await refused(ana.votePoll(post.poll.id, [0]), 422, 'a second vote')
  },

  'eka writes for later, moves it, and thinks better of it': async ({ eka }) => {
    const [text, soon, moved] = [fresh('Later '), inHours(1), inHours(2)]
    const { data: later } = await eka.postStatus(text, { scheduled_at: soon.toISOString(), visibility: 'private' })
    same(new Date(later.scheduled_at), soon, 'when')
    same([later.params.text, later.params.visibility], [text, 'private'], 'what')
    find((await eka.getScheduledStatuses({ limit: 5 })).data, byId(later.id), 'it is not among the later ones')
    same((await eka.getScheduledStatus(later.id)).data.id, later.id, 'it alone')
    same(new Date((await eka.scheduleStatus(later.id, moved.toISOString())).data.scheduled_at), moved, 'when it was moved to')
    await eka.cancelScheduledStatus(later.id)
    await refused(eka.getScheduledStatus(later.id), 404, 'a later one that was called off')
    same((await eka.getScheduledStatuses()).data, [], 'the later ones afterwards')
  },
}
