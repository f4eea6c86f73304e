/**
 * Lists of posts and people: buttons that act without a reload, pages that go on by themselves, news above, and a post
 * that opens wherever it is clicked.
 */

const interactive = 'a, button, input, textarea, select, summary, label, video'

/** What markup of ours stands for. */
function parsed(markup: string): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = markup
  return template.content
}

// Buttons: the answer is the same form in its new state.
document.addEventListener('submit', event => {
  const form = event.target as HTMLFormElement
  if (!form.matches('[data-act]')) return
  event.preventDefault()
  const button = form.querySelector('button')
  if (!button || button.ariaBusy === 'true') return
  button.ariaBusy = 'true'
  void act(form, button)
})

async function act(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>)
  try {
    const response = await fetch(form.action, {method: 'POST', body, headers: {'x-island': 'act'}})
    // Signed out meanwhile: the page says so better than a button can.
    if (response.redirected) return location.assign(response.url)
    if (!response.ok) throw new Error(String(response.status))
    const changed = parsed(await response.text())
    const next = changed.querySelector('button')
    const focused = document.activeElement === button
    form.replaceWith(changed)
    if (focused) next?.focus()
    next?.classList.add('changed')
  } catch {
    button.ariaBusy = 'false'
    button.classList.add('failed')
    button.title = 'Something went wrong. Try again.'
  }
}

// More: the next page's entries go to the end of this one's.
const sight = new IntersectionObserver(
  entries => {
    for (const {isIntersecting, target} of entries) if (isIntersecting) void more(target as HTMLAnchorElement)
  },
  {rootMargin: '800px'},
)

async function more(link: HTMLAnchorElement): Promise<void> {
  if (link.ariaBusy === 'true') return
  link.ariaBusy = 'true'
  sight.unobserve(link)
  try {
    const response = await fetch(link.href)
    if (!response.ok || response.redirected) throw new Error(String(response.status))
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    document.querySelector('[data-list]')?.append(...(page.querySelector('[data-list]')?.children ?? []))
    const next = page.querySelector('.more')
    if (next) link.closest('.more')?.replaceWith(next)
    else link.closest('.more')?.remove()
    watchMore()
  } catch {
    link.ariaBusy = 'false'
  }
}

function watchMore(): void {
  const link = document.querySelector<HTMLAnchorElement>('[data-more]')
  if (!link) return
  link.addEventListener('click', event => {
    event.preventDefault()
    void more(link)
  })
  sight.observe(link)
}
watchMore()

// News: asked for now and then, while somebody looks.
const pollMs = 20_000
const news = document.querySelector<HTMLElement>('[data-poll]')
if (news) {
  setInterval(async () => {
    if (document.hidden) return
    const query = new URLSearchParams({since: news.dataset.newest ?? ''})
    const response = await fetch(`${news.dataset.poll}?${query}`).catch(() => undefined)
    if (response?.status === 200 && !response.redirected) news.replaceChildren(parsed(await response.text()))
  }, pollMs)
}

// A picture opens in the page, with its description; the next and the one before by the arrow keys.
function showPicture(link: HTMLAnchorElement): void {
  const all = [...(link.parentElement?.querySelectorAll<HTMLAnchorElement>('[data-picture]') ?? [link])]
  let at = all.indexOf(link)
  const dialog = document.createElement('dialog')
  dialog.className = 'picture-view'
  const picture = document.createElement('img')
  const words = document.createElement('p')
  const close = document.createElement('button')
  close.textContent = '×'
  close.ariaLabel = 'Close'
  dialog.append(picture, words, close)
  const show = (): void => {
    picture.src = all[at].href
    picture.alt = all[at].querySelector('img')?.alt ?? ''
    words.textContent = picture.alt
  }
  dialog.addEventListener('keydown', event => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return
    at = (at + (event.key === 'ArrowRight' ? 1 : all.length - 1)) % all.length
    show()
  })
  dialog.addEventListener('click', event => {
    if (event.target !== words) dialog.close()
  })
  dialog.addEventListener('close', () => {
    dialog.remove()
    link.focus()
  })
  show()
  document.body.append(dialog)
  dialog.showModal()
}

document.addEventListener('click', event => {
  const link = (event.target as Element).closest<HTMLAnchorElement>('[data-picture]')
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  showPicture(link)
})

// A post opens by a click on what is not itself a link; text can still be selected.
document.addEventListener('click', event => {
  const target = event.target as Element
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
    if (!menu.contains(target)) menu.open = false
  }
  const post = target.closest<HTMLElement>('[data-href]')
  if (!post?.dataset.href || target.closest(interactive) || getSelection()?.toString()) return
  if (event.metaKey || event.ctrlKey) window.open(post.dataset.href, '_blank', 'noopener')
  else location.assign(post.dataset.href)
})

document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
    menu.open = false
    menu.querySelector('summary')?.focus()
  }
})

// In a thread, the post that the page is about comes into sight below what it answers.
const focus = document.querySelector('.thread #focus')
if (focus?.previousElementSibling && !location.hash) focus.scrollIntoView({block: 'start'})
