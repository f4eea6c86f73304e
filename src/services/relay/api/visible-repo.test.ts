/** Each way in which a repository is not to be had has the error that the sync methods declare for it. */
import {equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {parseDid} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Head, RepoState} from '../repos/repo-state.ts'
import {visibleRepo} from './visible-repo.ts'

const did = parseDid('did:web:alice.example.com')
const cid = cidOf(codecs.cbor, new Uint8Array())
const head: Head = {rev: '3jui7kd54zh2y' as Tid, commit: cid, data: cid}
const asked = (state: RepoState | undefined) => visibleRepo({one: async () => state}, did)

test('a repository that is not active is refused by the name of its state', async () => {
  for (const [status, error] of [
    ['takendown', 'RepoTakendown'],
    ['suspended', 'RepoSuspended'],
    ['deactivated', 'RepoDeactivated'],
    ['throttled', 'RepoNotFound'],
    [null, 'RepoNotFound'],
  ] as const) {
    await rejects(asked({host: 1, active: false, status, head}), {error}, `${status}`)
  }
})

test('one of which no commit was seen is not found, and any other is given', async () => {
  await rejects(asked(undefined), {error: 'RepoNotFound'})
  await rejects(asked({host: 1, active: true, status: null, head: null}), {error: 'RepoNotFound'})
  equal((await asked({host: 1, active: true, status: null, head})).head, head)
})
