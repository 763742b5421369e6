// Notifications: read, sent away, cleared; and subscribed to with a push service.

import { createECDH, randomBytes } from 'node:crypto'

import { NotificationType } from 'megalodon'

import { eventually, refused, same } from './bench.mjs'

export const steps = {
  'eka is told, and sends it away': async ({ eka, ana, me, her }) => {
    const { data: post } = await ana.postStatus(`@${me.username} come and see`)
    const notice = await eventually(async () => (await eka.getNotifications({ limit: 10 })).data
      .find(one => one.status?.id === post.id), 'eka is not told')
    same([notice.type, notice.account.id], [NotificationType.Mention, her.id], 'the notification')
    same((await eka.getNotification(notice.id)).data.status.id, post.id, 'the notification alone')
    const { data: others } = await eka.getNotifications({ exclude_types: [NotificationType.Mention] })
    same(others.filter(one => one.type === NotificationType.Mention), [], 'without mentions')
    const { data: hers } = await eka.getNotifications({ account_id: her.id })
    same(hers.every(one => one.account.id === her.id) && hers.length > 0, true, 'only ana’s')
    await eka.dismissNotification(notice.id)
    await refused(eka.getNotification(notice.id), 404, 'a notification that was sent away')
    await eka.dismissNotifications()
    same((await eka.getNotifications()).data, [], 'after all were sent away')
  },

  'eka’s phone subscribes': async ({ eka }) => {
    const phone = createECDH('prime256v1')
    const endpoint = 'https://push.example/eka'
    const keys = { p256dh: phone.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') }
    const { data: made } = await eka.subscribePushNotification({ endpoint, keys }, { alerts: { mention: true, follow: false } })
    same([made.endpoint, made.alerts.mention, made.alerts.follow], [endpoint, true, false], 'the subscription')
    same(Buffer.from(made.server_key, 'base64url').length, 65, 'the server’s key')
    same((await eka.getPushSubscription()).data.endpoint, endpoint, 'the subscription that was kept')
    const { data: changed } = await eka.updatePushSubscription({ alerts: { mention: false, follow: true } })
    same([changed.alerts.mention, changed.alerts.follow], [false, true], 'the changed subscription')
    await eka.deletePushSubscription()
    await refused(eka.getPushSubscription(), 404, 'a subscription that was ended')
  },
}
