// Apps and tokens: registered, agreed to on the server's pages, renewed, ended; and signing up.

import generator, { detector, isCancel } from 'megalodon'

import { authorise, CALLBACK, check, fresh, refused, same, settings } from './bench.mjs'

const SCOPES = ['read', 'write', 'follow', 'push']

/** Registers the app and signs eka in with a code, as an app on a desktop does. */
export async function signIn(world) {
  const visitor = world.client(null)
  const app = await visitor.createApp('Story', { scopes: SCOPES, redirect_uris: CALLBACK, website: 'https://story.example' })
  same([app.name, app.website], ['Story', 'https://story.example'], 'the app')
  const url = await visitor.generateAuthUrl(app.client_id, app.client_secret, { scope: SCOPES, redirect_uri: CALLBACK })
  check(url.startsWith(`${settings.url}/oauth/authorize?`), `where to agree: ${url}`)
  const code = await authorise(url)
  const token = await visitor.fetchAccessToken(app.client_id, app.client_secret, code, CALLBACK)
  same([token.token_type, token.scope], ['Bearer', SCOPES.join(' ')], 'the token')
  await refused(visitor.fetchAccessToken(app.client_id, app.client_secret, 'a wrong code', CALLBACK), 400, 'a wrong code')
  world.app = app
  world.token = token.access_token
  world.eka = generator('mastodon', settings.url, world.token) && world.client(world.token)
  world.me = (await world.eka.verifyAccountCredentials()).data
  same(world.me.username, settings.user, 'who is signed in')
  check(world.me.source, 'the own account has no source')
  world.her = (await world.eka.lookupAccount(settings.other)).data
  world.him = (await world.eka.lookupAccount(settings.staff)).data
  world.group = (await world.eka.lookupAccount(settings.group)).data
  same(world.her.username, settings.other, 'the other account')
  same(world.group.group, true, 'the group is a group')
}

/** A token of the app itself, for which megalodon has no call. */
async function ownToken({ client_id, client_secret }) {
  const body = new URLSearchParams({ client_id, client_secret, grant_type: 'client_credentials', scope: 'read write' })
  const answer = await (await fetch(`${settings.url}/oauth/token`, { method: 'POST', body })).json()
  return answer.access_token
}

export const steps = {
  'megalodon knows the server for one of its kind': async () => {
    same(await detector(settings.url), 'mastodon', 'what kind of server this is')
  },

  'the app is who it says': async ({ eka }) => {
    same((await eka.verifyAppCredentials()).data.name, 'Story', 'the name of the app')
  },

  'an app without an address gets a page to show': async ({ client }) => {
    const app = await client(null).registerApp('Out of band', {})
    const url = new URL(app.url)
    same(url.pathname, '/oauth/authorize', 'where to agree')
    same(url.searchParams.get('redirect_uri'), 'urn:ietf:wg:oauth:2.0:oob', 'where the code goes')
    same(url.searchParams.get('client_id'), app.client_id, 'whose code it is')
    same((await fetch(url)).status, 200, 'the page')
  },

  'a token is not renewed, since it does not end by itself': async ({ eka, app, token }) => {
    await refused(eka.refreshToken(app.client_id, app.client_secret, token), 400, 'a token in place of a refresh token')
  },

  'somebody signs up from the app, and waits for the staff': async ({ client, app }) => {
    const newcomer = client(await ownToken(app))
    const name = fresh('n')
    const { data: token } = await newcomer.registerAccount(name, `${name}@mail.example`, settings.password, true, 'en', 'To sing.')
    same(token.token_type, 'Bearer', 'the newcomer’s token')
    await refused(client(token.access_token).verifyAccountCredentials(), 403, 'before the staff agrees')
  },

  'a question can be called off': async ({ client }) => {
    const hasty = client(null)
    const asked = hasty.getInstance()
    hasty.cancel()
    const answer = await asked.catch(error => error)
    check(isCancel(answer), `the question was answered: ${answer.status}`)
  },

  'the app signs out': async ({ eka, app, token }) => {
    await eka.revokeToken(app.client_id, app.client_secret, token)
    await refused(eka.verifyAccountCredentials(), 401, 'a token that was ended')
  },
}
