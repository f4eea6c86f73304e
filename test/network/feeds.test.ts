/** A built-in feed, published by anybody, is read in the network by the official client: through the PDS and the AppView. */
import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {template} from '#cli/feed/new.ts'
import {readFeedFile} from '#services/feeds/files/feed-file.ts'
import {wholesky} from '../recorded-io.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import type {World} from '#std/world.ts'
import {until} from '../until.ts'
import {openLoop} from './loop.ts'

useNativeCrypto()

const service = 'did:web:localhost%3A2586'

const readInTheApp = async (world: World): Promise<void> => {
  const agentOf = async (name: string): Promise<AtpAgent> => {
    const agent = new AtpAgent({
      service: 'http://localhost:2583',
      fetch: (input, init) => world.fetch(new Request(input, init)),
    })
    await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password: 'correct horse'})
    return agent
  }
  const [alice, bob] = [await agentOf('alice'), await agentOf('bob')]
  const publish = async (rkey: string): Promise<string> => {
    const {data} = await alice.com.atproto.repo.putRecord({
      repo: alice.assertDid,
      collection: 'app.bsky.feed.generator',
      rkey,
      record: {did: service, displayName: rkey, createdAt: new Date().toISOString()},
    })
    return data.uri
  }
  const [friends, mutuals] = [await publish('friends-like'), await publish('mutuals')]
  const post = await alice.post({text: 'look'})
  await alice.like(post.uri, post.cid)
  await bob.follow(alice.assertDid)
  await alice.follow(bob.assertDid)
  const read = async (feed: string, agent = bob) =>
    (await agent.app.bsky.feed.getFeed({feed})).data.feed.map(({post: {uri}}) => uri)
  const isThere = (feed: string, agent?: AtpAgent) => async () => (await read(feed, agent).catch(() => [])).length > 0
  await until(isThere(friends), 'a post that somebody has liked whom Bob follows')
  assert.deepEqual(await read(friends), [post.uri])
  await until(isThere(mutuals), 'a post of somebody who follows Bob back')
  assert.deepEqual(await read(mutuals), [post.uri])

  const {data} = await bob.app.bsky.feed.getFeedGenerator({feed: friends})
  assert.deepEqual([data.isOnline, data.isValid], [true, true])
  const described = await world.fetch(
    new Request('http://localhost:2586/xrpc/app.bsky.feed.describeFeedGenerator', {method: 'GET'}),
  )
  const {feeds} = (await described.json()) as {feeds: {uri: string}[]}
  assert.ok(feeds.some(({uri}) => uri === `at://${service}/app.bsky.feed.generator/whats-hot`))
  const interactions = [{item: post.uri, event: 'app.bsky.feed.defs#interactionSeen'}]
  await bob.withProxy('bsky_fg', service).app.bsky.feed.sendInteractions({interactions})
}

const broken = (fault: string): string =>
  `import {defineFeed} from 'wholesky/feed'\nconst fail = () => { throw new Error('broken') }
export default defineFeed({name: 'cats', title: 'Cats', takes: () => true, skeleton: () => ({feed: []}), ${fault}: fail})`

const fromTheCommandLine = async (world: World): Promise<void> => {
  const folder = temporaryFolder('feed-commands')
  const env = {XDG_CONFIG_HOME: folder}
  const run = async (...argv: string[]) => {
    const {code, out, err} = await wholesky(['feed', ...argv], {world, env})
    return {code, said: out + err}
  }
  const password = join(folder, 'password')
  writeFileSync(password, 'correct horse')
  const account = ['account', 'create', 'carol.test', '--email', 'carol@example.com', '--password-file', password]
  assert.equal((await wholesky(account, {world, env})).code, 0)

  const path = join(folder, 'cats.ts')
  assert.match((await run('new', 'cats', '--folder', folder)).said, /cats\.ts\n  wholesky feed dev /)
  assert.equal(readFileSync(path, 'utf8'), template('cats'))
  assert.match((await run('new', 'cats', '--folder', folder)).said, /is there already/)
  assert.match((await run('new', 'no cats')).said, /expected 1 to 15 of the letters/)
  assert.equal((await readFeedFile(path))[0].name, 'cats')

  const post = join(folder, 'post.json')
  for (const text of ['I love cats', 'I love dogs']) {
    writeFileSync(post, JSON.stringify({$type: 'app.bsky.feed.post', text, createdAt: new Date().toISOString()}))
    assert.equal((await wholesky(['record', 'create', post], {world, env})).code, 0)
  }
  const looked = await run('preview', path, '--since', '1h')
  assert.match(looked.said, /^✓ cats: 2 posts, 1 of which it takes\n.*did:plc:.*\n    I love cats\n$/)

  for (const fault of ['takes', 'skeleton']) {
    writeFileSync(join(folder, `${fault}.ts`), broken(fault))
    const failed = await run('preview', join(folder, `${fault}.ts`), '--since', '1h')
    assert.equal(failed.code, 1)
    assert.match(failed.said, new RegExp(`${fault} of cats: broken`))
  }

  const unknown = await run('publish', path)
  assert.equal(unknown.code, 1)
  assert.match(unknown.said, /has no feed cats: put its file into the folder FEEDS_FOLDER there/)
  const published = await run('publish', 'hot-classic')
  assert.match(
    published.said,
    /\/app\.bsky\.feed\.generator\/hot-classic\n  service +did:web:localhost%3A2586\n  answers +0 posts/,
  )
  const record = join(folder, 'feed.json')
  const feed = ['carol.test', 'app.bsky.feed.generator', 'hot-classic']
  const value = async () => {
    const {out} = await wholesky(['get', `at://${feed.join('/')}`, '--json'], {world, env})
    return (JSON.parse(out) as {value: object}).value
  }
  const labels = {$type: 'com.atproto.label.defs#selfLabels', values: [{val: 'porn'}]}
  const more = {createdAt: '2020-01-01T00:00:00.000Z', contentMode: 'app.bsky.feed.defs#contentModeVideo', labels}
  const whole = {...(await value()), ...more}
  writeFileSync(record, JSON.stringify({...whole, displayName: 'Old'}))
  const put = await wholesky(['record', 'put', feed.slice(1).join('/'), record], {world, env})
  assert.equal(put.code, 0, put.err)
  assert.equal((await run('publish', 'hot-classic')).code, 0)
  assert.deepEqual(await value(), whole, 'what only the record says stays')
  assert.match((await run('publish', 'nothing')).said, /There is no file nothing, and no built-in feed of that name/)

  const isCounted = async () => /^\d{4}-\d\d-\d\d  1 readers  2 pages  /.test((await run('stats', 'hot-classic')).said)
  await until(isCounted, 'that it was read is written down')
  assert.match((await run('stats', 'mutuals')).said, /Nobody has read it yet/)
  assert.match((await run('stats', 'nothing')).said, /has no feed nothing/)
  assert.match((await run('unpublish', 'hot-classic')).said, /hot-classic is deleted/)
  const again = await run('unpublish', 'hot-classic')
  assert.equal(again.code, 1)
  assert.match(again.said, /There is no record at:.*hot-classic/)
  const listed = await wholesky(['record', 'ls', 'carol.test', 'app.bsky.feed.generator'], {world, env})
  assert.doesNotMatch(listed.out, /hot-classic/)
}

test('feeds of a network', {timeout: 60_000}, async context => {
  const world = await openLoop(context)
  const rules = {
    'from the command line a feed is begun, looked at, published, counted and taken back': fromTheCommandLine,
    'a feed is read through PDS and AppView, its service found by its did:web': readInTheApp,
  }
  for (const [rule, check] of Object.entries(rules)) await context.test(rule, () => check(world))
})
