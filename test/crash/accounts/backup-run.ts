/** `wholesky pds backup` of a server that is written to, and killed: what it has finished is whole, also once it is killed. */
import assert from 'node:assert/strict'
import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {killNetwork, spawnWholesky, type NetworkProcess} from '../../network-process.ts'
import {checkData} from './data-check.ts'

export class BackupRun {
  readonly #env: Readonly<Record<string, string>>
  readonly #folder: string
  #running: NetworkProcess | undefined

  constructor(env: Readonly<Record<string, string>>, folder: string) {
    this.#env = env
    this.#folder = folder
  }

  begin(): void {
    this.#running = spawnWholesky(['pds', 'backup', this.#folder], this.#env, () => false)
  }

  /** Ends it as a crash does. */
  async end(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running && running.child.exitCode === null) await killNetwork(running)
  }

  /** What is there is whole, whether or not the newest came to its end. */
  async check(scratch: string): Promise<void> {
    const running = this.#running
    this.#running = undefined
    if (running) assert.equal(await running.exit, 0, running.output())
    if (existsSync(join(this.#folder, 'backup.json'))) {
      checkData(join(this.#folder, 'pds.sqlite'), scratch)
      assert.ok(readdirSync(this.#folder).includes('secrets.json'))
    }
  }
}
