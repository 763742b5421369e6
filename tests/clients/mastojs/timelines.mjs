// Timelines, lists and conversations, and the pages of them.

import { byId, check, eventually, find, fresh, ids, refused, same } from './bench.mjs'

export const steps = {
  'what ana writes stands where it belongs': async ({ eka, ana, oki }) => {
    const name = fresh('harvest')
    const first = await ana.v1.statuses.create({ status: `The #${name} begins` })
    const second = await ana.v1.statuses.create({ status: `The #${name} ends` })
    const hidden = await ana.v1.statuses.create({ status: 'For those who follow', visibility: 'private' })
    await eventually(async () => ids(await eka.v1.timelines.home.list()).includes(hidden.id), 'it is not at eka’s home')
    for (const which of [{}, { local: true }]) {
      const found = ids(await oki.v1.timelines.public.list(which))
      check(found.includes(first.id) && found.includes(second.id), 'the public timeline lacks the posts')
      check(!found.includes(hidden.id), 'the public timeline shows what is for followers')
    }
    same(await oki.v1.timelines.public.list({ remote: true }), [], 'posts of other servers')
    same(ids(await oki.v1.timelines.tag.$select(name).list()), [second.id, first.id], 'the tag')
    const pages = []
    for await (const page of oki.v1.timelines.tag.$select(name).list({ limit: 1 })) pages.push(...ids(page))
    same(pages, [second.id, first.id], 'the tag, page by page')
    const upward = []
    const from = oki.v1.timelines.tag.$select(name).list({ limit: 1, minId: '1' }).setDirection('prev')
    for await (const page of from) upward.push(...ids(page))
    same(upward, [first.id, second.id], 'the tag, upward page by page')
    const { headers } = await eka.v1.timelines.home.list.$raw({ limit: 1 })
    check(/max_id=.*rel="next"/.test(headers.get('link')), `links to other pages: ${headers.get('link')}`)
  },

  'eka keeps a list with ana in it': async ({ eka, ana, her }) => {
    const made = await eka.v1.lists.create({ title: 'Gardeners', exclusive: false, repliesPolicy: 'followed' })
    same([made.title, made.exclusive, made.repliesPolicy], ['Gardeners', false, 'followed'], 'the list')
    find(await eka.v1.lists.list(), byId(made.id), 'it is not among the lists')
    const list = eka.v1.lists.$select(made.id)
    const changed = await list.update({ title: 'Bean people', exclusive: true })
    same([changed.title, changed.exclusive], ['Bean people', true], 'the changed list')
    same((await list.fetch()).title, 'Bean people', 'the list that was kept')
    await list.accounts.create({ accountIds: [her.id] })
    same(ids(await list.accounts.list()), [her.id], 'who is in it')
    find(await eka.v1.accounts.$select(her.id).lists.list(), byId(made.id), 'ana’s lists do not hold it')
    const post = await ana.v1.statuses.create({ status: 'For the list' })
    await eventually(async () => ids(await eka.v1.timelines.list.$select(made.id).list()).includes(post.id), 'it is not in the list')
    check(!ids(await eka.v1.timelines.home.list()).includes(post.id), 'an exclusive list leaves its posts at home')
    await list.accounts.remove({ accountIds: [her.id] })
    same(await list.accounts.list(), [], 'who is in it afterwards')
    await list.remove()
    await refused(list.fetch(), 404, 'a list that was deleted')
  },

  'ana whispers': async ({ eka, ana, me, her }) => {
    const post = await ana.v1.statuses.create({ status: `@${me.username} between us`, visibility: 'direct' })
    const all = () => eka.v1.conversations.list()
    const found = await eventually(async () => (await all()).find(one => one.lastStatus?.id === post.id), 'the conversation is not there')
    same([ids(found.accounts), found.unread], [[her.id], true], 'the conversation')
    same(ids(await eka.v1.timelines.direct.list()).includes(post.id), true, 'the whispers')
    const conversation = eka.v1.conversations.$select(found.id)
    same((await conversation.read()).unread, false, 'after it is read')
    same((await conversation.unread()).unread, true, 'after it is to be read again')
    await conversation.remove()
    same((await all()).filter(byId(found.id)), [], 'the conversations afterwards')
  },
}
