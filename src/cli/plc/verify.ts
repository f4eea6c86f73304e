/** `plc verify`: checks the whole history of a did:plc identity, offline. */
import {Malformed} from '#std/malformed.ts'
import {verifyAuditLog} from '#atp/plc/log.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {command, maybe, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {readJson} from '../shell/input.ts'
import {oneLine, type Shell} from '../shell/shell.ts'

export const verify = command({
  about: `
Checks an audit log as a PLC directory gives it at /<did>/log/audit: the DID is the
hash of its first operation, every operation is signed by a key that could sign it
then, each follows the one before, and what was nullified within 72 hours was
nullified by a stronger key. Nothing is fetched.`,
  arguments: {log: one('log', 'the audit log in JSON, or - for standard input')},
  options: {did: maybe('did', 'the DID it must be the history of; by default the one it names', parseDid)},
  examples: [
    'wholesky plc verify audit.json',
    'curl -s https://plc.directory/did:plc:ewvi7nxzyoun6zhxrhs64oiz/log/audit | wholesky plc verify -',
  ],
  async run({log, did: expected}, shell) {
    const json = await readJson(log, shell)
    const did = expected ?? parseDid(namedDid(json))
    const verdict = verifyAuditLog(did, json)
    if (!verdict.ok) {
      const {reason, detail, index} = verdict
      await shell.answer(
        {ok: false, did, reason, detail, index},
        oneLine(`${shell.mark(false)} ${did}: operation ${index + 1}: ${reason}: ${detail}`),
      )
      return exitCodes.bad
    }
    const {data, head, log: entries} = verdict
    const operations = entries.map(({operation, cid, nullified, takenMs}) => ({
      at: new Date(takenMs).toISOString(),
      type: operation.type,
      cid,
      nullified,
    }))
    await shell.answer({ok: true, did, head, data: data ?? null, operations}, words(shell, did, head, data, operations))
    return exitCodes.ok
  },
})

function namedDid(json: unknown): string {
  const did: unknown = Array.isArray(json) ? (json[0] as {did?: unknown} | null | undefined)?.did : undefined
  if (typeof did !== 'string') throw new Malformed('plc-log', 'bad-entry', 'expected an array of {did, operation, …}')
  return did
}

type Operation = {at: string; type: string; cid: string; nullified: boolean}
type Data = {rotationKeys: string[]; alsoKnownAs: string[]; services: Record<string, {endpoint: string}>}

function words(shell: Shell, did: string, head: string, data: Data | undefined, operations: Operation[]): string {
  const count = `${operations.length} operation${operations.length === 1 ? '' : 's'}`
  const state = data
    ? {
        'also known as': data.alsoKnownAs.join(' ') || undefined,
        server: Object.values(data.services)[0]?.endpoint,
        'rotation keys': data.rotationKeys.join(' '),
      }
    : {state: 'tombstoned'}
  const rows = operations.map(({at, type, cid, nullified}) => [
    `  ${at}`,
    type,
    shell.paint('dim', cid),
    nullified ? shell.paint('yellow', 'nullified') : '',
  ])
  return [`${shell.mark(true)} ${did}: ${count}`, shell.fields({...state, head}), shell.table(rows)].join('\n')
}
