/** People, as their name is being written. */

const pauseMs = 150

for (const form of document.querySelectorAll<HTMLFormElement>('[data-typeahead]')) {
  const input = form.querySelector<HTMLInputElement>('input[name="q"]')!
  const guesses = form.querySelector<HTMLElement>('[data-guesses]')!
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  const guess = async (): Promise<void> => {
    const turn = ++asked
    const q = input.value.trim()
    const response = q === '' ? undefined : await fetch(`${form.dataset.typeahead}?${new URLSearchParams({q})}`)
    // An answer that comes after a later question is of no use.
    if (turn !== asked) return
    guesses.innerHTML = response?.ok ? await response.text() : ''
  }
  input.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(() => void guess().catch(() => guesses.replaceChildren()), pauseMs)
  })
  form.addEventListener('keydown', event => {
    if (event.key === 'Escape') guesses.replaceChildren()
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const links = [...guesses.querySelectorAll('a')]
    const at = links.indexOf(document.activeElement as HTMLAnchorElement) + (event.key === 'ArrowDown' ? 1 : -1)
    if (links.length === 0) return
    event.preventDefault()
    if (at < 0) input.focus()
    else links[Math.min(at, links.length - 1)].focus()
  })
  document.addEventListener('click', event => {
    if (!form.contains(event.target as Node)) guesses.replaceChildren()
  })
}
