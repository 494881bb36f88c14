import { z } from 'zod'
import { fields } from '../route.ts'

/** Values of one name that a form may bring along. */
const VALUES_MAX = 1_000

type Property = { readonly type?: string }

/**
 * What a form brings, as an operation takes it: its boxes as yes or no, numbers as numbers, lists as
 * lists. What was left empty is left out.
 */
export function inputOfForm(schema: z.ZodType, form: unknown): Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Readonly<Record<string, Property>>
  }
  const input: Record<string, unknown> = {}
  for (const [name, { type }] of Object.entries(properties)) {
    const values = fields(form, name, VALUES_MAX).filter((value) => value !== '')
    if (values.length > 0) input[name] = typed(type, values)
  }
  return input
}

function typed(type: string | undefined, values: readonly string[]): unknown {
  const text = values.join(',')
  switch (type) {
    case 'array':
      return values
    case 'boolean':
      return text === 'yes'
    case 'number':
    case 'integer':
      return Number(text)
    default:
      return text
  }
}
