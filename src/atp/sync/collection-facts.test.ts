/** Which collections begin and end with a commit, by its own blocks, against what the repository truly holds. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {TestRepo, testKey, type MadeCommit, type Writes} from '../../../test/commits.ts'
import {runSeed, seeded} from '../../../test/random.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {BlockMap} from '../mst/blocks.ts'
import {neighbours} from '../mst/neighbours.ts'
import {isNodeLike} from '../mst/node.ts'
import {collectionFacts, collectionOf} from './collection-facts.ts'
import {verifyCommitEvent} from './verify.ts'

useNativeCrypto()

const nowMs = Date.parse('2026-01-02T03:04:05Z')
const key = testKey(3)
const newRepo = (): TestRepo => new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', key, nowMs)
const factsOf = ({commit, event, blocks}: MadeCommit) => collectionFacts(commit.data, blocks, event.ops)

/** Commits of one to five writes, in a repository of one large collection and many small ones, and what they truly change. */
function* changes(random: () => number, count: number) {
  const repo = newRepo()
  const records = new Set<string>()
  const collectionsNow = () => new Set([...records].map(collectionOf))
  for (let n = 0; n < count; n++) {
    const before = collectionsNow()
    const writes: Writes = {}
    for (let i = Math.floor(random() * 5); i >= 0; i--) {
      const nth = Math.floor(random() * 40)
      const path = `com.example.n${nth}/${Math.floor(random() * (nth === 0 ? 200 : 2))}`
      if (writes[path] !== undefined) continue
      const isDeleted = records.has(path) && random() < 0.8
      writes[path] = isDeleted ? null : {n, path}
      if (isDeleted) records.delete(path)
      else records.add(path)
    }
    const made = repo.write(writes)
    const after = collectionsNow()
    yield {made, begun: [...after.difference(before)].toSorted(), ended: [...before.difference(after)].toSorted()}
  }
}

test(`a commit with all its blocks shows each collection that begins or ends (seed ${runSeed})`, () => {
  let [found, beside] = [0, 0]
  for (const {made, begun, ended} of changes(seeded(runSeed), 600)) {
    const facts = factsOf(made) ?? {begun: [], ended: [], isUnsure: false}
    const sorted = {begun: facts.begun.toSorted(), ended: facts.ended.toSorted(), isUnsure: facts.isUnsure}
    deepEqual(sorted, {begun, ended, isUnsure: false}, JSON.stringify(made.event.ops))
    found += begun.length + ended.length
    const verified = verifyCommitEvent(made.event, key.publicKey, {nowMs: Infinity})
    ok(verified.ok)
    if (!verified.isBeside) continue
    beside++
    deepEqual([begun, ended], [[], []], 'a record beside it says that the collection was there')
  }
  ok(found > 50 && beside > 5, `${found} changes, ${beside} that a neighbour in the node shows`)
})

test(`where blocks are left out it is right, or says that it is unsure (seed ${runSeed})`, () => {
  const random = seeded(runSeed)
  let unsure = 0
  for (const {made, begun, ended} of changes(random, 400)) {
    const left = new BlockMap()
    for (const {cid, bytes} of made.blocks) if (!isNodeLike(bytes) || random() < 0.7) left.set(cid, bytes)
    const facts = factsOf({...made, blocks: left}) ?? {begun: [], ended: [], isUnsure: false}
    for (const [told, truly] of [
      [facts.begun, begun],
      [facts.ended, ended],
    ]) {
      ok(told.every(name => truly.includes(name)))
      ok(facts.isUnsure || told.length === truly.length, JSON.stringify(made.event.ops))
    }
    if (facts.isUnsure) unsure++
  }
  ok(unsure > 50, `${unsure} unsure`)
})

test('names of which one begins as the other are two collections', () => {
  const repo = newRepo()
  repo.write({'com.example.like/a': {}, 'com.example.likes/a': {}})
  deepEqual(factsOf(repo.write({'com.example.lik/b': {}}))?.begun, ['com.example.lik'])
  deepEqual(factsOf(repo.write({'com.example.like/a': null}))?.ended, ['com.example.like'])
  equal(factsOf(repo.write({'com.example.likes/b': {}})), undefined)
})

test('a block that is no node shows nothing', () => {
  const made = newRepo().write({'com.example.a/1': {}})
  const blocks = new BlockMap()
  blocks.set(made.commit.data, Uint8Array.of(1))
  deepEqual(neighbours(made.commit.data, blocks, 'com.example.a/1'), {left: undefined, right: undefined})
})
