/** Whether the document of an account leads to this server, and who is asked for it. */
import {deepEqual, equal, match} from 'node:assert/strict'
import {test} from 'node:test'
import {parseDidDocument} from '#atp/identity/did-document.ts'
import type {Did} from '#atp/syntax/did.ts'
import {testKey} from '../../../../test/repos.ts'
import {OwnIdentities, type OwnIdentitiesOptions} from './own-identities.ts'

const plc = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const web = 'did:web:alice.example.com' as Did
const publicUrl = 'https://pds.example.com'
const rotationKey = 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'

function made(
  given: {pds?: string; key?: typeof testKey.publicKey | null; rotationKeys?: string[]; fails?: boolean} = {},
) {
  const {pds = publicUrl, key = testKey.publicKey, rotationKeys = [rotationKey], fails = false} = given
  const asked: string[] = []
  const source = (name: string): OwnIdentitiesOptions['directory'] => ({
    async account(did, look) {
      asked.push(`${name} ${look?.maxAgeMs ?? 'any'}`)
      if (fails) return {ok: false, reason: 'unreachable', detail: 'No answer.'} as never
      return {ok: true, value: {document: parseDidDocument({id: did}), pds, key: key ?? undefined}}
    },
    async keyOf() {
      asked.push(`${name} key`)
      return undefined
    },
    forget: () => void asked.push(`${name} forgets`),
    learn: async () => void asked.push(`${name} learns`),
  })
  const own = new OwnIdentities({
    directory: source('directory'),
    guarded: source('stranger'),
    plc: {rotationKey, rotationKeys: async () => rotationKeys},
    publicUrl,
  })
  return {own, asked}
}

test('an account is in order when its document names this server, its key and, in the directory, ours', async () => {
  const {own, asked} = made()
  equal(await own.fault(plc, testKey.didKey), undefined)
  equal(await own.fault(web, testKey.didKey), undefined)
  deepEqual(asked, ['directory 0', 'stranger 0'], 'each anew')
  equal(await made({rotationKeys: []}).own.fault(web, testKey.didKey), undefined, 'a did:web has no rotation keys')
})

test('what stands against it is said, with what was expected', async () => {
  const fault = async (given: Parameters<typeof made>[0]) =>
    (await made(given).own.fault(plc, testKey.didKey))?.detail ?? ''
  match(await fault({pds: 'https://other.example.com'}), /does not point to https:\/\/pds\.example\.com/)
  match(await fault({key: null}), new RegExp(testKey.didKey))
  match(await fault({rotationKeys: []}), new RegExp(rotationKey))
  equal(await fault({fails: true}), 'No answer.')
  match((await made().own.fault(plc, rotationKey))?.detail ?? '', /different signing key/)
})

test('a document is given when it can be had, and for a session only when it leads here', async () => {
  deepEqual(await made().own.document(plc), {id: plc})
  deepEqual(await made().own.documentHere(plc), {id: plc})
  const elsewhere = made({pds: 'https://other.example.com'}).own
  deepEqual([await elsewhere.document(plc), await elsewhere.documentHere(plc)], [{id: plc}, undefined])
  const silent = made({fails: true}).own
  deepEqual([await silent.document(plc), await silent.documentHere(plc)], [undefined, undefined])
})

test('the directory is asked for its own, and servers that strangers name for theirs', async () => {
  const {own, asked} = made()
  await own.keyOf(plc, '#atproto', false)
  await own.keyOf(web, '#atproto', true)
  own.forget(plc)
  own.forget(web)
  await own.current(web, {maxAgeMs: 5})
  deepEqual(asked, ['directory key', 'stranger key', 'directory forgets', 'stranger forgets', 'stranger 5'])
})
