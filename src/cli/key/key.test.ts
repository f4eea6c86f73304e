/** `key generate` and `key inspect`: what one writes, the other reads. */
import assert from 'node:assert/strict'
import {readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const folder = temporaryFolder('key')

type Key = {curve: string; didKey: string; secret?: string; kind?: string}

suite('key', () => {
  for (const curve of ['k256', 'p256']) {
    test(`a ${curve} key is known again by its secret, its file and its public spellings`, async () => {
      const made = (await wholeskyJson(['key', 'generate', '--curve', curve])).answer as Required<Key>
      assert.equal(made.curve, curve)
      const file = join(folder, curve)
      writeFileSync(file, `${made.secret}\n`)
      const spellings: [string, string][] = [
        [made.secret, 'private'],
        [file, 'private'],
        [made.didKey, 'public'],
        [made.didKey.slice('did:key:'.length), 'public'],
      ]
      for (const [spelling, kind] of spellings) {
        const {code, answer} = await wholeskyJson(['key', 'inspect', spelling])
        assert.equal(code, 0)
        assert.deepEqual([(answer as Key).didKey, (answer as Key).kind], [made.didKey, kind])
        assert.ok(!JSON.stringify(answer).includes(made.secret))
      }
    })
  }

  test('reads the spelling of a private key that other tools write', async () => {
    const secret = 'z3vLY4nbXy2rV4Qr65gUtfnSF3A8Be7gmYzUiCX6eo2PR1Rt'
    const {answer} = await wholeskyJson(['key', 'inspect', secret])
    assert.deepEqual((answer as Key).kind, 'private')
  })

  test('writes the secret to a new file for its owner alone, and does not show it', async () => {
    const file = join(folder, 'new.key')
    const {code, out} = await wholesky(['key', 'generate', '--out', file])
    assert.equal(code, 0)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const secret = readFileSync(file, 'utf8').trim()
    assert.ok(secret.startsWith('z') && !out.includes(secret))
    assert.equal((await wholesky(['key', 'generate', '--out', file])).code, 3)
    assert.equal(readFileSync(file, 'utf8').trim(), secret)
  })

  test('refuses what is no key', async () => {
    const file = join(folder, 'no.key')
    writeFileSync(file, 'hello')
    for (const text of ['did:key:zabc', 'did:web:example.com', file, `z${'1'.repeat(50)}`]) {
      assert.equal((await wholesky(['key', 'inspect', text])).code, 1, text)
    }
    assert.equal((await wholesky(['key', 'inspect', join(folder, 'absent')])).code, 3)
  })

  test('repeats no private key that was typed where something else belongs', async () => {
    for (const curve of ['k256', 'p256']) {
      const {secret} = (await wholeskyJson(['key', 'generate', '--curve', curve])).answer as Required<Key>
      const short = secret.slice(0, -1)
      for (const argv of [
        ['repo', 'verify', join(folder, 'x.car'), '--key', secret],
        ['repo', 'verify', join(folder, 'x.car'), '--key', short],
        [
          'repo',
          'pack',
          folder,
          '--did',
          'did:plc:ewvi7nxzyoun6zhxrhs64oiz',
          '--key',
          secret,
          '--out',
          join(folder, 'x.car'),
        ],
        ['key', 'inspect', short],
        ['key', 'inspect', `${secret}x`],
        ['key', 'inspect', join(folder, secret)],
        ['resolve', secret],
        ['key', secret],
      ]) {
        for (const more of [[], ['--json']]) {
          const {code, out, err} = await wholesky([...argv, ...more])
          assert.ok(code > 0 && code < 70, argv.join(' '))
          assert.ok(!(out + err).includes(short), `${argv.join(' ')}: ${out}${err}`)
        }
      }
    }
  })

  test('says of a private key in the place of a file where it belongs', async () => {
    const {secret} = (await wholeskyJson(['key', 'generate'])).answer as Required<Key>
    const {code, err} = await wholesky(['repo', 'verify', 'x.car', '--key', secret])
    assert.equal(code, 2)
    assert.match(err, /--key '\[private key\]': that is a private key itself: give the file that it is in\n/)
  })

  test('a key file that is not there is out of reach, not wrong usage', async () => {
    const {code, err} = await wholesky(['repo', 'verify', 'x.car', '--key', join(folder, 'absent.key')])
    assert.equal(code, 3)
    assert.match(err, /absent\.key: no such file or folder/)
  })
})
