// Tags: followed, featured, and shown on a profile.

import { eventually, find, fresh, ids, same } from './bench.mjs'

export const steps = {
  'eka follows a tag': async ({ eka, oki }) => {
    const name = fresh('seeds')
    const tag = eka.v1.tags.$select(name)
    same((await tag.fetch()).following, false, 'before')
    same((await tag.follow()).following, true, 'after')
    same((await tag.fetch()).following, true, 'the tag that was kept')
    find(await eka.v1.followedTags.list(), one => one.name === name, 'it is not among the followed')
    const post = await oki.v1.statuses.create({ status: `Swapping #${name} today` })
    await eventually(async () => ids(await eka.v1.timelines.home.list()).includes(post.id), 'the tag’s post is not at home')
    same((await tag.unfollow()).following, false, 'after unfollow')
    same((await eka.v1.followedTags.list()).filter(one => one.name === name), [], 'the followed afterwards')
  },

  'eka features a tag': async ({ eka, ana, me }) => {
    const name = fresh('compost')
    await eka.v1.statuses.create({ status: `My #${name}` })
    find(await eka.v1.featuredTags.suggestions.list(), one => one.name === name, 'a tag that she uses is not suggested')
    const made = await eka.v1.featuredTags.create({ name })
    same([made.name, Number(made.statusesCount)], [name, 1], 'the featured tag')
    const shown = () => ana.v1.accounts.$select(me.id).featuredTags.list()
    same((await shown()).map(one => one.name), [name], 'what ana sees')
    same((await eka.v1.featuredTags.list()).map(one => one.id), [made.id], 'the featured')
    await eka.v1.featuredTags.$select(made.id).remove()
    same(await shown(), [], 'what ana sees afterwards')
    same((await eka.v1.tags.$select(name).feature()).featuring, true, 'featured by its name')
    same((await shown()).map(one => one.name), [name], 'what ana sees again')
    same((await eka.v1.tags.$select(name).unfeature()).featuring, false, 'not any more')
    same(await shown(), [], 'what ana sees at last')
  },
}
