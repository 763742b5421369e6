// Filters, in both versions.

import { byId, check, eventually, find, fresh, refused, same } from './bench.mjs'

export const steps = {
  'eka keeps a filter of the first kind': async ({ eka }) => {
    const phrase = fresh('spoiler')
    const made = await eka.v1.filters.create({ phrase, context: ['home'], irreversible: false, wholeWord: true, expiresIn: 3600 })
    same([made.phrase, made.context, made.wholeWord, made.irreversible], [phrase, ['home'], true, false], 'the filter')
    const filter = eka.v1.filters.$select(made.id)
    find(await eka.v1.filters.list(), byId(made.id), 'it is not among the filters')
    const changed = await filter.update({ phrase: `${phrase}s`, context: ['home', 'public'], wholeWord: false })
    same([changed.phrase, changed.context, changed.wholeWord], [`${phrase}s`, ['home', 'public'], false], 'the changed filter')
    same((await filter.fetch()).phrase, `${phrase}s`, 'the filter that was kept')
    await filter.remove()
    await refused(filter.fetch(), 404, 'a filter that was deleted')
  },

  'eka filters words and a post, and sees which': async ({ eka, ana }) => {
    const [word, other] = [fresh('ending'), fresh('start')]
    const made = await eka.v2.filters.create({
      title: 'Books', context: ['home'], filterAction: 'warn', expiresIn: 3600, keywordsAttributes: [{ keyword: word, wholeWord: true }],
    })
    same([made.title, made.filterAction, made.keywords.map(one => one.keyword)], ['Books', 'warn', [word]], 'the filter')
    const filter = eka.v2.filters.$select(made.id)
    find(await eka.v2.filters.list(), byId(made.id), 'it is not among the filters')
    const post = await ana.v1.statuses.create({ status: `The ${word} is sad` })
    const seen = await eventually(async () => (await eka.v1.timelines.home.list()).find(byId(post.id)), 'the post is not at home')
    same(seen.filtered.map(one => [one.filter.id, one.keywordMatches]), [[made.id, [word]]], 'why it is covered')

    const keyword = await filter.keywords.create({ keyword: other, wholeWord: false })
    same((await filter.keywords.list()).map(one => one.keyword), [word, other], 'the words')
    const single = eka.v2.filters.keywords.$select(keyword.id)
    same((await single.update({ keyword: `${other}s`, wholeWord: true })).keyword, `${other}s`, 'the changed word')
    same((await single.fetch()).wholeWord, true, 'the word that was kept')
    await single.remove()
    await refused(single.fetch(), 404, 'a word that was deleted')

    const open = await ana.v1.statuses.create({ status: 'An open book' })
    const entry = await filter.statuses.create({ statusId: open.id })
    same((await filter.statuses.list()).map(one => one.statusId), [open.id], 'the posts')
    same((await eka.v2.filters.statuses.$select(entry.id).fetch()).statusId, open.id, 'the post alone')
    const covered = await eventually(async () => (await eka.v1.timelines.home.list()).find(byId(open.id)), 'the post is not at home')
    same(covered.filtered.map(one => one.statusMatches), [[open.id]], 'why the other is covered')
    same((await eka.v2.filters.statuses.$select(entry.id).remove()).statusId, open.id, 'the post that is not covered any more')
    same(await filter.statuses.list(), [], 'the posts afterwards')

    const changed = await filter.update({ title: 'Tales', filterAction: 'hide', keywordsAttributes: [{ id: made.keywords[0].id, _destroy: true }] })
    same([changed.title, changed.filterAction, changed.keywords], ['Tales', 'hide', []], 'the changed filter')
    check(new Date((await filter.fetch()).expiresAt) > new Date(), 'the filter has ended')
    await filter.remove()
    await refused(filter.fetch(), 404, 'a filter that was deleted')
  },
}
