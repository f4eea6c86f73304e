/** The pictures that people of the demo post: landscapes by several lights, a city, patterns. Drawn from a seed. */
import type {Prng} from '#std/prng.ts'
import {Canvas, type Colour, hsl, mix} from './canvas.ts'

const painters = {night, moonrise, dusk, sea, storm, shore, mountains, fog, meadow, birds, city, rings, weave}
export type Scene = keyof typeof painters

/** Pixels of a post's picture, and of a banner. */
const pictureSize = {width: 800, height: 534} as const
export const bannerSize = {width: 750, height: 250} as const

export function drawScene(
  scene: Scene,
  prng: Prng,
  {width, height} = pictureSize as {width: number; height: number},
): Canvas {
  const canvas = new Canvas(width, height)
  painters[scene](canvas, prng)
  return canvas
}

/** A line of hills: a few waves on top of one another. `rough` from 0, downs, to 1, peaks. */
function outline(
  prng: Prng,
  {width, height}: Canvas,
  base: number,
  size: number,
  rough: number,
): (x: number) => number {
  const waves = Array.from({length: 7}, (_, i) => ({
    length: (width / 1.3) * 0.55 ** i * prng.between(0.8, 1.25),
    size: size * height * (0.38 + rough * 0.2) ** i,
    shift: prng.between(0, 6.28),
    sharp: rough > 0.5 && i > 0 && i < 4,
  }))
  return x => {
    let y = base * height
    for (const {length, size: lift, shift, sharp} of waves) {
      const angle = (x / length) * 6.28 + shift
      y -= sharp ? lift * (1 - Math.abs(((((angle / 3.14) % 2) + 2) % 2) - 1) * 2) : lift * Math.sin(angle)
    }
    return y
  }
}

/** Ranges one behind the other, from the colour of the air to the colour near by. */
function ranges(
  canvas: Canvas,
  prng: Prng,
  count: number,
  from: number,
  far: Colour,
  near: Colour,
  rough: number,
): void {
  for (let i = 0; i < count; i++) {
    const share = i / Math.max(1, count - 1)
    const colour = mix(far, near, share ** 0.8)
    const edge = outline(prng, canvas, from + (0.98 - from) * share, 0.045 + 0.03 * share, rough * (1 - share * 0.4))
    canvas.land(edge, colour, mix(colour, far, 0.25))
  }
}

function stars(canvas: Canvas, prng: Prng, count: number, below: number): void {
  for (let i = 0; i < count; i++) {
    const size = prng.next() ** 6 * 1.6 + 0.35
    const tint = hsl(prng.between(0, 1) < 0.3 ? 35 : 215, 0.5, 0.9)
    canvas.disc(
      prng.between(0, canvas.width),
      prng.next() * below * canvas.height,
      size,
      tint,
      prng.between(0.35, 1),
      0.7,
    )
  }
}

function glow(canvas: Canvas, x: number, y: number, radius: number, colour: Colour, share: number): void {
  for (let i = 0; i < 5; i++) canvas.disc(x, y, (radius * (5 - i)) / 5, colour, share, radius * 0.3)
}

function clouds(
  canvas: Canvas,
  prng: Prng,
  count: number,
  from: number,
  to: number,
  colour: Colour,
  share: number,
): void {
  for (let i = 0; i < count; i++) {
    const [x, y] = [prng.between(-0.1, 1.1) * canvas.width, prng.between(from, to) * canvas.height]
    const length = prng.between(0.1, 0.3) * canvas.width
    for (let j = 0; j < 9; j++) {
      const along = prng.between(-1, 1)
      const radius = (1 - along * along) * canvas.height * prng.between(0.015, 0.04) + 2
      canvas.disc(x + along * length, y + prng.between(-4, 4), radius, colour, share, radius)
    }
  }
}

/** What is above the line again below it, darker and broken by waves. */
function water(canvas: Canvas, prng: Prng, from: number, tint: Colour, share: number): void {
  const {width, height, pixels} = canvas
  const line = Math.floor(from * height)
  for (let y = line; y < height; y++) {
    const depth = (y - line) / (height - line)
    const drift = Math.sin(y * 0.9 + prng.next() * 2) * (1 + depth * 7)
    const source = Math.max(
      0,
      Math.min(line - 1, line - 1 - Math.floor((y - line) * 1.15 + prng.between(-1, 1) * depth * 6)),
    )
    for (let x = 0; x < width; x++) {
      const sx = Math.max(0, Math.min(width - 1, Math.round(x + drift)))
      const at = (source * width + sx) * 3
      const seen: Colour = [pixels[at], pixels[at + 1], pixels[at + 2]]
      canvas.blend(x, y, mix(seen, tint, share + depth * 0.25), 1)
    }
  }
}

function night(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(215, 265)
  canvas.sky([hsl(hue, 0.6, 0.06), hsl(hue + 10, 0.5, 0.14), hsl(hue - 20, 0.4, 0.26)])
  const [slope, middle] = [prng.between(-0.7, 0.7), prng.between(0.35, 0.65)]
  for (let i = 0; i < 90; i++) {
    const along = prng.between(-0.2, 1.2)
    const x = along * canvas.width
    const y = (0.05 + middle * 0.6 + (along - 0.5) * slope + prng.between(-0.06, 0.06)) * canvas.height
    canvas.disc(x, y, prng.between(12, 46), hsl(hue + 30, 0.4, 0.55), 0.045, 34)
  }
  stars(canvas, prng, 620, 0.85)
  ranges(canvas, prng, 3, 0.8, hsl(hue, 0.35, 0.14), hsl(hue, 0.4, 0.04), prng.between(0.2, 0.8))
}

function moonrise(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(225, 280)
  canvas.sky([hsl(hue, 0.45, 0.14), hsl(hue + 30, 0.4, 0.34), hsl(prng.between(15, 40), 0.6, 0.62)])
  stars(canvas, prng, 90, 0.4)
  const [x, y] = [prng.between(0.2, 0.8) * canvas.width, prng.between(0.34, 0.52) * canvas.height]
  const radius = canvas.height * prng.between(0.07, 0.11)
  glow(canvas, x, y, radius * 2.4, hsl(40, 0.8, 0.75), 0.07)
  canvas.disc(x, y, radius, hsl(42, 0.75, 0.88))
  for (let i = 0; i < 7; i++) {
    const [angle, reach] = [prng.between(0, 6.28), prng.next() * radius * 0.7]
    canvas.disc(
      x + Math.cos(angle) * reach,
      y + Math.sin(angle) * reach,
      radius * prng.between(0.08, 0.24),
      hsl(38, 0.4, 0.76),
      0.4,
      4,
    )
  }
  ranges(canvas, prng, 4, 0.68, hsl(hue + 20, 0.25, 0.34), hsl(hue, 0.35, 0.08), prng.between(0, 0.7))
}

function dusk(canvas: Canvas, prng: Prng): void {
  const warm = prng.between(5, 38)
  canvas.sky([
    hsl(prng.between(205, 250), 0.5, 0.36),
    hsl(warm + 300, 0.4, 0.6),
    hsl(warm, 0.85, 0.62),
    hsl(warm + 18, 0.95, 0.74),
  ])
  const [x, y] = [prng.between(0.15, 0.85) * canvas.width, prng.between(0.55, 0.68) * canvas.height]
  glow(canvas, x, y, canvas.height * 0.3, hsl(warm + 22, 1, 0.8), 0.09)
  canvas.disc(x, y, canvas.height * 0.05, hsl(warm + 26, 1, 0.93))
  clouds(canvas, prng, 8, 0.1, 0.55, hsl(warm - 10, 0.6, 0.72), 0.12)
  ranges(
    canvas,
    prng,
    4,
    0.7,
    hsl(warm + 320, 0.25, 0.46),
    hsl(prng.between(230, 280), 0.35, 0.12),
    prng.between(0, 0.6),
  )
}

function sea(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(185, 215)
  const warm = prng.between(18, 48)
  canvas.sky([hsl(hue, 0.5, 0.55), hsl(hue, 0.45, 0.78), hsl(warm, 0.85, 0.82)], 0, Math.floor(canvas.height * 0.58))
  const x = prng.between(0.2, 0.8) * canvas.width
  const y = prng.between(0.34, 0.5) * canvas.height
  glow(canvas, x, y, canvas.height * 0.24, hsl(warm, 1, 0.88), 0.1)
  canvas.disc(x, y, canvas.height * 0.055, hsl(warm, 1, 0.95))
  clouds(canvas, prng, 6, 0.08, 0.35, [254, 250, 244], 0.14)
  water(canvas, prng, 0.58, hsl(hue + 8, 0.5, 0.32), 0.28)
  for (let i = 0; i < 240; i++) {
    const depth = prng.next()
    const spread = (0.02 + depth * 0.1) * canvas.width
    canvas.box(
      x + prng.between(-1, 1) * spread,
      (0.585 + depth * 0.41) * canvas.height,
      4 + depth * 26,
      1 + depth * 1.6,
      hsl(warm + 8, 1, 0.92),
      0.3,
    )
  }
  if (prng.is(0.7)) boat(canvas, prng)
}

function boat(canvas: Canvas, prng: Prng): void {
  const [left, base, size] = [prng.between(0.15, 0.85) * canvas.width, canvas.height * 0.605, canvas.height * 0.1]
  for (let row = 0; row < size; row++) {
    canvas.box(left - row * 0.42, base - size + row, row * 0.42, 1, [250, 247, 240], 0.95)
    canvas.box(left + 3, base - size + row + size * 0.12, row * 0.26, 1, [235, 226, 214], 0.95)
  }
  canvas.box(left - size * 0.5, base + 2, size * 0.95, size * 0.1, [46, 56, 74], 1)
}

function storm(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(200, 225)
  canvas.sky([hsl(hue, 0.22, 0.2), hsl(hue, 0.18, 0.38), hsl(hue - 10, 0.2, 0.66)], 0, Math.floor(canvas.height * 0.64))
  clouds(canvas, prng, 26, 0, 0.42, hsl(hue, 0.2, 0.16), 0.13)
  clouds(canvas, prng, 9, 0.25, 0.5, hsl(hue, 0.15, 0.72), 0.08)
  water(canvas, prng, 0.64, hsl(hue + 5, 0.32, 0.17), 0.5)
  for (let i = 0; i < 160; i++) {
    const depth = prng.next() ** 0.7
    canvas.box(
      prng.between(-0.05, 1) * canvas.width,
      (0.65 + depth * 0.35) * canvas.height,
      8 + depth * 50,
      1 + depth * 2,
      hsl(hue, 0.25, 0.78),
      0.22,
    )
  }
}

function shore(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(200, 260)
  const warm = prng.between(10, 45)
  const line = prng.between(0.52, 0.6)
  canvas.sky(
    [hsl(hue, 0.45, 0.5), hsl(warm + 320, 0.35, 0.74), hsl(warm, 0.8, 0.8)],
    0,
    Math.floor(line * canvas.height) + 2,
  )
  clouds(canvas, prng, 7, 0.1, 0.4, hsl(warm, 0.7, 0.9), 0.12)
  for (const [lift, light] of [
    [0.015, 0.56],
    [0.004, 0.38],
  ] as const) {
    const edge = outline(prng, canvas, line - lift, 0.03, 0.35)
    canvas.land(edge, hsl(hue, 0.25, light), hsl(hue, 0.22, light))
  }
  water(canvas, prng, line, hsl(hue, 0.35, 0.3), 0.2)
}

function mountains(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(195, 235)
  canvas.sky([hsl(hue, 0.55, 0.6), hsl(hue - 10, 0.5, 0.86), hsl(prng.between(25, 50), 0.7, 0.9)])
  clouds(canvas, prng, 7, 0.05, 0.3, [254, 254, 254], 0.16)
  ranges(canvas, prng, 6, 0.4, hsl(hue, 0.32, 0.72), hsl(hue + 8, 0.45, 0.16), prng.between(0.75, 1))
}

function fog(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(25, 55) + (prng.is(0.5) ? 150 : 0)
  canvas.sky([hsl(hue, 0.3, 0.78), hsl(hue, 0.35, 0.92)])
  for (let i = 0; i < 6; i++) {
    const share = i / 5
    const edge = outline(prng, canvas, 0.42 + share * 0.46, 0.035, 0.25)
    const light = 0.82 - share * 0.56
    canvas.land(edge, hsl(hue + 20, 0.16 + share * 0.12, light), hsl(hue, 0.25, Math.min(0.92, light + 0.16)))
    for (let t = 0; t < 34 * share; t++) {
      const x = prng.between(0, canvas.width)
      const tall = canvas.height * prng.between(0.02, 0.05) * (0.5 + share)
      for (let row = 0; row < tall; row++) {
        const half = (row / tall) * tall * 0.26
        canvas.box(x - half, edge(x) - tall + row + 2, half * 2 + 1, 1, hsl(hue + 20, 0.2, light - 0.04), 0.9)
      }
    }
  }
}

function meadow(canvas: Canvas, prng: Prng): void {
  const warm = prng.between(28, 52)
  canvas.sky([hsl(prng.between(190, 215), 0.55, 0.66), hsl(warm, 0.75, 0.87)])
  clouds(canvas, prng, 9, 0.06, 0.36, [254, 252, 246], 0.15)
  const green = prng.between(78, 125)
  ranges(canvas, prng, 4, 0.5, hsl(green + 30, 0.3, 0.62), hsl(green, 0.45, 0.33), 0.1)
  const bloom = prng.between(0, 360)
  for (let i = 0; i < 420; i++) {
    const depth = prng.next() ** 0.6
    const colour = hsl(bloom + prng.pick([0, 0, 25, 180]), 0.75, prng.between(0.6, 0.85))
    canvas.disc(prng.between(0, canvas.width), (0.74 + depth * 0.26) * canvas.height, 1 + depth * 4.5, colour, 0.9)
  }
}

function birds(canvas: Canvas, prng: Prng): void {
  const warm = prng.between(15, 50)
  canvas.sky([hsl(prng.between(200, 240), 0.4, 0.62), hsl(warm + 330, 0.4, 0.82), hsl(warm, 0.8, 0.86)])
  clouds(canvas, prng, 8, 0.2, 0.6, [254, 246, 238], 0.13)
  ranges(canvas, prng, 3, 0.8, hsl(220, 0.2, 0.55), hsl(225, 0.3, 0.2), 0.3)
  const [x, y, step] = [
    prng.between(0.35, 0.65) * canvas.width,
    prng.between(0.2, 0.35) * canvas.height,
    canvas.width * 0.03,
  ]
  for (let i = -7; i <= 7; i++) {
    const [bx, by] = [x + i * step, y + Math.abs(i) * step * 0.55 + prng.between(-4, 4)]
    const [span, lift] = [prng.between(8, 13), prng.between(3, 7)]
    for (let t = -1; t <= 1; t += 0.06) {
      canvas.disc(
        bx + t * span,
        by - Math.sin(Math.abs(t) * 3.14) * lift + Math.abs(t) * 3,
        1.3 - Math.abs(t) * 0.6,
        [40, 42, 58],
        0.9,
        0.7,
      )
    }
  }
}

function city(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(220, 290)
  canvas.sky([hsl(hue, 0.5, 0.1), hsl(hue + 20, 0.45, 0.28), hsl(prng.between(10, 40), 0.65, 0.55)])
  stars(canvas, prng, 110, 0.45)
  for (let row = 0; row < 3; row++) {
    const colour = hsl(hue, 0.3, 0.22 - row * 0.07)
    for (let x = prng.between(-60, 0); x < canvas.width;) {
      const width = Math.floor(prng.between(28, 88))
      const top = canvas.height * (prng.between(0.4, 0.68) + row * 0.1)
      canvas.box(x, top, width, canvas.height, colour)
      for (let wy = top + 9; wy < canvas.height - 6; wy += 13) {
        for (let wx = x + 6; wx < x + width - 7; wx += 11) {
          if (prng.is(0.3)) canvas.box(wx, wy, 5, 7, hsl(prng.between(34, 52), 0.95, 0.72), 0.35 + row * 0.25)
        }
      }
      x += width + Math.floor(prng.between(0, 7))
    }
  }
}

function rings(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(0, 360)
  canvas.sky([hsl(hue + 180, 0.25, 0.93), hsl(hue + 150, 0.3, 0.88)])
  for (let i = 0; i < 9; i++) {
    const [x, y] = [prng.between(0.05, 0.95) * canvas.width, prng.between(0.05, 0.95) * canvas.height]
    const size = canvas.height * prng.between(0.12, 0.4)
    const own = hue + prng.pick([0, 28, 55, 165, 200])
    for (let r = size; r > 8; r -= size / prng.whole(4, 7)) {
      canvas.disc(x, y, r, hsl(own + r * 0.25, prng.between(0.45, 0.75), prng.between(0.45, 0.78)), 0.78)
    }
  }
}

function weave(canvas: Canvas, prng: Prng): void {
  const hue = prng.between(0, 360)
  const palette = [0, 18, 40, 190, 210].map(turn => hsl(hue + turn, prng.between(0.3, 0.6), prng.between(0.38, 0.8)))
  for (let y = 0; y < canvas.height;) {
    const thick = Math.floor(prng.between(10, 64))
    canvas.box(0, y, canvas.width, thick, prng.pick(palette))
    y += thick
  }
  for (let x = 0; x < canvas.width;) {
    const thick = Math.floor(prng.between(10, 64))
    const colour = prng.pick(palette)
    for (let row = 0; row < canvas.height; row += 4) canvas.box(x + ((row / 4) % 2) * 2, row, thick, 2, colour, 0.55)
    x += thick + Math.floor(prng.between(0, 40))
  }
}
