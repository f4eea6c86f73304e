/** Verifies a repository without leaving the page, and says how far it is. */

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-verify]')) {
  form.addEventListener('submit', event => {
    event.preventDefault()
    const button = form.querySelector('button')
    const result = document.querySelector<HTMLElement>('[data-verify-result]')
    if (!button || !result || button.disabled) return
    button.disabled = true
    result.textContent = 'Contacting its PDS…'
    const source = new EventSource(form.dataset.verify ?? '')
    const end = (): void => {
      source.close()
      button.disabled = false
    }
    source.addEventListener('progress', ({data}: MessageEvent<string>) => {
      const {size, records} = JSON.parse(data) as {size: number; records: number}
      result.textContent = `${records.toLocaleString('en-GB')} records, ${(size / 1e6).toFixed(1)} MB read…`
    })
    source.addEventListener('done', ({data}: MessageEvent<string>) => {
      end()
      // Our own markup, made and escaped on the server as every page is.
      result.innerHTML = JSON.parse(data) as string
    })
    source.addEventListener('error', () => {
      end()
      result.textContent = 'The verification was interrupted. Try again.'
    })
  })
}
