// The server as a whole: what it says about itself, its people, its tags, its announcements; search.

import { byId, check, eventually, find, fresh, same, settings } from './bench.mjs'

/** What the staff asks about trends, for which megalodon has no call. */
async function asStaff(method, path) {
  const headers = { authorization: `Bearer ${settings.staffToken}` }
  const answer = await fetch(`${settings.url}/api/v1/admin/trends/${path}`, { method, headers })
  same(answer.status, 200, `${method} ${path}`)
  return answer.json()
}

export const steps = {
  'the server tells about itself': async ({ eka }) => {
    const { data: here } = await eka.getInstance()
    same(here.uri, new URL(settings.url).host, 'its name')
    check(here.version.includes('Balai'), `its version: ${here.version}`)
    check(here.stats.user_count >= 4, `its people: ${here.stats.user_count}`)
    check(here.configuration.statuses.max_characters >= 500, 'its longest post')
    same(await eka.streamingURL(), settings.url.replace(/^http/, 'ws'), 'where it streams')
    same((await eka.getInstancePeers()).data, [], 'the servers that it knows')
    const { data: weeks } = await eka.getInstanceActivity()
    same(weeks.length, 12, 'weeks of activity')
    check(Number(weeks[0].statuses) > 0, `this week’s posts: ${weeks[0].statuses}`)
    find((await eka.getInstanceCustomEmojis()).data, one => one.shortcode === 'leaf', 'its emoji')
  },

  'its directory holds who wants to be found': async ({ ana, me }) => {
    for (const order of ['active', 'new']) {
      find((await ana.getInstanceDirectory({ order, local: true, limit: 80 })).data, byId(me.id), `the directory, ${order}`)
    }
    same((await ana.getInstanceDirectory({ limit: 1, offset: 0 })).data.length, 1, 'one of the directory')
  },

  'search finds people, posts and tags': async ({ eka, her }) => {
    const word = fresh('quince')
    const { data: post } = await eka.postStatus(`The ${word} is ripe #${word}`)
    const { data: people } = await eka.search(`@${her.username}`, { type: 'accounts', resolve: true, limit: 5 })
    find(people.accounts, byId(her.id), 'search does not find ana')
    same([people.statuses, people.hashtags], [[], []], 'the other kinds')
    const found = await eventually(async () => {
      const { data } = await eka.search(word)
      return data.statuses.length > 0 && data
    }, 'search does not find eka’s post')
    same(found.statuses.map(one => one.id), [post.id], 'the posts')
    find(found.hashtags, one => one.name === word, 'search does not find the tag')
  },

  'a tag that several use is a trend, once the staff agrees': async ({ eka, ana, oki }) => {
    const name = fresh('rain')
    for (const writer of [eka, ana, oki]) await writer.postStatus(`Much #${name}`)
    const tag = await eventually(async () => (await asStaff('GET', 'tags')).find(one => one.name === name), 'it is not among the trends')
    await asStaff('POST', `tags/${tag.id}/approve`)
    const trend = await eventually(async () => (await eka.getInstanceTrends(5)).data.find(one => one.name === name), 'it does not trend')
    same([Number(trend.history[0].uses), Number(trend.history[0].accounts)], [3, 3], 'how many use it today')
  },

  'announcements are read, answered and put away': async ({ eka }) => {
    const { data: all } = await eka.getInstanceAnnouncements()
    check(all.length > 0, 'there is no announcement')
    const read = async () => find((await eka.getInstanceAnnouncements()).data, byId(all[0].id), 'it is gone')
    const name = encodeURIComponent('🎉')
    await eka.addReactionToAnnouncement(all[0].id, name)
    same((await read()).reactions.map(one => [one.name, one.count, one.me]), [['🎉', 1, true]], 'the reactions')
    await eka.removeReactionFromAnnouncement(all[0].id, name)
    same((await read()).reactions, [], 'the reactions afterwards')
    await eka.dismissInstanceAnnouncement(all[0].id)
    same((await eka.getInstanceAnnouncements()).data.filter(byId(all[0].id)).every(one => one.read), true, 'put away')
  },
}
