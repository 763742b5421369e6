// Apps and tokens: registered, agreed to on the server's pages, given by other grants, ended; signing up.

import { authorise, CALLBACK, check, find, fresh, refused, same, settings } from './bench.mjs'

const SCOPES = 'read write follow push'
const SHOWN = 'urn:ietf:wg:oauth:2.0:oob'

/** Registers the app and signs eka in with a code. */
export async function signIn(world) {
  const visitor = world.rest()
  const wish = { clientName: 'Story', redirectUris: [CALLBACK, SHOWN], scopes: SCOPES, website: 'https://story.example' }
  const app = await visitor.v1.apps.create(wish)
  same([app.name, app.website, app.redirectUris], ['Story', 'https://story.example', [CALLBACK, SHOWN]], 'the app')
  const client = { clientId: app.clientId, clientSecret: app.clientSecret, redirectUri: CALLBACK }
  const asked = { response_type: 'code', client_id: app.clientId, redirect_uri: CALLBACK, scope: SCOPES }
  const code = await authorise(`${settings.url}/oauth/authorize?${new URLSearchParams(asked)}`)
  const token = await world.oauth.token.create({ grantType: 'authorization_code', ...client, code, scope: SCOPES })
  same([token.tokenType, token.scope], ['Bearer', SCOPES], 'the token')
  Object.assign(world, { visitor, client, token: token.accessToken, eka: world.rest(token.accessToken) })
  world.me = await world.eka.v1.accounts.verifyCredentials()
  same(world.me.username, settings.user, 'who is signed in')
  const known = name => world.eka.v1.accounts.lookup({ acct: name })
  Object.assign(world, { her: await known(settings.other), him: await known(settings.staff), group: await known(settings.group) })
  same([world.her.username, world.group.group], [settings.other, true], 'who else is here')
}

export const steps = {
  'the app is who it says': async ({ eka }) => {
    same((await eka.v1.apps.verifyCredentials()).name, 'Story', 'the name of the app')
  },

  'the app has a token of its own, and one for a password': async ({ oauth, client, rest }) => {
    const own = await oauth.token.create({ grantType: 'client_credentials', ...client, scope: 'read' })
    same((await rest(own.accessToken).v1.apps.verifyCredentials()).name, 'Story', 'whose token it is')
    await refused(rest(own.accessToken).v1.accounts.verifyCredentials(), 422, 'a token of nobody')
    if (process.env.BALAI_TEST_PASSWORD_GRANT !== '1') return
    const { email: username, password } = settings
    const given = await oauth.token.create({ grantType: 'password', ...client, username, password, scope: 'read' })
    const eka = rest(given.accessToken)
    same((await eka.v1.accounts.verifyCredentials()).username, settings.user, 'whose password it is')
    await refused(eka.v1.statuses.create({ status: 'No' }), 403, 'writing with a token for reading')
    await refused(oauth.token.create({ grantType: 'password', ...client, username, password: 'wrong' }), 400, 'a wrong password')
  },

  'somebody signs up from the app, and the staff lets her in': async ({ oauth, client, rest, oki, me, eka }) => {
    const own = rest((await oauth.token.create({ grantType: 'client_credentials', ...client, scope: 'read write' })).accessToken)
    const wish = name => ({ username: name, email: `${name}@mail.example`, password: settings.password, agreement: true, locale: 'en', reason: 'To sing.' })
    await refused(eka.v1.emails.confirmations.create({}), 403, 'a confirmed address')
    await refused(oki.v1.admin.accounts.$select(me.id).approve(), 403, 'who does not wait')
    const [first, second] = [fresh('n'), fresh('n')]
    const newcomer = rest((await own.v1.accounts.create(wish(first))).accessToken)
    const singer = rest((await own.v1.accounts.create(wish(second))).accessToken)
    await refused(own.v1.accounts.create(wish(first)), 422, 'a name that is taken')
    await refused(newcomer.v1.accounts.verifyCredentials(), 403, 'before the staff agrees')
    const waiting = await oki.v1.admin.accounts.list({ pending: true })
    const id = name => find(waiting, one => one.username === name, `${name} does not wait`).id
    same((await oki.v1.admin.accounts.$select(id(first)).approve()).approved, true, 'who is let in')
    await oki.v1.admin.accounts.$select(id(second)).reject()
    await refused(singer.v1.accounts.verifyCredentials(), 401, 'who is not let in')
    same((await newcomer.v1.accounts.verifyCredentials()).username, first, 'the newcomer')
  },

  'the app signs out': async ({ oauth, client, token, eka }) => {
    const { clientId, clientSecret } = client
    await refused(oauth.revoke({ clientId, clientSecret: 'wrong', token }), 403, 'a wrong secret')
    check(await eka.v1.preferences.fetch(), 'the token ended too early')
    await oauth.revoke({ clientId, clientSecret, token })
    await refused(eka.v1.accounts.verifyCredentials(), 401, 'a token that was ended')
  },
}
