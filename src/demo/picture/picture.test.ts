/** What the pictures of the demo are drawn with: colours, shapes that stay on the canvas, and the file that is made of it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {crc32, inflateSync} from 'node:zlib'
import {Prng} from '#std/prng.ts'
import {Canvas, type Colour, hsl, mix} from './canvas.ts'
import {encodePng} from './png.ts'
import {drawPortrait} from './portrait.ts'
import {bannerSize, drawScene, type Scene} from './scene.ts'

const white: Colour = [254, 254, 254]
const at = (canvas: Canvas, x: number, y: number): number[] => {
  const offset = (y * canvas.width + x) * 3
  return [...canvas.pixels.subarray(offset, offset + 3)]
}
/** Where something was drawn, as `x,y`. */
const drawn = (canvas: Canvas): string[] => {
  const found: string[] = []
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) if (at(canvas, x, y).some(channel => channel > 0)) found.push(`${x},${y}`)
  }
  return found
}

suite('colours', () => {
  test('come from hue, saturation and lightness', () => {
    for (const [hue, saturation, lightness, expected] of [
      [0, 1, 0.5, [254.5, 0, 0]],
      [120, 1, 0.5, [0, 254.5, 0]],
      [240, 1, 0.5, [0, 0, 254.5]],
      [60, 1, 0.5, [254.5, 254.5, 0]],
      [0, 0, 0.5, [127.5, 127.5, 127.5]],
      [200, 1, 1, [254.5, 254.5, 254.5]],
      [200, 1, 0, [0, 0, 0]],
    ] as const) {
      assert.deepEqual(hsl(hue, saturation, lightness).map(Math.abs), expected, `${hue} ${saturation} ${lightness}`)
    }
  })

  test('go round: 400 is 40, and so is -320', () => {
    for (const hue of [400, -320])
      assert.deepEqual(hsl(hue, 0.6, 0.4).map(Math.round), hsl(40, 0.6, 0.4).map(Math.round))
  })

  test('mix by shares', () => {
    assert.deepEqual(mix([0, 100, 200], [100, 200, 0], 0.25), [25, 125, 150])
    assert.deepEqual(mix([0, 100, 200], [100, 200, 0], 0), [0, 100, 200])
  })
})

suite('a canvas', () => {
  test('blends over what is there', () => {
    const canvas = new Canvas(2, 1)
    canvas.blend(1, 0, [200, 100, 0], 1)
    assert.deepEqual(
      [at(canvas, 0, 0), at(canvas, 1, 0)],
      [
        [0, 0, 0],
        [200, 100, 0],
      ],
    )
    canvas.blend(1, 0, [0, 0, 100], 0.5)
    assert.deepEqual(at(canvas, 1, 0), [100, 50, 50])
  })

  test('never runs over the brightest there is', () => {
    const canvas = new Canvas(1, 1)
    for (let i = 0; i < 9; i++) canvas.blend(0, 0, [254.5, 254.5, 254.5], 0.7)
    assert.ok(at(canvas, 0, 0).every(channel => channel > 250))
  })

  test('has a sky through all of its colours', () => {
    const canvas = new Canvas(3, 5)
    canvas.sky([
      [0, 0, 0],
      [100, 100, 100],
      [200, 0, 0],
    ])
    assert.deepEqual(
      [0, 1, 2, 3, 4].map(y => at(canvas, 1, y)),
      [
        [0, 0, 0],
        [50, 50, 50],
        [100, 100, 100],
        [150, 50, 50],
        [200, 0, 0],
      ],
    )
  })

  test('has boxes that end at its edges', () => {
    const canvas = new Canvas(4, 4)
    canvas.box(-2, -2, 4, 3, white)
    assert.deepEqual(drawn(canvas), ['0,0', '1,0'])
    canvas.box(3, 3, 9, 9, white)
    assert.deepEqual(drawn(canvas), ['0,0', '1,0', '3,3'])
  })

  test('has discs that are round, soft, and end at its edges', () => {
    const canvas = new Canvas(21, 21)
    canvas.disc(10, 10, 5, white)
    assert.deepEqual(
      [at(canvas, 10, 10), at(canvas, 0, 0), at(canvas, 10, 18)],
      [
        [254, 254, 254],
        [0, 0, 0],
        [0, 0, 0],
      ],
    )
    const [edge] = at(canvas, 15, 10)
    assert.ok(edge > 50 && edge < 200, `${edge}`)
    for (const [x, y] of [
      [13, 7],
      [7, 13],
      [7, 7],
    ])
      assert.deepEqual(at(canvas, x, y), at(canvas, 13, 13))
    const small = new Canvas(3, 3)
    small.disc(-1, -1, 1.2, white)
    assert.deepEqual(drawn(small).length < 4, true)
    small.disc(100, 100, 5, white)
    assert.deepEqual(at(small, 2, 2), [0, 0, 0])
  })

  test('has rings that are empty within', () => {
    const canvas = new Canvas(21, 21)
    canvas.ring(10, 10, 6, 2, white)
    assert.deepEqual(
      [at(canvas, 10, 10), at(canvas, 16, 10), at(canvas, 10, 4)],
      [
        [0, 0, 0],
        [254, 254, 254],
        [254, 254, 254],
      ],
    )
  })

  test('has land below its edge alone, also where that is above it', () => {
    const canvas = new Canvas(2, 4)
    canvas.land(x => (x === 0 ? 2 : -3), white)
    assert.deepEqual(drawn(canvas), ['1,0', '1,1', '0,2', '1,2', '0,3', '1,3'])
  })
})

/** Reads what `encodePng` writes: chunks with their checks, and rows as differences from those above. */
function decode(bytes: Uint8Array): {kinds: string[]; width: number; height: number; pixels: Uint8Array} {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  assert.deepEqual([...bytes.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const chunks = new Map<string, Uint8Array>()
  for (let offset = 8; offset < bytes.length;) {
    const size = view.getUint32(offset)
    const kind = new TextDecoder().decode(bytes.subarray(offset + 4, offset + 8))
    assert.equal(view.getUint32(offset + 8 + size), crc32(bytes.subarray(offset + 4, offset + 8 + size)), kind)
    chunks.set(kind, bytes.subarray(offset + 8, offset + 8 + size))
    offset += size + 12
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const rows = inflateSync(chunks.get('IDAT') ?? new Uint8Array())
  const stride = width * 3
  const pixels = new Uint8Array(stride * height)
  for (let y = 0; y < height; y++) {
    assert.equal(rows[y * (stride + 1)], 2, 'each row is a difference')
    for (let i = 0; i < stride; i++) {
      pixels[y * stride + i] = rows[y * (stride + 1) + 1 + i] + (y === 0 ? 0 : pixels[(y - 1) * stride + i])
    }
  }
  return {kinds: [...chunks.keys()], width, height, pixels}
}

suite('a PNG file', () => {
  for (const [width, height] of [
    [1, 1],
    [7, 3],
    [64, 40],
  ]) {
    test(`of ${width} by ${height} gives the picture back`, async () => {
      const canvas = drawScene('sea', new Prng('png'), {width, height})
      const {kinds, pixels, ...size} = decode(await encodePng(canvas))
      assert.deepEqual([kinds, size], [['IHDR', 'IDAT', 'IEND'], {width, height}])
      assert.deepEqual(pixels, canvas.pixels)
    })
  }
})

suite('pictures', () => {
  const scenes: Scene[] = [
    'night',
    'moonrise',
    'dusk',
    'sea',
    'storm',
    'shore',
    'mountains',
    'fog',
    'meadow',
    'birds',
    'city',
    'rings',
    'weave',
  ]
  const small = {width: 90, height: 60}

  for (const scene of scenes) {
    test(`${scene} fills the canvas, and is another one from another seed`, () => {
      const {pixels} = drawScene(scene, new Prng('one'), small)
      assert.deepEqual(drawScene(scene, new Prng('one'), small).pixels, pixels)
      assert.notDeepEqual(drawScene(scene, new Prng('two'), small).pixels, pixels)
      const colours = new Set(Array.from({length: 60}, (_, y) => pixels.subarray(y * 270, y * 270 + 3).join(' ')))
      assert.ok(colours.size > 3, `${colours.size} colours down its left edge`)
    })
  }

  test('have the sizes that posts and profiles show', () => {
    const {width, height} = drawScene('fog', new Prng('x'))
    assert.deepEqual([width, height], [800, 534])
    const banner = drawScene('fog', new Prng('x'), bannerSize)
    assert.deepEqual([banner.width, banner.height], [bannerSize.width, bannerSize.height])
  })

  test('of people can be told apart, and are the same each time', () => {
    const faces = Array.from({length: 12}, (_, i) => drawPortrait(new Prng(`person ${i}`)).pixels)
    assert.equal(new Set(faces.map(pixels => crc32(pixels))).size, 12)
    assert.deepEqual(drawPortrait(new Prng('person 0')).pixels, faces[0])
  })
})
