/** The archive of a Jetstream with all that goes on in it: it follows the log, is compacted, and is given other times. */
import {eventLogFolder} from '#engines/open.ts'
import type {EventLog} from '#engines/event-log/event-log.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import {ConfigError} from '#std/config.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {JetstreamConfig} from '../config.ts'
import {TimestampImports} from '../imports/timestamp-import.ts'
import type {Overview} from '../page/overview.ts'
import {Archive} from './archive.ts'
import {Archiver} from './archiver.ts'

/** `undefined` where there is to be none. Throws `ConfigError`, and as `Archive.open` does. */
export async function openArchive(config: JetstreamConfig, world: World): Promise<Archive | undefined> {
  const {log, archive, segmentSize, segmentAge, archiveWindow, archiveSizeMax} = config
  if (archive === 'none' || eventLogFolder(log) === undefined) return undefined
  const folder = eventLogFolder(archive)
  if (!folder) throw new ConfigError('jetstream', ['JETSTREAM_ARCHIVE: expected file:<folder>, or none.'])
  return Archive.open(folder, {
    world,
    segmentSizeMax: segmentSize,
    segmentAgeMax: segmentAge,
    ageMax: archiveWindow ?? Infinity,
    sizeMax: archiveSizeMax,
  })
}

interface Deps {
  readonly archive: Archive
  readonly eventLog: EventLog
  readonly config: Pick<JetstreamConfig, 'compactionInterval' | 'timestampImportDir'>
  readonly world: World
  readonly log: Log
  readonly metrics: Metrics
  readonly overview: Pick<Overview, 'leftOut' | 'compacted'>
}

export class ArchiveKeeper {
  readonly archive: Archive
  readonly imports: TimestampImports
  readonly #archiver: Archiver

  private constructor(archive: Archive, archiver: Archiver, imports: TimestampImports) {
    this.archive = archive
    this.#archiver = archiver
    this.imports = imports
  }

  static async open({archive, eventLog, config, world, log, metrics, overview}: Deps): Promise<ArchiveKeeper> {
    const unfit = metrics.counter(
      'jetstream_archive_unfit_total',
      'Events that the form of the archive has no room for.',
    )
    const gone = metrics.counter('jetstream_archive_compacted_total', 'Events that were taken out of the archive.')
    metrics.gauge('jetstream_archive_bytes', 'Bytes of the archive.', {}, () => archive.size)
    metrics.gauge('jetstream_archive_behind', 'Events of the log that are in no block yet.', {}, () =>
      Math.max(0, eventLog.bounds().last - archive.last),
    )
    const archiver = new Archiver({
      archive,
      log: eventLog,
      world,
      told: log,
      compactionIntervalMs: config.compactionInterval,
      onUnfit: () => {
        unfit.add(1)
        overview.leftOut('no-place-in-archive')
      },
      onCompacted: count => {
        gone.add(count)
        overview.compacted += count
      },
    })
    const imports = await TimestampImports.open({
      archive,
      folder: config.timestampImportDir,
      world,
      told: log,
      inTurn: act => archiver.inTurn(act),
      sealAll: signal => archiver.sealAll(signal),
    })
    return new ArchiveKeeper(archive, archiver, imports)
  }

  /** Until the signal aborts. Rejects when the archive cannot be written. */
  async run(signal: AbortSignal): Promise<void> {
    this.imports.resume()
    await this.#archiver.run(signal)
  }

  async close(): Promise<void> {
    await this.imports.close()
    this.archive[Symbol.dispose]()
  }
}
