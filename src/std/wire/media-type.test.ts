import assert from 'node:assert/strict'
import {test} from 'node:test'
import sharp from 'sharp'
import {toUtf8} from '../text.ts'
import {mediaTypeOf} from './media-type.ts'

const bytesOf = (latin1: string): Uint8Array => Uint8Array.from(latin1, character => character.charCodeAt(0))

test('pictures as an encoder writes them are known by their bytes', async () => {
  const picture = sharp({create: {width: 16, height: 9, channels: 3, background: '#123456'}})
  const made = {
    'image/jpeg': picture.clone().jpeg(),
    'image/png': picture.clone().png(),
    'image/gif': picture.clone().gif(),
    'image/webp': picture.clone().webp(),
    'image/avif': picture.clone().avif(),
    'image/tiff': picture.clone().tiff(),
  }
  for (const [type, image] of Object.entries(made)) assert.equal(mediaTypeOf(await image.toBuffer()), type)
})

test('other files are known by how they begin', () => {
  const rest = 'x'.repeat(64)
  const begins: [start: string, type: string][] = [
    ['\0\0\0\x20ftypisom', 'video/mp4'],
    ['\0\0\0\x20ftypmp42', 'video/mp4'],
    ['\0\0\0\x20ftyphasOwnProperty', 'video/mp4'],
    ['\0\0\0\x20ftypqt  ', 'video/quicktime'],
    ['\0\0\0\x20ftypM4A ', 'audio/x-m4a'],
    ['\0\0\0\x20ftyp3gp5', 'video/3gpp'],
    ['\0\0\0\x20ftyp3g2a', 'video/3gpp2'],
    ['\0\0\0\x20ftypheic', 'image/heic'],
    ['\0\0\0\x08wide\0\0\0\0mdat', 'video/quicktime'],
    ['\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm', 'video/webm'],
    ['\x1a\x45\xdf\xa3\xa3B\x86\x81\x01B\x82\x88matroska', 'video/matroska'],
    [`OggS${'\0'.repeat(24)}OpusHead`, 'audio/ogg'],
    [`OggS${'\0'.repeat(24)}\x80theora`, 'video/ogg'],
    [`OggS${'\0'.repeat(24)}fishead\0`, 'application/ogg'],
    ['RIFF\x24\0\0\0WAVEfmt ', 'audio/wav'],
    ['RIFF\x24\0\0\0AVI LIST', 'video/vnd.avi'],
    ['FORM\0\0\0\x10AIFFCOMM', 'audio/aiff'],
    ['ID3\x04\0', 'audio/mpeg'],
    ['\xff\xfb\x90\x64', 'audio/mpeg'],
    ['\xff\xf1\x50\x80', 'audio/aac'],
    ['fLaC\0\0\0\x22', 'audio/flac'],
    ['GIF87a', 'image/gif'],
    ['MM\0*', 'image/tiff'],
    ['BM\x36\0\0\0\0\0\0\0\x36', 'image/bmp'],
    ['\xff\x0a', 'image/jxl'],
    ['\0\0\0\x0cJXL \r\n\x87\n', 'image/jxl'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'image/jp2'],
    ['%PDF-1.7\n', 'application/pdf'],
    ['WEBVTT\n\n', 'text/vtt'],
    ['\xef\xbb\xbfWEBVTT - captions', 'text/vtt'],
  ]
  for (const [start, type] of begins) {
    assert.equal(mediaTypeOf(bytesOf(start + rest)), type, JSON.stringify(start))
    assert.equal(mediaTypeOf(bytesOf(`x${start}${rest}`)), undefined, `${JSON.stringify(start)}, later on`)
  }
  assert.equal(mediaTypeOf(bytesOf('WEBVTT')), 'text/vtt')
})

test('text, and what only looks alike, is not told', () => {
  const others = ['', 'BM, said the boat', 'WEBVTTX', 'RIFF    JUNK', '<svg xmlns="x"/>', '{"a": 1}', 'FORM a line  ']
  for (const text of others) assert.equal(mediaTypeOf(toUtf8(text)), undefined, text)
  // The mark of UTF-16, MPEG sound of fields that are never used, and one byte.
  for (const start of ['\xff\xfeh\0i\0', '\xff\xeb\x90\x64', '\xff\xfb\xf0\x64', '\xff\xfb\x9c\x64', '\xff']) {
    assert.equal(mediaTypeOf(bytesOf(start)), undefined, JSON.stringify(start))
  }
})
