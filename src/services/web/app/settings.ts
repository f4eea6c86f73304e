/** Settings: the theme, the account, and where it is signed in. */
import {themeCookie} from '../cookies.ts'
import {field, formOf} from '../form.ts'
import {post, type Route} from '../routes.ts'
import type {AppParts} from './routes.ts'

export const settingsRoutes = ({secure}: Pick<AppParts, 'secure'>): Route[] => [
  post('/settings/theme', async visit => {
    const form = await formOf(visit.request)
    const wanted = field(form, 'theme')
    const theme = wanted === 'light' || wanted === 'dark' ? wanted : 'system'
    return visit.redirect(field(form, 'back'), [themeCookie(theme, secure)])
  }),
]
