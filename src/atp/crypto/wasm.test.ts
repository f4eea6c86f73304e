/** Modules of the assembler do what their text says: the engine of this machine reads them as the specification has it. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {choose, f64x2, i32, i32x4, i64, i64x2, ifElse, loopWhile, v128, WasmModule, type WasmFunction} from './wasm.ts'

/** Runs a function of the memory's first bytes and gives these. */
function run(paramCount: number, write: (f: WasmFunction) => void, ...args: number[]): DataView {
  const module = new WasmModule()
  write(module.function('run', paramCount))
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)))
  const {memory, run} = exports as unknown as {memory: WebAssembly.Memory; run(...args: number[]): void}
  run(...args)
  return new DataView(memory.buffer)
}

test('integers of every length are encoded as LEB128', () => {
  for (const value of [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8192, 2 ** 31 - 1, -(2 ** 31)]) {
    assert.equal(run(0, f => f.do(i32.store(i32.const(0), i32.const(value)))).getInt32(0, true), value)
  }
  for (const value of [0n, -1n, 2n ** 62n, 2n ** 63n - 1n, -(2n ** 63n)]) {
    const seen = run(0, f => f.do(v128.store(i32.const(0), i64x2.pair(i64.const(value), i64.const(~value)))))
    assert.deepEqual([seen.getBigInt64(0, true), seen.getBigInt64(8, true)], [value, ~value])
  }
})

test('addresses may be far from their base', () => {
  const view = run(1, f => f.do(i32.store(f.params[0].get, i32.const(7), 40_000)), 4)
  assert.equal(view.getInt32(40_004, true), 7)
})

test('a loop runs while its condition holds, and a block can be put aside for later', () => {
  const view = run(
    1,
    f => {
      const [count] = f.params
      const sum = f.keep('i32', i32.const(0))
      const body = f.block(() => {
        f.do(sum.set(i32.add(sum.get, i32.mul(count.get, count.get))))
        f.do(count.set(i32.sub(count.get, i32.const(1))))
      })
      f.do(loopWhile(body, count.get))
      f.do(i32.store(i32.const(0), sum.get))
    },
    10,
  )
  assert.equal(view.getInt32(0, true), 385)
})

test('conditions take one way or the other', () => {
  for (const [value, expected] of [
    [-3, [1, 10]],
    [5, [2, 20]],
  ] as const) {
    const view = run(
      1,
      f => {
        const negative = i32.less(f.params[0].get, i32.const(0))
        f.do(ifElse(negative, i32.store(i32.const(0), i32.const(1)), i32.store(i32.const(0), i32.const(2))))
        f.do(i32.store(i32.const(4), choose(i32.const(10), i32.const(20), negative)))
      },
      value,
    )
    assert.deepEqual([view.getInt32(0, true), view.getInt32(4, true)], expected)
  }
})

test('a constant is set before anything else runs, wherever it is first used', () => {
  const view = run(0, f => {
    const first = f.keep('i32', i32.const(1))
    const late = f.constant('v128', f64x2.const(1.5, -2))
    f.do(v128.store(i32.const(0), f64x2.add(late.get, late.get)))
    f.do(i32.store(i32.const(16), first.get))
  })
  assert.deepEqual([view.getFloat64(0, true), view.getFloat64(8, true), view.getInt32(16, true)], [3, -4, 1])
})

function lanes(a: 0 | 1, b: 0 | 1): bigint[] {
  const picked = i64x2.pick(i64x2.const(1n, 2n), a, i64x2.const(3n, 4n), b)
  const view = run(0, f => f.do(v128.store(i32.const(0), picked)))
  return [view.getBigInt64(0, true), view.getBigInt64(8, true)]
}

test('lanes are picked from either side', () => {
  assert.deepEqual([lanes(0, 0), lanes(0, 1), lanes(1, 0), lanes(1, 1)].flat(), [1n, 3n, 1n, 4n, 2n, 3n, 2n, 4n])
})

test('lanes of 32 bits are added and shifted each by itself, and turned around', () => {
  const view = run(0, f => {
    const [a, b] = [i64x2.const(0x8000_0001_ffff_ffffn, 0x4_0000_0003n), i64x2.const(0x1_0000_0001n, 0x1_0000_0001n)]
    const sum = f.keep('v128', i32x4.add(a, b))
    f.do(v128.store(i32.const(0), sum.get))
    f.do(v128.store(i32.const(16), i32x4.shl(sum.get, 4)))
    f.do(v128.store(i32.const(32), i32x4.shrUnsigned(sum.get, 1)))
    f.do(v128.store(i32.const(48), i32x4.turn(sum, 1)))
    f.do(v128.store(i32.const(64), i32x4.turn(sum, 3)))
  })
  const rows = Array.from({length: 5}, (_, i) => [...new Uint32Array(view.buffer, 16 * i, 4)])
  assert.deepEqual(rows, [
    [0, 0x8000_0002, 4, 5],
    [0, 0x20, 0x40, 0x50],
    [0, 0x4000_0001, 2, 2],
    [0x8000_0002, 4, 5, 0],
    [5, 0, 0x8000_0002, 4],
  ])
})

test('one function calls another of its module', () => {
  const module = new WasmModule()
  const put = module.function('put', 2)
  put.do(i32.store(put.params[0].get, put.params[1].get))
  const twice = module.function('twice', 1)
  twice.do(put.call(i32.const(0), twice.params[0].get))
  twice.do(put.call(i32.const(4), i32.mul(twice.params[0].get, i32.const(2))))
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(module.encode(1)))
  const {memory, twice: run} = exports as unknown as {memory: WebAssembly.Memory; twice(value: number): void}
  run(21)
  assert.deepEqual([...new Int32Array(memory.buffer, 0, 2)], [21, 42])
})
