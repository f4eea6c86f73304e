/**
 * Feeds that people write, each in a file: run as it stands, TypeScript or JavaScript, and again as it changes. Such a file
 * is a program of whoever runs the service, and may do whatever that may.
 */
import {stat} from 'node:fs/promises'
import {registerHooks} from 'node:module'
import {resolve} from 'node:path'
import {pathToFileURL} from 'node:url'
import {defineFeed, type Feed} from '#sdk/feed/feed.ts'

/** What is wrong with a file, in a sentence. */
class BadFeedFile extends Error {
  override readonly name = 'BadFeedFile'
}

/** What a file may import by the name of this package, wherever it is. */
const offered: readonly (readonly [name: RegExp, file: string])[] = [
  [/^wholesky\/feed$/, '../../../sdk/feed/feed.ts'],
  [/^wholesky\/feeds\/(community|hand-made|topical)$/, '../built-in/$1.ts'],
]

let isHooked = false
function hook(): void {
  if (isHooked) return
  isHooked = true
  registerHooks({
    resolve(specifier, context, next) {
      for (const [name, file] of offered) {
        if (!name.test(specifier)) continue
        return {url: new URL(specifier.replace(name, file), import.meta.url).href, shortCircuit: true}
      }
      return next(specifier, context)
    },
  })
}

/** When a file was changed last, in milliseconds; undefined for one that is not there. */
export const changedMs = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(() => undefined))?.mtimeMs

/** The feeds of a file as it is now, whatever was read of it before. Throws what it throws, and `BadFeedFile`. */
export async function readFeedFile(path: string): Promise<readonly Feed[]> {
  hook()
  const url = pathToFileURL(resolve(path))
  // A module is run once for each URL.
  url.searchParams.set('changed', String(await changedMs(path)))
  const {default: given} = (await import(url.href)) as {default?: unknown}
  const feeds = [given].flat()
  if (given === undefined || feeds.length === 0)
    throw new BadFeedFile('It has no default export: export default defineFeed({…}).')
  return feeds.map(one => {
    const {skeleton, name, title} = (one ?? {}) as Partial<Feed>
    if (typeof skeleton !== 'function' || typeof name !== 'string' || typeof title !== 'string') {
      throw new BadFeedFile('What it exports is no feed: a feed has a name, a title and a skeleton.')
    }
    return defineFeed(one as Feed)
  })
}
