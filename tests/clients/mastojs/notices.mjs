// Notifications: one by one, in groups, behind requests; and subscribed to with a push service.

import { createECDH, randomBytes } from 'node:crypto'

import { check, eventually, fresh, ids, refused, same } from './bench.mjs'

/** One writes to the other, where it has to wait; the request under which it does. */
async function letter(from, to, { username }) {
  const { id } = await from.v1.statuses.create({ status: `@${username} ${fresh('hello ')}` })
  const look = async () => (await to.v1.notifications.requests.list()).find(one => one.lastStatus?.id === id)
  return eventually(look, 'the letter does not wait')
}

const told = async (whom, { lastStatus }) =>
  (await whom.v1.notifications.list({ types: ['mention'] })).some(one => one.status.id === lastStatus.id)

export const steps = {
  'eka is told, and sends it away': async ({ eka, ana, me, her }) => {
    await eka.v1.notifications.clear()
    same(await eka.v1.notifications.list(), [], 'after all were sent away')
    const post = await ana.v1.statuses.create({ status: `@${me.username} come and see` })
    const notice = await eventually(async () => (await eka.v1.notifications.list({ types: ['mention'] }))[0], 'eka is not told')
    same([notice.type, notice.account.id, notice.status.id], ['mention', her.id, post.id], 'the notification')
    same((await eka.v1.notifications.unreadCount.fetch()).count, 1, 'how many are new')
    same(ids(await eka.v1.notifications.fetch({ accountId: her.id })), [notice.id], 'ana’s')
    same(await eka.v1.notifications.list({ excludeTypes: ['mention'] }), [], 'without mentions')
    same((await eka.v1.notifications.$select(notice.id).fetch()).status.id, post.id, 'the notification alone')
    await eka.v1.notifications.$select(notice.id).dismiss()
    await refused(eka.v1.notifications.$select(notice.id).fetch(), 404, 'a notification that was sent away')
  },

  'two likes are one group': async ({ eka, ana, oki, her, him }) => {
    await eka.v1.notifications.clear()
    const post = await eka.v1.statuses.create({ status: 'Like me' })
    await ana.v1.statuses.$select(post.id).favourite()
    await oki.v1.statuses.$select(post.id).favourite()
    const found = await eventually(async () => {
      const page = await eka.v2.notifications.list({ types: ['favourite'] })
      return page.notificationGroups[0]?.notificationsCount === 2 && page
    }, 'the likes are not one group')
    const [group] = found.notificationGroups
    same([group.type, group.statusId, ids(found.statuses)], ['favourite', post.id, [post.id]], 'the group')
    same([...group.sampleAccountIds].sort(), [her.id, him.id].sort(), 'whose likes')
    same(ids(found.accounts).sort(), [her.id, him.id].sort(), 'the accounts beside it')
    same((await eka.v2.notifications.unreadCount.fetch()).count, 1, 'how many groups are new')
    const one = eka.v2.notifications.$select(group.groupKey)
    same((await one.fetch()).notificationGroups[0].groupKey, group.groupKey, 'the group alone')
    same(ids(await one.accounts.fetch()).sort(), [her.id, him.id].sort(), 'the accounts of the group')
    await one.dismiss()
    await refused(one.fetch(), 404, 'a group that was sent away')
  },

  'strangers wait behind a request': async ({ eka, ana, me, her }) => {
    same((await eka.v2.notifications.policy.fetch()).forNotFollowing, 'accept', 'the policy')
    same((await eka.v2.notifications.policy.update({ forNotFollowing: 'filter' })).forNotFollowing, 'filter', 'the changed policy')
    await eka.v1.accounts.$select(her.id).unfollow()
    const requests = () => eka.v1.notifications.requests
    const sentAway = await letter(ana, eka, me)
    same([sentAway.account.id, Number(sentAway.notificationsCount)], [her.id, 1], 'the request')
    same((await requests().$select(sentAway.id).fetch()).account.id, her.id, 'the request alone')
    same((await eka.v2.notifications.policy.fetch()).summary.pendingRequestsCount, 1, 'how many wait')
    await requests().$select(sentAway.id).dismiss()
    same(await requests().list(), [], 'the requests, after it was sent away')
    await requests().dismiss({ id: [(await letter(ana, eka, me)).id] })
    same(await requests().list(), [], 'the requests, sent away together')
    const letIn = await letter(ana, eka, me)
    check(!await told(eka, letIn), 'a letter that waits is told of')
    await requests().$select(letIn.id).accept()
    same((await requests().merged.fetch()).merged, true, 'what was let through is there')
    await eventually(() => told(eka, letIn), 'the letter was not let through')
    same(await requests().list(), [], 'the requests, after it was let through')
    await eka.v2.notifications.policy.update({ forNotFollowing: 'accept' })
    await eka.v1.accounts.$select(her.id).follow()
  },

  'ana lets several strangers through together': async ({ eka, ana, her }) => {
    await ana.v2.notifications.policy.update({ forNotFollowing: 'filter' })
    const waiting = await letter(eka, ana, her)
    await ana.v1.notifications.requests.accept({ id: [waiting.id] })
    await eventually(() => told(ana, waiting), 'the letter was not let through')
    same(await ana.v1.notifications.requests.list(), [], 'the requests afterwards')
    await ana.v2.notifications.policy.update({ forNotFollowing: 'accept' })
  },

  'eka’s phone subscribes': async ({ eka }) => {
    const phone = createECDH('prime256v1')
    const endpoint = 'https://push.example/eka'
    const keys = { p256dh: phone.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') }
    const { subscription } = eka.v1.push
    const made = await eka.v1.push.subscription.create({ subscription: { endpoint, keys }, data: { alerts: { mention: true, follow: false } }, policy: 'followed' })
    same([made.endpoint, made.alerts.mention, made.alerts.follow], [endpoint, true, false], 'the subscription')
    same(Buffer.from(made.serverKey, 'base64url').length, 65, 'the server’s key')
    same((await subscription.fetch()).endpoint, endpoint, 'the subscription that was kept')
    const changed = await subscription.update({ data: { alerts: { mention: false, follow: true } } })
    same([changed.alerts.mention, changed.alerts.follow], [false, true], 'the changed subscription')
    await subscription.remove()
    await refused(subscription.fetch(), 404, 'a subscription that was ended')
  },
}
