/** Light, dark, or as the system is: chosen by three buttons, kept in a cookie. */
import {cookieOf, longestAgeS, setCookie} from '../cookies.ts'
import {formToken} from '../form-token.ts'
import {html, type Html} from '../html.ts'
import {icon, type IconName} from './icons.ts'

export type Theme = 'light' | 'dark' | 'system'

const kind = {name: 'wholesky-theme', ageS: longestAgeS}

/** A theme by its name; any other name is as the system. */
export const themeOf = (value: string | undefined): Theme => (value === 'light' || value === 'dark' ? value : 'system')

/** What the visitor has chosen. */
export const chosenTheme = (request: Request): Theme => themeOf(cookieOf(request, kind))

/** Keeps a choice in the browser. Over HTTPS (`secure`) the cookie stays there. */
export const themeCookie = (theme: Theme, secure: boolean): string =>
  setCookie(kind, theme === 'system' ? undefined : theme, secure)

const themes: readonly {value: Theme; label: string; icon: IconName}[] = [
  {value: 'system', label: 'Same as system', icon: 'contrast'},
  {value: 'light', label: 'Light', icon: 'sun'},
  {value: 'dark', label: 'Dark', icon: 'moon'},
]

export interface ThemeSwitch {
  theme: Theme
  /** Where they come back to. */
  path: string
  /** Where they lead (`theme-route.ts`); `/theme` unless given. */
  themePath?: string | undefined
  token: string
}

/** Three buttons that set the theme. */
export const themeSwitch = ({theme, path, themePath = '/theme', token}: ThemeSwitch): Html =>
  html`<form class="themes" method="post" action="${themePath}" data-theme-switch>
    ${formToken(token)}<input type="hidden" name="back" value="${path}" />
    ${themes.map(
      ({value, label, icon: name}) =>
        html`<button
          class="icon-button"
          name="theme"
          value="${value}"
          title="${label}"
          aria-label="Theme: ${label}"
          aria-pressed="${value === theme ? 'true' : 'false'}"
        >
          ${icon(name)}
        </button>`,
    )}
  </form>`
