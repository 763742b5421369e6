// What the calls of a client need around them: the settings, printed steps, checks, waiting with an
// end, the tally of calls, a picture, and a person with a browser that has no JavaScript.

import { inspect, isDeepStrictEqual } from 'node:util'
import { crc32, deflateSync } from 'node:zlib'

const PATIENCE = 60_000
const PAGES = 8

const need = name => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

/** Where the server is and who takes part, from the environment. */
export const settings = {
  url: need('BALAI_TEST_URL').replace(/\/+$/, ''),
  user: need('BALAI_TEST_USER'),
  email: need('BALAI_TEST_EMAIL'),
  password: need('BALAI_TEST_PASSWORD'),
  group: need('BALAI_TEST_GROUP').replace(/^@/, ''),
  other: process.env.BALAI_TEST_OTHER ?? 'ana',
  otherToken: need('BALAI_TEST_TOKEN_OTHER'),
  staff: need('BALAI_TEST_STAFF'),
  staffToken: need('BALAI_TEST_TOKEN_STAFF'),
}

/** Where codes are sent back to: an address at which nothing listens, since nobody goes there. */
export const CALLBACK = 'http://127.0.0.1:1/callback'

/** A word that no earlier run has used. */
export const fresh = (word = '') => word + Math.random().toString(36).slice(2, 10)

export const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

export function check(truth, words) {
  if (!truth) throw new Error(words)
}

export function same(found, wanted, words) {
  const show = value => inspect(value, { depth: 4, breakLength: 200 })
  check(isDeepStrictEqual(found, wanted), `${words}: ${show(found)} and not ${show(wanted)}`)
}

/** Asks again until `look` gives something; what a server does after its answer takes a moment. */
export async function eventually(look, words) {
  for (const end = Date.now() + PATIENCE; ; await pause(100)) {
    const found = await look()
    if (found) return found
    check(Date.now() < end, `${words} (waited ${PATIENCE / 1000} s)`)
  }
}

/** Waits for something that must happen by itself. */
export const within = (promise, words) =>
  Promise.race([
    promise,
    pause(PATIENCE).then(() => {
      throw new Error(`${words} (waited ${PATIENCE / 1000} s)`)
    }),
  ])

const statusOf = error => error.response?.status ?? error.statusCode

/** The server must say no, with this status. */
export async function refused(call, status, words) {
  let answer
  try {
    answer = await call
  } catch (error) {
    const found = statusOf(error)
    if (found === undefined) throw error
    return same(found, status, words)
  }
  throw new Error(`${words}: it was not refused but answered ${inspect(answer.data ?? answer)}`)
}

/** The first of these, which must be there. */
export function find(list, test, words) {
  const found = list.find(test)
  check(found, `${words}: ${inspect(list, { depth: 2 }).slice(0, 600)}`)
  return found
}

export const ids = list => list.map(one => one.id)

export const byId = id => one => one.id === id

const started = performance.now()
const failures = []

function say(words) {
  console.log(`[${((performance.now() - started) / 1000).toFixed(2).padStart(6)} s] ${words}`)
}

const said = error => {
  const answer = error.response?.data && JSON.stringify(error.response.data)
  const asked = error.config && `${error.config.method} ${error.config.url}`
  const at = /\/([\w-]+\.mjs:\d+)(?=:\d+\)?$)/m
  const places = (error.stack ?? '').split('\n').map(line => at.exec(line)?.[1])
  const place = places.find(one => one && !one.startsWith('bench') && !one.includes('node_modules'))
  return [error.message, asked, answer, place].filter(Boolean).join(' | ').slice(0, 1200)
}

/** Prints what is done, and does it; a failure is kept, so that one run shows all of them. */
export async function step(words, act) {
  say(words)
  try {
    return await act()
  } catch (error) {
    failures.push(words)
    say(`  FAILED: ${said(error)}`)
  }
}

/** All the calls that a client has, those that were made, and those that are left out with a reason. */
export class Calls {
  #made = new Set()

  constructor(all, leftOut) {
    this.all = all
    this.leftOut = leftOut
  }

  made(name) {
    this.#made.add(name)
  }

  /** Prints the tally, and ends the program: well only where everything happened. */
  end() {
    const { all } = this
    const out = Object.keys(this.leftOut)
    const made = [...this.#made]
    const wrong = Object.entries({
      'not called': all.filter(name => !made.includes(name) && !out.includes(name)),
      'called, but not in the list of calls': made.filter(name => !all.includes(name)),
      'left out, but not in the list of calls': out.filter(name => !all.includes(name)),
      'left out, but called': out.filter(name => made.includes(name)),
      'failed': failures,
    }).filter(([, names]) => names.length > 0)
    for (const [words, names] of wrong) console.log(`${words}: ${names.join('; ')}`)
    console.log(`calls: ${made.filter(name => all.includes(name)).length} of ${all.length}, ${out.length} left out`)
    if (wrong.length === 0) console.log('done: everything happened')
    process.exit(wrong.length === 0 ? 0 : 1)
  }
}

/** A small picture in one colour, as a PNG. */
export function picture(red, green, blue, side = 48) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data])
    const around = Buffer.alloc(8)
    around.writeUInt32BE(data.length, 0)
    around.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.set([8, 2], 8)
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(side * 3, Buffer.of(red, green, blue))])
  const pixels = deflateSync(Buffer.concat(Array(side).fill(row)))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}

const NAMED = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>' }

const plain = text => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) =>
  name ? NAMED[name] ?? whole : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16)))

const attributes = tag => Object.fromEntries(
  [...tag.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s"'>]+)))?/g)].slice(1)
    .map(([, name, quoted, bare]) => [name.toLowerCase(), plain(quoted ?? bare ?? '')]))

const forms = page => [...page.matchAll(/(<form\b[^>]*>)(.*?)<\/form>/gs)].map(([, tag, inside]) => ({
  ...attributes(tag),
  fields: [...inside.matchAll(/<input\b[^>]*>/g)].map(([tag]) => attributes(tag)),
  buttons: [...inside.matchAll(/<button\b[^>]*>/g)].map(([tag]) => attributes(tag)),
}))

/** Signs in on the server's pages and agrees to the app, as a person without JavaScript does; the code. */
export async function authorise(url) {
  const jar = new Map()
  const ask = async (address, init = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { accept: 'text/html', ...init.headers, ...(cookie && { cookie }) }
    const reply = await fetch(address, { ...init, headers, redirect: 'manual' })
    for (const line of reply.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      jar.set(name, value)
    }
    return reply
  }
  let reply = await ask(url)
  let here = new URL(url)
  for (let pages = 0; pages < PAGES; pages += 1) {
    const next = reply.headers.get('location')
    if (next) {
      const target = new URL(next, here)
      if (target.href.startsWith(CALLBACK)) return target.searchParams.get('code')
      here = target
      reply = await ask(target)
      continue
    }
    const page = await reply.text()
    same(reply.status, 200, `the page ${here.pathname}: ${page.slice(0, 300)}`)
    const posted = forms(page).filter(form => form.method?.toLowerCase() === 'post')
    const form = posted.find(form => form.fields.some(field => field.type === 'password'))
      ?? posted.find(form => form.action?.includes('/oauth/') || form.fields.some(field => field.name === 'client_id'))
    check(form, `the page ${here.pathname} has no form to agree with`)
    const body = new URLSearchParams()
    for (const { name, type = 'text', value = '', ...more } of form.fields) {
      if (!name || ((type === 'checkbox' || type === 'radio') && !('checked' in more))) continue
      const typed = { password: settings.password, email: settings.email, text: settings.email }[type]
      body.append(name, typed ?? value)
    }
    const yes = form.buttons.find(button => button.name && !/deny|cancel|no\b/i.test(button.value ?? ''))
    if (yes) body.append(yes.name, yes.value ?? '')
    here = new URL(form.action ?? '', here)
    reply = await ask(here, { method: 'POST', body, headers: { origin: here.origin, 'sec-fetch-site': 'same-origin' } })
  }
  throw new Error(`no code after ${PAGES} pages`)
}
