// Every call of masto.js, made against a server: eka signs in with an app, meets ana, writes, reads,
// listens; oki of the staff keeps order. What is checked is what a person would notice.

import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from 'masto'
import WebSocket from 'ws'

import * as apps from './apps.mjs'
import { Calls, settings, step } from './bench.mjs'
import * as collections from './collections.mjs'
import { declared } from './declared.mjs'
import * as filters from './filters.mjs'
import * as notices from './notices.mjs'
import * as people from './people.mjs'
import * as place from './place.mjs'
import * as profile from './profile.mjs'
import * as staff from './staff.mjs'
import * as statuses from './statuses.mjs'
import * as streams from './streams.mjs'
import * as tags from './tags.mjs'
import * as timelines from './timelines.mjs'

// What masto.js asks of Node 22, for older ones.
globalThis.WebSocket ??= WebSocket
Promise.withResolvers ??= function withResolvers() {
  const made = {}
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }))
  return made
}

const LEFT_OUT = {}

const calls = new Calls(declared, LEFT_OUT)

/** The same client, but noting each call by its name in the declarations. */
const noting = (client, path) => new Proxy(function call() {}, {
  get(_, name) {
    const value = client[name]
    return typeof name === 'symbol' || value === undefined ? value : noting(value, `${path}.${name}`)
  },
  apply(_, __, given) {
    const made = client(...given)
    if (path.endsWith('.$select')) return noting(made, path)
    calls.made(path.replace(/\.\$raw$/, ''))
    return made
  },
})

const { url } = settings
const rest = accessToken => noting(createRestAPIClient({ url, accessToken }), 'rest')
const world = {
  rest,
  oauth: noting(createOAuthAPIClient({ url }), 'oauth'),
  streaming: (streamingApiUrl, accessToken) =>
    noting(createStreamingAPIClient({ streamingApiUrl, accessToken, implementation: WebSocket }), 'streaming'),
  ana: rest(settings.otherToken),
  oki: rest(settings.staffToken),
}

await step('an app signs in', () => apps.signIn(world))
if (!world.eka) calls.end()
const chapters = [profile, people, tags, statuses, timelines, filters, notices, collections, place, streams, staff, apps]
for (const chapter of chapters) {
  for (const [words, act] of Object.entries(chapter.steps)) await step(words, () => act(world))
}
calls.end()
