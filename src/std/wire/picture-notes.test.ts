/** Files of pictures lose what is written beside the picture, however they come, and are the same picture after it. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import sharp from 'sharp'
import {concatBytes} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {mayHaveNotes, withoutNotes} from './picture-notes.ts'

const format = {'image/jpeg': 'jpeg', 'image/png': 'png', 'image/webp': 'webp'} as const
type Type = keyof typeof format
const types = Object.keys(format) as Type[]

const noise = Uint8Array.from({length: 64 * 48 * 3}, (_, i) => (i * i * 31) >> 3)
const drawn = () => sharp(noise, {raw: {width: 64, height: 48, channels: 3}})
const plain = (type: Type): Promise<Uint8Array> => drawn().toFormat(format[type]).toBuffer()
/** With a place, a name, XMP, a colour profile, and another side up. */
const noted = (type: Type): Promise<Uint8Array> =>
  drawn()
    .withMetadata({orientation: 6})
    .withIccProfile('p3')
    .withExifMerge({IFD0: {Artist: 'Alice'}, IFD3: {GPSLatitude: '48/1 51/1 30/1'}})
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><place>Paris</place></x:xmpmeta>')
    .toFormat(format[type])
    .toBuffer()

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
const cleaned = async (type: Type, bytes: Uint8Array, size = bytes.length): Promise<Buffer> =>
  Buffer.from(concatBytes(await Array.fromAsync(withoutNotes(type, inPieces(bytes, size)))))

const segment = (marker: number, text: string): Uint8Array =>
  concatBytes([Uint8Array.of(0xff, marker, 0, text.length + 2), toUtf8(text)])

for (const type of types) {
  test(`${type}: the notes go, colours and the side that is up stay, and not a pixel is another`, async () => {
    const file = Buffer.from(await noted(type))
    ok(file.includes('Alice') && (await sharp(file).metadata()).xmp)
    const clean = await cleaned(type, file)
    for (const word of ['Alice', 'Paris', 'adobe']) ok(!clean.includes(word), word)
    const {orientation, icc, width, xmp} = await sharp(clean).metadata()
    deepEqual([orientation, icc !== undefined, width, xmp], [6, true, 64, undefined])
    deepEqual(await sharp(clean).raw().toBuffer(), await sharp(file).raw().toBuffer())
    deepEqual(await cleaned(type, clean), clean, 'there is nothing more to take')
  })

  test(`${type}: one without notes stays as it is, and nothing hangs behind it`, async () => {
    const file = await plain(type)
    deepEqual(await cleaned(type, file), file)
    deepEqual(await cleaned(type, concatBytes([file, toUtf8('<script>')])), file)
  })

  test(`${type}: how it comes makes no difference`, async () => {
    const file = await noted(type)
    const whole = await cleaned(type, file)
    for (const size of [1, 2, 3, 7, 1_000]) deepEqual(await cleaned(type, file, size), whole)
  })

  test(`${type}: what is cut or garbled ends in a file or in Malformed`, async () => {
    const file = (await noted(type)).subarray(0, 3_000)
    for (let cut = 0; cut < file.length; cut += 13) {
      for (const bad of [file.subarray(0, cut), Uint8Array.from(file).fill(0xff, cut, cut + 4)]) {
        await cleaned(type, bad).catch((error: Error) => equal(error.name, 'Malformed'))
      }
    }
    await rejects(cleaned(type, file.subarray(0, 30)), {name: 'Malformed', format: 'picture'})
  })
}

test('a JPEG of several scans is passed on whole, and one that is cut off in its picture as far as it goes', async () => {
  const file = await drawn().jpeg({progressive: true}).toBuffer()
  deepEqual(await cleaned('image/jpeg', file, 5), file)
  const cut = file.subarray(0, file.length - 100)
  deepEqual(await cleaned('image/jpeg', cut), cut)
})

test('a second picture behind the first, and the segments that only programs read, are left out', async () => {
  const file = await plain('image/jpeg')
  const more = [segment(0xe2, 'MPF\0x'), segment(0xeb, 'JP'), segment(0xed, 'Photoshop'), segment(0xfe, 'by me')]
  const full = concatBytes([file.subarray(0, 2), ...more, file.subarray(2), await noted('image/jpeg')])
  deepEqual(await cleaned('image/jpeg', full), file)
})

const many = (part: readonly number[]): Uint8Array =>
  concatBytes(Array.from({length: 50_000}, () => Uint8Array.from(part)))

test('a file of a million parts, or of rubbish between two, is given up long before its end', async () => {
  const jpeg = Uint8Array.of(0xff, 0xd8)
  const files: [Type, Uint8Array, Uint8Array][] = [
    ['image/jpeg', jpeg, many([0xff, 0xe1, 0, 2])],
    ['image/jpeg', jpeg, many([0xff, 0xd0])],
    ['image/jpeg', jpeg, many([0xff, 0xfe, 0, 2, 1])],
    ['image/jpeg', jpeg, new Uint8Array(200_000).fill(1)],
    ['image/jpeg', jpeg, new Uint8Array(200_000).fill(0xff)],
    ['image/png', (await plain('image/png')).subarray(0, 8), many([0, 0, 0, 0, 0x74, 0x45, 0x58, 0x74, 0, 0, 0, 0])],
    ['image/webp', Uint8Array.of(82, 73, 70, 70, 255, 255, 255, 0, 87, 69, 66, 80), many([65, 65, 65, 65, 0, 0, 0, 0])],
  ]
  for (const [type, head, rest] of files) {
    let read = 0
    const endless = (async function* () {
      for (yield head; ; yield rest) read += rest.length
    })()
    await rejects(Array.fromAsync(withoutNotes(type, endless)), {name: 'Malformed', format: 'picture'})
    ok(read < 1_000_000, `${type} read ${read}`)
  }
})

test('of other types it is not asked', () => {
  deepEqual([...types, 'image/gif', 'image/avif', 'constructor'].map(mayHaveNotes), [
    ...types.map(() => true),
    false,
    false,
    false,
  ])
})
