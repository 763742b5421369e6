// The calls that masto.js has, read from the type declarations in its package: at run time it is a
// proxy that takes any name, so that there is nothing else to read them from.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const TOP = join(dirname(fileURLToPath(import.meta.resolve('masto'))), 'mastodon')

const bare = source => source.replace(/\/\*.*?\*\//gs, '').replace(/\/\/.*$/gm, '')

/** The text from an opening brace to the one that closes it, without both. */
function inside(source, open) {
  let depth = 0
  for (let at = open; at < source.length; at += 1) {
    if (source[at] === '{') depth += 1
    if (source[at] === '}') depth -= 1
    if (depth === 0) return source.slice(open + 1, at)
  }
  throw new Error('a declaration without an end')
}

/** The members of an interface; what stands in braces or angle brackets is left out. */
function members(body) {
  let depth = 0
  let flat = ''
  for (const [at, letter] of [...body].entries()) {
    if ('{<('.includes(letter)) depth += 1
    if (depth === 0) flat += letter
    else if ('{<('.includes(letter) && depth === 1) flat += letter
    if ('})'.includes(letter) || (letter === '>' && body[at - 1] !== '=')) depth -= 1
  }
  return flat.split(';').map(one => one.trim().replace(/^readonly\s+/, '')).filter(Boolean)
}

/** Folder of the declarations => name of an interface => its members. */
const folders = new Map()
for (const entry of readdirSync(TOP, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith('.d.ts')) continue
  const folder = relative(TOP, entry.parentPath)
  const source = bare(readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  const known = folders.get(folder) ?? folders.set(folder, new Map()).get(folder)
  for (const found of source.matchAll(/\binterface\s+([\w$]+)[^{]*\{/g)) {
    known.set(found[1], members(inside(source, found.index + found[0].length - 1)))
  }
}

/** Where an interface is declared that is named so in this folder: `v1.X` is X of the folder `v1`. */
function declaration(folder, name) {
  const [, space, own] = /^(?:(\w+)\.)?([\w$]+)$/.exec(name)
  const start = space ? join(folder, space) : folder
  const places = [...folders.keys()].filter(place => place === start || place.startsWith(`${start}/`))
  const place = places.sort().find(place => folders.get(place).has(own))
  if (!place) throw new Error(`${name} is not declared under ${folder}`)
  return [place, folders.get(place).get(own)]
}

function* calls(folder, name, path) {
  const [place, found] = declaration(folder, name)
  for (const member of found) {
    const [, key, kind, type] = /^([\w$]+)\s*([:(])[\s)]*:?\s*([\w$.]*)/.exec(member)
    if (type.endsWith('Resource')) yield* calls(place, type, `${path}.${key}`)
    else if (kind === '(' || type === 'Method' || type === '') yield `${path}.${key}`
    else throw new Error(`${path}.${key} is neither a call nor a resource: ${member}`)
  }
}

/** Every call, as one writes it: `rest.v1.statuses.$select.favourite`, `oauth.revoke`, `streaming.user.subscribe`. */
export const declared = ['rest', 'oauth', 'streaming'].flatMap(folder => [...calls(folder, 'Client', folder)])
