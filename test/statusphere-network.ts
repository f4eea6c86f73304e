/** The example app in a network of its own, as `npm start -- --with statusphere` has it, and people who use other apps. */
import {AtpAgent} from '@atproto/api'
import {silentLog} from '#std/log.ts'
import {listen} from '#runtime/http/listener.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {createGuard} from '#runtime/strangers/guard.ts'
import {dataIn} from '../src/bin/data-folder.ts'
import {exampleRows} from '../src/bin/examples.ts'
import {openNetwork} from '../src/bin/network.ts'
import {rows} from '../src/bin/rows.ts'
import {freePorts, networkEnv, onePort, urlOf} from './network-env.ts'
import {temporaryFolder} from './temporary-folder.ts'

export const password = 'correct horse'
const collection = 'xyz.statusphere.status'

export interface StatusphereNetwork extends AsyncDisposable {
  /** Of the app. */
  readonly url: string
  readonly pdsUrl: string
  signUp(name: string): Promise<Resident>
}

/** Somebody who does all by another app. */
export class Resident {
  readonly agent: AtpAgent

  constructor(agent: AtpAgent) {
    this.agent = agent
  }

  get did(): string {
    return this.agent.assertDid
  }

  async write(collection: string, record: object): Promise<string> {
    const {data} = await this.agent.com.atproto.repo.createRecord({repo: this.did, collection, record: {...record}})
    return data.uri
  }

  says(status: string, createdAt = new Date().toISOString()): Promise<string> {
    return this.write(collection, {$type: collection, status, createdAt})
  }

  async remove(uri: string): Promise<void> {
    const [, , repo, collection, rkey] = uri.split('/')
    await this.agent.com.atproto.repo.deleteRecord({repo, collection, rkey})
  }

  async statuses(): Promise<string[]> {
    const {data} = await this.agent.com.atproto.repo.listRecords({repo: this.did, collection})
    return data.records.map(({value}) => (value as unknown as {status: string}).status)
  }
}

export async function openStatusphereNetwork(settings: Record<string, string> = {}): Promise<StatusphereNetwork> {
  const [ports, port] = [await freePorts(), await onePort()]
  const all = [...rows, ...(await exampleRows(['statusphere']))]
  const folder = temporaryFolder('statusphere')
  const env = {...dataIn(folder, {}, all), ...networkEnv(folder, ports), STATUSPHERE_PORT: String(port), ...settings}
  const [world, guarded] = [
    nodeWorld({userAgent: 'test'}),
    nodeWorld({userAgent: 'test', guard: createGuard({allowLoopback: true})}),
  ]
  const {members} = await openNetwork(env, {world, guarded, log: silentLog, all})
  for (const {service} of members) await service.start()
  const shown = members.filter(({service}) => ['pds', 'statusphere'].includes(service.name))
  const listeners = await Promise.all(shown.map(({service, port}) => listen(service, {port, log: silentLog})))
  return {
    url: `http://127.0.0.1:${port}`,
    pdsUrl: urlOf(ports.pds),
    async signUp(name) {
      const agent = new AtpAgent({service: urlOf(ports.pds)})
      await agent.createAccount({handle: `${name}.test`, email: `${name}@example.com`, password})
      return new Resident(agent)
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listeners) await listener.stop()
      for (const {service} of members.toReversed()) await service.stop()
      await Promise.all([world.close(), guarded.close()])
    },
  }
}
