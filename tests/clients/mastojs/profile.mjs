// The own account: what it says, how it looks, what is the default, and how far one has read.

import { check, picture, same } from './bench.mjs'

const file = (...colour) => new Blob([picture(...colour)], { type: 'image/png' })

export const steps = {
  'eka tells about herself': async ({ eka, ana, me }) => {
    const fieldsAttributes = [{ name: 'Garden', value: 'Beans' }, { name: 'Song', value: 'Loud' }]
    const changed = await eka.v1.accounts.updateCredentials({
      displayName: 'Eka of the beans', note: 'I plant', discoverable: true, bot: false, locked: false,
      avatar: file(200, 20, 20), header: file(20, 200, 20), fieldsAttributes,
      source: { privacy: 'unlisted', sensitive: true, language: 'id' },
    })
    same([changed.source.privacy, changed.source.sensitive, changed.source.language], ['unlisted', true, 'id'], 'the defaults')
    const seen = await ana.v1.accounts.$select(me.id).fetch()
    same(seen.displayName, 'Eka of the beans', 'the name that ana sees')
    check(seen.note.includes('I plant'), `the note that ana sees: ${seen.note}`)
    same(seen.fields.map(({ name, value }) => ({ name, value })), fieldsAttributes, 'the fields that ana sees')
    check(seen.avatar !== me.avatar && seen.header !== me.header, 'the pictures did not change')
    same((await fetch(seen.avatar)).headers.get('content-type')?.split('/')[0], 'image', 'the picture')
    const preferences = await eka.v1.preferences.fetch()
    same([preferences['posting:default:visibility'], preferences['posting:default:language']], ['unlisted', 'id'], 'the preferences')
    await eka.v1.accounts.updateCredentials({ source: { privacy: 'public', sensitive: false, language: 'en' } })
  },

  'eka changes her profile and takes the pictures down': async ({ eka, ana, me }) => {
    const before = await eka.v1.profile.fetch()
    same([before.id, before.displayName, before.note], [me.id, 'Eka of the beans', 'I plant'], 'the profile')
    check(before.avatar && before.header, 'the profile has no pictures')
    const after = await eka.v1.profile.update({
      displayName: 'Eka', note: 'I sing', avatar: file(20, 20, 200), avatarDescription: 'Blue', showMedia: true, indexable: true,
    })
    same([after.displayName, after.note, after.avatarDescription, after.indexable], ['Eka', 'I sing', 'Blue', true], 'the changed profile')
    check(after.avatar !== before.avatar, 'the picture did not change')
    same((await eka.v1.profile.fetch()).note, 'I sing', 'the profile that was kept')
    await eka.v1.profile.avatar.remove()
    await eka.v1.profile.header.remove()
    const bare = await eka.v1.profile.fetch()
    same([bare.avatar, bare.header], [null, null], 'the pictures afterwards')
    const seen = await ana.v1.accounts.$select(me.id).fetch()
    check(seen.avatar && seen.avatar !== after.avatar, 'ana sees the old picture')
  },

  'eka marks how far she has read': async ({ eka, ana }) => {
    const post = await ana.v1.statuses.create({ status: 'Until here' })
    const saved = await eka.v1.markers.create({ home: { lastReadId: post.id }, notifications: { lastReadId: '1' } })
    same([saved.home.lastReadId, saved.notifications.lastReadId], [post.id, '1'], 'the marks')
    const kept = await eka.v1.markers.fetch({ timeline: ['home'] })
    same([Object.keys(kept), kept.home.lastReadId], [['home'], post.id], 'the mark that was kept')
  },
}
