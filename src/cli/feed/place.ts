/** The feed service that a command is about, and the feed of a file or of a name. */
import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {Did} from '#atp/syntax/did.ts'
import {describeFeedGenerator} from '#lex/gen/app/bsky/feed/describeFeedGenerator.ts'
import type {Feed} from '#sdk/feed/feed.ts'
import {builtIn} from '#services/feeds/built-in/built-in.ts'
import {readFeedFile} from '#services/feeds/files/feed-file.ts'
import type {World} from '#std/world.ts'
import {movedTo, strangerAt, type NetworkName} from '../network.ts'
import {maybe, webUrl} from '../shell/command.ts'
import {Failed, UsageError} from '../shell/exit.ts'
import type {Shell} from '../shell/shell.ts'

export const serviceOption = maybe(
  'url',
  'the feed service; that of "npm start" by default, or what WHOLESKY_FEEDS_URL says',
  webUrl,
)

export function serviceUrl(given: string | undefined, network: NetworkName, env: Shell['io']['env']): string {
  const url = given ?? movedTo('feeds', env) ?? (network === 'local' ? 'http://localhost:2586' : undefined)
  if (url === undefined) throw new UsageError('which feed service? --service https://feeds.example.com')
  return url
}

export interface DescribedService {
  readonly did: Did
  /** Record keys. */
  readonly names: ReadonlySet<string>
}

/** What a feed service says of itself. Throws what its client does. */
export async function describe(url: string, world: Pick<World, 'fetch'>): Promise<DescribedService> {
  const {did, feeds} = await strangerAt(url, world).query(describeFeedGenerator, {})
  return {did, names: new Set(feeds.map(({uri}) => uri.split('/').at(-1) ?? ''))}
}

/** A feed, and the folder in which its avatar is looked for. */
export interface NamedFeed {
  readonly feed: Feed
  readonly folder: string
}

/** The feed of a file, or the built-in one of this name. */
export async function feedNamed(text: string, name: string | undefined): Promise<NamedFeed> {
  if (!existsSync(text) && /^[a-z0-9-]+$/i.test(text)) {
    const own = join('feeds', `${text}.ts`)
    if (existsSync(own)) return feedNamed(own, name)
    return {feed: builtInNamed(text), folder: '.'}
  }
  const feeds = await readFeedFile(text)
  const feed = name === undefined ? feeds[0] : feeds.find(one => one.name === name)
  if (feeds.length > 1 && name === undefined) {
    throw new UsageError(`${text} has ${feeds.map(one => one.name).join(', ')}: choose by --feed`)
  }
  if (!feed) throw new UsageError(`${text} has no feed ${name}`)
  return {feed, folder: dirname(text)}
}

function builtInNamed(name: string): Feed {
  try {
    return builtIn([name])[0]
  } catch {
    throw new Failed('not-found', `There is no file ${name}, and no built-in feed of that name.`, 3)
  }
}
