/**
 * How blocks are packed: zstd with a checksum, so that a block that was changed on the disk is found out when it is
 * unpacked. On the machine's own disk that is done beside the event loop.
 */
import {promisify} from 'node:util'
import {constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync} from 'node:zlib'
import {nodeDisk} from '#engines/node-disk.ts'
import type {Disk} from '#std/disk.ts'

/** Bytes of what a block may unpack to, whatever it claims. */
const unpackedSizeMax = 2 ** 30
/** Of most blocks, and of the largest piece that is set aside for what one claims to have. */
const usualSize = 2 * 2 ** 20
const pieceSizeMax = 64 * 2 ** 20
const options = {
  params: {[constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_checksumFlag]: 1},
}
const limits = {maxOutputLength: unpackedSizeMax}
const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)

export const packNow = (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, options)
export const unpackNow = (bytes: Uint8Array): Uint8Array => zstdDecompressSync(bytes, limits)

/** In a simulation nothing goes on beside the event loop. */
export const pack = (disk: Disk, bytes: Uint8Array): Promise<Uint8Array> | Uint8Array =>
  disk === nodeDisk ? compress(bytes, options) : packNow(bytes)
/**
 * To `size` bytes, where that is known: in one piece, and not in many that each wait for a thread. Rejects for what is no
 * zstd frame.
 */
export const unpack = (disk: Disk, bytes: Uint8Array, size = usualSize): Promise<Uint8Array> | Uint8Array =>
  disk === nodeDisk ? decompress(bytes, {...limits, chunkSize: Math.min(size, pieceSizeMax) + 64}) : unpackNow(bytes)
