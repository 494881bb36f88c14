// Makes the dashboard quicker to use. Every page works without it.

const root = document.documentElement

/** Times are read in the zone of this browser, unless another was chosen. */
function tellZone() {
  if (root.dataset.zone !== 'unknown') return
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (!zone || zone === 'UTC') return
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `dose_zone=${zone}; path=${root.dataset.home}; max-age=31536000; samesite=lax`
  if (document.cookie.includes('dose_zone=')) location.reload()
}

/** Parts that changed on the server are fetched again, the rest of the page stays as it is. */
function renewParts() {
  const names = new Set(
    [...document.querySelectorAll('[data-live]')].map((part) => part.dataset.live),
  )
  if (names.size === 0) return
  const events = new EventSource(`${root.dataset.home}/live?parts=${[...names].join(',')}`)
  const late = new Set()
  let fetching = false
  // What changes while nobody looks, or while it is fetched, is fetched afterwards.
  async function catchUp() {
    if (fetching) return
    fetching = true
    try {
      while (late.size > 0 && !document.hidden) {
        const due = [...late]
        late.clear()
        await replaceParts(due)
      }
    } finally {
      fetching = false
    }
  }
  events.addEventListener('message', ({ data }) => {
    for (const name of data.split(',')) late.add(name)
    catchUp()
  })
  document.addEventListener('visibilitychange', catchUp)
}

async function replaceParts(names) {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } })
  if (!answer.ok || answer.redirected) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const name of names) {
    const [old, fresh] = [document, page].map((in_) => in_.querySelector(`[data-live="${name}"]`))
    // Whoever is typing or ticking there is not interrupted.
    const busy = old?.querySelector(':focus, :checked')
    if (old && fresh && !busy) old.replaceWith(fresh)
  }
}

/** `g` and the key of a room lead there; j and k go through a list; `/` searches; `?` tells. */
function readKeys() {
  let going = false
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.closest('input, textarea, select, [contenteditable]')) return
    const room = going && document.querySelector(`nav a[data-key="${CSS.escape(event.key)}"]`)
    going = event.key === 'g'
    if (room) room.click()
    else if (event.key === '/') {
      event.preventDefault()
      document.querySelector('main [type=search], [type=search]')?.focus()
    } else if (event.key === '?') document.querySelector('#keys')?.togglePopover()
    else if (event.key === 'j') step(1)
    else if (event.key === 'k') step(-1)
  })
}

function step(by) {
  const rows = [...document.querySelectorAll('[data-row]')]
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const row = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]
  ;(row?.querySelector('a') ?? row)?.focus()
}

/** One tick for all rows of a page. */
function tickAll() {
  document.addEventListener('change', ({ target }) => {
    if (!target.matches('[data-all]')) return
    for (const box of target.closest('form').querySelectorAll('[name=_ids]'))
      box.checked = target.checked
  })
}

/** A file that was chosen is read into the field that is sent. */
function takeFiles() {
  for (const input of document.querySelectorAll('[data-into]')) {
    input.hidden = false
    input.addEventListener('change', async () => {
      const [file] = input.files
      if (file) input.form.elements[input.dataset.into].value = await file.text()
    })
  }
}

tellZone()
takeFiles()
renewParts()
readKeys()
tickAll()
