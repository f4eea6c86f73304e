/** Wires what is kept: the database with its stores, the threads that read it, and the bytes of blobs. */
import {availableParallelism} from 'node:os'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {openBlobStore, openSql} from '#engines/open.ts'
import type {Sql} from '#engines/sql/sql.ts'
import {observeFullDisk, observeGroups} from '#runtime/health/engine-metrics.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {Blobs} from './blobs/blobs.ts'
import type {PdsConfig} from './config.ts'
import {readsHere, type Reads} from './store/reads/reads.ts'
import {readsOnThreads} from './store/reads/reads.threads.ts'
import {pdsMigrations} from './store/schema.ts'
import type {PdsStores} from './store/stores.ts'
import {sqlitePdsStores} from './store/stores.sqlite.ts'

/** Page cache of each connection to the database, in bytes: what a PDS reads again and again is little. */
const cacheSize = 4 * 2 ** 20
/** Threads for long reads, unless said otherwise. */
const readersUsual = 4

export interface StoragePartsOptions {
  config: Pick<
    PdsConfig,
    'database' | 'readerThreads' | 'blobs' | 'blobSizeMax' | 'blobWaitingSizeMax' | 'pictureNotes'
  >
  world: World
  log: Log
  metrics: Metrics
}

export interface StorageParts {
  sql: Sql
  stores: PdsStores
  reads: Reads
  blobs: Blobs
}

export async function storageParts({config, world, log, metrics}: StoragePartsOptions): Promise<StorageParts> {
  const sql = openSql(config.database, {
    migrations: pdsMigrations,
    disk: world.disk,
    cacheSize,
    onGroup: observeGroups(metrics, 'pds'),
    onFull: observeFullDisk(log, world.now),
  })
  const stores = sqlitePdsStores(sql)
  const here = readsHere(stores.repos)
  // One processor is left to the thread that writes.
  const {readerThreads: countMax = Math.min(readersUsual, availableParallelism() - 1)} = config
  const reads = sql.file === undefined || countMax === 0 ? here : readsOnThreads(here, sql.file, {countMax, log})
  const blobs = new Blobs({
    rows: stores.blobs,
    files: await openBlobStore(config.blobs, world.now),
    world,
    log,
    sizeMax: config.blobSizeMax,
    waitingSizeMax: config.blobWaitingSizeMax,
    withoutNotes: !config.pictureNotes,
  })
  return {sql, stores, reads, blobs}
}
