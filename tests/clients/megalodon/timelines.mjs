// Timelines, lists, conversations, and how far one has read.

import { byId, check, eventually, find, fresh, ids, refused, same } from './bench.mjs'

export const steps = {
  'what ana writes stands where it belongs': async ({ eka, ana, oki, her }) => {
    const name = fresh('harvest')
    const { data: first } = await ana.postStatus(`The #${name} begins`)
    const { data: second } = await ana.postStatus(`The #${name} ends`)
    const { data: hidden } = await ana.postStatus('For those who follow', { visibility: 'private' })
    await eventually(async () => ids((await eka.getHomeTimeline()).data).includes(hidden.id), 'it is not at eka’s home')
    for (const read of ['getPublicTimeline', 'getLocalTimeline']) {
      const found = ids((await eka[read]({ limit: 40 })).data)
      check(found.includes(first.id) && found.includes(second.id), `${read} lacks the posts`)
      check(!found.includes(hidden.id), `${read} shows what is for followers`)
      const before = await eka[read]({ max_id: second.id, limit: 1 })
      same(ids(before.data), [first.id], `${read}, a page further down`)
    }
    same(ids((await oki.getTagTimeline(name)).data), [second.id, first.id], 'the tag')
    same(ids((await oki.getTagTimeline(name, { local: true, min_id: first.id })).data), [second.id], 'the tag after the first')
    check(!ids((await oki.getAccountStatuses(her.id)).data).includes(hidden.id), 'oki sees what is for followers')
    const link = (await eka.getHomeTimeline({ limit: 1 })).headers.link
    check(/max_id=.*rel="next"/.test(link) && /min_id=.*rel="prev"/.test(link), `links to other pages: ${link}`)
  },

  'eka keeps a list with ana in it': async ({ eka, ana, her }) => {
    const { data: made } = await eka.createList('Gardeners')
    same(made.title, 'Gardeners', 'the list')
    find((await eka.getLists()).data, byId(made.id), 'it is not among the lists')
    same((await eka.updateList(made.id, 'Bean people')).data.title, 'Bean people', 'the new title')
    same((await eka.getList(made.id)).data.title, 'Bean people', 'the title that was kept')
    await eka.addAccountsToList(made.id, [her.id])
    same(ids((await eka.getAccountsInList(made.id, { limit: 5 })).data), [her.id], 'who is in it')
    find((await eka.getAccountLists(her.id)).data, byId(made.id), 'ana’s lists do not hold it')
    const { data: post } = await ana.postStatus('For the list')
    await eventually(async () => ids((await eka.getListTimeline(made.id)).data).includes(post.id), 'it is not in the list')
    await eka.deleteAccountsFromList(made.id, [her.id])
    same((await eka.getAccountsInList(made.id)).data, [], 'who is in it afterwards')
    await eka.deleteList(made.id)
    await refused(eka.getList(made.id), 404, 'a list that was deleted')
  },

  'ana whispers': async ({ eka, ana, me, her }) => {
    const { data: post } = await ana.postStatus(`@${me.username} between us`, { visibility: 'direct' })
    const conversation = await eventually(async () => (await eka.getConversationTimeline({ limit: 5 })).data
      .find(one => one.last_status?.id === post.id), 'the conversation is not there')
    same([ids(conversation.accounts), conversation.unread], [[her.id], true], 'the conversation')
    same((await eka.readConversation(conversation.id)).data.unread, false, 'after it is read')
    await eka.deleteConversation(conversation.id)
    same((await eka.getConversationTimeline()).data.filter(byId(conversation.id)), [], 'the conversations afterwards')
  },

  'eka marks how far she has read': async ({ eka, ana }) => {
    const { data: post } = await ana.postStatus('Until here')
    const { data: saved } = await eka.saveMarkers({ home: { last_read_id: post.id }, notifications: { last_read_id: '1' } })
    same([saved.home.last_read_id, saved.notifications.last_read_id], [post.id, '1'], 'the marks')
    const { data: kept } = await eka.getMarkers(['home'])
    same([Object.keys(kept), kept.home.last_read_id, kept.home.version], [['home'], post.id, saved.home.version], 'the mark that was kept')
    const { data: next } = await eka.saveMarkers({ home: { last_read_id: (await ana.postStatus('And here')).data.id } })
    check(next.home.version > saved.home.version, `the mark’s version: ${next.home.version} after ${saved.home.version}`)
  },
}
