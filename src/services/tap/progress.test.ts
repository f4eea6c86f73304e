/** How a Tap gets on, as a table and as a page. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {Hosted, openTestTap} from '../../../test/tap-service.ts'
import {until} from '../../../test/until.ts'

const nobody = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb'

async function opened(context: TestContext) {
  const alice = new Hosted('alice')
  alice.write({a: 'one'})
  const tap = await openTestTap(context, [alice], {
    answers: {
      'com.atproto.sync.getRepo': params =>
        params.get('did') === alice.did ? undefined : new Response('', {status: 500}),
    },
  })
  return {alice, tap}
}

suite('how a Tap gets on', {timeout: 30_000}, () => {
  test('is a table of plain lines', async context => {
    const {alice, tap} = await opened(context)
    await tap.connect()
    await tap.add(alice.did, nobody)
    const table = await until(async () => {
      const lines = await tap.tap.table()
      return lines.some(line => line.includes('1 active, 1 error') || line.includes('2 error')) ? lines : undefined
    }, 'both were tried')
    assert.match(table[0], /^  repositories  2: /)
    assert.ok(
      table.some(line => /^  consumer +local: has \d, has done 0$/.test(line)),
      table.join('\n'),
    )
    assert.ok(table.some(line => line.startsWith('  error')))
    assert.ok(table.every(line => /^[\x20-\x7e×]*$/.test(line)))
  })

  test('is a page that loads nothing from elsewhere, and whose figures come alone, too', async context => {
    const {tap} = await opened(context)
    await tap.add(nobody)
    await until(async () => ((await tap.call('GET', '/stats')).body.faults as unknown[]).length === 1, 'it has failed')
    const get = async (path: string): Promise<Response> => tap.tap.fetch(new Request(`http://localhost:2480${path}`))
    const response = await get('/')
    const page = await response.text()
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    for (const part of ['<h1>Tap</h1>', 'repositories', 'Why they could not be fetched', 'not-found']) {
      assert.ok(page.includes(part), part)
    }
    assert.doesNotMatch(page, /(?:src|href)="https?:/)
    const [, script = ''] = /src="([^"]*islands\/now\.ts)"/.exec(page) ?? []
    assert.equal((await get(script)).status, 200)
    const part = await (await get('/-/now')).text()
    assert.ok(page.includes('data-now="/-/now"') && part.startsWith('<section'))
  })

  test('is told to supervisors, and in numbers', async context => {
    const {alice, tap} = await opened(context)
    await tap.add(alice.did)
    await until(async () => (await tap.call('GET', '/stats')).body.repos === 1, 'she is followed')
    tap.stream.push(alice.write({b: 'two'}), new Hosted('other', 2).write({a: 'a'}))
    await until(() => /^tap_firehose_last_seq 2$/m.test(tap.metrics.render()), 'both were read')
    assert.deepEqual(Object.keys(await tap.tap.health()), ['cursor', 'connected', 'outbox'])
    const numbers = tap.metrics.render()
    assert.match(numbers, /^tap_firehose_events_received_total 2$/m)
    assert.match(numbers, /^tap_firehose_events_skipped_total 1$/m)
    assert.match(numbers, /^tap_firehose_events_processed_total 1$/m)
    assert.match(numbers, /^tap_skipped\{reason="untracked"\} 1$/m)
  })
})
