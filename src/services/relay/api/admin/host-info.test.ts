/** A host as the operator's API tells of it: rows of what is known of one, and what is told. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import type {KnownHost} from '../../hosts/hosts.ts'
import type {RefusalReason, Refused} from '../../intake/refusals.ts'
import {hostInfo} from './host-info.ts'

const row = {id: 3, hostname: 'pds.example.com', addedMs: 0, alertsSilenced: false, stageSet: null}
const upstream = {
  id: 3,
  hostname: 'pds.example.com',
  seq: 9,
  connected: true,
  isBanned: false,
  eventCount: 5,
  eventRates: new Map([
    [1_000, 50.04],
    [86_400_000, 20_400],
  ]),
  accountLimit: {max: 100, isNear: false},
  ratchet: {stage: 'warn', failureRate: 0.25},
}

function told(row_: object, upstream_: object, refused: [RefusalReason, Refused][] = [], toldMs?: number) {
  const host = {row: {...row, ...row_}, upstream: {...upstream, ...upstream_}} as unknown as KnownHost
  return JSON.parse(JSON.stringify(hostInfo(host, new Map([[3, 40]]), new Map(refused), toldMs))) as object
}

const usual = {
  ID: 3,
  CreatedAt: '1970-01-01T00:00:00.000Z',
  Host: 'pds.example.com',
  SSL: true,
  Cursor: 9,
  Registered: true,
  Blocked: false,
  CrawlRateLimit: 0,
  RepoCount: 40,
  RepoLimit: 100,
  HasActiveConnection: true,
  EventsSeenSinceStartup: 5,
  PerSecondEventRate: {Max: 50.04, Window: 1},
  PerHourEventRate: {Max: -1, Window: 3_600},
  PerDayEventRate: {Max: 20_400, Window: 86_400},
  UserCount: 40,
  AccountLimitAlertsSilenced: false,
  AccountLimitAlertState: 'ok',
  Status: 'active',
  SyncStage: 'warn',
  SyncStageSet: null,
  SyncFailureRate: 0.25,
}
const near = {accountLimit: {max: 100, isNear: true}}
const bad: Refused = {count: 2, detail: 'no'}

for (const [rule, found, more] of [
  ['one in order', told({}, {}), {}],
  ['one of this machine', told({hostname: 'localhost:2583'}, {}), {Host: 'localhost:2583', SSL: false}],
  [
    'one that is banned',
    told({}, {isBanned: true, connected: false}),
    {Registered: false, Blocked: true, HasActiveConnection: false, Status: 'banned'},
  ],
  ['one without a limit', told({}, {accountLimit: {max: Infinity, isNear: false}}), {RepoLimit: -1}],
  ['one near its limit', told({}, near), {AccountLimitAlertState: 'warning'}],
  ['one near its limit that is silenced', told({alertsSilenced: true}, near), {AccountLimitAlertsSilenced: true}],
  ['one that was told of', told({}, {}, [], 7), {AccountLimitAlertSentAt: '1970-01-01T00:00:00.007Z'}],
  ['one that waits', told({}, {waitsFor: 'bytes'}), {Status: 'throttled', WaitsFor: 'bytes'}],
  ['one of which something was refused', told({}, {}, [['bad-signature', bad]]), {Refused: {'bad-signature': bad}}],
  ['one whose stage is set', told({stageSet: 'enforce'}, {}), {SyncStageSet: 'enforce'}],
  [
    'one of which no commit has come',
    told({}, {ratchet: {stage: 'observe'}}),
    {SyncStage: 'observe', SyncFailureRate: null},
  ],
] as const) {
  test(`${rule} is told of with all that is known of it`, () => deepEqual(found, {...usual, ...more}))
}
