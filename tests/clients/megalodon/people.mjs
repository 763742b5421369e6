// Accounts and what stands between them: follows, blocks, mutes, notes, endorsements, requests, reports;
// domains, filters, tags.

import { NotificationType } from 'megalodon'

import { byId, check, eventually, find, fresh, ids, refused, same } from './bench.mjs'

export const steps = {
  'eka tells about herself': async ({ eka, ana, me }) => {
    const fields_attributes = [{ name: 'Garden', value: 'Beans' }]
    const { data: changed } = await eka.updateCredentials({
      display_name: 'Eka of the beans', note: 'I plant', discoverable: true, bot: false, locked: false,
      source: { language: 'id', privacy: 'unlisted', sensitive: true }, fields_attributes,
    })
    const { language, privacy, sensitive } = changed.source
    same({ language, privacy, sensitive }, { language: 'id', privacy: 'unlisted', sensitive: true }, 'the defaults')
    const { data: seen } = await ana.getAccount(me.id)
    same(seen.display_name, 'Eka of the beans', 'the name that ana sees')
    check(seen.note.includes('I plant'), `the note that ana sees: ${seen.note}`)
    same(seen.fields.map(({ name, value }) => ({ name, value })), fields_attributes, 'the fields that ana sees')
    const preferences = (await eka.getPreferences()).data
    same(preferences['posting:default:visibility'], 'unlisted', 'the default visibility')
    same(preferences['posting:default:language'], 'id', 'the default language')
    await eka.updateCredentials({ source: { privacy: 'public', sensitive: false, language: 'en' } })
    same((await eka.getPreferences()).data['posting:default:visibility'], 'public', 'the default visibility after')
  },

  'whom eka might follow, and whom she finds': async ({ eka, her, group }) => {
    const { data: suggested } = await eka.getSuggestions(20)
    find(suggested, byId(group.id), 'the group is not suggested')
    same((await eka.getSuggestions()).data.length, suggested.length, 'without a limit')
    const { data: found } = await eka.searchAccount(her.username, { resolve: false, limit: 5 })
    find(found, byId(her.id), 'search does not find ana')
    same((await eka.searchAccount(her.username, { following: true })).data, [], 'among whom she follows')
    await refused(eka.getAccount('1'), 404, 'an account that is not there')
  },

  'eka follows ana and the group': async ({ eka, ana, me, her, group }) => {
    const { data: followed } = await eka.followAccount(her.id, { reblog: true })
    same([followed.id, followed.following], [her.id, true], 'after the follow')
    same((await eka.getRelationship(her.id)).data.following, true, 'the relationship')
    await eka.followAccount(group.id)
    const { data: both } = await eka.getRelationships([her.id, group.id])
    same(both.map(one => [one.id, one.following]).sort(), [[her.id, true], [group.id, true]].sort(), 'both relationships')
    same((await ana.getRelationship(me.id)).data.followed_by, true, 'what ana sees')
    find((await ana.getAccountFollowers(her.id)).data, byId(me.id), 'eka is not among ana’s followers')
    const wanted = [her.id, group.id].sort()
    same(ids((await eka.getAccountFollowing(me.id, { limit: 80 })).data).sort(), wanted, 'whom eka follows')
    same((await eka.getAccountFollowing(me.id, { limit: 1 })).data.length, 1, 'one page')
    const all = await eka.getAccountFollowing(me.id, { limit: 1, get_all: true })
    same(ids(all.data).sort(), wanted, 'page by page')
    const path = `/api/v1/accounts/${me.id}/following`
    same(ids((await eka.urlToAccounts(path, { limit: 1 }, true, 1)).data).sort(), wanted, 'page by page, by its path')
  },

  'the bell rings, and not any more': async ({ eka, ana, her }) => {
    same((await eka.subscribeAccount(her.id)).data.notifying, true, 'with the bell')
    const { data: status } = await ana.postStatus(fresh('The bell rings '))
    await eventually(async () => (await eka.getNotifications()).data
      .find(one => one.type === NotificationType.Status && one.status.id === status.id), 'the bell did not ring')
    same((await eka.unsubscribeAccount(her.id)).data.notifying, false, 'without the bell')
  },

  'eka features ana and keeps a note about her': async ({ eka, her }) => {
    same((await eka.pinAccount(her.id)).data.endorsed, true, 'after pin')
    find((await eka.getEndorsements()).data, byId(her.id), 'ana is not among the endorsed')
    same((await eka.unpinAccount(her.id)).data.endorsed, false, 'after unpin')
    same((await eka.getEndorsements({ limit: 5 })).data, [], 'the endorsed after unpin')
    same((await eka.setAccountNote(her.id, 'met at the fair')).data.note, 'met at the fair', 'the note')
    same((await eka.getRelationship(her.id)).data.note, 'met at the fair', 'the note that was kept')
    same((await eka.setAccountNote(her.id, '')).data.note, '', 'the note taken back')
    same((await eka.getIdentityProof(her.id)).data, [], 'identity proofs, which Mastodon gave up')
  },

  'eka mutes oki, then blocks him, then neither': async ({ eka, him }) => {
    const { data: muted } = await eka.muteAccount(him.id, true)
    same([muted.muting, muted.muting_notifications], [true, true], 'after mute')
    find((await eka.getMutes()).data, byId(him.id), 'oki is not among the muted')
    same((await eka.unmuteAccount(him.id)).data.muting, false, 'after unmute')
    same((await eka.getMutes({ limit: 5 })).data, [], 'the muted after unmute')
    same((await eka.blockAccount(him.id)).data.blocking, true, 'after block')
    find((await eka.getBlocks()).data, byId(him.id), 'oki is not among the blocked')
    same((await eka.unblockAccount(him.id)).data.blocking, false, 'after unblock')
    same((await eka.getBlocks({ limit: 5 })).data, [], 'the blocked after unblock')
  },

  'eka locks her account and decides who follows': async ({ eka, ana, oki, me, her, him }) => {
    await eka.updateCredentials({ locked: true })
    for (const asker of [ana, oki]) {
      const { data: asked } = await asker.followAccount(me.id)
      same([asked.requested, asked.following], [true, false], 'while the request waits')
    }
    same(ids((await eka.getFollowRequests()).data).sort(), [her.id, him.id].sort(), 'the requests')
    same((await eka.getFollowRequests(1)).data.length, 1, 'one of the requests')
    same((await eka.acceptFollowRequest(her.id)).data.followed_by, true, 'after ana is let in')
    same((await ana.getRelationship(me.id)).data.following, true, 'what ana sees')
    same((await eka.rejectFollowRequest(him.id)).data.followed_by, false, 'after oki is not')
    const { data: turned } = await oki.getRelationship(me.id)
    same([turned.requested, turned.following], [false, false], 'what oki sees')
    same((await eka.getFollowRequests()).data, [], 'the requests afterwards')
    await eka.updateCredentials({ locked: false })
    same((await ana.unfollowAccount(me.id)).data.following, false, 'after ana unfollows')
  },

  'eka reports a post, and the staff hears of it': async ({ eka, ana, oki, me, her }) => {
    const { data: status } = await ana.postStatus('Buy my beans')
    const comment = fresh('It sells ')
    const { data: report } = await eka.report(her.id, { status_ids: [status.id], comment, category: 'spam', forward: false })
    same([report.comment, report.category, report.action_taken], [comment, 'spam', false], 'the report')
    same([report.target_account.id, report.status_ids], [her.id, [status.id]], 'what is reported')
    const notice = await eventually(async () => (await oki.getNotifications()).data
      .find(one => one.type === NotificationType.AdminReport), 'the staff does not hear of the report')
    same(notice.account.id, me.id, 'who reported')
  },

  'eka hides a domain': async ({ eka }) => {
    await eka.blockDomain('far.example')
    same((await eka.getDomainBlocks()).data, ['far.example'], 'the hidden domains')
    await eka.unblockDomain('far.example')
    same((await eka.getDomainBlocks({ limit: 5 })).data, [], 'the hidden domains afterwards')
  },

  'eka keeps a filter': async ({ eka }) => {
    const word = fresh('spoiler')
    const { data: filter } = await eka.createFilter(word, ['home'], { whole_word: true, irreversible: true, expires_in: 3600 })
    same([filter.phrase, filter.context, filter.whole_word, filter.irreversible], [word, ['home'], true, true], 'the filter')
    check(new Date(filter.expires_at) > new Date(), `the filter has ended: ${filter.expires_at}`)
    same((await eka.getFilter(filter.id)).data.phrase, word, 'the filter alone')
    find((await eka.getFilters()).data, byId(filter.id), 'the filter is not among the filters')
    const { data: wider } = await eka.updateFilter(filter.id, `${word}s`, ['home', 'public'], { irreversible: false, whole_word: false })
    same([wider.phrase, wider.context, wider.irreversible], [`${word}s`, ['home', 'public'], false], 'the changed filter')
    await eka.deleteFilter(filter.id)
    await refused(eka.getFilter(filter.id), 404, 'a filter that was deleted')
  },

  'eka follows a tag': async ({ eka, oki }) => {
    const name = fresh('seeds')
    same((await eka.getTag(name)).data.following, false, 'before')
    const { data: tag } = await eka.followTag(name)
    same([tag.name, tag.following], [name, true], 'after')
    same((await eka.getTag(name)).data.following, true, 'the tag that was kept')
    find((await eka.getFollowedTags()).data, one => one.name === name, 'the tag is not among the followed')
    const { data: status } = await oki.postStatus(`Swapping #${name} today`)
    await eventually(async () => ids((await eka.getHomeTimeline()).data).includes(status.id), 'the tag’s post is not at home')
    same((await eka.unfollowTag(name)).data.following, false, 'after unfollow')
    same((await eka.getFollowedTags()).data.filter(one => one.name === name), [], 'the followed afterwards')
  },

  'eka features a tag': async ({ eka, ana, me }) => {
    const name = fresh('compost')
    await eka.postStatus(`My #${name}`)
    find((await eka.getSuggestedTags()).data, one => one.name === name, 'a tag that she uses is not suggested')
    const { data: tag } = await eka.createFeaturedTag(name)
    same([tag.name, Number(tag.statuses_count)], [name, 1], 'the featured tag')
    find((await eka.getFeaturedTags()).data, byId(tag.id), 'the tag is not among the featured')
    await eka.deleteFeaturedTag(tag.id)
    same((await eka.getFeaturedTags()).data.filter(byId(tag.id)), [], 'the featured afterwards')
    check((await ana.getAccountStatuses(me.id)).data.some(one => one.tags.some(tag => tag.name === name)), 'the post has no tag')
  },
}
