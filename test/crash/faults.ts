/**
 * What befalls the network in the middle of a round, one way for each mode of the crash test. Each leaves the disk with
 * room and may leave some servers killed: the round starts them again before it looks.
 */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {EndedEarly} from '../network-process.ts'
import {openDisk} from './full-disk.ts'
import type {Servers} from './servers.ts'

export const modes = ['kill', 'kill-start', 'full-disk', 'clock-back'] as const
export type Mode = (typeof modes)[number]

/** What a fault may use of the round that it is part of. */
export interface Round {
  readonly servers: Servers
  random(): number
  sleep(ms: number): Promise<void>
  /** Ends these servers, each at a moment of its own within `withinMs`. */
  kill(names: readonly string[], withinMs: number): Promise<void>
  /** Some of the servers, or all. */
  some(): string[]
  /** Waits until a write is acknowledged that was sent from now on. */
  acknowledged(): Promise<void>
}

export interface Fault {
  /** Where the data is. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** In words, for whoever reads the rounds. */
  readonly about: string
  /** While clients write. */
  strike(round: Round): Promise<void>
  /** Once they have stopped, with the servers that were killed still down. */
  after?(round: Round, down: readonly string[]): Promise<void>
  remove?(): void
}

const writeMsMax = 600
const startMs = {min: 50, max: 1_000}
const hourMs = 3_600_000
/** A round leaves some megabytes. */
const diskSizePerRound = 12 * 2 ** 20
const diskSizeMin = 200 * 2 ** 20

export interface FaultOptions {
  readonly folder: string
  readonly rounds: number
  /** Whether a disk of its own may be mounted. */
  readonly mayMount: boolean
}

export function faultOf(mode: Mode, options: FaultOptions): Fault {
  switch (mode) {
    case 'kill':
      return killed(options.folder)
    case 'kill-start':
      return killedWhileStarting(options.folder)
    case 'full-disk':
      return diskFull(options)
    case 'clock-back':
      return clockMovedBack(options.folder)
  }
}

const between = (random: () => number, {min, max}: {min: number; max: number}): number => min + random() * (max - min)

async function killOnceMore({servers, random, sleep}: Round, names: readonly string[]): Promise<void> {
  servers.begin(names)
  await sleep(between(random, startMs))
  await servers.kill(names)
}

/** One, some or all at random moments; of the rounds a quarter kills them once more as they start. */
const killed = (folder: string): Fault => ({
  folder,
  env: {},
  about: 'killed at any moment',
  async strike(round) {
    await round.sleep(round.random() * writeMsMax)
    await round.kill(round.some(), writeMsMax / 2)
  },
  async after(round, down) {
    if (round.random() < 0.25) await killOnceMore(round, down)
  },
})

const killedWhileStarting = (folder: string): Fault => ({
  folder,
  env: {},
  about: 'killed once or twice in a row while they start',
  async strike(round) {
    await round.sleep(round.random() * writeMsMax)
    await round.kill(round.servers.names, 0)
  },
  async after(round, down) {
    for (let times = round.random() < 0.5 ? 1 : 2; times > 0; times--) await killOnceMore(round, down)
  },
})

function diskFull({folder, rounds, mayMount}: FaultOptions): Fault {
  const disk = openDisk(folder, diskSizeMin + rounds * diskSizePerRound, mayMount)
  return {
    folder: disk.folder,
    env: disk.env,
    about: `disk full, ${disk.kind}`,
    async strike(round) {
      await round.sleep((round.random() * writeMsMax) / 2)
      disk.fill()
      await round.sleep(between(round.random, {min: 100, max: writeMsMax}))
      if (round.random() < 0.5) return round.kill(round.some(), 0)
      disk.free()
      await round.acknowledged()
    },
    async after({servers, random}, down) {
      // Whether they start without room is theirs to say; whoever does not says why.
      if (down.length > 0 && random() < 0.5) {
        try {
          await servers.start(down)
        } catch (error) {
          if (!(error instanceof EndedEarly)) throw error
          assert.match(error.message, /the disk is full|no room|no space left/i)
        }
        await servers.kill(down)
      }
      disk.free()
    },
    remove: () => disk.remove(),
  }
}

/** All servers have the one clock of their machine. */
function clockMovedBack(folder: string): Fault {
  const path = join(folder, 'clock')
  let movedMs = 0
  writeFileSync(path, '0')
  return {
    folder,
    env: {MOVED_CLOCK: path, NODE_OPTIONS: `--import ${new URL('moved-clock.ts', import.meta.url).href}`},
    about: 'the clock goes back an hour',
    async strike(round) {
      await round.sleep((round.random() * writeMsMax) / 2)
      movedMs -= hourMs
      writeFileSync(path, String(movedMs))
      await round.sleep((round.random() * writeMsMax) / 2)
      if (round.random() < 0.5) await round.kill(round.some(), 0)
      else await round.acknowledged()
    },
  }
}
