/** Bounds on one fetch. Whoever answers is hostile until the last byte is in. */
export type Limits = {
  /** Milliseconds to connect and receive the headers, at each redirect. Stops: a host that accepts and stays silent. */
  readonly headersMs: number
  /** Milliseconds from the first request to the last byte, redirects included. Stops: a body that drips for ever. */
  readonly totalMs: number
  /** Bytes of one answer's headers. Stops: headers without end. */
  readonly headerBytes: number
  /** Bytes of body as sent. Stops: huge and endless answers, before memory holds them. */
  readonly wireBytes: number
  /** Bytes of body after decompression. Stops: gzip, deflate and brotli bombs. */
  readonly bodyBytes: number
  /** Redirects followed. Stops: loops. */
  readonly redirects: number
}

const SECOND = 1_000
const KB = 1_024
const MB = 1_024 * KB

/** The largest feeds in daily use are below 10 MB; few hosts that answer at all need 10 s to start. */
export const LIMITS: Limits = {
  headersMs: 15 * SECOND,
  totalMs: 60 * SECOND,
  headerBytes: 32 * KB,
  wireBytes: 15 * MB,
  bodyBytes: 15 * MB,
  redirects: 5,
}
