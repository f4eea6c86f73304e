/**
 * A small assembler for WebAssembly, for the arithmetic that JavaScript cannot say: products of whole 64-bit words and
 * vectors. A function is put together from pieces of code that are themselves values, so that TypeScript does what
 * macros and loops do elsewhere, and no compiler and no binary file is part of the project.
 *
 * Source: WebAssembly core specification, chapter 5 (binary format), and its relaxed SIMD instructions.
 */
import {toUtf8} from '#std/text.ts'

/** Code that leaves one value on the stack, or, as a statement, none. */
export type Code = readonly number[]

const types = {i32: 0x7f, i64: 0x7e, v128: 0x7b} as const
export type WasmType = keyof typeof types

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = []
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80)
  return [...bytes, value]
}

function signed(value: bigint): number[] {
  const bytes: number[] = []
  for (; value > 63n || value < -64n; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80)
  return [...bytes, Number(value & 0x7fn)]
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const section = (id: number, items: readonly Code[]): Code => {
  const body = vector(items)
  return [id, ...unsigned(body.length), ...body]
}

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]
const unary =
  (opcode: Code) =>
  (a: Code): Code => [...a, ...opcode]
const binary =
  (opcode: Code) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode]
/** Alignment is a hint that no engine heeds, and the least is never wrong. */
const load =
  (opcode: Code) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, 0, ...unsigned(offset)]
const store =
  (opcode: Code) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...opcode, 0, ...unsigned(offset)]
const shift =
  (opcode: Code) =>
  (a: Code, bits: number): Code => [...a, ...i32.const(bits), ...opcode]

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(BigInt(value))],
  load: load([0x28]),
  store: store([0x36]),
  add: binary([0x6a]),
  sub: binary([0x6b]),
  mul: binary([0x6c]),
  and: binary([0x71]),
  or: binary([0x72]),
  xor: binary([0x73]),
  shl: binary([0x74]),
  shrUnsigned: binary([0x76]),
  rotl: (a: Code, bits: number): Code => [...a, ...i32.const(bits), 0x77],
  /** How many of the lowest bits are zero. */
  trailingZeros: unary([0x68]),
  /** Of signed numbers. */
  less: binary([0x48]),
}

export const i64 = {
  const: (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))],
  load: load([0x29]),
  store: store([0x37]),
  add: binary([0x7c]),
  sub: binary([0x7d]),
  mul: binary([0x7e]),
  and: binary([0x83]),
  or: binary([0x84]),
  xor: binary([0x85]),
  shl: (a: Code, bits: number): Code => [...a, ...i64.const(BigInt(bits)), 0x86],
  /** Of a signed number. */
  shr: (a: Code, bits: number): Code => [...a, ...i64.const(BigInt(bits)), 0x87],
  shrUnsigned: (a: Code, bits: number): Code => [...a, ...i64.const(BigInt(bits)), 0x88],
  fromI32: unary([0xac]),
  /** Of a double that is an integer. */
  fromF64: unary([0xb0]),
  toI32: unary([0xa7]),
}

export const f64 = {load: load([0x2b])}

export const v128 = {
  const: (lanes: BigUint64Array): Code => [...simd(12), ...new Uint8Array(lanes.buffer, lanes.byteOffset, 16)],
  load: load(simd(0)),
  store: store(simd(11)),
  and: binary(simd(78)),
  or: binary(simd(80)),
  xor: binary(simd(81)),
}

export const i64x2 = {
  /** Both lanes alike. */
  const: (value: bigint, high = value): Code => v128.const(BigUint64Array.of(value, high)),
  pair: (low: Code, high: Code): Code => [...low, ...simd(18), ...high, ...simd(30), 1],
  add: binary(simd(206)),
  sub: binary(simd(209)),
  shl: shift(simd(203)),
  shrUnsigned: shift(simd(205)),
  /** One lane of `a`, then one of `b`. */
  pick: (a: Code, laneOfA: 0 | 1, b: Code, laneOfB: 0 | 1): Code => {
    const bytes = Array.from({length: 8}, (_, i) => i)
    return [...a, ...b, ...simd(13), ...bytes.map(i => 8 * laneOfA + i), ...bytes.map(i => 16 + 8 * laneOfB + i)]
  },
}

export const i32x4 = {
  add: binary(simd(174)),
  shl: shift(simd(171)),
  shrUnsigned: shift(simd(173)),
  /** Its lanes, each `by` places further down; the lowest come in again at the top. */
  turn: (a: Local, by: 1 | 2 | 3): Code => {
    const bytes = Array.from({length: 16}, (_, i) => (i + 4 * by) % 16)
    return [...a.get, ...a.get, ...simd(13), ...bytes]
  },
}

export const f64x2 = {
  const: (value: number, high = value): Code => v128.const(new BigUint64Array(Float64Array.of(value, high).buffer)),
  add: binary(simd(240)),
  sub: binary(simd(241)),
  mul: binary(simd(242)),
  /** `a × b + c`: rounded once where the processor can, which is to be found out before it is relied on. */
  multiplyAdd: (a: Code, b: Code, c: Code): Code => [...a, ...b, ...c, ...simd(263)],
}

/** A parameter or local variable. */
export class Local {
  readonly #index: number
  /** Its value. */
  readonly get: Code

  constructor(index: number) {
    this.#index = index
    this.get = [0x20, ...unsigned(index)]
  }

  set(value: Code): Code {
    return [...value, 0x21, ...unsigned(this.#index)]
  }
}

const nop: Code = []
export const choose = (yes: Code, no: Code, condition: Code): Code => [...yes, ...no, ...condition, 0x1b]
/** Repeats `body` while `condition`, which is tested after it, is not zero. */
export const loopWhile = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b]
export const ifElse = (condition: Code, yes: Code, no: Code = nop): Code =>
  no.length > 0 ? [...condition, 0x04, 0x40, ...yes, 0x05, ...no, 0x0b] : [...condition, 0x04, 0x40, ...yes, 0x0b]

/** A function of numbers (i32: addresses and counts) that answers nothing and works on the memory. */
export class WasmFunction {
  readonly name: string
  /** Its place in the module. */
  readonly #index: number
  readonly params: readonly Local[]
  readonly #locals: WasmType[] = []
  /** Runs first, whatever comes first in the text. */
  readonly #head: number[] = []
  readonly #body: number[] = []

  constructor(name: string, index: number, paramCount: number) {
    this.name = name
    this.#index = index
    this.params = Array.from({length: paramCount}, (_, i) => new Local(i))
  }

  local(type: WasmType): Local {
    return new Local(this.params.length + this.#locals.push(type) - 1)
  }

  /** A local that is set when the function begins. */
  constant(type: WasmType, value: Code): Local {
    const local = this.local(type)
    for (const byte of local.set(value)) this.#head.push(byte)
    return local
  }

  /** Appends a statement. */
  do(code: Code): void {
    for (const byte of code) this.#body.push(byte)
  }

  /** What was appended by `write`, taken out, to stand within a loop or condition. */
  block(write: () => void): Code {
    const start = this.#body.length
    write()
    return this.#body.splice(start)
  }

  /** `value` in a new local. */
  keep(type: WasmType, value: Code): Local {
    const local = this.local(type)
    this.do(local.set(value))
    return local
  }

  /** A call of it, from any function of its module. */
  call(...args: readonly Code[]): Code {
    return [...args.flat(), 0x10, ...unsigned(this.#index)]
  }

  get type(): Code {
    return [0x60, ...vector(this.params.map(() => [types.i32])), 0]
  }

  get code(): Code {
    const locals = vector(this.#locals.map(type => [1, types[type]]))
    const size = locals.length + this.#head.length + this.#body.length + 1
    return [...unsigned(size), ...locals, ...this.#head, ...this.#body, 0x0b]
  }

  get export(): Code {
    return [...name(this.name), 0, ...unsigned(this.#index)]
  }
}

function name(text: string): Code {
  const bytes = toUtf8(text)
  return [...unsigned(bytes.length), ...bytes]
}

/** "\0asm", and version 1. */
const magic: Code = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

export class WasmModule {
  readonly #functions: WasmFunction[] = []

  function(name: string, paramCount: number): WasmFunction {
    const made = new WasmFunction(name, this.#functions.length, paramCount)
    this.#functions.push(made)
    return made
  }

  /** The binary module, with a memory of `pages` times 64 KiB, exported as `memory`. */
  encode(pages: number): Uint8Array<ArrayBuffer> {
    const all = this.#functions
    return Uint8Array.from([
      ...magic,
      ...section(
        1,
        all.map(({type}) => type),
      ),
      ...section(
        3,
        all.map((_, i) => unsigned(i)),
      ),
      ...section(5, [[0, ...unsigned(pages)]]),
      ...section(7, [[...name('memory'), 2, 0], ...all.map(f => f.export)]),
      ...section(
        10,
        all.map(({code}) => code),
      ),
    ])
  }
}
