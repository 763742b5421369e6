// Statuses: written, changed, answered, liked, boosted, kept, pinned, quoted, deleted; pictures, polls,
// links, later ones.

import { byId, check, eventually, find, fresh, ids, picture, refused, same } from './bench.mjs'
import { withPage } from './page.mjs'

const file = (...colour) => new Blob([picture(...colour)], { type: 'image/png' })

const inHours = hours => new Date(Math.floor(Date.now() / 1000) * 1000 + hours * 3_600_000).toISOString()

export const steps = {
  'eka writes, changes it, and ana answers': async ({ eka, ana, me }) => {
    const posted = await eka.v1.statuses.create({ status: 'They grow', visibility: 'unlisted', language: 'en', spoilerText: 'Beans', sensitive: true })
    same([posted.visibility, posted.language, posted.spoilerText, posted.sensitive, posted.account.id],
      ['unlisted', 'en', 'Beans', true, me.id], 'the post')
    const status = eka.v1.statuses.$select(posted.id)
    const changed = await status.update({ status: 'They grew', spoilerText: 'Beans, again' })
    check(changed.editedAt && changed.content.includes('They grew'), `the changed post: ${changed.content}`)
    const source = await status.source.fetch()
    same([source.text, source.spoilerText], ['They grew', 'Beans, again'], 'the source')
    const history = await status.history.list()
    same(history.map(one => one.spoilerText), ['Beans', 'Beans, again'], 'the history')
    check((await ana.v1.statuses.$select(posted.id).fetch()).content.includes('They grew'), 'ana sees the old text')
    const answer = await ana.v1.statuses.create({ status: `@${me.username} how high?`, inReplyToId: posted.id })
    same([answer.inReplyToId, answer.inReplyToAccountId], [posted.id, me.id], 'the answer')
    same(ids((await status.context.fetch()).descendants), [answer.id], 'what stands below')
    same(ids((await eka.v1.statuses.$select(answer.id).context.fetch()).ancestors), [posted.id], 'what stands above')
    same(ids(await eka.v1.statuses.fetch({ id: [posted.id, answer.id] })).sort(), [posted.id, answer.id].sort(), 'both by their ids')
    const { enabled } = (await eka.v2.instance.fetch()).configuration.translation
    if (!enabled) await refused(ana.v1.statuses.$select(posted.id).translate({ lang: 'id' }), 404, 'a translation that is not offered')
    const deleted = await status.remove()
    same([deleted.id, deleted.text], [posted.id, 'They grew'], 'the deleted post, for another draft')
    await refused(status.fetch(), 404, 'a post that was deleted')
  },

  'eka likes, boosts and keeps what ana wrote': async ({ eka, ana, me }) => {
    const post = await ana.v1.statuses.create({ status: 'A song of beans' })
    const status = eka.v1.statuses.$select(post.id)
    const liked = await status.favourite()
    same([liked.favourited, liked.favouritesCount], [true, 1], 'after the like')
    find(await eka.v1.favourites.list(), byId(post.id), 'it is not among the favourites')
    same(ids(await ana.v1.statuses.$select(post.id).favouritedBy.list()), [me.id], 'who likes it')
    const unliked = await status.unfavourite()
    same([unliked.favourited, unliked.favouritesCount], [false, 0], 'after the like is taken back')
    same((await eka.v1.favourites.list()).filter(byId(post.id)), [], 'the favourites afterwards')
    const boost = await status.reblog({ visibility: 'unlisted' })
    same([boost.visibility, boost.reblog.id, boost.reblog.reblogged, boost.reblog.reblogsCount], ['unlisted', post.id, true, 1], 'the boost')
    same(ids(await ana.v1.statuses.$select(post.id).rebloggedBy.list()), [me.id], 'who boosts it')
    check(ids(await ana.v1.accounts.$select(me.id).statuses.list()).includes(boost.id), 'the boost is not on eka’s profile')
    check(!ids(await ana.v1.accounts.$select(me.id).statuses.list({ excludeReblogs: true })).includes(boost.id), 'a boost was not left out')
    same((await status.unreblog()).reblogged, false, 'after the boost is taken back')
    same((await status.bookmark()).bookmarked, true, 'after the bookmark')
    find(await eka.v1.bookmarks.list(), byId(post.id), 'it is not among the bookmarks')
    same((await status.unbookmark()).bookmarked, false, 'after the bookmark is taken back')
    same((await eka.v1.bookmarks.list()).filter(byId(post.id)), [], 'the bookmarks afterwards')
  },

  'eka pins a post and mutes its thread': async ({ eka, ana, me }) => {
    const { id } = await eka.v1.statuses.create({ status: 'Read this first' })
    const status = eka.v1.statuses.$select(id)
    const pinned = async () => ids(await ana.v1.accounts.$select(me.id).statuses.list({ pinned: true }))
    same((await status.pin()).pinned, true, 'after pin')
    same(await pinned(), [id], 'what is pinned')
    same((await status.unpin()).pinned, false, 'after unpin')
    same(await pinned(), [], 'what is pinned afterwards')
    same((await status.mute()).muted, true, 'after mute')
    same((await status.unmute()).muted, false, 'after unmute')
  },

  'eka quotes ana': async ({ eka, ana }) => {
    const first = await ana.v1.statuses.create({ status: 'Beans are fruit', quoteApprovalPolicy: 'public' })
    same(first.quoteApproval.automatic, ['public'], 'who may quote')
    const second = await eka.v1.statuses.create({ status: 'Says she', quotedStatusId: first.id })
    same([second.quote?.state, second.quote?.quotedStatus?.id], ['accepted', first.id], 'the quote')
    same(ids(await ana.v1.statuses.$select(first.id).quotes.list()), [second.id], 'who quotes it')
    const closed = await ana.v1.statuses.create({ status: 'Do not quote me', quoteApprovalPolicy: 'nobody' })
    await refused(eka.v1.statuses.create({ status: 'I will', quotedStatusId: closed.id }), 422, 'a quote that is not wanted')
  },

  'eka shows pictures': async ({ eka, me }) => {
    const red = await eka.v2.media.create({ file: file(200, 20, 20), description: 'Red', focus: '0.5,-0.5' })
    same([red.type, red.description, red.meta.focus], ['image', 'Red', { x: 0.5, y: -0.5 }], 'the picture')
    const green = await eka.v1.media.create({ file: file(20, 200, 20), description: 'Green' })
    same((await eka.v1.media.$select(green.id).fetch()).description, 'Green', 'the other picture')
    same((await eka.v1.media.$select(green.id).update({ description: 'Grass' })).description, 'Grass', 'the changed picture')
    const post = await eka.v1.statuses.create({ status: 'Look', mediaIds: [red.id, green.id] })
    const shown = status => status.mediaAttachments.map(one => [one.id, one.description])
    same(shown(post), [[red.id, 'Red'], [green.id, 'Grass']], 'the pictures of the post')
    same((await fetch(post.mediaAttachments[0].url)).headers.get('content-type')?.split('/')[0], 'image', 'the file')
    const changed = await eka.v1.statuses.$select(post.id).update({
      status: 'Look again', mediaIds: [green.id, red.id], mediaAttributes: [{ id: red.id, description: 'Rose' }],
    })
    same(shown(changed), [[green.id, 'Grass'], [red.id, 'Rose']], 'the pictures of the changed post')
    same(ids(await eka.v1.accounts.$select(me.id).statuses.list({ onlyMedia: true, limit: 1 })), [post.id], 'posts with pictures')
  },

  'eka asks, and ana votes': async ({ eka, ana }) => {
    const { poll } = await eka.v1.statuses.create({ status: 'What to drink?', poll: { options: ['Tea', 'Coffee', 'Milk'], expiresIn: 600, multiple: true } })
    same([poll.multiple, poll.options.map(one => one.title)], [true, ['Tea', 'Coffee', 'Milk']], 'the choices')
    const voted = await ana.v1.polls.$select(poll.id).votes.create({ choices: [0, 2] })
    same([voted.voted, [...voted.ownVotes].sort(), voted.options.map(one => one.votesCount)], [true, [0, 2], [1, 0, 1]], 'after the vote')
    const counted = await eka.v1.polls.$select(poll.id).fetch()
    same([counted.votesCount, counted.votersCount], [2, 1], 'what eka sees')
    await refused(ana.v1.polls.$select(poll.id).votes.create({ choices: [2] }), 422, 'the same vote again')
  },

  'eka shows a page of somebody else': ({ eka, ana }) => withPage(async url => {
    const post = await eka.v1.statuses.create({ status: `Read ${url}` })
    const card = await eventually(async () => (await ana.v1.statuses.$select(post.id).fetch()).card, 'the link has no card')
    same([card.title, card.url], ['Growing beans', url], 'the card')
    same((await ana.v1.statuses.$select(post.id).card.fetch()).title, 'Growing beans', 'the card alone')
    same(ids(await ana.v1.timelines.link.list({ url })), [post.id], 'what is written about the page')
  }),

  'eka writes for later, moves it, and thinks better of it': async ({ eka }) => {
    const [text, soon, moved] = [fresh('Later '), inHours(1), inHours(2)]
    const later = await eka.v1.statuses.create({ status: text, scheduledAt: soon, visibility: 'private' })
    same([new Date(later.scheduledAt).toISOString(), later.params.text, later.params.visibility], [soon, text, 'private'], 'what, and when')
    find(await eka.v1.scheduledStatuses.list(), byId(later.id), 'it is not among the later ones')
    const one = eka.v1.scheduledStatuses.$select(later.id)
    same((await one.fetch()).id, later.id, 'it alone')
    same(new Date((await one.update({ scheduledAt: moved })).scheduledAt).toISOString(), moved, 'when it was moved to')
    await one.remove()
    await refused(one.fetch(), 404, 'a later one that was called off')
    same(await eka.v1.scheduledStatuses.list(), [], 'the later ones afterwards')
  },
}
