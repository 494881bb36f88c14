import { Readable } from 'node:stream'

/** A message's bytes behind a gate that is asked when the first of them is wanted. */
export type GatedBody = {
  readonly stream: Readable
  /** Waits for a gate that is being asked. Rejects with what it threw. */
  settle(): Promise<{
    /** The gate was asked: the recipient had been accepted. */
    readonly asked: boolean
    /** The gate said no. */
    readonly shut: boolean
    /** The bytes were let through: they may be on their way. */
    readonly begun: boolean
  }>
}

/**
 * A stream that asks `beforeBody` once, on its first read, and gives its bytes only if the answer
 * is yes and nobody destroyed it meanwhile. It has to be piped when the server asks for the body:
 * nodemailer's connection does so, its pool and mailer read ahead while they say MAIL FROM.
 */
export function gateBody(bytes: Buffer, beforeBody: () => Promise<boolean>): GatedBody {
  let gate: Promise<boolean> | null = null
  let begun = false
  const stream = new Readable({
    read() {
      if (gate !== null) return
      gate = beforeBody()
      gate.then(pass, (error) => stream.destroy(error))
    },
  })
  const pass = (open: boolean) => {
    if (stream.destroyed) return
    if (!open) return void stream.destroy(new Error('called off before the body'))
    begun = true
    stream.push(bytes)
    stream.push(null)
  }
  // Whoever reads it learns of its end from the sending itself.
  stream.on('error', () => {})
  return {
    stream,
    async settle() {
      const open = await gate
      return { asked: open !== null, shut: open === false, begun }
    },
  }
}
