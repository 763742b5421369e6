// A page of somebody else on this machine, to link to.

import { createServer } from 'node:http'

const PAGE = '<html><head><title>x</title><meta property="og:title" content="Growing beans"></head></html>'

/** The page is there as long as this is done. */
export async function withPage(act) {
  const server = createServer((asked, answer) => {
    const found = asked.url === '/beans'
    answer.writeHead(found ? 200 : 404, { 'content-type': 'text/html' }).end(found ? PAGE : '')
  })
  await new Promise(ready => server.listen(0, '127.0.0.1', ready))
  try {
    return await act(`http://127.0.0.1:${server.address().port}/beans`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
