/** Text and its codings, once with Node's fast methods and once as a browser has to do it. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {stripTypeScriptTypes} from 'node:module'
import {suite, test} from 'node:test'
import {runSeed, seeded} from '../../test/random.ts'
import * as base32 from './encoding/base32.ts'
import * as base64 from './encoding/base64.ts'
import {copyBytes, fromHex} from './bytes.ts'
import * as native from './text.ts'

/** The module as it is where there is no `Buffer`: its source, with another global object in scope. */
async function withoutBuffer<T>(module: string): Promise<T> {
  const source = stripTypeScriptTypes(readFileSync(new URL(module, import.meta.url), 'utf8'))
  return (await import(`data:text/javascript,${encodeURIComponent(`const globalThis = {};${source}`)}`)) as T
}
const portable = await withoutBuffer<typeof native>('text.ts')
const portableBytes = await withoutBuffer<{copyBytes: typeof copyBytes}>('bytes.ts')

const texts = ['', 'a', 'plain text', 'é', '\u07ff', '\u0800', '€', '\uffff', '\ufffd', '\ufeffmark', '😀', 'a😀é\0']
for (const size of [39, 40, 41, 300]) texts.push('x'.repeat(size), 'x'.repeat(size - 1) + 'é', '€'.repeat(size))

for (const [name, text] of Object.entries({native, portable})) {
  suite(`${name} text`, () => {
    test('goes to UTF-8 and back', () => {
      for (const sample of texts) {
        const bytes = Buffer.from(sample)
        assert.deepEqual(text.toUtf8(sample), new Uint8Array(bytes))
        assert.equal(text.utf8Size(sample), bytes.length)
        const out = new Uint8Array(bytes.length + 2)
        assert.equal(text.writeUtf8(sample, out, 1), bytes.length)
        assert.equal(text.fromUtf8(out, 1, bytes.length + 1), sample)
        assert.equal(text.fromUtf8Lossy(out, 1, bytes.length + 1), sample)
      }
    })

    test('counts a lone surrogate as the three bytes of its replacement', () => {
      for (const lone of ['\ud800', 'a\udc00', '\ud800\ud800', '\udc00\ud800x']) {
        assert.equal(text.utf8Size(lone), Buffer.byteLength(lone))
        assert.equal(text.utf8Size(lone), text.toUtf8(lone).length)
      }
    })

    test('refuses bad UTF-8 of any length, or replaces it', () => {
      for (const bad of ['ff', '80', 'c3', 'c080', 'eda080', 'f4908080', 'e28261', '61'.repeat(100) + 'ff']) {
        const bytes = fromHex(bad)!
        assert.equal(text.fromUtf8(bytes), undefined)
        assert.equal(text.fromUtf8Lossy(bytes), new TextDecoder().decode(bytes))
      }
    })

    test('takes each byte of latin1 for one character', () => {
      const bytes = Uint8Array.from({length: 256}, (_, i) => i)
      const letters = text.fromLatin1(bytes, 0, 256)
      assert.equal(letters, Buffer.from(bytes).toString('latin1'))
      const out = new Uint8Array(258)
      assert.equal(text.writeLatin1(letters, out, 1), 256)
      assert.deepEqual(out.subarray(1, 257), bytes)
    })
  })
}

test('is written into short arrays without moving them out of the heap of V8', () => {
  const writes = [
    (into: Uint8Array) => native.writeLatin1('plain', into, 4),
    (into: Uint8Array) => native.writeUtf8('é€', into, 4),
  ]
  for (const write of writes) {
    const arrays = Array.from({length: 1_000}, () => new Uint8Array(64))
    const before = process.memoryUsage().arrayBuffers
    for (const into of arrays) assert.equal(write(into), 5)
    assert.ok(process.memoryUsage().arrayBuffers - before < 32 * arrays.length, String(write))
    assert.equal(arrays[999][4] > 0, true)
  }
})

test('knows each character of UTF-8, and refuses what the platform refuses', () => {
  const strict = new TextDecoder('utf-8', {fatal: true})
  const random = seeded(runSeed)
  for (let i = 0; i < 5_000; i++) {
    const bytes = Uint8Array.from({length: 4}, (_, at) =>
      at === 0
        ? 0x80 + Math.floor(random() * 128)
        : [0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0x41][Math.floor(random() * 8)],
    )
    const size = native.utf8Length(bytes, 0, 4)
    const fits = [2, 3, 4].find(length => isText(strict, bytes.subarray(0, length)))
    assert.equal(size, fits ?? 0, `SEED=${runSeed} ${bytes}`)
    if (size > 0) assert.equal(native.utf8Length(bytes, 0, size - 1), 0)
  }
})

/** Whether the bytes are one character. */
function isText(strict: TextDecoder, bytes: Uint8Array): boolean {
  try {
    return [...strict.decode(bytes)].length === 1
  } catch {
    return false
  }
}

test('base32 and base64 of every length, written in place or as text', () => {
  for (let size = 0; size < 70; size++) {
    const bytes = Uint8Array.from({length: size + 2}, (_, i) => (i * 37 + size) & 255)
    const middle = bytes.subarray(1, size + 1)
    const out = new Uint8Array(200)
    assert.equal(base64.toBase64(middle), Buffer.from(middle).toString('base64').replaceAll('=', ''))
    assert.equal(base64.toBase64Url(middle), Buffer.from(middle).toString('base64url'))
    const end64 = base64.writeBase64(bytes, 1, size + 1, out, 3)
    assert.equal(end64, 3 + base64.base64Size(size))
    assert.equal(native.fromLatin1(out, 3, end64), base64.toBase64(middle))
    const text = base32.toBase32(middle)
    const end32 = base32.writeBase32(bytes, 1, size + 1, out, 3)
    assert.equal(end32, 3 + base32.base32Size(size))
    assert.equal(native.fromLatin1(out, 3, end32), text)
    assert.deepEqual(base32.fromBase32(text), new Uint8Array(middle))
  }
})

test('a range is copied as `set` copies it, with and without Buffer', () => {
  const from = Uint8Array.from({length: 300}, (_, i) => i)
  for (const copy of [copyBytes, portableBytes.copyBytes]) {
    const to = new Uint8Array(300)
    copy(from, 10, 110, to, 5)
    assert.deepEqual(to.subarray(5, 105), from.subarray(10, 110))
    assert.equal(to[105], 0)
  }
})

test('a stranger’s text becomes one line that does not turn ours around, cut by letters', () => {
  assert.equal(native.oneLine(' a\u202eb\n\tc\u2028 ', 60), 'a b c')
  assert.equal(native.oneLine('😀'.repeat(5), 5), '😀'.repeat(5))
  assert.equal(native.oneLine('😀'.repeat(6), 5), `${'😀'.repeat(4)}…`)
  assert.equal(native.oneLine('\n', 5), '')
})

test('JSON is its value, and what is none is nothing', () => {
  assert.deepEqual([native.jsonOf('{"a":[1]}'), native.jsonOf('null'), native.jsonOf(' 7 ')], [{a: [1]}, null, 7])
  for (const text of ['', '{', 'undefined', '{a:1}', undefined])
    assert.equal(native.jsonOf(text), undefined, String(text))
})
