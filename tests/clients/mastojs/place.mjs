// The server as a whole: what it says about itself, its people, trends, announcements, years; search.

import { byId, check, eventually, find, fresh, refused, same, settings } from './bench.mjs'

export const steps = {
  'the server tells about itself': async ({ visitor }) => {
    const here = await visitor.v2.instance.fetch()
    same(here.domain, new URL(settings.url).host, 'its name')
    check(here.version.includes('Balai'), `its version: ${here.version}`)
    check(here.usage.users.activeMonth >= 1, `its people: ${here.usage.users.activeMonth}`)
    same((await visitor.v1.instance.fetch()).uri, here.domain, 'its name, in the first version')
    same(await visitor.v1.instance.peers.list(), [], 'the servers that it knows')
    const weeks = await visitor.v1.instance.activity.list()
    same(weeks.length, 12, 'weeks of activity')
    check(Number(weeks[0].statuses) > 0, `this week’s posts: ${weeks[0].statuses}`)
    const languages = await visitor.v1.instance.languages.list()
    find(languages, one => one.code === 'en' && one.name === 'English', 'English is not among its languages')
    check((await visitor.v1.instance.extendedDescription.fetch()).content, 'it has no description')
    same(await visitor.v1.instance.translationLanguages.list(), {}, 'what it translates')
    find(await visitor.v1.customEmojis.list(), one => one.shortcode === 'leaf', 'its emoji')
  },

  'its directory holds who wants to be found': async ({ ana, me }) => {
    for (const order of ['active', 'new']) {
      find(await ana.v1.directory.list({ order, local: true, limit: 80 }), byId(me.id), `the directory, ${order}`)
    }
  },

  'search finds people, posts and tags': async ({ eka, her }) => {
    const word = fresh('quince')
    const post = await eka.v1.statuses.create({ status: `The ${word} is ripe #${word}` })
    const people = await eka.v2.search.list({ q: `@${her.username}`, type: 'accounts', resolve: true })
    find(people.accounts, byId(her.id), 'search does not find ana')
    same([people.statuses, people.hashtags], [[], []], 'the other kinds')
    const found = await eventually(async () => {
      const page = await eka.v2.search.list({ q: word })
      return page.statuses.length > 0 && page
    }, 'search does not find eka’s post')
    same([found.statuses.map(one => one.id), found.hashtags.map(one => one.name)], [[post.id], [word]], 'what is found')
    same((await eka.v1.search.list({ q: word })).hashtags, [word], 'tags, in the first version')
  },

  'announcements are read, answered and put away': async ({ eka }) => {
    const all = await eka.v1.announcements.list()
    check(all.length > 0, 'there is no announcement')
    const one = eka.v1.announcements.$select(all[0].id)
    const flower = () => eka.v1.announcements.$select(all[0].id).reactions.$select('🌼')
    const reactions = async () => (await eka.v1.announcements.list())[0].reactions
    await flower().update()
    same((await reactions()).map(one => [one.name, one.count, one.me]), [['🌼', 1, true]], 'the reactions')
    await flower().remove()
    same(await reactions(), [], 'the reactions afterwards')
    await one.dismiss()
    same((await eka.v1.announcements.list()).filter(byId(all[0].id)).every(one => one.read), true, 'put away')
  },

  'no years are looked back at': async ({ eka }) => {
    const year = eka.v1.annualReports.$select(String(new Date().getFullYear()))
    const { annualReports, accounts, statuses } = await eka.v1.annualReports.list()
    same([annualReports, accounts, statuses], [[], [], []], 'the years')
    same((await year.state.fetch()).state, 'ineligible', 'this year')
    await refused(year.generate(), 404, 'a report of a year of which none is made')
    await refused(year.fetch(), 404, 'this year’s report')
    await refused(year.read(), 404, 'this year’s report')
  },
}
