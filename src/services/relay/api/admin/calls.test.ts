/** What each call of the operator's API asks of the relay, and answers, in rows. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {CrawlVerdict} from '../../hosts/hosts.ts'
import {answerAdmin, type AdminParts} from './index.ts'

const host = 'pds.example.com'
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did

/** A relay that knows one host and one account: what it was asked to do, and what it answered. */
async function asked(method: string, path: string, body?: object, verdict: CrawlVerdict = 'followed') {
  const done: unknown[] = []
  const note =
    <T>(name: string, answer: T) =>
    (...given: unknown[]): T => {
      done.push([name, ...given.filter(value => value !== undefined)])
      return answer
    }
  const noted = (name: string) => async (hostname: string, what?: unknown) =>
    note(name, hostname === host || hostname === did)(hostname, what)
  const parts = {
    hosts: {
      set: noted('set'),
      ban: noted('ban'),
      banDomain: noted('banDomain'),
      unbanDomain: noted('unbanDomain'),
      requestCrawl: async (name: string, isOperator: boolean) => note('requestCrawl', verdict)(name, isOperator),
    },
    bans: {isConfigured: (domain: string) => domain === 'fixed.example'},
    settings: {set: noted('setting')},
    takedowns: {
      list: async (after: number, limit: number) => {
        note('list', undefined)(after, limit)
        return Array.from({length: Math.min(limit, 3)}, (_, i) => ({id: 7 * (i + 1), did}))
      },
      takeDown: noted('takeDown'),
      reverse: noted('reverse'),
    },
    siblings: {pass: () => {}},
    alerts: {sent: note('sent', undefined)},
  } as unknown as AdminParts
  const init = {method, ...(body ? {body: JSON.stringify(body)} : {})}
  const answer = await answerAdmin(new Request(`http://relay/admin/${path}`, init), parts)
  return {done, status: answer?.status, said: (await answer?.json()) as unknown}
}

const ok = {success: 'true'}
const whole = `has to be a whole number, ${Number.MAX_SAFE_INTEGER} at most.`
const dids = (count: number): Did[] => Array.from({length: count}, () => did)
type Row = [call: string, body: object | undefined, done: unknown[] | undefined, status?: number, said?: unknown]
const rows: Row[] = [
  ['GET repo/takedowns', undefined, ['list', 0, 500], 200, {dids: dids(3)}],
  ['GET repo/takedowns?size=&cursor=', undefined, ['list', 0, 500], 200, {dids: dids(3)}],
  ['GET repo/takedowns?size=3&cursor=9', undefined, ['list', 9, 3], 200, {dids: dids(3), cursor: '21'}],
  ['GET repo/takedowns?size=2', undefined, ['list', 0, 2], 200, {dids: dids(2), cursor: '14'}],
  ['GET repo/takedowns?size=1', undefined, ['list', 0, 1], 200, {dids: dids(1), cursor: '7'}],
  ['GET repo/takedowns?size=0', undefined, ['list', 0, 1], 200, {dids: dids(1), cursor: '7'}],
  ['GET repo/takedowns?size=501', undefined, ['list', 0, 500], 200, {dids: dids(3)}],
  ['GET repo/takedowns?size=-1', undefined, undefined, 400, {error: `size ${whole}`}],
  ['GET repo/takedowns?cursor=x', undefined, undefined, 400, {error: `cursor ${whole}`}],
  ['POST repo/takeDown', {did}, ['takeDown', did]],
  ['POST repo/takeDown', {DID: did}, ['takeDown', did]],
  ['POST repo/reverseTakedown', {did}, ['reverse', did]],
  ['POST pds/changeLimits', {host, repo_limit: null}, ['set', host, {accountLimit: null}]],
  ['POST pds/changeLimits', {host, repo_limit: 0}, ['set', host, {accountLimit: 0}]],
  ['POST pds/changeLimits', {host, repo_limit: 1e9}, ['set', host, {accountLimit: 1e9}]],
  ['POST pds/changeLimits', {host, repo_limit: 1e9 + 1}, undefined, 400],
  ['POST pds/changeLimits', {host, sync_stage: null}, ['set', host, {stageSet: null}]],
  ['POST pds/changeLimits', {host, sync_stage: 'warn'}, ['set', host, {stageSet: 'warn'}]],
  ['POST pds/changeLimits', {host, account_limit_alerts_silenced: false}, ['set', host, {alertsSilenced: false}]],
  ['POST pds/changeLimits', {host: 'x.example', repo_limit: 1}, ['set', 'x.example', {accountLimit: 1}], 404],
  ['POST pds/block?host=PDS.example.com', undefined, ['ban', host]],
  ['POST pds/unblock?host=pds.example.com', undefined, ['set', host, {banned: false}]],
  ['POST subs/banDomain', {domain: '*.Bad.example'}, ['banDomain', 'bad.example']],
  ['POST subs/unbanDomain', {domain: 'bad.example'}, ['unbanDomain', 'bad.example']],
  ['POST subs/unbanDomain', {domain: 'fixed.example'}, undefined, 400],
  ['POST subs/killUpstream?host=pds.example.com&block=TRUE', undefined, ['ban', host]],
  ...['true', 'T', '1'].map((text): Row => {
    return [`POST subs/setEnabled?enabled=${text}`, undefined, ['setting', 'requestCrawl', true]]
  }),
  ...['false', 'f', '0'].map((text): Row => {
    return [`POST subs/setEnabled?enabled=${text}`, undefined, ['setting', 'requestCrawl', false]]
  }),
  ['POST subs/setPerDayLimit?limit=0', undefined, ['setting', 'newHostsPerDayMax', 0]],
  ['POST alerts/accountLimitSent', {kind: 'recovery', hostname: host}, ['sent', 'recovery', host]],
  [
    'POST alerts/accountLimitSent',
    {kind: 'warning', hostname: host, sentAt: '1970-01-01T00:00:00.007Z'},
    ['sent', 'warning', host, 7],
  ],
]
for (const [call, body, done, status = 200, said = status === 200 ? ok : undefined] of rows) {
  test(`${call} ${JSON.stringify(body ?? '')} asks for ${JSON.stringify(done)}`, async () => {
    const [method, path] = call.split(' ')
    const found = await asked(method, path, body)
    deepEqual([found.done, found.status], [done ? [done] : [], status])
    if (said) deepEqual(found.said, said)
  })
}

test('what becomes of a host that the operator names is told by its status and error', async () => {
  const found: unknown[] = []
  for (const verdict of ['followed', 'bad-hostname', 'banned', 'domain-banned', 'too-many', 'unreachable'] as const) {
    const {done, status, said} = await asked('POST', 'pds/requestCrawl', {hostname: host}, verdict)
    deepEqual(done, [['requestCrawl', host, true]], 'whatever the day and the settings say')
    found.push([status, (said as {error?: string}).error])
  }
  deepEqual(found, [
    [200, undefined],
    [400, 'BadRequest'],
    [400, 'HostBanned'],
    [401, 'DomainBan'],
    [429, 'RateLimitExceeded'],
    [400, 'HostNotFound'],
  ])
})
