/** What becomes of acts when their group does not come through: none is left waiting, and none is told a lie. */
import assert from 'node:assert/strict'
import {DatabaseSync} from 'node:sqlite'
import {test, type TestContext} from 'node:test'
import {AssertionError} from '#std/assert.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {GroupCommit, type CommitHooks} from './group-commit.ts'
import type {SqlWriter} from './sql.ts'

function opened(context: TestContext, hooks: Partial<CommitHooks> = {}): {group: GroupCommit; db: DatabaseSync} {
  const db = new DatabaseSync(':memory:')
  context.after(() => db.close())
  db.exec(`PRAGMA foreign_keys = ON;
    CREATE TABLE item (name TEXT PRIMARY KEY, parent TEXT REFERENCES item DEFERRABLE INITIALLY DEFERRED)`)
  // Unless a test has a clock of its own no time passes: a group takes all that waits, however slow the machine.
  return {db, group: new GroupCommit(db, {committed: async () => {}, failed: assert.fail, now: () => 0, ...hooks})}
}

const insert =
  (name: string, parent?: string) =>
  (tx: SqlWriter): string => {
    tx.run('INSERT INTO item (name, parent) VALUES (?, ?)', name, parent ?? null)
    return name
  }

const names = (db: DatabaseSync): unknown[] =>
  db
    .prepare('SELECT name FROM item ORDER BY name')
    .all()
    .map(({name}) => name)

/** What each act came to: its result, or the message of its error. */
const outcomes = async (acts: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(acts)).map(one => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))

test('when a sync fails, its acts, those that wait and all later ones are refused, and the failure is told once', async context => {
  const faults: Error[] = []
  const disk = Promise.withResolvers<void>()
  const syncing = Promise.withResolvers<void>()
  let asked = 0
  const sync = (): Promise<void> => {
    asked++
    syncing.resolve()
    return disk.promise
  }
  const {group, db} = opened(context, {sync, failed: fault => faults.push(fault)})
  const first = group.do(insert('a'))
  await syncing.promise
  const waiting = [group.do(insert('b')), group.do(insert('c'))]
  disk.reject(new Error('the disk is gone'))
  const refused = await Promise.allSettled([first, ...waiting])
  await group.idle()
  const later = await Promise.allSettled([group.do(insert('d'))])
  for (const one of [...refused, ...later]) assert.equal((one as PromiseRejectedResult).reason, faults[0])
  assert.equal(faults.length, 1)
  assert.ok(faults[0] instanceof AssertionError && (faults[0].cause as Error).message === 'the disk is gone')
  assert.equal(asked, 1)
  assert.deepEqual(names(db), ['a'], 'what waited does not happen')
})

test('a transaction that cannot be committed takes its acts with it, and no others', async context => {
  const {group, db} = opened(context)
  const acts = [group.do(insert('a')), group.do(insert('b', 'nobody')), group.do(insert('c'))]
  assert.deepEqual(
    await outcomes(acts),
    Array.from({length: 3}, () => 'FOREIGN KEY constraint failed'),
  )
  assert.deepEqual(names(db), [])
  assert.deepEqual(await outcomes([group.do(insert('d')), group.do(insert('e', 'd'))]), ['d', 'e'])
  assert.deepEqual(names(db), ['d', 'e'])
})

test('a transaction that cannot begin refuses all that wait', async context => {
  const {group, db} = opened(context)
  db.exec('BEGIN')
  const acts = [group.do(insert('a')), group.do(insert('b'))]
  for (const said of await outcomes(acts)) assert.match(String(said), /within a transaction/)
  assert.deepEqual(await outcomes([group.do(insert('c'))]), ['c'])
  assert.deepEqual(names(db), ['c'])
})

test('10,000 acts may wait, and no more', async context => {
  const {group} = opened(context)
  const acts = Array.from({length: 10_001}, () => group.do(() => 1))
  const last = acts.pop()
  await assert.rejects(last!, Overloaded)
  assert.ok((await Promise.all(acts)).every(result => result === 1))
  assert.equal(await group.do(() => 2), 2)
})

test('one act that throws is taken back, alone and among others', async context => {
  const {group, db} = opened(context)
  const wrong = (tx: SqlWriter): never => {
    insert('x')(tx)
    throw new Error('not this one')
  }
  assert.deepEqual(await outcomes([group.do(wrong)]), ['not this one'])
  assert.deepEqual(await outcomes([group.do(insert('a')), group.do(wrong), group.do(insert('b'))]), [
    'a',
    'not this one',
    'b',
  ])
  assert.deepEqual(await outcomes([group.do(wrong), group.do(insert('c'))]), ['not this one', 'c'])
  assert.deepEqual(names(db), ['a', 'b', 'c'])
})

test('acts that may be run again have no savepoints, until one of them throws', async context => {
  const {group, db} = opened(context)
  const runs: string[] = []
  const named = (name: string, fault?: string) => (tx: SqlWriter) => {
    const inside = (() => {
      try {
        return tx.run('ROLLBACK TO act') && 'in a savepoint'
      } catch (error) {
        return (error as Error).message
      }
    })()
    runs.push(`${name}: ${inside}`)
    insert(name)(tx)
    if (fault) throw new Error(fault)
    return name
  }
  const doAll = (...acts: ((tx: SqlWriter) => unknown)[]) => outcomes(acts.map(act => group.do(act, {again: true})))
  const bare = 'no such savepoint: act'
  assert.deepEqual(await doAll(named('a'), named('b')), ['a', 'b'])
  assert.deepEqual(runs.splice(0), [`a: ${bare}`, `b: ${bare}`])
  assert.deepEqual(await doAll(named('c'), named('x', 'not this one'), named('d')), ['c', 'not this one', 'd'])
  const again = ['c', 'x', 'd'].map(name => `${name}: in a savepoint`)
  assert.deepEqual(runs.splice(0), [`c: ${bare}`, `x: ${bare}`, ...again])
  await outcomes([group.do(named('e'), {again: true}), group.do(named('f'))])
  assert.deepEqual(runs, ['e: in a savepoint', 'f: in a savepoint'])
  assert.deepEqual(names(db), ['a', 'b', 'c', 'd', 'e', 'f'])
})

test('a group ends after its time, and the rest is the next one', async context => {
  const groups: number[] = []
  const alone: boolean[] = []
  const sync = async (one: boolean): Promise<void> => void alone.push(one)
  let nowMs = 0
  /** Longer than a group takes acts. */
  const slow = (): void => void (nowMs += 12)
  const onGroup = (acts: number, tookMs: number): void => void (groups.push(acts) && assert.ok(tookMs >= 0))
  const {group} = opened(context, {sync, onGroup, now: () => nowMs})
  await Promise.all([slow, () => {}, () => {}, slow, () => {}].map(run => group.do(run)))
  assert.deepEqual(groups, [1, 3, 1])
  assert.deepEqual(alone, [false, false, true])
})

test('an act is told after its sync, and the next group begins after what follows a commit', async context => {
  const said: string[] = []
  const {group} = opened(context, {
    sync: async () => {
      await new Promise(setImmediate)
      said.push('synced')
    },
    committed: async () => {
      await new Promise(setImmediate)
      said.push('committed')
    },
  })
  const first = group.do(() => said.push('first')).then(() => said.push('told'))
  await first
  const second = group.do(() => said.push('second'))
  await Promise.all([second, group.idle()])
  assert.deepEqual(said, ['first', 'synced', 'told', 'committed', 'second', 'synced', 'committed'])
})

test('an act that need not survive the machine is told once it is committed, and is durable like any other', async context => {
  const disks: PromiseWithResolvers<void>[] = []
  const alone: boolean[] = []
  const said: string[] = []
  const sync = (one: boolean): Promise<void> => {
    alone.push(one)
    disks.push(Promise.withResolvers())
    return disks[disks.length - 1].promise
  }
  const {group, db} = opened(context, {sync})
  const act = (name: string, early: boolean): Promise<unknown> =>
    group.do(insert(name), {early}).then(
      () => said.push(name),
      () => said.push(`no ${name}`),
    )
  const acts = [act('early', true), act('late', false), act('early', true)]
  await acts[0]
  await acts[2]
  assert.deepEqual(
    [said, names(db)],
    [
      ['early', 'no early'],
      ['early', 'late'],
    ],
  )
  const durable = group.durable().then(() => said.push('durable'))
  await act('later', true)
  await act('another', true)
  assert.deepEqual([said.slice(2), alone], [['later', 'another'], [false]], 'committed while the disk is at the others')
  const second = group.durable().then(() => said.push('also durable'))
  const waiting = act('waits', false)
  const afterIt = act('after it', true)
  await new Promise(setImmediate)
  assert.equal(said.length, 4, 'nothing is durable, and what waits for that lets nothing pass')
  disks[0].resolve()
  await Promise.all([...acts, durable, afterIt])
  assert.deepEqual([said.slice(4, 6).toSorted(), said.slice(6)], [['durable', 'late'], ['after it']])
  disks[1].resolve()
  await Promise.all([second, waiting, group.idle()])
  assert.deepEqual(said.slice(7).toSorted(), ['also durable', 'waits'])
  assert.deepEqual(alone, [false, false], 'nobody waits for the sync of one that is told early')
})

test('what was committed while the disk was at other acts is synced though nobody comes any more', async context => {
  const disks: PromiseWithResolvers<void>[] = []
  const sync = (): Promise<void> => {
    disks.push(Promise.withResolvers())
    return disks[disks.length - 1].promise
  }
  const faults: Error[] = []
  const {group} = opened(context, {sync, failed: fault => faults.push(fault)})
  await group.do(insert('a'), {early: true})
  await group.do(insert('b'), {early: true})
  const durable = group.durable()
  disks[0].resolve()
  while (disks.length < 2) await new Promise(setImmediate)
  disks[1].reject(new Error('the disk is gone'))
  await assert.rejects(durable, AssertionError)
  await group.idle()
  assert.equal(faults.length, 1)
})

const brokenDisk = (): Promise<void> => Promise.reject(new Error('the disk is gone'))

test('an act that is told early is refused when its transaction is lost, and all later ones when its sync fails', async context => {
  const faults: Error[] = []
  const {group} = opened(context, {sync: brokenDisk, failed: fault => faults.push(fault)})
  await assert.rejects(group.do(insert('a', 'nobody'), {early: true}), /FOREIGN KEY/)
  await group.idle()
  const refused = await Promise.allSettled([group.do(insert('b'), {early: true})])
  assert.deepEqual([faults.length, refused[0].status], [1, 'rejected'])
})

test('what is committed is durable after its sync, and what is not committed yet needs none', async context => {
  const disk = Promise.withResolvers<void>()
  const syncing = Promise.withResolvers<void>()
  const sync = (): Promise<void> => {
    syncing.resolve()
    return disk.promise
  }
  const {group, db} = opened(context, {sync})
  await group.durable()
  const done = group.do(insert('a'))
  await group.durable()
  assert.deepEqual(names(db), [])
  await syncing.promise
  assert.deepEqual(names(db), ['a'])
  let isDurable = false
  const durable = group.durable().then(() => (isDurable = true))
  await new Promise(setImmediate)
  assert.equal(isDurable, false)
  disk.resolve()
  await Promise.all([durable, done])
  await group.durable()
})

/** What jobs say that begin and end together. */
const turn = (names: string): string[] => ['begins', 'ends'].flatMap(what => Array.from(names, one => `${one} ${what}`))

test('what writes by another connection has its turn between groups, and is refused once a sync failed', async context => {
  const said: string[] = []
  const disk = [Promise.resolve(), Promise.resolve(), Promise.reject<void>(new Error('the disk is gone'))]
  disk[2].catch(() => {})
  const faults: Error[] = []
  const alone: boolean[] = []
  const sync = (one: boolean) => (alone.push(one), disk.shift()!)
  let nowMs = 0
  const {group} = opened(context, {sync, failed: fault => faults.push(fault), now: () => nowMs})
  const before = group.version
  const external = (name: string) =>
    group.external(async () => {
      said.push(`${name} begins`)
      await new Promise(setImmediate)
      said.push(`${name} ends`)
    })
  const act = (name: string) => group.do(() => void said.push(name))
  const wrong = group.external(() => Promise.reject(new Error('not this one')))
  const externals = Array.from('12345', external)
  await Promise.all([assert.rejects(wrong, /not this one/), ...externals, act('c')])
  assert.equal(group.version, before + 6, 'by the time that they are told')
  assert.deepEqual(said, [...turn('123'), 'c', ...turn('4'), ...turn('5')], 'four at a time, and one after an act')
  said.length = 0
  await group.idle()
  await Promise.all([act('d'), external('e')])
  assert.deepEqual(said, ['d', 'e begins', 'e ends'])
  await group.idle()
  nowMs += 100
  const waiting = [...Array.from('ghij', external), act('f'), external('k')]
  const outcomes = await Promise.allSettled([...waiting, group.idle()])
  assert.deepEqual(
    outcomes.map(({status}) => status),
    [...Array.from('ghij', () => 'fulfilled'), 'rejected', 'rejected', 'fulfilled'],
  )
  await assert.rejects(external('l'), faults[0])
  assert.deepEqual(alone, [false, false, false], 'such a sync takes long')
})

test('while no act waits one job of another connection follows another, but for what comes after a commit', async context => {
  const after: PromiseWithResolvers<void>[] = []
  const committed = (external: boolean): Promise<void> | undefined => {
    if (!external || begun < 10) return undefined
    after.push(Promise.withResolvers())
    return after.at(-1)?.promise
  }
  const {group} = opened(context, {committed})
  let [begun, most, underWay] = [0, 0, 0]
  const job = async (): Promise<void> => {
    begun++
    most = Math.max(most, ++underWay)
    await new Promise(setImmediate)
    underWay--
  }
  const jobs = Array.from({length: 40}, () => group.external(job))
  while (after.length === 0) await new Promise(setImmediate)
  const held = begun
  for (let i = 0; i < 5; i++) await new Promise(setImmediate)
  assert.ok(begun === held && held < 20, `${held} have begun, and ${begun}`)
  const ended = Promise.all([...jobs, group.idle()]).then(() => true)
  for (let isOver = false; !isOver;) {
    after.shift()?.resolve()
    isOver = await Promise.race([ended, new Promise<boolean>(resolve => setImmediate(resolve, false))])
  }
  assert.deepEqual([begun, most], [40, 4])
})
