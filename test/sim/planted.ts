/**
 * Bugs of the kind that the simulator is there to find, planted in each service: by something else in the place of one of
 * its parts, or by a trigger in its database that undoes what it does. What finds none of them finds no others.
 */
import {DatabaseSync} from 'node:sqlite'
import {SqliteIndexStore} from '../../src/services/appview/store/index/index-store.sqlite.ts'
import {Recorder} from '../../src/services/jetstream/recorder.ts'
import {VerifiedLog} from '../../src/services/relay/log/verified-log.ts'
import {States} from '../../src/services/relay/repos/states.ts'
import {SqliteTapStore} from '../../src/services/tap/store/tap-store.sqlite.ts'
import {openers, type Openers, type ServiceName} from '../../src/sim/house.ts'
import type {Open} from '../../src/sim/ground/machine.ts'
import type {Disk} from '../../src/std/disk.ts'

export interface Planted {
  readonly service: 'relay' | 'pds' | 'appview' | 'jetstream' | 'tap'
  readonly bug: string
  /** Puts it in until disposed of; what it gives takes the place of whole services. */
  plant(): {given?: Partial<Openers>; undo(): void}
}

/** Another method in the place of one of a class. */
function replaced<T extends object, K extends keyof T>(prototype: T, name: K, by: (real: T[K]) => T[K]): () => void {
  const real = prototype[name]
  prototype[name] = by(real)
  return () => {
    prototype[name] = real
  }
}

/** A service whose disk is another than it believes. */
const withDisk =
  (service: ServiceName, change: (disk: Disk) => Partial<Disk>): Open =>
  (world, log, given) => {
    const {disk} = world
    if (!disk) throw new Error('A machine of a simulation has a disk.')
    // Its methods stand in its class, which a copy of its members would leave behind.
    const changed = Object.assign(Object.create(disk) as Disk, change(disk))
    for (const name of [
      'makeFolder',
      'namesIn',
      'sizeOf',
      'open',
      'text',
      'replace',
      'remove',
      'syncFolder',
      'hold',
      'database',
    ] as const) {
      if (!Object.hasOwn(changed, name)) Object.assign(changed, {[name]: disk[name]?.bind(disk)})
    }
    return openers[service]({...world, disk: changed}, log, given)
  }

/** Undoes by a trigger some of what a service writes. */
const withTrigger = (service: ServiceName, trigger: string): Open =>
  withDisk(service, disk => ({
    database: path => {
      const database = disk.database?.(path)
      if (!database) throw new Error('A disk of a simulation knows databases.')
      const opened = (close: () => void): void => {
        const db = new DatabaseSync(database.path)
        db.exec(`CREATE TRIGGER IF NOT EXISTS planted ${trigger}`)
        db.close()
        database.opened(close)
      }
      return {...database, opened}
    },
  }))

const pdsBoth = (open: (service: ServiceName) => Openers[ServiceName]) => ({
  given: {pds1: open('pds1'), pds2: open('pds2')},
  undo: () => {},
})

export const planted: readonly Planted[] = [
  {
    service: 'relay',
    bug: 'an event is told twice, with one and the same seq',
    plant: () => {
      let count = 0
      return {
        undo: replaced(
          VerifiedLog.prototype,
          'append',
          real =>
            function (this: VerifiedLog, host, records) {
              return real.call(this, host, ++count % 40 === 0 ? [...records, ...records.slice(-1)] : records)
            },
        ),
      }
    },
  },
  {
    service: 'relay',
    bug: 'how far it has come with a host is saved before the events are durable',
    plant: () => ({
      undo: replaced(
        States.prototype,
        'appended',
        real =>
          function (this: States, seq) {
            real.call(this, seq, Promise.resolve())
          },
      ),
    }),
  },
  {
    service: 'relay',
    bug: 'its log is not synced before it is read',
    plant: () => ({
      given: {
        relay: withDisk('relay', disk => ({
          open: (path, mode) => ({...disk.open(path, mode), sync: async () => {}}),
        })),
      },
      undo: () => {},
    }),
  },
  {
    service: 'pds',
    bug: 'a record is committed without its event',
    plant: () =>
      pdsBoth(service =>
        withTrigger(
          service,
          'AFTER INSERT ON event WHEN new.seq % 15 = 7 BEGIN DELETE FROM event WHERE seq = new.seq; END',
        ),
      ),
  },
  {
    service: 'pds',
    bug: 'a write is acknowledged before it is durable',
    plant: () =>
      pdsBoth(service =>
        withDisk(service, disk => ({
          database: path => {
            const database = disk.database?.(path)
            if (!database) throw new Error('A disk of a simulation knows databases.')
            return {...database, sync: async () => void database.sync().catch(() => {})}
          },
        })),
      ),
  },
  {
    service: 'appview',
    bug: 'the cursor moves in an act of its own, before the rows',
    plant: () => ({
      undo: replaced(
        SqliteIndexStore.prototype,
        'apply',
        real =>
          async function (this: SqliteIndexStore, service, events, cursor) {
            const last = events.findLast(event => event.t !== '#info')
            await real.call(this, service, [], cursor ?? (last && 'seq' in last ? last.seq : undefined))
            return real.call(this, service, events, cursor)
          },
      ),
    }),
  },
  {
    service: 'appview',
    bug: 'a like that is taken back goes on to count',
    plant: () => ({
      given: {
        appview: withTrigger(
          'appview',
          'AFTER DELETE ON like BEGIN UPDATE post_agg SET likes = likes + 1 WHERE record = old.subject; END',
        ),
      },
      undo: () => {},
    }),
  },
  {
    service: 'jetstream',
    bug: 'after each start it goes on one event too late',
    plant: () => ({
      undo: replaced(
        Recorder.prototype,
        'cursor',
        real =>
          async function (this: Recorder) {
            const cursor = await real.call(this)
            return cursor === undefined ? undefined : cursor + 1
          },
      ),
    }),
  },
  {
    service: 'tap',
    bug: 'of one commit in ten the last change is not told',
    plant: () => {
      let count = 0
      return {
        undo: replaced(
          SqliteTapStore.prototype,
          'apply',
          real =>
            function (this: SqliteTapStore, source, events, cursor) {
              for (const event of events) {
                if (event.t !== '#commit' || ++count % 10 > 0) continue
                Object.defineProperty(event, 'ops', {value: event.ops.slice(0, -1)})
              }
              return real.call(this, source, events, cursor)
            },
        ),
      }
    },
  },
]
