/** A small canvas of RGB pixels: gradients, discs and outlines against the sky, with soft edges. No more is needed here. */

/** From 0 to 254.5, so that rounding never comes to 256. */
export type Colour = readonly [red: number, green: number, blue: number]

export const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]

/** From hue (0 to 360), saturation and lightness (0 to 1). */
export function hsl(hue: number, saturation: number, lightness: number): Colour {
  const a = saturation * Math.min(lightness, 1 - lightness)
  const channel = (n: number): number => {
    const k = (((n + hue / 30) % 12) + 12) % 12
    return Math.max(0, Math.min(254.5, 255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)))))
  }
  return [channel(0), channel(8), channel(4)]
}

export class Canvas {
  readonly width: number
  readonly height: number
  /** Three bytes a pixel, row by row. */
  readonly pixels: Uint8Array<ArrayBuffer>

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.pixels = new Uint8Array(width * height * 3)
  }

  /** `share` from 0, nothing, to 1, the colour itself. */
  blend(x: number, y: number, colour: Colour, share: number): void {
    const {pixels} = this
    const at = (y * this.width + x) * 3
    const rest = 1 - share
    pixels[at] = colour[0] * share + pixels[at] * rest + 0.5
    pixels[at + 1] = colour[1] * share + pixels[at + 1] * rest + 0.5
    pixels[at + 2] = colour[2] * share + pixels[at + 2] * rest + 0.5
  }

  /** From the top to the bottom, through all of the colours. */
  sky(colours: readonly Colour[], top = 0, bottom = this.height): void {
    for (let y = top; y < bottom; y++) {
      const place = ((y - top) / Math.max(1, bottom - top - 1)) * (colours.length - 1)
      const step = Math.min(colours.length - 2, Math.floor(place))
      const colour = mix(colours[step], colours[step + 1], place - step)
      for (let x = 0; x < this.width; x++) this.blend(x, y, colour, 1)
    }
  }

  /** A disc with an edge of `soft` pixels. */
  disc(cx: number, cy: number, radius: number, colour: Colour, share = 1, soft = 1.5): void {
    const reach = radius + soft
    for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(this.height, cy + reach); y++) {
      for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(this.width, cx + reach); x++) {
        const away = (x - cx) * (x - cx) + (y - cy) * (y - cy)
        if (away >= reach * reach) continue
        const cover = (reach - Math.sqrt(away)) / (2 * soft)
        if (cover > 0) this.blend(x, y, colour, share * Math.min(1, cover))
      }
    }
  }

  ring(cx: number, cy: number, radius: number, width: number, colour: Colour, share = 1): void {
    const reach = radius + width
    for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(this.height, cy + reach); y++) {
      for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(this.width, cx + reach); x++) {
        const cover = width / 2 - Math.abs(Math.hypot(x - cx, y - cy) - radius) + 0.5
        if (cover > 0) this.blend(x, y, colour, share * Math.min(1, cover))
      }
    }
  }

  /** Everything below an outline; `edge` gives its height at `x`. `fade` is what it turns into at the bottom. */
  land(edge: (x: number) => number, colour: Colour, fade: Colour = colour): void {
    const shades = Array.from({length: 65}, (_, i) => mix(colour, fade, i / 64))
    const deep = this.height * 0.4
    for (let x = 0; x < this.width; x++) {
      const top = edge(x)
      for (let y = Math.max(0, Math.floor(top)); y < this.height; y++) {
        const depth = Math.max(0, Math.min(1, (y - top) / deep))
        this.blend(x, y, shades[Math.round(depth * 64)], Math.max(0, Math.min(1, y + 1 - top)))
      }
    }
  }

  box(left: number, top: number, width: number, height: number, colour: Colour, share = 1): void {
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.height, top + height); y++) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(this.width, left + width); x++)
        this.blend(x, y, colour, share)
    }
  }
}
