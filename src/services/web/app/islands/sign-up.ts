/** Says whether a handle is free while it is being written. */

const pauseMs = 250
const form = document.querySelector<HTMLFormElement>('[data-sign-up]')
const verdict = form?.querySelector<HTMLElement>('[data-verdict]')
if (form && verdict) {
  const name = form.elements.namedItem('name') as HTMLInputElement
  const domain = form.elements.namedItem('domain') as HTMLInputElement | HTMLSelectElement
  const hint = verdict.textContent
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0
  const judge = async (): Promise<void> => {
    const turn = ++asked
    if (name.value.trim() === '') {
      verdict.textContent = hint
      return
    }
    const response = await fetch(`/sign-up/handle?${new URLSearchParams({name: name.value, domain: domain.value})}`)
    if (turn === asked && response.ok) verdict.innerHTML = await response.text()
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => void judge().catch(() => {}), pauseMs)
  }
  name.addEventListener('input', soon)
  domain.addEventListener('change', soon)
}
