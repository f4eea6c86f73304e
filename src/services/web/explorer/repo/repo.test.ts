/** Repositories of servers that tell the truth, less than it, or something else: the tree, all of it, a block, a blob. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {Repo} from '#atp/repo/repo.ts'
import {parseNsid} from '#atp/syntax/nsid.ts'
import {parseRecordKey} from '#atp/syntax/record-key.ts'
import {Places} from '#std/waiting/places.ts'
import {toText} from '#pages/html.ts'
import {home, pds, readerOf, repoAnswers, visitTo, type Answer} from '../../../../../test/explorer-home.ts'
import {made, madeRepo, signingAt, store, testDid} from '../../../../../test/repos.ts'
import {testKey as otherKey} from '../../../../../test/commits.ts'
import {blobResponse} from './blob.ts'
import {blobsPage} from './blobs-page.ts'
import {blockPage, cidPage} from './block-page.ts'
import {checkedView, repoPage} from './repo-page.ts'
import {readTree, treeDrawing} from './repo-tree.ts'
import {RepoChecks, type CheckProgress} from './whole-repo.ts'

const {rev} = signingAt(0)
const {repo, root, blocks} = madeRepo(400)
const [[somePath, someRecord]] = repo.records()
const true_ = repoAnswers(root, rev, blocks)
/** Of few enough nodes to be drawn whole. */
const small = madeRepo(60)
const smallAnswers = repoAnswers(small.root, rev, small.blocks)
const without = (count: number): BlockMap => {
  const fewer = new BlockMap()
  for (const {cid, bytes} of [...blocks].slice(0, -count)) fewer.set(cid, bytes)
  return fewer
}

suite('the tree', () => {
  test('of a small repository is read whole, level by level', async () => {
    const tree = await readTree(readerOf(smallAnswers).reader, home)
    assert.ok(tree.ok)
    const {value} = tree
    assert.equal(value.commitCid, String(small.root))
    assert.equal(value.signatureOk, true)
    assert.equal(value.isWhole, true)
    const entries = value.levels.flatMap(({nodes}) => nodes).reduce((sum, {entryCount}) => sum + entryCount, 0)
    assert.equal(entries, 60)
    const levels = value.levels.map(({level}) => level)
    assert.deepEqual(
      levels,
      levels.toSorted((a, b) => b - a),
    )
    assert.equal(levels.at(-1), 0)
    for (const [i, {nodes}] of value.levels.entries()) {
      for (const {parent} of nodes) assert.ok(i === 0 ? parent === -1 : parent < value.levels[i - 1].nodes.length)
    }
  })

  test('of a large one is drawn at the top, and says what is left out', async () => {
    const large = madeRepo(6_000)
    const tree = await readTree(readerOf(repoAnswers(large.root, rev, large.blocks)).reader, home)
    assert.ok(tree.ok)
    assert.equal(tree.value.isWhole, false)
    assert.ok(tree.value.levels.every(({nodes}) => nodes.length <= 50))
    assert.ok(tree.value.levels.some(({more}) => more > 0))
    const drawing = toText(treeDrawing(tree.value.levels))
    assert.match(drawing, /more not drawn/)
    assert.ok(drawing.length < 200_000)
  })

  test('with a key that is another, or none, is signed by nobody known', async () => {
    const {reader} = readerOf(true_)
    const foreign = await readTree(reader, {...home, key: otherKey(9).publicKey})
    const unknown = await readTree(reader, {...home, key: undefined})
    assert.ok(foreign.ok && unknown.ok)
    assert.deepEqual([foreign.value.signatureOk, unknown.value.signatureOk], [false, undefined])
  })

  const lies: [what: string, answers: Record<string, Answer>, words: RegExp][] = [
    ['no head', {}, /MethodNotImplemented|com\.atproto\.sync\.getLatestCommit/],
    [
      'a head that is not given',
      {...true_, 'com.atproto.sync.getBlocks': repoAnswers(root, rev, new BlockMap())['com.atproto.sync.getBlocks']},
      /does not send it/,
    ],
    ['a record as the head', {...true_, ...repoAnswers(someRecord, rev, blocks)}, /Malformed|commit/],
    ['a CAR that is none', {...true_, 'com.atproto.sync.getBlocks': () => new Response('x')}, /invalid answer/],
  ]
  for (const [what, answers, words] of lies) {
    test(`of a server with ${what} ends in a sentence`, async () => {
      const tree = await readTree(readerOf(answers).reader, home)
      assert.ok(!tree.ok)
      assert.match(tree.detail, words)
    })
  }

  test('with nodes that are not given is drawn with holes', async () => {
    const {'com.atproto.sync.getBlocks': whole} = true_
    let calls = 0
    const partial: Answer = (params, request) => {
      // The commit and the root are there, and of what is below only the first.
      if (++calls > 2) for (const cid of params.getAll('cids').slice(1)) params.delete('cids', cid)
      return whole(params, request)
    }
    const tree = await readTree(readerOf({...true_, 'com.atproto.sync.getBlocks': partial}).reader, home)
    assert.ok(tree.ok)
    assert.equal(tree.value.isWhole, false)
    assert.match(toText(treeDrawing(tree.value.levels)), /is-unread[\s\S]*not fetched/)
  })

  test('is drawn as high as it has levels, with a line from each node to the one above', async () => {
    const tree = await readTree(readerOf(smallAnswers).reader, home)
    assert.ok(tree.ok)
    const {levels} = tree.value
    const drawing = toText(treeDrawing(levels))
    assert.match(drawing, new RegExp(`viewBox="0 0 1000 ${levels.length * 78}"`))
    const count = levels.reduce((sum, {nodes}) => sum + nodes.length, 0)
    assert.equal(drawing.match(/<rect/g)?.length, count)
    assert.match(drawing, /<title>\d+ entries, \d+ links, \d+ bytes\nfrom app\.bsky/)
    assert.doesNotMatch(drawing, /not fetched/)
    assert.equal(drawing.match(/M[\d.]+ [\d.]+C/g)?.length, count - 1)
  })

  test('escapes the keys that it shows', () => {
    const node = {cid: 'c', size: 1, entryCount: 1, linkCount: 0, firstKey: '<b>', lastKey: '"', parent: -1}
    assert.doesNotMatch(toText(treeDrawing([{level: 0, nodes: [node], more: 0}])), /<b>/)
  })
})

const checksOf = (answers: Record<string, Answer>, max = 6) => {
  const {reader, clock} = readerOf(answers)
  return new RepoChecks(reader, clock, new Places({max, waitingMax: 0}))
}
const never = new AbortController().signal

suite('all of a repository', () => {
  test('is counted as it is verified', async () => {
    const progress: CheckProgress[] = []
    const checked = await checksOf(true_).check(home, never, now => progress.push(now))
    assert.ok(checked.ok && checked.check.verdict.ok)
    const {verdict, collections, heights, size} = checked.check
    assert.equal(verdict.recordCount, 400)
    assert.equal(
      collections.reduce((sum, [, count]) => sum + count, 0),
      400,
    )
    assert.deepEqual(
      collections.map(([, count]) => count),
      collections.map(([, count]) => count).toSorted((a, b) => b - a),
    )
    assert.equal(
      heights.reduce((sum, count) => sum + count, 0),
      400,
    )
    assert.ok(size > 10_000)
    assert.equal(checked.check.ms, 0, 'by a clock that stands')
    assert.match(toText(checkedView(checked, testDid, true)), /verified[\s\S]*400 records/)
    assert.match(toText(checkedView(checked, testDid, false)), /no key to check the signature with/)
  })

  test('of very many collections names the first five hundred', async () => {
    const writes = Array.from({length: 510}, (_, i) => ({
      action: 'create' as const,
      collection: parseNsid(`com.example.c${String(i).padStart(3, '0')}`),
      rkey: parseRecordKey('self'),
      record: {$type: `com.example.c${i}`},
    }))
    const change = made(Repo.create(testDid, signingAt(0), writes))
    const all = new BlockMap()
    store(change, all)
    const checked = await checksOf(repoAnswers(change.repo.root, rev, all)).check(home, never)
    assert.ok(checked.ok && checked.check.verdict.ok)
    assert.equal(checked.check.collections.length, 501)
    assert.deepEqual(checked.check.collections[0], ['others', 10])
  })

  test('that lacks a block, or is signed by another, is not valid, and says why', async () => {
    const gap = await checksOf(repoAnswers(root, rev, without(3))).check(home, never)
    assert.ok(gap.ok && !gap.check.verdict.ok)
    assert.match(toText(checkedView(gap, testDid, true)), /The repository is not valid: /)
    const foreign = await checksOf(true_).check({...home, key: otherKey(9).publicKey}, never)
    assert.ok(foreign.ok && !foreign.check.verdict.ok)
    assert.equal(foreign.check.verdict.reason, 'bad-signature')
  })

  test('that breaks off, or cannot be had, ends in a sentence', async () => {
    const whole = await (true_['com.atproto.sync.getRepo'](new URLSearchParams(), new Request(pds)) as Response).bytes()
    const breaking = new ReadableStream<Uint8Array>(
      {
        start: controller => controller.enqueue(whole.subarray(0, 1_000)),
        pull: controller => controller.error(new Error('gone')),
      },
      {highWaterMark: 0},
    )
    const broken = await checksOf({'com.atproto.sync.getRepo': () => new Response(breaking)}).check(home, never)
    const absent = await checksOf({}).check(home, never)
    assert.ok(!broken.ok && !absent.ok)
    assert.match(broken.detail, /The download failed: pds\.example\.com: gone/)
    assert.match(toText(checkedView(absent, testDid, true)), /not verified/)
  })

  test('waits for nobody: whoever comes while all places are taken is told so', async () => {
    const {promise: held, resolve: open} = Promise.withResolvers<void>()
    const checks = checksOf({...true_, 'com.atproto.sync.getRepo': () => held.then(() => new Response('x'))}, 1)
    const first = checks.check(home, never)
    const second = await checks.check(home, never)
    assert.ok(!second.ok)
    assert.match(second.detail, /Too many repositories/)
    open()
    await first
  })

  test('is left when its reader goes', async () => {
    const leaving = new AbortController()
    const endless = new ReadableStream<Uint8Array>({pull: controller => controller.enqueue(new Uint8Array(1_000))})
    const checking = checksOf({'com.atproto.sync.getRepo': () => new Response(endless)}).check(home, leaving.signal)
    leaving.abort(new Error('gone'))
    await assert.rejects(checking)
  })
})

test('the page of a repository has the tree, and says when there is none', async () => {
  const {visit, shown} = visitTo('/explore/alice.test/-/repo')
  await repoPage(visit, readerOf(smallAnswers).reader, home)
  assert.deepEqual([shown().page.styles, shown().page.at], [['explorer/explorer.css'], '/explore'])
  assert.match(
    shown().text,
    /<a href="\/explore\/did:plc:ewvi7nxzyoun6zhxrhs64oiz">@alice\.test<\/a>\s*<span aria-current="page">repository</,
  )
  assert.match(shown().text, /by the account’s key[\s\S]*The whole tree[\s\S]*<dd>60<\/dd>/)
  await repoPage(visit, readerOf({}).reader, home)
  assert.match(shown().text, /could not be read/)
})

const blockOf = async (cid: string, answers: Record<string, Answer> = true_) => {
  const {visit, shown} = visitTo('/explore/x')
  const response = await blockPage(visit, readerOf(answers).reader, home, cid)
  return response.status === 303 ? {text: '', status: 303, location: response.headers.get('location')} : shown()
}

suite('a block', () => {
  test('is told by what it holds', async () => {
    assert.match((await blockOf(String(root))).text, /<h1>Commit<\/h1>/)
    assert.match((await blockOf(String(someRecord))).text, /<h1>Record<\/h1>[\s\S]*record /)
    const [{cid: node}] = repo.proofNodes([somePath])
    assert.match((await blockOf(String(node))).text, /<h1>Node of the tree<\/h1>/)
  })

  test('that is a blob leads to the blob', async () => {
    const raw = String(cidOf(codecs.raw, Uint8Array.of(1)))
    assert.deepEqual(await blockOf(raw), {text: '', status: 303, location: `/explore/${testDid}/-/blob/${raw}`})
  })

  test('that is none, or not given, is told so', async () => {
    assert.deepEqual([(await blockOf('x')).status, (await blockOf(String(root), {})).status], [404, 502])
    const absent = String(cidOf(codecs.cbor, Uint8Array.of(0xa0)))
    const missing = await blockOf(absent)
    assert.equal(missing.status, 404)
    assert.match(missing.text, /does not have this block/)
  })
})

test('a CID by itself says what it can, and a text that is none is told so', async () => {
  const {visit, shown} = visitTo('/explore/-/cid/x')
  await cidPage(visit, String(root))
  assert.match(shown().text, /dag-cbor: a record, a node of a tree, or a commit/)
  await cidPage(visit, String(cidOf(codecs.raw, Uint8Array.of(1))))
  assert.match(shown().text, /raw: a blob/)
  await cidPage(visit, '<b>')
  assert.equal(shown().status, 404)
})

suite('a blob', () => {
  const heads: [type: string, bytes: number[]][] = [
    ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['image/jpeg', [0xff, 0xd8, 0xff]],
    ['image/gif', [...Buffer.from('GIF89a')]],
    ['image/webp', [...Buffer.from('RIFF....WEBP')]],
    ['image/avif', [...Buffer.from('....ftypavif')]],
    ['application/octet-stream', [...Buffer.from('<svg onload="alert(1)"/>')]],
    ['application/octet-stream', [...Buffer.from('<!doctype html>')]],
    ['application/octet-stream', []],
  ]
  for (const [type, bytes] of heads) {
    test(`that begins with ${JSON.stringify(String.fromCharCode(...bytes))} is ${type}`, async () => {
      const body = Uint8Array.from(bytes)
      const cid = String(cidOf(codecs.raw, body))
      const {reader} = readerOf({
        'com.atproto.sync.getBlob': () => new Response(body, {headers: {'content-type': 'text/html'}}),
      })
      const response = await blobResponse(reader, home, cid)
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('content-type'), type)
      const isShown = response.headers.get('content-disposition') === null
      assert.equal(isShown, type.startsWith('image/'), 'all else is a download')
    })
  }

  test('of other bytes than its CID names is not handed on', async () => {
    const cid = String(cidOf(codecs.raw, Uint8Array.of(1)))
    const {reader} = readerOf({'com.atproto.sync.getBlob': () => new Response('other')})
    const response = await blobResponse(reader, home, cid)
    assert.equal(response.status, 502)
    assert.doesNotMatch(await response.text(), /other\b.*other/)
  })

  test('that is none, absent, or too large is told so', async () => {
    const cid = String(cidOf(codecs.raw, Uint8Array.of(1)))
    const status = async (answer: Answer, text = cid) =>
      (await blobResponse(readerOf({'com.atproto.sync.getBlob': answer}).reader, home, text)).status
    assert.equal(await status(() => new Response('x'), 'no-cid'), 404)
    assert.equal(await status(() => Response.json({error: 'BlobNotFound', message: 'no'}, {status: 400})), 404)
    assert.equal(await status(() => new Response(new Uint8Array(10 * 2 ** 20 + 1))), 502)
  })

  test('is listed with the others, a page at a time', async () => {
    const {visit, shown} = visitTo('/explore/x/-/blobs?cursor=abc')
    const cids = Array.from({length: 120}, (_, i) => String(cidOf(codecs.raw, Uint8Array.of(i))))
    const asked: (string | null)[] = []
    const {reader} = readerOf({
      'com.atproto.sync.listBlobs': params => {
        asked.push(params.get('cursor'))
        return {cids, cursor: 'next&'}
      },
    })
    await blobsPage(visit, reader, home)
    assert.deepEqual(asked, ['abc'])
    assert.equal(shown().text.match(/<img /g)?.length, 100)
    assert.match(shown().text, /\?cursor=next%26">More/)
    await blobsPage(visit, readerOf({'com.atproto.sync.listBlobs': () => ({cids: []})}).reader, home)
    assert.match(shown().text, /No blobs/)
    await blobsPage(visit, readerOf({}).reader, home)
    assert.equal(shown().status, 502)
  })
})
