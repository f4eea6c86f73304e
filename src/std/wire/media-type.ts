/**
 * What kind of file some bytes are, by how they begin: pictures, sound, moving pictures, documents. Only beginnings that
 * cannot well be chance, since what is said here overrules what a sender says. Text and archives are not told apart.
 */

/** Bytes that are enough. */
export const mediaTypeHeadSize = 512

/** The media type of a file that begins so; `undefined` when its beginning is none of those known here. */
export function mediaTypeOf(head: Uint8Array): string | undefined {
  const text = latin1(head)
  for (const [start, type] of starts) if (text.startsWith(start)) return type
  if (text.startsWith('RIFF')) return riffTypes[text.slice(8, 12)]
  if (text.startsWith('FORM') && /^AIF[FC]$/.test(text.slice(8, 12))) return 'audio/aiff'
  if (text.slice(4, 8) === 'ftyp') return brandType(text.slice(8, 12))
  if (/^(?:moov|mdat|wide)$/.test(text.slice(4, 8))) return 'video/quicktime'
  if (text.startsWith('\x1a\x45\xdf\xa3')) return matroskaType(text)
  if (text.startsWith('OggS')) return oggType(text.slice(28, 36))
  if (/^(?:\xef\xbb\xbf)?WEBVTT(?:[ \t\r\n]|$)/.test(text)) return 'text/vtt'
  // "BM", a size of four bytes, and four that are zero.
  if (/^BM[^]{4}\0{4}/.test(text)) return 'image/bmp'
  return audioFrameType(head)
}

const starts: readonly [start: string, type: string][] = [
  ['\xff\xd8\xff', 'image/jpeg'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['\0\0\0\x0cJXL \r\n\x87\n', 'image/jxl'],
  ['\xff\x0a', 'image/jxl'],
  ['\0\0\0\x0cjP  \r\n\x87\n', 'image/jp2'],
  ['fLaC', 'audio/flac'],
  ['ID3', 'audio/mpeg'],
  ['%PDF-', 'application/pdf'],
]

const riffTypes: Readonly<Record<string, string | undefined>> = {
  WEBP: 'image/webp',
  WAVE: 'audio/wav',
  'AVI ': 'video/vnd.avi',
}

/** ISO base media files name their main brand first. */
const brands: Readonly<Record<string, string | undefined>> = {
  avif: 'image/avif',
  avis: 'image/avif',
  mif1: 'image/heif',
  msf1: 'image/heif-sequence',
  heic: 'image/heic',
  heix: 'image/heic',
  hevc: 'image/heic-sequence',
  hevx: 'image/heic-sequence',
  'qt  ': 'video/quicktime',
  'M4V ': 'video/x-m4v',
  'M4A ': 'audio/x-m4a',
  'M4B ': 'audio/mp4',
  'F4A ': 'audio/mp4',
  'F4B ': 'audio/mp4',
}

function brandType(brand: string): string {
  if (brand.startsWith('3g')) return brand.startsWith('3g2') ? 'video/3gpp2' : 'video/3gpp'
  return Object.hasOwn(brands, brand) ? (brands[brand] as string) : 'video/mp4'
}

function matroskaType(text: string): string | undefined {
  if (text.includes('webm')) return 'video/webm'
  return text.includes('matroska') ? 'video/matroska' : undefined
}

function oggType(codec: string): string {
  const isOf = (starts: readonly string[]): boolean => starts.some(start => codec.startsWith(start))
  if (isOf(['OpusHead', '\x01vorbis', '\x7fFLAC', 'Speex  '])) return 'audio/ogg'
  return isOf(['\x80theora', '\x01video']) ? 'video/ogg' : 'application/ogg'
}

/** MPEG sound without a header: eleven set bits, then fields of which some values are never used. */
function audioFrameType([first, second, third]: Uint8Array): string | undefined {
  if (first !== 0xff || third === undefined) return undefined
  if ((second & 0xf6) === 0xf0) return 'audio/aac'
  const isLayer3 = (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08
  return isLayer3 && third >> 4 !== 15 && third >> 4 !== 0 && (third & 0x0c) !== 0x0c ? 'audio/mpeg' : undefined
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, mediaTypeHeadSize))
