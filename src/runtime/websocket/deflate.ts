/**
 * Messages that are compressed one by one (RFC 7692, permessage-deflate, without taking over a context): so nothing is
 * held for a client, and what several get is compressed once for all of them. A third to a half of the firehose's bytes
 * goes, for some hundred microseconds of a core for each frame: where the network is dearer than that.
 */
import type {IncomingMessage} from 'node:http'
import {promisify} from 'node:util'
import {constants, deflateRaw} from 'node:zlib'
import type {Frame} from '#std/wire/frames.ts'
import {binaryOpcode, headSize, textOpcode, writeHead} from '#std/wire/wire-frames.ts'

/** For the server of `ws`, which agrees on it with the client and reads what that sends. */
export const deflateOptions = {serverNoContextTakeover: true, clientNoContextTakeover: true} as const

const extension = 'sec-websocket-extensions'
const isCompressed = 0x40
/** With which each message ends and which is left out (RFC 7692, section 7.2.1). */
const tailSize = 4
/** Shorter ones are sent as they are. */
const sizeMin = 128
/** Frames that are compressed at the same time: each takes 256 KiB meanwhile. */
const togetherMax = 8

const compress = promisify(deflateRaw)
/** A hash is what most of a frame is, and nothing makes that smaller: the lowest level does as well as any. */
const options = {level: 1, finishFlush: constants.Z_SYNC_FLUSH} as const

/** Wire of what several clients get, gone with it. */
const shared = new WeakMap<object, Promise<Buffer>>()

/** Leaves out of a handshake what cannot be kept to: a client that has no room for the usual window gets plain messages. */
export function plainOffer({headers}: Pick<IncomingMessage, 'headers'>): void {
  if (headers[extension]?.includes('server_max_window_bits')) delete headers[extension]
}

/** `frames` in wire form, made once however many ask for it: `of` is what they are known by. */
export function deflatedWire(of: object, frames: () => readonly Frame[]): Promise<Buffer> {
  let wire = shared.get(of)
  if (!wire) shared.set(of, (wire = deflated(frames())))
  return wire
}

async function deflated(frames: readonly Frame[]): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let at = 0; at < frames.length; at += togetherMax) {
    parts.push(...(await Promise.all(frames.slice(at, at + togetherMax).map(messageOf))).flat())
  }
  return Buffer.concat(parts)
}

async function messageOf(frame: Frame): Promise<Buffer[]> {
  const opcode = typeof frame === 'string' ? textOpcode : binaryOpcode
  const plain = typeof frame === 'string' ? Buffer.from(frame) : frame
  const small = plain.length < sizeMin ? undefined : (await compress(plain, options)).subarray(0, -tailSize)
  const payload = small && small.length < plain.length ? small : plain
  const head = Buffer.alloc(headSize(payload.length))
  writeHead(head, 0, payload === small ? opcode | isCompressed : opcode, payload.length)
  return [head, Buffer.from(payload.buffer, payload.byteOffset, payload.length)]
}
