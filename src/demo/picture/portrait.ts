/** The round picture of a person of the demo: a few shapes in colours of their own, told apart at 40 pixels. */
import type {Prng} from '#std/prng.ts'
import {Canvas, hsl} from './canvas.ts'

const size = 256

export function drawPortrait(prng: Prng): Canvas {
  const canvas = new Canvas(size, size)
  const hue = prng.between(0, 360)
  const other = hue + prng.pick([35, 150, 180, 210, 325])
  canvas.sky([hsl(hue, prng.between(0.45, 0.7), 0.62), hsl(hue + 30, 0.6, 0.78)])
  const kinds = [hills, planet, leaves, face, waves, face]
  prng.pick(kinds)(canvas, prng, other)
  return canvas
}

type Paint = (canvas: Canvas, prng: Prng, hue: number) => void

const hills: Paint = (canvas, prng, hue) => {
  canvas.disc(size * prng.between(0.3, 0.7), size * 0.36, size * 0.15, hsl(hue + 40, 0.9, 0.9))
  for (let i = 0; i < 3; i++) {
    const [shift, wide] = [prng.between(0, 6), prng.between(70, 120)]
    const base = size * (0.55 + i * 0.16)
    canvas.land(x => base + Math.sin(x / wide + shift) * 24, hsl(hue, 0.5, 0.5 - i * 0.14))
  }
}

const planet: Paint = (canvas, prng, hue) => {
  const [x, y, r] = [size / 2, size / 2, size * prng.between(0.22, 0.3)]
  for (let i = 0; i < 26; i++)
    canvas.disc(prng.between(0, size), prng.between(0, size), prng.between(1, 3), [254, 254, 254], 0.8)
  canvas.disc(x, y, r, hsl(hue, 0.6, 0.55))
  canvas.disc(x - r * 0.25, y - r * 0.25, r * 0.6, hsl(hue + 12, 0.65, 0.68), 0.6, r * 0.3)
  for (let t = 0; t < 6.28; t += 0.004) {
    const [px, py] = [x + Math.cos(t) * r * 1.65, y + Math.sin(t) * r * 0.42 - Math.cos(t) * r * 0.4]
    if (Math.sin(t) > -0.1 || Math.hypot(px - x, py - y) > r) canvas.disc(px, py, 3.4, hsl(hue + 50, 0.7, 0.85), 0.5)
  }
}

const leaves: Paint = (canvas, prng, hue) => {
  canvas.box(size / 2 - 4, size * 0.22, 8, size * 0.7, hsl(hue, 0.4, 0.26))
  for (let i = 0; i < 7; i++) {
    const [side, y] = [i % 2 === 0 ? -1 : 1, size * (0.26 + i * 0.085)]
    for (let t = 0; t <= 1; t += 0.015) {
      const width = Math.sin(t * 3.14) * size * 0.058
      canvas.disc(
        size / 2 + side * t * size * 0.3,
        y - t * size * 0.09,
        width,
        hsl(hue + i * 4, 0.5, 0.36 + prng.between(0, 0.01)),
        1,
      )
    }
  }
}

const waves: Paint = (canvas, prng, hue) => {
  for (let i = 0; i < 5; i++) {
    const shift = prng.between(0, 6.28)
    const base = size * (0.28 + i * 0.15)
    canvas.land(x => base + Math.sin(x / 34 + shift) * 15, hsl(hue + i * 7, 0.55, 0.76 - i * 0.12))
  }
}

/** Hair, head, shoulders: nobody in particular. */
const face: Paint = (canvas, prng, hue) => {
  const skin = hsl(prng.between(18, 32), prng.between(0.35, 0.6), prng.between(0.34, 0.8))
  const hair = hsl(prng.pick([20, 25, 30, 35, 210, hue]), prng.between(0.15, 0.5), prng.between(0.12, 0.5))
  const clothes = hsl(hue, 0.5, prng.between(0.35, 0.55))
  const cx = size / 2
  const long = prng.is(0.5)
  canvas.disc(cx, size * 0.43, size * 0.245, hair)
  if (long) canvas.box(cx - size * 0.243, size * 0.43, size * 0.486, size * 0.3, hair)
  canvas.disc(cx, size * 1.02, size * 0.36, clothes)
  canvas.box(cx - size * 0.07, size * 0.58, size * 0.14, size * 0.13, skin)
  canvas.disc(cx, size * 0.46, size * 0.19, skin)
  const fringe = prng.between(-0.06, 0.06)
  for (let x = -0.19; x <= 0.19; x += 0.01) {
    canvas.disc(cx + x * size, size * (0.3 + Math.abs(x + fringe) * 0.28), size * 0.05, hair)
  }
  const ink = hsl(25, 0.3, 0.16)
  const wearsGlasses = prng.is(0.3)
  for (const side of [-1, 1]) {
    canvas.disc(cx + side * size * 0.075, size * 0.465, size * 0.017, ink)
    if (wearsGlasses) canvas.ring(cx + side * size * 0.075, size * 0.465, size * 0.05, 4, ink)
  }
  for (let t = -1; t <= 1; t += 0.04) canvas.disc(cx + t * size * 0.06, size * (0.555 - t * t * 0.018), 2.6, ink, 0.8)
}
