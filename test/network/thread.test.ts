/** `npm start` with the AppView on a thread of its own: people see what they see without, and whoever runs it all numbers. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {killNetwork, startNetwork, stopNetwork} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

test('a post is in the timeline of an AppView on a thread of its own', {timeout: 60_000}, async context => {
  const ports = await freePorts()
  const env = {...networkEnv(temporaryFolder('thread'), ports), WHOLESKY_THREADS: 'appview', LOG_LEVEL: 'info'}
  const network = await startNetwork(env)
  context.after(() => killNetwork(network))
  const [alice, bob] = [new AtpAgent({service: urlOf(ports.pds)}), new AtpAgent({service: urlOf(ports.pds)})]
  await alice.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  await bob.createAccount({handle: 'bob.test', email: 'bob@example.com', password: 'correct horse'})
  await bob.follow(alice.assertDid)
  const {uri} = await alice.post({text: 'hello from the first thread'})
  // What others wrote, the PDS has from the AppView alone, and asks for it by the port.
  await until(async () => {
    const {data} = await bob.getTimeline()
    return data.feed.some(({post}) => post.uri === uri)
  }, 'the post is in the timeline')
  const page = await (await fetch(`${urlOf(ports.web)}/profile/alice.test`)).text()
  assert.match(page, /hello from the first thread/)
  await until(async () => {
    const numbers = await (await fetch(`${urlOf(ports.metrics)}/metrics`)).text()
    return (
      /^http_requests_total\{service="appview",status="200"\} [1-9]/m.test(numbers) &&
      /^view_events_behind\{service="appview",.*\} 0$/m.test(numbers)
    )
  }, 'its numbers are shown')
  assert.equal(await stopNetwork(network, 'SIGTERM'), 0, network.output())
  assert.match(network.output(), /"message":"listening","service":"appview"/)
  assert.doesNotMatch(network.output(), /"level":"(warn|error)"/)
})
