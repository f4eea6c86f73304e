/** On every page: keys (n writes, / searches), a theme that changes without a reload, and how much is unread. */

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

document.addEventListener('keydown', event => {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
  if (event.key === 'Escape' && isTyping(event.target)) return (event.target as HTMLElement).blur()
  if (isTyping(event.target)) return
  const link = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`)
  if (link) {
    event.preventDefault()
    link.click()
  } else if (event.key === '/') {
    event.preventDefault()
    const field = document.querySelector<HTMLInputElement>('input[type="search"]')
    const {search} = document.documentElement.dataset
    if (field?.checkVisibility()) field.focus()
    else if (search !== undefined) location.assign(search)
  }
})

for (const form of document.querySelectorAll<HTMLFormElement>('[data-theme-switch]')) {
  form.addEventListener('submit', event => {
    const chosen = event.submitter as HTMLButtonElement | null
    if (!chosen) return
    event.preventDefault()
    document.documentElement.dataset.theme = chosen.value
    for (const button of form.querySelectorAll('button')) button.ariaPressed = String(button === chosen)
    const body = new URLSearchParams(new FormData(form, chosen) as unknown as Record<string, string>)
    void fetch(form.action, {method: 'POST', body, redirect: 'manual'})
  })
}

// A portrait that does not come makes way for the letter below it.
function dropBroken(image: EventTarget | null): void {
  if (image instanceof HTMLImageElement && image.dataset.portrait !== undefined) image.remove()
}
document.addEventListener('error', event => dropBroken(event.target), true)
for (const image of document.querySelectorAll<HTMLImageElement>('img[data-portrait]')) {
  if (image.complete && image.naturalWidth === 0 && image.currentSrc !== '') dropBroken(image)
}

const unreadEveryMs = 30_000
const notifications = document.querySelector<HTMLElement>('[data-unread]')
if (notifications) {
  setInterval(async () => {
    if (document.hidden) return
    const response = await fetch(notifications.dataset.unread ?? '').catch(() => undefined)
    if (!response?.ok || response.redirected) return
    notifications.querySelector('.badge')?.remove()
    notifications.insertAdjacentHTML('beforeend', response.status === 204 ? '' : await response.text())
  }, unreadEveryMs)
}
