// What stands between accounts: follows, blocks, mutes, notes, endorsements, requests; whom one finds.

import { byId, check, find, ids, refused, same } from './bench.mjs'

export const steps = {
  'whom eka might follow, and whom she finds': async ({ eka, her, him, group }) => {
    find(await eka.v1.suggestions.list({ limit: 20 }), byId(group.id), 'the group is not suggested')
    const suggested = find(await eka.v2.suggestions.list({ limit: 20 }), one => one.account.id === group.id, 'the group is not suggested')
    check(suggested.source && suggested.sources?.length > 0, 'a suggestion without a reason')
    await eka.v1.suggestions.$select(group.id).remove()
    same((await eka.v2.suggestions.list()).filter(one => one.account.id === group.id), [], 'a suggestion that was sent away')
    find(await eka.v1.accounts.search.list({ q: her.username, limit: 5 }), byId(her.id), 'search does not find ana')
    same(await eka.v1.accounts.search.list({ q: her.username, following: true }), [], 'among whom she follows')
    same(ids(await eka.v1.accounts.fetch({ id: [her.id, him.id] })).sort(), [her.id, him.id].sort(), 'both accounts')
    await refused(eka.v1.accounts.$select('1').fetch(), 404, 'an account that is not there')
    await refused(eka.v1.accounts.lookup({ acct: 'nobody' }), 404, 'a name that nobody has')
  },

  'eka follows ana and the group': async ({ eka, ana, me, her, group }) => {
    const followed = await eka.v1.accounts.$select(her.id).follow({ reblogs: false, notify: true, languages: ['en'] })
    same([followed.following, followed.showingReblogs, followed.notifying, followed.languages], [true, false, true, ['en']], 'the follow')
    const wider = await eka.v1.accounts.$select(her.id).follow({ reblogs: true, notify: false })
    same([wider.showingReblogs, wider.notifying], [true, false], 'the follow, changed')
    await eka.v1.accounts.$select(group.id).follow()
    const both = await eka.v1.accounts.relationships.fetch({ id: [her.id, group.id] })
    same(both.map(one => [one.id, one.following]).sort(), [[her.id, true], [group.id, true]].sort(), 'both relationships')
    find(await ana.v1.accounts.$select(her.id).followers.list(), byId(me.id), 'eka is not among ana’s followers')
    const pages = []
    for await (const page of eka.v1.accounts.$select(me.id).following.list({ limit: 1 })) pages.push(...ids(page))
    same(pages.sort(), [her.id, group.id].sort(), 'whom eka follows, page by page')
  },

  'eka sees who of her friends knows whom': async ({ eka, ana, oki, her, him }) => {
    for (const who of [ana, oki]) await who.v1.accounts.updateCredentials({ hideCollections: false })
    await ana.v1.accounts.$select(him.id).follow()
    const [known] = await eka.v1.accounts.familiarFollowers.fetch({ id: [him.id] })
    same([known.id, ids(known.accounts)], [him.id, [her.id]], 'who knows oki')
    same((await ana.v1.accounts.$select(him.id).unfollow()).following, false, 'after unfollow')
  },

  'eka features ana and keeps a note about her': async ({ eka, me, her }) => {
    const she = eka.v1.accounts.$select(her.id)
    same((await she.endorse()).endorsed, true, 'after endorse')
    same(ids(await eka.v1.endorsements.list()), [her.id], 'the endorsed')
    same(ids(await eka.v1.accounts.$select(me.id).endorsements.list()), [her.id], 'the endorsed, on her profile')
    same((await she.unendorse()).endorsed, false, 'after unendorse')
    same((await she.pin()).endorsed, true, 'after pin')
    same((await she.unpin()).endorsed, false, 'after unpin')
    same(await eka.v1.endorsements.list(), [], 'the endorsed afterwards')
    same((await she.note.create({ comment: 'met at the fair' })).note, 'met at the fair', 'the note')
    same(await she.identityProofs.list(), [], 'identity proofs, which Mastodon gave up')
  },

  'eka mutes oki, then blocks him, then neither': async ({ eka, him, oki, me }) => {
    const he = eka.v1.accounts.$select(him.id)
    const muted = await he.mute({ notifications: false, duration: 3600 })
    same([muted.muting, muted.mutingNotifications], [true, false], 'after mute')
    const listed = find(await eka.v1.mutes.list(), byId(him.id), 'oki is not among the muted')
    check(new Date(listed.muteExpiresAt) > new Date(), `the mute has ended: ${listed.muteExpiresAt}`)
    same((await he.unmute()).muting, false, 'after unmute')
    same(await eka.v1.mutes.list(), [], 'the muted afterwards')
    same((await he.block()).blocking, true, 'after block')
    find(await eka.v1.blocks.list(), byId(him.id), 'oki is not among the blocked')
    const [seen] = await oki.v1.accounts.relationships.fetch({ id: [me.id] })
    same(seen.blockedBy, true, 'what oki sees')
    same((await he.unblock()).blocking, false, 'after unblock')
    same(await eka.v1.blocks.list(), [], 'the blocked afterwards')
  },

  'eka locks her account and decides who follows': async ({ eka, ana, oki, me, her, him }) => {
    await eka.v1.accounts.updateCredentials({ locked: true })
    for (const asker of [ana, oki]) {
      const asked = await asker.v1.accounts.$select(me.id).follow()
      same([asked.requested, asked.following], [true, false], 'while the request waits')
    }
    same(ids(await eka.v1.followRequests.list()).sort(), [her.id, him.id].sort(), 'the requests')
    same((await eka.v1.followRequests.$select(her.id).authorize()).followedBy, true, 'after ana is let in')
    same((await eka.v1.followRequests.$select(him.id).reject()).followedBy, false, 'after oki is not')
    const [turned] = await oki.v1.accounts.relationships.fetch({ id: [me.id] })
    same([turned.requested, turned.following], [false, false], 'what oki sees')
    same(await eka.v1.followRequests.list(), [], 'the requests afterwards')
    await eka.v1.accounts.updateCredentials({ locked: false })
    await eka.v1.accounts.$select(her.id).removeFromFollowers()
    const [gone] = await ana.v1.accounts.relationships.fetch({ id: [me.id] })
    same(gone.following, false, 'after ana was removed from the followers')
  },

  'eka hides a domain': async ({ eka }) => {
    await eka.v1.domainBlocks.create({ domain: 'far.example' })
    same(await eka.v1.domainBlocks.list(), ['far.example'], 'the hidden domains')
    await eka.v1.domainBlocks.remove({ domain: 'far.example' })
    same(await eka.v1.domainBlocks.list(), [], 'the hidden domains afterwards')
  },
}
