/**
 * `npm run lock`: takes out of package-lock.json what packages ask of Node where the oldest Node that may start us does
 * not have it and the pinned one does. npm holds it against the Node that npm itself runs under, which is not the one
 * that runs the packages (src/bin/pinned.js): under Node 20 it printed a page of warnings for nothing, and left out
 * optional packages. Whatever npm adds on an install comes out again here; the test beside this says when it has to.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'

interface Lock {
  packages: Record<string, {engines?: {node?: string}}>
}

type Version = readonly [major: number, minor: number, patch: number]

const versionOf = (text: string): Version => {
  const [major, minor = 0, patch = 0] = text.split('.').map(part => Number.parseInt(part, 10) || 0)
  return [major, minor, patch]
}

const isBefore = (a: Version, b: Version): boolean => {
  const i = a.findIndex((part, i) => part !== b[i])
  return i >= 0 && a[i] < b[i]
}

/** Whether a version is in a range, of the forms that packages write: `>=20`, `^22.12.0`, `20`, `6.*`, with `||`. */
export function accepts(range: string, version: string): boolean {
  const own = versionOf(version)
  return range.split('||').some(part => {
    const [, operator, least] = /^\s*(>=|\^|)\s*([\d.x*]+)\s*$/.exec(part) ?? []
    if (least === undefined) return false
    if (/^[x*]/.test(least)) return true
    const from = versionOf(least)
    return !isBefore(own, from) && (operator === '>=' || own[0] === from[0])
  })
}

/** The entries that the pinned Node satisfies and the oldest does not: npm would warn of them for nothing. */
export function needless(lock: Lock, oldest: string, pinned: string): string[] {
  return Object.entries(lock.packages)
    .filter(([path, {engines}]) => path !== '' && engines?.node && !accepts(engines.node, oldest))
    .filter(([, {engines}]) => accepts(engines!.node!, pinned))
    .map(([path]) => path)
}

/** The entries that the pinned Node does not satisfy either, which no omission would mend. */
export const refused = (lock: Lock, pinned: string): string[] =>
  Object.entries(lock.packages)
    .filter(([, {engines}]) => engines?.node && !accepts(engines.node, pinned))
    .map(([path]) => path)

if (import.meta.main) {
  const path = fileURLToPath(new URL('../package-lock.json', import.meta.url))
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock
  const found = needless(lock, '20.0.0', process.versions.node)
  for (const name of found) delete lock.packages[name].engines
  writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`${found.length} entries of package-lock.json ask nothing of Node any more`)
}
