/** Where the images of records are had from, scaled and cached: this AppView's `/img`. */
import {textOf} from '../hydration/record-json.ts'

export type ImagePreset = 'avatar' | 'banner' | 'feed_thumbnail' | 'feed_fullsize'

export interface ImageUrls {
  image(preset: ImagePreset, did: string, cid: string): string
  /** The stream of a video, and a still of it. */
  playlist(did: string, cid: string): string
  videoThumbnail(did: string, cid: string): string
}

/** `publicUrl` is where this AppView is reached. */
export function imageUrls(publicUrl: string): ImageUrls {
  const base = publicUrl.replace(/\/$/, '')
  const video = (did: string, cid: string): string => textOf(base, '/vid/', encodeURIComponent(did), '/', cid)
  return {
    image: (preset, did, cid) => textOf(base, '/img/', preset, '/plain/', did, '/', cid),
    playlist: (did, cid) => textOf(video(did, cid), '/playlist.m3u8'),
    videoThumbnail: (did, cid) => textOf(video(did, cid), '/thumbnail.jpg'),
  }
}
