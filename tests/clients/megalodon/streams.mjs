// Streams over WebSocket: each hears what ana writes while it listens.

import { check, fresh, same, within } from './bench.mjs'

/** Opens a stream, lets ana write, and gives what came as this event. */
async function hear(opening, event, write) {
  const stream = await opening
  stream.on('parser-error', error => console.log(`  ${error.message}`))
  try {
    await within(new Promise((opened, failed) => stream.on('connect', opened).on('error', failed)), 'the stream does not open')
    const heard = []
    const waiting = new Promise(resolve => stream.on(event, what => {
      heard.push(what)
      if (heard.length === 1) resolve()
    }))
    const { data: written } = await write()
    await within(waiting, `the stream does not hear of ${written.id}`)
    return [heard[0], written]
  } finally {
    stream.stop()
  }
}

const hears = async (opening, write) => {
  const [heard, written] = await hear(opening, 'update', write)
  same([heard.id, heard.content], [written.id, written.content], 'what was heard')
}

export const steps = {
  'eka’s own stream': async ({ eka, ana, me, her }) => {
    await hears(eka.userStreaming(), () => ana.postStatus(fresh('Heard at home ')))
    const [notice, written] = await hear(eka.userStreaming(), 'notification', () => ana.postStatus(`@${me.username} ${fresh()}`))
    same([notice.account.id, notice.status.id], [her.id, written.id], 'the notification')
    const { data: post } = await ana.postStatus('To be taken back')
    const [gone] = await hear(eka.userStreaming(), 'delete', () => ana.deleteStatus(post.id))
    same(gone, post.id, 'what was taken back')
    const { data: other } = await ana.postStatus('To be changed')
    const [changed] = await hear(eka.userStreaming(), 'status_update', () => ana.editStatus(other.id, { status: 'Changed' }))
    check(changed.id === other.id && changed.content.includes('Changed'), `what was changed: ${changed.content}`)
  },

  'the stream of everything': ({ eka, ana }) => hears(eka.publicStreaming(), () => ana.postStatus(fresh('Heard by all '))),

  'the stream of this server': ({ eka, ana }) => hears(eka.localStreaming(), () => ana.postStatus(fresh('Heard here '))),

  'the stream of a tag': ({ eka, oki }) => {
    const name = fresh('tide')
    return hears(eka.tagStreaming(name), () => oki.postStatus(`High #${name}`))
  },

  'the stream of a list': async ({ eka, ana, her }) => {
    const { data: list } = await eka.createList('Heard')
    await eka.addAccountsToList(list.id, [her.id])
    await hears(eka.listStreaming(list.id), () => ana.postStatus(fresh('Heard in the list ')))
    await eka.deleteList(list.id)
  },

  'the stream of whispers': async ({ eka, ana, me }) => {
    const whisper = () => ana.postStatus(`@${me.username} ${fresh()}`, { visibility: 'direct' })
    const [heard, written] = await hear(eka.directStreaming(), 'conversation', whisper)
    same([heard.last_status.id, heard.unread], [written.id, true], 'the conversation')
  },
}
