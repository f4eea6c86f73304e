/** Where the buttons of the theme lead: the choice is kept, and the page they stand on comes back. */
import {field} from '../form.ts'
import {post, type Route} from '../routes.ts'
import {themeCookie, themeOf} from './theme.ts'

/** `path` is where those buttons lead on this site. */
export const themeRoute = <Session>(secure: boolean, path: string): Route<Session> =>
  post(path, ({form, redirect}) => redirect(field(form, 'back'), [themeCookie(themeOf(field(form, 'theme')), secure)]))
