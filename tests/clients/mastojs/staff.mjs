// The staff: oki looks after accounts, reports, domains, addresses, numbers and trends.

import { byId, check, eventually, find, fresh, ids, refused, same, settings } from './bench.mjs'
import { withPage } from './page.mjs'

const DAY = 86_400_000

const day = days => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)

export const steps = {
  'a member is not of the staff': async ({ ana }) => {
    await refused(ana.v1.admin.accounts.list(), 403, 'a member who looks at accounts')
  },

  'oki finds an account and what is known of it': async ({ oki, me }) => {
    const [found] = await oki.v1.admin.accounts.list({ username: me.username, local: true })
    same([found.id, found.email, found.confirmed, found.approved], [me.id, settings.email, true, true], 'eka’s account')
    same((await oki.v1.admin.accounts.$select(me.id).fetch()).account.id, me.id, 'the account alone')
  },

  'oki hears of a report and answers it': async ({ oki, eka, ana, me, her, him }) => {
    const post = await ana.v1.statuses.create({ status: 'Buy my beans' })
    const comment = fresh('It sells ')
    const told = await eka.v1.reports.create({ accountId: her.id, statusIds: [post.id], comment, category: 'spam', forward: false })
    same([told.comment, told.category, told.targetAccount.id, told.actionTaken], [comment, 'spam', her.id, false], 'what eka reports')
    await eventually(async () => (await oki.v1.notifications.list({ types: ['admin.report'] })).find(one => one.report.id === told.id), 'oki does not hear of it')
    find(await oki.v1.admin.reports.list({ resolved: false }), byId(told.id), 'it is not among the reports')
    find(await oki.v1.admin.reports.list({ accountId: me.id, targetAccountId: her.id }), byId(told.id), 'it is not among eka’s reports about ana')
    same(await oki.v1.admin.reports.list({ targetAccountId: him.id }), [], 'the reports about oki')
    const report = oki.v1.admin.reports.$select(told.id)
    const seen = await report.fetch()
    same([seen.account.id, seen.targetAccount.id, ids(seen.statuses)], [me.id, her.id, [post.id]], 'the report')
    same((await report.assignToSelf()).assignedAccount?.id, him.id, 'who looks at it')
    same((await report.unassign()).assignedAccount, null, 'nobody looks at it')
    same((await report.resolve()).actionTaken, true, 'after it is resolved')
    same((await report.reopen()).actionTaken, false, 'after it is opened again')
  },

  'oki limits eka, covers her pictures, keeps her out, sends her away, and back': async ({ oki, ana, eka, me }) => {
    const account = oki.v1.admin.accounts.$select(me.id)
    const act = type => account.action.create({ type, text: 'because', sendEmailNotification: false })
    await act('silence')
    same((await account.fetch()).silenced, true, 'after silence')
    same((await account.unsilence()).silenced, false, 'after unsilence')
    await act('sensitive')
    same((await account.fetch()).sensitized, true, 'after sensitive')
    same((await account.unsensitive()).sensitized, false, 'after unsensitive')
    await act('disable')
    await refused(eka.v1.timelines.home.list(), 403, 'who is kept out')
    same((await account.enable()).disabled, false, 'after enable')
    check(await eka.v1.timelines.home.list(), 'eka is still kept out')
    await act('suspend')
    same((await ana.v1.accounts.$select(me.id).fetch()).suspended, true, 'what ana sees')
    same((await account.unsuspend()).suspended, false, 'after unsuspend')
    check(!(await ana.v1.accounts.$select(me.id).fetch()).suspended, 'ana still sees her sent away')
  },

  'oki keeps servers out, and lets them in': async ({ oki, visitor }) => {
    const domain = `${fresh('far')}.example`
    const made = await oki.v1.admin.domainBlocks.create({ domain, severity: 'silence', rejectMedia: true, privateComment: 'loud', obfuscate: false })
    same([made.domain, made.severity, made.rejectMedia, made.privateComment], [domain, 'silence', true, 'loud'], 'the block')
    find(await oki.v1.admin.domainBlocks.list(), byId(made.id), 'it is not among the blocks')
    find(await visitor.v1.instance.domainBlocks.fetch(), one => one.domain === domain, 'visitors do not see it')
    const block = oki.v1.admin.domainBlocks.$select(made.id)
    same((await block.update({ severity: 'suspend' })).severity, 'suspend', 'the changed block')
    same((await block.fetch()).severity, 'suspend', 'the block that was kept')
    await block.remove()
    await refused(block.fetch(), 404, 'a block that was deleted')
    const allowed = await oki.v1.admin.domainAllows.create({ domain })
    same(allowed.domain, domain, 'who is let in')
    find(await oki.v1.admin.domainAllows.list(), byId(allowed.id), 'it is not among those let in')
    const allow = oki.v1.admin.domainAllows.$select(allowed.id)
    same((await allow.fetch()).domain, domain, 'it alone')
    await allow.remove()
    await refused(allow.fetch(), 404, 'one that is not let in any more')
  },

  'oki keeps addresses out': async ({ oki }) => {
    const domain = `${fresh('post')}.example`
    const mail = await oki.v1.admin.emailDomainBlocks.create({ domain })
    same(mail.domain, domain, 'the mail domain')
    find(await oki.v1.admin.emailDomainBlocks.list(), byId(mail.id), 'it is not among the mail domains')
    const block = oki.v1.admin.emailDomainBlocks.$select(mail.id)
    same((await block.fetch()).domain, domain, 'it alone')
    await block.remove()
    await refused(block.fetch(), 404, 'a mail domain that was deleted')

    const range = await oki.v1.admin.ipBlocks.create({ ip: '192.0.2.0/24', severity: 'sign_up_block', comment: 'loud', expiresIn: 3600 })
    same([range.ip, range.severity, range.comment], ['192.0.2.0/24', 'sign_up_block', 'loud'], 'the range')
    find(await oki.v1.admin.ipBlocks.list(), byId(range.id), 'it is not among the ranges')
    const ip = oki.v1.admin.ipBlocks.$select(range.id)
    same((await ip.update({ severity: 'sign_up_requires_approval', comment: 'less loud' })).comment, 'less loud', 'the changed range')
    same((await ip.fetch()).severity, 'sign_up_requires_approval', 'the range that was kept')
    await ip.remove()
    await refused(ip.fetch(), 404, 'a range that was deleted')

    const email = `${fresh('eve')}@mail.example`
    const blocks = oki.v1.admin.canonicalEmailBlocks
    same(await oki.v1.admin.canonicalEmailBlocks.test({ email }), [], 'an address that is not kept out')
    const kept = await blocks.create({ email })
    check(/^[0-9a-f]{64}$/.test(kept.canonicalEmailHash), `what is kept of the address: ${kept.canonicalEmailHash}`)
    same(ids(await blocks.test({ email: email.replace('@', '+tag@') })), [kept.id], 'the same address, written otherwise')
    find(await blocks.list(), byId(kept.id), 'it is not among the addresses')
    const address = oki.v1.admin.canonicalEmailBlocks.$select(kept.id)
    same((await address.fetch()).canonicalEmailHash, kept.canonicalEmailHash, 'it alone')
    await address.remove()
    await refused(address.fetch(), 404, 'an address that was deleted')
  },

  'oki looks at numbers': async ({ oki }) => {
    const range = { startAt: day(-6), endAt: day(0) }
    const keys = ['active_users', 'new_users', 'interactions', 'opened_reports', 'resolved_reports']
    const measures = await oki.v1.admin.measures.create({ keys, ...range })
    same(measures.map(one => [one.key, one.data.length]), keys.map(key => [key, 7]), 'the measures')
    const [, people, , reports] = measures
    check(Number(people.total) >= 4, `new people: ${people.total}`)
    check(Number(reports.total) >= 1, `reports: ${reports.total}`)
    const wanted = ['languages', 'sources', 'servers', 'space_usage', 'software_versions']
    const dimensions = await oki.v1.admin.dimensions.create({ keys: wanted, ...range, limit: 5 })
    same(dimensions.map(one => one.key), wanted, 'the dimensions')
    check(dimensions[4].data.length > 0, 'no version of any software')
    const cohorts = await oki.v1.admin.retention.create({ ...range, frequency: 'day' })
    same(cohorts.length, 7, 'the cohorts')
    const last = cohorts.at(-1)
    same([last.frequency, Number(last.data[0].value) >= 3], ['day', true], 'who came and wrote today')
  },

  'oki decides what may trend': ({ oki, ana, eka, visitor }) => withPage(async url => {
    const name = fresh('rain')
    for (const writer of [eka, ana, oki]) await writer.v1.statuses.create({ status: `Much #${name}: ${url}` })
    const song = await ana.v1.statuses.create({ status: 'A song that everybody likes' })
    for (const reader of [eka, oki]) await reader.v1.statuses.$select(song.id).favourite()
    const admin = () => oki.v1.admin.trends
    const kinds = {
      tags: [() => admin().tags, one => one.name === name],
      statuses: [() => admin().statuses, byId(song.id)],
      links: [() => admin().links, one => one.url === url],
    }
    for (const [kind, [all, isIt]] of Object.entries(kinds)) {
      const { id } = await eventually(async () => (await all().list()).find(isIt), `it is not among the ${kind} that might trend`)
      const shown = async () => (await visitor.v1.trends[kind].list({ limit: 20 })).some(isIt)
      await all().$select(id).approve()
      await eventually(shown, `the ${kind} that trend lack it`)
      await all().$select(id).reject()
      await eventually(async () => !await shown(), `the ${kind} that trend still hold it`)
    }
    const publishers = () => admin().links.publishers
    const { id } = find(await publishers().list(), one => url.includes(one.domain), 'it is not among the publishers')
    const trends = async () => (await visitor.v1.trends.links.list({ limit: 20 })).some(one => one.url === url)
    const link = (await admin().links.list()).find(one => one.url === url)
    await admin().links.$select(link.id).approve()
    await publishers().$select(id).reject()
    await eventually(async () => !await trends(), 'a link of a publisher that was refused trends')
    await publishers().$select(id).approve()
    await eventually(trends, 'a link of a publisher that was let in does not trend')
  }),
}
