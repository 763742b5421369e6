// Every call of megalodon's Mastodon client, made against a server: eka signs in with an app, meets ana,
// writes, reads, listens, and is asked about by the staff. What is checked is what a person would notice.

import { Mastodon } from 'megalodon'

import * as apps from './apps.mjs'
import { Calls, settings, step } from './bench.mjs'
import * as notices from './notices.mjs'
import * as people from './people.mjs'
import * as place from './place.mjs'
import * as statuses from './statuses.mjs'
import * as streams from './streams.mjs'
import * as timelines from './timelines.mjs'

const BY_ITSELF = 'megalodon refuses it by itself, without asking the server: Mastodon has no such call.'

const LEFT_OUT = {
  getAccountFavourites: BY_ITSELF,
  readNotifications: BY_ITSELF,
  createEmojiReaction: BY_ITSELF,
  deleteEmojiReaction: BY_ITSELF,
  getEmojiReactions: BY_ITSELF,
  getEmojiReaction: BY_ITSELF,
}

const all = Object.getOwnPropertyNames(Mastodon.prototype).filter(name => name !== 'constructor')
const calls = new Calls(all, LEFT_OUT)

/** A client that notes which of its calls are made; those that it makes of its own are not counted. */
const client = token => new Proxy(new Mastodon(settings.url, token), {
  get(target, name) {
    const value = target[name]
    if (typeof value !== 'function') return value
    return (...given) => {
      calls.made(name)
      return value.apply(target, given)
    }
  },
})

const world = { client, ana: client(settings.otherToken), oki: client(settings.staffToken) }

await step('an app signs in', () => apps.signIn(world))
if (!world.eka) calls.end()
for (const chapter of [people, statuses, timelines, notices, place, streams, apps]) {
  for (const [words, act] of Object.entries(chapter.steps)) await step(words, () => act(world))
}
calls.end()
