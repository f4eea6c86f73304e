/** Writing: characters left, pictures seen and made smaller before they are sent, Ctrl+Enter. */

const pictureSizeMax = 1_900_000
const edgeMax = 2_000

const segmenter = new Intl.Segmenter()
const graphemes = (text: string): number => [...segmenter.segment(text)].length

/** The picture within bounds. Drawn anew, it also loses what the camera wrote into it. */
async function shrunk(file: File, edge: number): Promise<File> {
  if (file.type === 'image/gif') return file
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, edge / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  const drawn = (type: string, quality?: number): Promise<Blob | null> =>
    new Promise(resolve => canvas.toBlob(resolve, type, quality))
  const keepsEdges = file.type === 'image/png' ? await drawn('image/png') : null
  if (keepsEdges && keepsEdges.size <= pictureSizeMax / 2) return new File([keepsEdges], file.name, {type: 'image/png'})
  for (const quality of [0.9, 0.8, 0.65, 0.5]) {
    const blob = await drawn('image/jpeg', quality)
    if (blob && blob.size <= pictureSizeMax / 2) {
      return new File([blob], file.name.replace(/\.\w+$/, '.jpg'), {type: 'image/jpeg'})
    }
  }
  return file
}

function setFile(input: HTMLInputElement, file: File | undefined): void {
  const transfer = new DataTransfer()
  if (file) transfer.items.add(file)
  input.files = transfer.files
}

const slotInput = (slot: Element): HTMLInputElement => slot.querySelector<HTMLInputElement>('input[type="file"]')!

/** One button for all pictures; each that is chosen gets a place with its preview and its words. */
function improveSlots(details: HTMLDetailsElement, form: HTMLFormElement): void {
  const slots = [...details.querySelectorAll<HTMLElement>('[data-slot]')]
  const summary = details.querySelector('summary')!
  const chooser = document.createElement('input')
  chooser.type = 'file'
  chooser.multiple = true
  chooser.hidden = true
  chooser.accept = slotInput(slots[0]).accept
  details.after(chooser)
  details.classList.add('improved')
  const isFree = (slot: Element): boolean => slotInput(slot).files?.length === 0
  const show = (): void => {
    for (const slot of slots) slot.hidden = isFree(slot)
    details.open = slots.some(slot => !isFree(slot))
  }
  summary.addEventListener('click', event => {
    event.preventDefault()
    chooser.click()
  })
  const put = async (files: Iterable<File>): Promise<void> => {
    for (const file of files) {
      const slot = slots.find(isFree)
      if (!slot || !file.type.startsWith('image/')) continue
      const picture = await shrunk(file, edgeMax).catch(() => file)
      setFile(slotInput(slot), picture)
      const preview = document.createElement('img')
      preview.src = URL.createObjectURL(picture)
      preview.alt = ''
      const away = document.createElement('button')
      away.type = 'button'
      away.className = 'slot-away'
      away.ariaLabel = 'Remove picture'
      away.textContent = '×'
      away.addEventListener('click', () => {
        setFile(slotInput(slot), undefined)
        URL.revokeObjectURL(preview.src)
        preview.remove()
        away.remove()
        show()
      })
      slot.prepend(preview, away)
      show()
      slot.querySelector<HTMLInputElement>('input[name="alt"]')?.focus()
    }
  }
  chooser.addEventListener('change', () => {
    void put([...(chooser.files ?? [])])
    chooser.value = ''
  })
  form.addEventListener('paste', event => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    void put(files)
  })
  form.addEventListener('dragover', event => event.preventDefault())
  form.addEventListener('drop', event => {
    if (!event.dataTransfer?.files.length) return
    event.preventDefault()
    void put(event.dataTransfer.files)
  })
  show()
}

for (const form of document.querySelectorAll<HTMLFormElement>('[data-composer]')) {
  const text = form.querySelector('textarea')!
  const counter = form.querySelector<HTMLElement>('[data-counter]')!
  const language = form.querySelector<HTMLSelectElement>('select[name="language"]')
  const max = Number(form.dataset.graphemesMax)
  const count = (): void => {
    const left = max - graphemes(text.value.trim())
    counter.textContent = text.value === '' ? '' : String(left)
    counter.classList.toggle('near', left <= 20)
    counter.classList.toggle('over', left < 0)
    counter.title = `${left} of ${max} characters left`
    text.setCustomValidity(left < 0 ? `${-left} characters too long.` : '')
  }
  text.addEventListener('input', count)
  text.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  form.addEventListener('submit', () => {
    const button = form.querySelector<HTMLButtonElement>('.composer-foot button')
    if (button) button.ariaBusy = 'true'
  })
  // The language of one's last post is most likely that of the next.
  const kept = localStorage.getItem('language')
  const own = kept ?? navigator.language.split('-')[0]
  if (language && [...language.options].some(({value}) => value === own)) language.value = own
  language?.addEventListener('change', () => localStorage.setItem('language', language.value))
  const slots = form.querySelector<HTMLDetailsElement>('[data-slots]')
  if (slots) improveSlots(slots, form)
  count()
}

// Pictures of a profile.
for (const input of document.querySelectorAll<HTMLInputElement>('input[data-shrink]')) {
  input.addEventListener('change', async () => {
    const [file] = input.files ?? []
    if (file) setFile(input, await shrunk(file, Number(input.dataset.shrink)).catch(() => file))
  })
}
