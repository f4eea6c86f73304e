/** `get`: one record by its address, and with `--proof` only if the account's own key says so. */
import {decodeCborLenient} from '#atp/data/cbor-decode.ts'
import {valueToJson} from '#atp/data/json.ts'
import type {Value} from '#atp/data/value.ts'
import {verifyRecordProof} from '#atp/repo/record-proof.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {getRecord as getProof} from '#lex/gen/com/atproto/sync/getRecord.ts'
import {readBytes, streamOf} from '#xrpc/body.ts'
import {command, flag, one} from './shell/command.ts'
import {answerBytes} from './shell/answer-bytes.ts'
import {exitCodes, Failed, UsageError} from './shell/exit.ts'
import {findHome, networkOf, networkOption} from './network.ts'
import type {Shell} from './shell/shell.ts'

const proofSizeMax = 8 * 1024 * 1024

/** The address of one record. Throws `UsageError`. */
export function recordAddress(text: string): {authority: string; collection: string; rkey: string} {
  const {authority, collection, rkey} = parseAtUri(text)
  if (collection === undefined || rkey === undefined)
    throw new UsageError('expected the address of one record: at://<account>/<collection>/<rkey>')
  return {authority, collection, rkey}
}

export const get = command({
  about: `
Shows a record as the account's own PDS gives it. With --proof the PDS must show the
blocks that lead from a signed commit to the record, and each is checked: then the
record is proven, whichever server sent it.

Reads the network of "npm start"; --network public reads the real one.`,
  arguments: {uri: one('at-uri', 'at://<handle or DID>/<collection>/<rkey>', recordAddress)},
  options: {proof: flag('check the proof of it'), network: networkOption},
  examples: [
    'wholesky get at://alice.test/app.bsky.actor.profile/self',
    'wholesky get at://atproto.com/app.bsky.actor.profile/self --network public --proof',
  ],
  async run({uri: {authority, collection, rkey}, proof, network: given}, shell) {
    const network = networkOf(given, shell.io.env)
    const {identity, pds, client} = await findHome(authority, network, shell.io.world)
    const {did, key} = identity
    const uri = `at://${did}/${collection}/${rkey}`
    if (!proof) {
      const {cid, value} = await client.query(getRecord, {repo: did, collection, rkey})
      await show(shell, {uri, cid}, value)
      return exitCodes.ok
    }
    if (!key) throw new Failed('no-signing-key', `The document of ${did} names no key, so nothing can be proven.`)
    const stream = await client.query(getProof, {did, collection, rkey})
    const tooBig = (): Failed => new Failed('too-big', `The proof has more than ${proofSizeMax} bytes.`)
    const body = streamOf(answerBytes(stream, pds)) as ReadableStream<Uint8Array<ArrayBuffer>>
    const car = await readBytes(body, proofSizeMax, tooBig)
    const verdict = verifyRecordProof(car, {did, key, path: `${collection}/${rkey}`})
    if (!verdict.ok) throw new Failed(verdict.reason, `${uri} is not proven: ${verdict.reason}: ${verdict.detail}`)
    const {commit, cid, bytes} = verdict
    if (!cid) throw new Failed('RecordNotFound', `It is proven that there is no ${uri} at revision ${commit.rev}.`)
    const proven = {rev: commit.rev, data: commit.data.toString()}
    await show(shell, {uri, cid: cid.toString(), proof: proven}, decodeCborLenient(bytes))
    return exitCodes.ok
  },
})

type Head = {uri: string; cid?: string; proof?: {rev: string; data: string}}

async function show(shell: Shell, head: Head, value: unknown): Promise<void> {
  const json = valueToJson(value as Value)
  const {uri, cid, proof} = head
  const proven = proof && `${shell.mark(true)} proven by the signed commit of revision ${proof.rev}`
  const lines = [shell.paint('bold', uri), shell.paint('dim', cid ?? ''), ...(proven ? [proven] : [])]
  await shell.answer({...head, value: json}, [...lines, '', JSON.stringify(json, undefined, 2)].join('\n'))
}
