// Collections: accounts that are recommended together.

import { byId, find, ids, refused, same } from './bench.mjs'

export const steps = {
  'eka recommends ana and oki': async ({ eka, ana, oki, me, her, him }) => {
    for (const who of [ana, oki]) await who.v1.accounts.updateCredentials({ discoverable: true })
    const { collection: made } = await eka.v1.collections.create({
      name: 'Growers', description: 'People with plants', language: 'en', tagName: 'tea', discoverable: true, sensitive: false, accountIds: [her.id],
    })
    same([made.name, made.itemCount, made.accountId, made.tag.name], ['Growers', 1, me.id, 'tea'], 'the collection')
    const collection = eka.v1.collections.$select(made.id)
    const { collectionItem: item } = await collection.items.create({ accountId: him.id })
    same(item.accountId, him.id, 'who was added')
    const shown = await collection.fetch()
    same([shown.collection.itemCount, [her.id, him.id].every(id => ids(shown.accounts).includes(id))], [2, true], 'what is shown')
    find((await ana.v1.accounts.$select(me.id).collections.list()).collections, byId(made.id), 'it is not on eka’s profile')
    find((await ana.v1.accounts.$select(her.id).inCollections.list()).collections, byId(made.id), 'ana does not see that she is in it')
    same((await collection.update({ name: 'Gardeners', description: '' })).collection.name, 'Gardeners', 'the changed collection')
    await collection.items.$select(item.id).remove()
    same((await collection.fetch()).collection.itemCount, 1, 'after oki is out')
    const hers = (await collection.fetch()).collection.items.find(one => one.accountId === her.id)
    await ana.v1.collections.$select(made.id).items.$select(hers.id).revoke()
    same((await ana.v1.accounts.$select(her.id).inCollections.list()).collections.filter(byId(made.id)), [], 'after ana left')
    await collection.remove()
    await refused(collection.fetch(), 404, 'a collection that was deleted')
  },
}
