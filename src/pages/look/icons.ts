/** The icons of the pages: strokes on a 24-unit square, drawn for this project. */
import {trusted, type Html} from '../html.ts'

const paths = {
  home: 'M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5.5h-5V20H5a1 1 0 0 1-1-1Z',
  cloud: 'M7 18.5a4 4 0 0 1-.4-8 6 6 0 0 1 11.4-1.3 4.7 4.7 0 0 1-.7 9.3Z',
  timeline: 'M5 6.5h14M5 12h14M5 17.5h9',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15ZM10 20.5a2.2 2.2 0 0 0 4 0',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0',
  compass: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM15.5 8.5l-2 5-5 2 2-5Z',
  pulse: 'M3 12h4l2.5-6 4.5 12 2.5-6h4.5',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20',
  compose: 'M5 19h3.5L19 8.5 15.5 5 5 15.5ZM13 7.5 16.5 11',
  reply: 'M20 12a7.5 7.5 0 0 1-11 6.6L4.5 20l1.2-4.2A7.5 7.5 0 1 1 20 12Z',
  repost:
    'M4.5 10.5V9a2.5 2.5 0 0 1 2.5-2.5h10M14.5 4 17 6.5 14.5 9M19.5 13.5V15a2.5 2.5 0 0 1-2.5 2.5H7M9.5 20 7 17.5 9.5 15',
  like: 'M12 20S4 15 4 9.3A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8 2.3C20 15 12 20 12 20Z',
  quote: 'M5 17V11a4 4 0 0 1 4-4M14 17v-6a4 4 0 0 1 4-4M5 17h4.5v-4.5H5M14 17h4.5v-4.5H14',
  follow: 'M10 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM3 20a7 7 0 0 1 13-3.6M18 9v6M15 12h6',
  check: 'M5 12.5 10 17.5 19.5 7',
  cross: 'M6 6l12 12M18 6 6 18',
  tree: 'M12 4v5M12 9 6 14M12 9l6 5M6 14v5M18 14v5M4.5 20h3M16.5 20h3M10.5 4h3',
  key: 'M9 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM13 11h8M18 11v3.5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1',
  leave: 'M10 5H6a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4M15 8.5 18.5 12 15 15.5M18.5 12H9.5',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l1 12.5h8L17 7M10.5 11v5M13.5 11v5',
  shield: 'M12 3.5 19 6v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6ZM12 8.5v4M12 15.5v.1',
  screen: 'M4 5.5h16v11H4ZM9 20h6M12 16.5V20',
  film: 'M4.5 5.5h15v13h-15ZM10 9.2v5.6l4.8-2.8Z',
  pin: 'M9 4h6l-.8 6 2.8 3v1.5H7V13l2.8-3ZM12 14.5V20',
  bookmark: 'M7 4.5h10a1 1 0 0 1 1 1V20l-6-4.5L6 20V5.5a1 1 0 0 1 1-1Z',
  mute: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM16 9.5l4.5 5M20.5 9.5 16 14.5',
  block: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.7 5.7l12.6 12.6',
  download: 'M12 4v11M7.5 11 12 15.5 16.5 11M5 19.5h14',
  back: 'M19 12H5.5M11 6l-6 6 6 6',
  settings:
    'M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z',
  contrast: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 3v18M12 7.5h7.7M12 12h9M12 16.5h7.7',
  picture:
    'M5 5h14a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM4.5 17l4.5-5 4 4 2.5-2.5L19.5 17M15.5 9.8a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4Z',
} as const

export type IconName = keyof typeof paths

/** One icon, hidden from screen readers: the control it stands in carries the words. */
export const icon = (name: IconName): Html =>
  trusted(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="${paths[name]}"/></svg>`)

/** The mark: a sun half behind a cloud. */
export const mark: Html = trusted(
  '<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="20" cy="12" r="7" fill="#f5b642"/>' +
    '<path d="M9 27a6.5 6.5 0 0 1-.6-13A9 9 0 0 1 25 12.8 7.2 7.2 0 0 1 24 27Z" fill="#2b7fe0"/></svg>',
)
