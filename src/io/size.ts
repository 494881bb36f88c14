const KB = 1_024
const MB = 1_024 * KB

/** `15 MB`, `64 KB`, `10 bytes`: for the message that names a limit. */
export function sizeInWords(bytes: number): string {
  if (bytes >= MB) return `${Math.round(bytes / MB)} MB`
  if (bytes >= KB) return `${Math.round(bytes / KB)} KB`
  return `${bytes} bytes`
}
