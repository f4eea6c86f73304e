/** `feed preview` and `feed dev`: what a feed gives, once, or again as its file changes. */
import type {Did} from '#atp/syntax/did.ts'
import {changedMs, readFeedFile} from '#services/feeds/files/feed-file.ts'
import {readSessions} from '../account/sessions.ts'
import {accountName, networkOf, networkOption} from '../network.ts'
import {command, maybe, one, wholeNumber} from '../shell/command.ts'
import {exitCodes, Failed, UsageError} from '../shell/exit.ts'
import {oneLine, type Shell} from '../shell/shell.ts'
import {untilStopped} from '../sim/stopped.ts'
import {PageFault, tryFeeds, type TrialPage} from './trial.ts'

const units: Readonly<Record<string, number>> = {m: 60_000, h: 3_600_000, d: 86_400_000}
function span(text: string): number {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  if (count === undefined || Number(count) === 0) throw new UsageError('expected a time such as 30m, 6h or 2d')
  return Number(count) * units[unit]
}

const shared = {
  since: maybe('time', 'how far back posts are read, such as 30m or 6h; 2d by default', span),
  limit: maybe('count', 'how many posts are shown; 10 by default', wholeNumber(1)),
  as: maybe(
    'account',
    'who reads it, a DID or one of the logged-in accounts; by default the last to log in',
    accountName,
  ),
  network: networkOption,
}
const defaultSinceMs = 2 * 86_400_000
const limitMax = 100
const textLengthMax = 200

interface Asked {
  readonly file: string
  readonly since: number | undefined
  readonly limit: number | undefined
  readonly as: string | undefined
  readonly network: Parameters<typeof networkOf>[0]
}

function viewerOf({as}: Asked, shell: Shell): Did | undefined {
  if (as?.startsWith('did:')) return as as Did
  const sessions = readSessions(shell.io.env)
  const kept = as === undefined ? sessions[0] : sessions.find(({handle}) => handle === as)
  if (as !== undefined && !kept) throw new UsageError(`${as} is not logged in: name it by its DID`)
  return kept?.did as Did | undefined
}

async function show(asked: Asked, shell: Shell, signal: AbortSignal): Promise<void> {
  const {file, since: sinceMs = defaultSinceMs, limit = 10} = asked
  const feeds = await readFeedFile(file)
  let fault: string | undefined
  const pages = await tryFeeds(
    {
      feeds,
      network: networkOf(asked.network, shell.io.env),
      world: shell.io.world,
      sinceMs,
      viewer: viewerOf(asked, shell),
      limit: Math.min(limit, limitMax),
      onFault: (name, error) => (fault ??= `takes of ${name}: ${wordsFor(error)}`),
    },
    signal,
  ).catch((error: unknown) => {
    throw error instanceof PageFault ? new Failed('feed-failed', error.message) : error
  })
  for (const page of pages) await shell.item(documentOf(page), wordsOf(page, shell))
  if (fault !== undefined) throw new Failed('feed-failed', fault)
}

const documentOf = ({feed: {name}, seen, taken, items}: TrialPage) => ({
  feed: name,
  seen,
  taken,
  posts: items.map(({incoming, ...item}) => ({...item, text: incoming?.record.text})),
})

function wordsOf({feed, seen, taken, items}: TrialPage, shell: Shell): string {
  const takes = feed.takes ? `, ${taken} of which it takes` : ''
  const lines = items.map(({post, incoming}) => {
    const {author, timeMs, record} = incoming ?? {}
    const when = timeMs === undefined ? '' : new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')
    return `${when}  ${author ?? post}\n    ${oneLine((record?.text ?? '').slice(0, textLengthMax))}`
  })
  const head = `${shell.mark(items.length > 0)} ${shell.paint('bold', feed.title)}: ${seen} posts${takes}`
  return [head, ...lines].join('\n')
}

const wordsFor = (error: unknown): string => (error instanceof Error ? error.message : String(error))

export const preview = command({
  about: `
Shows what a feed in a file gives: reads the last days of the network, asks the feed for
each post whether it takes it, and for its first page. Nothing is kept or published.`,
  arguments: {file: one('file', 'the file of the feed')},
  options: shared,
  examples: ['wholesky feed preview feeds/cats.ts', 'wholesky feed preview feeds/cats.ts --since 30m --network public'],
  async run(asked, shell) {
    using stopped = untilStopped()
    await show(asked, shell, stopped.signal)
    return exitCodes.ok
  },
})

const lookMs = 300

export const dev = command({
  about: `
Shows what a feed in a file gives, as "feed preview" does, and again each time that you
save it, until Ctrl-C. What it throws is told, and waited for to be mended.`,
  arguments: {file: one('file', 'the file of the feed')},
  options: shared,
  examples: ['wholesky feed dev feeds/cats.ts'],
  async run(asked, shell) {
    using stopped = untilStopped()
    const {signal} = stopped
    while (!signal.aborted) {
      const shownMs = await changedMs(asked.file)
      try {
        await show(asked, shell, signal)
      } catch (error) {
        if (signal.aborted) break
        await shell.remark(`${shell.mark(false)} ${wordsFor(error)}`)
      }
      await shell.flush()
      while (!signal.aborted && (await changedMs(asked.file)) === shownMs) {
        await shell.io.world.sleep(lookMs, signal).catch(() => {})
      }
    }
    return exitCodes.ok
  },
})
