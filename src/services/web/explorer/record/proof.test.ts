import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import type {BlockMap} from '#atp/mst/blocks.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {madeRepo, testDid, testKey} from '../../../../../test/repos.ts'
import {testKey as otherKey} from '../../../../../test/commits.ts'
import {proofOf, type Proof} from './proof.ts'

const {repo, root, blocks} = madeRepo(400)
const path = [...repo.records()][123][0]
const claim = {did: testDid, key: testKey.publicKey, path}

/** The proof as a server gives it: block after block, commit first, the record last. */
function parts(store: BlockMap = blocks): {cid: typeof root; bytes: Uint8Array}[] {
  const cid = repo.get(path)
  assert.ok(cid)
  const block = (cid: typeof root) => ({cid, bytes: store.get(cid) ?? new Uint8Array()})
  return [block(root), ...repo.proofNodes([path]), block(cid)]
}

const refusedReason = ({verdict}: Proof): string => (verdict.ok ? 'none' : verdict.reason)

suite('a proof taken apart', () => {
  test('leads from the commit over every level to the record', () => {
    const proof = proofOf(encodeCar([root], parts()), claim)
    assert.ok(proof.verdict.ok && proof.signatureOk)
    const kinds = proof.steps.map(({kind}) => kind)
    assert.deepEqual([kinds[0], kinds[1], kinds.at(-1)], ['commit', 'node', 'record'])
    assert.ok(proof.steps.every(({ok, cid, computed}) => ok && cid === computed))
    const levels = proof.steps.flatMap(({level}) => level ?? [])
    assert.deepEqual(
      levels,
      levels.toSorted((a, b) => b - a),
    )
    assert.equal(levels.at(-1), proof.height)
    const says = proof.steps.map(step => step.says)
    assert.match(says[0], /^Revision \S+ of did:plc:/)
    for (const words of says.slice(1, -2))
      assert.match(words, /^The key comes (?:before|after|between) .*: down by the .*link|^It has no keys of its own/)
    assert.match(says.at(-2) ?? '', /^Entry \d+ of \d+ is this record's key/)
    assert.equal(says.at(-1), 'The record, as it was signed.')
  })

  test('does not hold when any byte of any block is another', () => {
    for (const [i, {cid, bytes}] of parts().entries()) {
      const tampered = bytes.slice()
      tampered[tampered.length >> 1] ^= 1
      const car = encodeCar(
        [root],
        parts().map((block, at) => (at === i ? {cid, bytes: tampered} : block)),
      )
      const proof = proofOf(car, claim)
      assert.equal(refusedReason(proof), 'car-wrong-hash', `block ${i}`)
    }
  })

  test('names the block that is not what it is called', () => {
    const all = parts()
    const record = all[all.length - 1]
    const lie = {cid: record.cid, bytes: encodeCbor({$type: 'app.bsky.feed.post', text: 'a lie'})}
    const proof = proofOf(encodeCar([root], [...all.slice(0, -1), lie]), claim)
    assert.deepEqual(
      proof.steps.filter(({ok}) => !ok).map(({kind, cid, computed}) => [kind, cid, computed]),
      [['record', String(record.cid), String(cidOf(codecs.cbor, lie.bytes))]],
    )
  })

  test('does not hold for another key, another account, or without a node on the way', () => {
    const car = encodeCar([root], parts())
    const foreign = proofOf(car, {...claim, key: otherKey(9).publicKey})
    assert.deepEqual([refusedReason(foreign), foreign.signatureOk], ['bad-signature', false])
    const stolen = {...claim, did: 'did:plc:44ybard66vv44zksje25o7dz' as typeof testDid}
    assert.equal(refusedReason(proofOf(car, stolen)), 'wrong-did')
    const gap = proofOf(encodeCar([root], parts().toSpliced(1, 1)), claim)
    assert.equal(refusedReason(gap), 'missing-block')
    assert.equal(gap.steps.at(-1)?.kind, 'missing')
  })

  test('survives bytes that are no proof at all', () => {
    for (const car of [new Uint8Array(), new Uint8Array(100), encodeCar([], []), encodeCar([root], [])]) {
      const proof = proofOf(car, claim)
      assert.ok(!proof.verdict.ok)
      assert.ok(proof.steps.every(({kind}) => kind === 'missing'))
    }
  })
})
