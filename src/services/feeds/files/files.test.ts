/** Feeds in files: read, read again as they change, and left as they were where they cannot be run. */
import {deepEqual, equal, match, rejects} from 'node:assert/strict'
import {renameSync, rmSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {silentLog} from '#std/log.ts'
import type {Log} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {until} from '../../../../test/until.ts'
import {ListedFeeds} from '../feed.ts'
import {readFeedFile} from './feed-file.ts'
import {FeedFolder} from './feed-folder.ts'

const source = (name: string, more = ''): string => `import {defineFeed} from 'wholesky/feed'
const feed = defineFeed({name: '${name}', title: '${name}', skeleton: () => ({feed: []})})
export default feed
${more}`

function setUp() {
  const folder = temporaryFolder('feeds')
  let written = 0
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    // Each is as much younger than the one before as a person would make it.
    utimesSync(path, 1_000_000, 1_000_000 + ++written)
    return path
  }
  return {folder, write}
}

suite('a file', () => {
  test('may import what this package offers by name, wherever it is', async () => {
    const {write} = setUp()
    const path = write(
      'all.ts',
      `import {handMade} from 'wholesky/feeds/hand-made'
import {community} from 'wholesky/feeds/community'
import {topical} from 'wholesky/feeds/topical'
export default [
  handMade({name: 'picks', title: 'Picks', posts: []}),
  community({name: 'village', title: 'Village', members: []}),
  topical({name: 'cats', title: 'Cats', words: ['cat'] as string[]}),
]`,
    )
    deepEqual(
      (await readFeedFile(path)).map(({name}) => name),
      ['picks', 'village', 'cats'],
    )
  })

  for (const [what, text, message] of [
    ['that exports nothing', 'export const x = 1', /no default export/],
    ['that exports no feed', 'export default {name: "x"}', /is no feed: a feed has a name, a title and a skeleton/],
    ['whose feed has a name that is none', source('a b'), /letters, digits and "-"/],
    ['that throws', 'throw new Error("broken")', /broken/],
    ['that is no program', 'export default {', /./],
  ] as const) {
    test(`${what} is refused in words`, async () => {
      const {write} = setUp()
      await rejects(readFeedFile(write('bad.ts', text)), {message})
    })
  }
})

test('a folder that cannot be read leaves its feeds as they were, and one that is gone has none', async () => {
  const {folder, write} = setUp()
  const set = new ListedFeeds([], () => {})
  const warned: string[] = []
  const log: Log = {...silentLog, warn: message => void warned.push(message)}
  const files = new FeedFolder({folder, set, world: realWorld, log})
  write('one.ts', source('one'))
  await files.look()
  renameSync(folder, `${folder}.away`)
  writeFileSync(folder, 'no folder')
  await files.look()
  await files.look()
  deepEqual([...set.feeds.keys()], ['one'])
  deepEqual(warned, ['the folder of feeds cannot be read; its feeds stay as they were: the first of its kind'])
  rmSync(folder)
  await files.look()
  deepEqual([...set.feeds.keys()], [])
  renameSync(`${folder}.away`, folder)
})

test('of two feeds of one name both files are named', async () => {
  const {folder, write} = setUp()
  const set = new ListedFeeds([], () => {})
  const warned: object[] = []
  const log: Log = {...silentLog, warn: (_, fields) => void warned.push(fields ?? {})}
  const files = new FeedFolder({folder, set, world: realWorld, log})
  write('b.ts', source('one'))
  write('a.ts', source('one'))
  await files.look()
  await files.look()
  deepEqual(warned, [{feed: 'one', passedOver: 'a.ts', file: 'b.ts'}])
})

test('the feeds of a folder are those of its files, as these come, change and go', {timeout: 30_000}, async context => {
  const {folder, write} = setUp()
  const set = new ListedFeeds([], () => {})
  const errors: string[] = []
  const log: Log = {
    ...silentLog,
    error: (_, fields) => void errors.push(String((fields as {error: Error}).error.message)),
  }
  const world = {sleep: (_: number, signal?: AbortSignal) => realWorld.sleep(1, signal)}
  const files = new FeedFolder({folder, set, world, log})
  const names = () => [...set.feeds.keys()]
  const look = async (): Promise<string[]> => {
    await files.look()
    return names()
  }
  deepEqual(await look(), [])
  const path = write('one.ts', source('one'))
  write('two.js', source('two'))
  for (const other of ['three.test.ts', '.four.ts', '_five.ts', 'six.d.ts', 'notes.md']) write(other, 'nothing')
  deepEqual(await look(), ['one', 'two'])
  const before = set.feeds
  await look()
  equal(set.feeds, before, 'what has not changed is not read again')
  write('one.ts', source('other'))
  deepEqual(await look(), ['other', 'two'])
  write('one.ts', 'throw new Error("broken")')
  deepEqual(await look(), ['other', 'two'])
  await look()
  deepEqual(errors, ['broken'])
  rmSync(path)
  deepEqual(await look(), ['two'])

  const stop = new AbortController()
  // Also where it fails, or the process would never end.
  context.after(() => stop.abort())
  const following = files.follow(stop.signal).catch((error: Error) => error.name)
  write('one.ts', source('again'))
  await until(() => names().join() === 'again,two', 'the file is noticed')
  stop.abort()
  match(String(await following), /AbortError/)
})
