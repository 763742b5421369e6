// Streams over one WebSocket: each hears what ana writes while it listens.

import { check, fresh, pause, picture, same } from './bench.mjs'

const TRIES = 6

/** The first event of this kind, and what was written to cause it: what is written before the server
 * has begun to listen is not heard, and there is no word for that it has, so it is written again. */
async function hear(stream, event, write) {
  const events = stream.values()
  const waiting = (async () => {
    for (;;) {
      const { value, done } = await events.next()
      if (done || value.event === event) return value
    }
  })()
  const written = []
  for (let tries = 0; tries < TRIES; tries += 1) {
    await pause(200)
    written.push(await write())
    const heard = await Promise.race([waiting, pause(3000)])
    if (!heard) continue
    await events.return()
    return [heard.payload, written]
  }
  throw new Error('nothing was heard')
}

const hears = async (stream, write) => {
  const [heard, written] = await hear(stream, 'update', write)
  const known = written.find(one => one.id === heard.id)
  check(known, `${heard.id} was heard and ${written.map(one => one.id)} written`)
  same(heard.content, known.content, 'what was heard')
}

/** Listens to what must stay silent while the other stream hears. */
async function silent(stream, act) {
  const heard = []
  const events = stream.values()
  const listening = events.next().then(({ value }) => value && heard.push(value), () => {})
  await act()
  await Promise.race([listening, pause(300)])
  same(heard, [], 'what was heard of other servers')
  stream.unsubscribe()
}

const writes = (who, words, more = {}) => () => who.v1.statuses.create({ status: fresh(words), ...more })

const shows = who => async () => {
  const file = new Blob([picture(90, 90, 200)], { type: 'image/png' })
  const { id } = await who.v2.media.create({ file, skipPolling: true })
  return who.v1.statuses.create({ status: fresh('Seen '), mediaIds: [id] })
}

export const steps = {
  'the socket opens': async world => {
    const { configuration } = await world.visitor.v2.instance.fetch()
    same(configuration.urls.streaming, (await world.visitor.v1.instance.fetch()).urls.streamingApi, 'where it streams')
    world.stream = world.streaming(configuration.urls.streaming, world.token)
    await world.stream.prepare()
  },

  'eka’s own stream': async ({ stream, ana, me, her }) => {
    await hears(stream.user.subscribe(), writes(ana, 'Heard at home '))
    const { id } = await ana.v1.statuses.create({ status: 'To be changed' })
    let round = 0
    const change = () => ana.v1.statuses.$select(id).update({ status: `Changed ${round += 1}` })
    const [changed] = await hear(stream.user.subscribe(), 'status.update', change)
    same(changed.id, id, 'what was changed')
    const calls = []
    const [gone] = await hear(stream.user.subscribe(), 'delete', async () => {
      calls.push((await ana.v1.statuses.create({ status: 'To be taken back' })).id)
      return ana.v1.statuses.$select(calls.at(-1)).remove()
    })
    check(calls.includes(gone), `what was taken back: ${gone}`)
    const mention = writes(ana, `@${me.username} `)
    const [notice, written] = await hear(stream.user.notification.subscribe(), 'notification', mention)
    same([notice.type, notice.account.id], ['mention', her.id], 'the notification')
    check(written.some(one => one.id === notice.status.id), 'the notification is about another post')
  },

  'the streams of everything': async ({ stream, ana }) => {
    await hears(stream.public.subscribe(), writes(ana, 'Heard by all '))
    await hears(stream.public.local.subscribe(), writes(ana, 'Heard here '))
    await silent(stream.public.remote.subscribe(), () => hears(stream.public.subscribe(), writes(ana, 'From here ')))
  },

  'the streams of pictures': async ({ stream, ana }) => {
    await silent(stream.public.media.subscribe(), () => hears(stream.public.subscribe(), writes(ana, 'No picture ')))
    await hears(stream.public.media.subscribe(), shows(ana))
    await hears(stream.public.local.media.subscribe(), shows(ana))
    await silent(stream.public.remote.media.subscribe(), () => hears(stream.public.media.subscribe(), shows(ana)))
  },

  'the streams of a tag': async ({ stream, oki }) => {
    const tag = fresh('tide')
    await hears(stream.hashtag.subscribe({ tag }), writes(oki, `High #${tag} `))
    await hears(stream.hashtag.local.subscribe({ tag }), writes(oki, `Low #${tag} `))
  },

  'the stream of a list': async ({ stream, eka, ana, her }) => {
    const { id: list } = await eka.v1.lists.create({ title: 'Heard' })
    await eka.v1.lists.$select(list).accounts.create({ accountIds: [her.id] })
    await hears(stream.list.subscribe({ list }), writes(ana, 'Heard in the list '))
    await eka.v1.lists.$select(list).remove()
  },

  'the stream of whispers': async ({ stream, ana, me }) => {
    const whisper = writes(ana, `@${me.username} `, { visibility: 'direct' })
    const [heard, written] = await hear(stream.direct.subscribe(), 'conversation', whisper)
    check(written.some(one => one.id === heard.lastStatus.id), 'the conversation is about another post')
  },

  'the socket closes': async ({ stream }) => {
    stream.close()
    const late = await stream.user.subscribe().values().next().catch(error => error)
    check(late instanceof Error || late.done, 'a closed socket is still heard')
  },
}
