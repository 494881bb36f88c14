/** The fields of one group, by their names in lower case; of a name that comes twice the first. */
export type Fields = ReadonlyMap<string, string>

const TEXT_CHARS_MAX = 64_000
const GROUPS_MAX = 50

/**
 * Reads the machine part of a delivery or feedback report (RFC 3464 section 2.1, RFC 5965 section 3):
 * groups of header fields with an empty line between them.
 */
export function readFieldGroups(text: string): Fields[] {
  const groups = text
    .slice(0, TEXT_CHARS_MAX)
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n[ \t]*\n/, GROUPS_MAX)
  return groups.map(readFields).filter((fields) => fields.size > 0)
}

/** Header fields as they stand at the head of a message. */
export const readHead = (message: string): Fields => readFieldGroups(message)[0] ?? new Map()

function readFields(group: string): Fields {
  const fields = new Map<string, string>()
  for (const line of group.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const [, name = '', value = ''] = /^([!-9;-~]{1,80}):(.*)$/.exec(line) ?? []
    const key = name.toLowerCase()
    if (key !== '' && !fields.has(key)) fields.set(key, value.trim())
  }
  return fields
}
