/** Puts what is now in the place of what was, every two seconds, for as long as the page is looked at. */

const everyMs = 2_000

const place = document.querySelector<HTMLElement>('[data-now]')

async function look(): Promise<void> {
  const path = place?.dataset.now
  if (!place || path === undefined || document.hidden) return
  // What somebody has marked stays marked.
  if (document.getSelection()?.type === 'Range') return
  const response = await fetch(path).catch(() => undefined)
  if (response?.ok) place.innerHTML = await response.text()
}

setInterval(() => void look(), everyMs)
