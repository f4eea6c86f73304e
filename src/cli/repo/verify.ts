/** `repo verify`: the whole check of a repository export. */
import {Malformed} from '#std/malformed.ts'
import type {PublicKey} from '#atp/crypto/key.ts'
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {parseDidDocument, signingKey} from '#atp/identity/did-document.ts'
import {type Did, parseDid} from '#atp/syntax/did.ts'
import {command, flag, maybe} from '../shell/command.ts'
import {exitCodes, UsageError} from '../shell/exit.ts'
import {readJson} from '../shell/input.ts'
import {progressOption} from '../shell/progress.ts'
import {readPublicKey} from '../secret-key.ts'
import type {Shell} from '../shell/shell.ts'
import {carArgument, checkCar, grouped, headOf, noticingDecoder, refuse} from './checking.ts'

export const verify = command({
  about: `
Checks a repository export from end to end: every block is what its CID says, the
commit is signed by the account's key, the tree is in its one canonical shape and
complete, every record is there and can be decoded. Blocks may come in any order.
Memory stays small however large the file is.

The signature is checked when the key is known: give it, or the account's DID
document.`,
  arguments: {car: carArgument},
  options: {
    key: maybe('key', "the account's signing key: did:key:z…, or a key file of yours", readPublicKey),
    didDoc: maybe('file', "the account's DID document in JSON; gives the key and the DID"),
    did: maybe('did', 'whose repository it must be', parseDid),
    strict: flag('refuse records that are not in the canonical encoding, which old ones may not be'),
    progress: progressOption,
  },
  examples: ['wholesky repo verify alice.car --did-doc alice.json', 'curl -s $EXPORT_URL | wholesky repo verify -'],
  async run({car, key: keyGiven, didDoc, did: didGiven, strict, progress}, shell) {
    const {key, did} = await signer(keyGiven, didDoc, didGiven, shell)
    const lenient = noticingDecoder()
    const decode = strict ? decodeCbor : lenient.decode
    const verdict = await checkCar(car, shell, progress, {key, did, decode})
    if (!verdict.ok) return refuse(car, verdict, shell)

    const {recordCount, nodeCount, blockCount, spareCount, isPreorder} = verdict
    const signature = key ? 'good' : 'unchecked'
    const canonical = !lenient.sawIrregular
    const head = headOf(verdict)
    await shell.answer(
      {ok: true, ...head, signature, canonical, recordCount, nodeCount, blockCount, spareCount, isPreorder},
      [
        `${shell.mark(true)} ${shell.paint('bold', head.did)}`,
        shell.fields({
          ...head,
          did: undefined,
          signature: key ? 'good' : shell.paint('yellow', 'not checked: give --key or --did-doc'),
          records: grouped(recordCount) + (canonical ? '' : ', some not in the canonical encoding'),
          blocks: `${grouped(blockCount)}, in ${isPreorder ? 'preorder' : 'another order than preorder'}`,
          spare: spareCount === 0 ? undefined : `${grouped(spareCount)} blocks that the repository does not use`,
        }),
      ].join('\n'),
    )
    return exitCodes.ok
  },
})

async function signer(
  key: PublicKey | undefined,
  didDoc: string | undefined,
  did: Did | undefined,
  shell: Shell,
): Promise<{key?: PublicKey; did?: Did}> {
  if (didDoc === undefined) return {key, did}
  if (key) throw new UsageError('--key and --did-doc say the same thing; give one')
  const document = parseDidDocument(await readJson(didDoc, shell), did)
  const found = signingKey(document)
  if (!found) throw new Malformed('did-document', 'no-signing-key', `${document.id} names no valid key #atproto`)
  return {key: found, did: document.id}
}
