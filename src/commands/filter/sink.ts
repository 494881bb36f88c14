/** Where JSON Lines go. */
export type Sink = {
  /** Waits until the reader has taken it; `false` once nobody reads any more. */
  readonly write: (value: unknown) => Promise<boolean>
}

/** Writes one JSON object a line and no faster than they are read; a closed pipe is no error. */
export function createSink(output: NodeJS.WritableStream): Sink {
  let open = true
  let resume = () => {}
  const close = () => {
    open = false
    resume()
  }
  output.on('error', close)
  output.on('close', close)
  output.on('drain', () => resume())
  return {
    async write(value) {
      if (!open) return false
      const drained = new Promise<void>((resolve) => {
        resume = resolve
      })
      if (!output.write(`${JSON.stringify(value)}\n`)) await drained
      return open
    },
  }
}
