/**
 * A PDS is killed (`kill -9`) while it takes in a repository: near its beginning, in the middle, and when all of it has
 * been sent. Afterwards the account has the repository that it had, or all of the new one if that was acknowledged;
 * nothing half-made is found, nothing of what was written is left lying, and the same import goes through.
 */
import assert from 'node:assert/strict'
import {request} from 'node:http'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {pipeline} from 'node:stream/promises'
import {test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'
import {encodeCar} from '#atp/repo/car-write.ts'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {madeRepo} from '../repos.ts'
import {separateNetwork} from '../separate-processes.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'
import {checkData} from './accounts/data-check.ts'

const recordCount = 12_000
const folder = temporaryFolder('import-killed')

const rows = (text: string): number => {
  using sql = new DatabaseSync(join(folder, 'pds', 'pds.sqlite'), {readOnly: true})
  return Number(sql.prepare(text).get()?.count)
}

test('a server that is killed in an import has all of the repository or none of it', {timeout: 170_000}, async () => {
  const {root, blocks} = madeRepo(recordCount)
  const car = encodeCar([root], blocks)
  const ports = await freePorts()
  const network = separateNetwork(networkEnv(folder, ports))
  const url = urlOf(ports.pds)
  const ask = async (nsid: string, init?: RequestInit) =>
    (await fetch(`${url}/xrpc/${nsid}`, init)).json() as Promise<Record<string, string>>
  try {
    await Promise.all([network.start('plc'), network.start('pds')])
    const {did, accessJwt} = await ask('com.atproto.server.createAccount', {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({handle: 'mover.test', email: 'mover@example.com', password: 'correct horse battery'}),
    })
    const head = async (): Promise<string> => (await ask(`com.atproto.sync.getLatestCommit?did=${did}`)).rev
    /** Sends so much of it, and the rest once `gate` is over. The status, unless the server dies. */
    const send = (size: number, gate: Promise<void>): Promise<number | undefined> => {
      const parts = async function* () {
        for (let at = 0; at < car.length; at += 65_536) {
          if (at >= size) await gate
          yield car.subarray(at, at + 65_536)
        }
      }
      const headers = {authorization: `Bearer ${accessJwt}`, 'content-type': 'application/vnd.ipld.car'}
      return new Promise(resolve => {
        const sent = request(`${url}/xrpc/com.atproto.repo.importRepo`, {method: 'POST', headers}, response => {
          response.resume().once('end', () => resolve(response.statusCode))
        })
        sent.once('close', () => resolve(undefined))
        pipeline(parts, sent).catch(() => {})
      })
    }
    for (const part of [0.15, 0.6, 1]) {
      const before = await head()
      const gate = Promise.withResolvers<void>()
      const sent = send(car.length * part, gate.promise)
      // Written, as far as it has come; or while the last of it is, and it is adopted.
      const isUnderWay = (): boolean => rows('SELECT count(*) AS count FROM node') > recordCount * part * 0.05
      await until(isUnderWay, `${part} of it`)
      if (part === 1) await sleep(20)
      await network.kill('pds')
      gate.resolve()
      const isAcknowledged = (await sent) === 200
      checkData(join(folder, 'pds', 'pds.sqlite'), join(folder, 'copy'))
      await network.start('pds')
      const isAdopted = (await head()) !== before
      assert.ok(isAdopted || !isAcknowledged, `${part}: what was acknowledged is lost`)
      const count = rows(`SELECT count(*) AS count FROM record WHERE tree IN (SELECT tree FROM repo)`)
      assert.equal(count, isAdopted ? recordCount : 0, `${part}`)
      const isSwept = (): boolean =>
        rows('SELECT count(*) AS count FROM tree WHERE id NOT IN (SELECT tree FROM repo)') === 0
      await until(isSwept, 'what is of no repository is swept')
      assert.equal(rows('SELECT count(*) AS count FROM record'), count)
      if (isAdopted) break
    }
    assert.equal(await send(car.length, Promise.resolve()), 200)
    assert.equal(rows('SELECT count(*) AS count FROM record WHERE tree IN (SELECT tree FROM repo)'), recordCount)
    await network.stop()
  } catch (error) {
    await network.kill()
    throw error
  }
})
