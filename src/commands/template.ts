import { z } from 'zod'
import { copyOf, fileOf, standingOf } from '../edition/own-templates.ts'
import { DoseError } from '../errors.ts'
import { columns, command } from './command.ts'

export const list = command({
  name: 'template list',
  summary: 'List the templates of mails and pages, and how those of TEMPLATES_DIR stand to them.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps: { templates }, out }) {
    for (const name of Object.keys(templates.all).filter(isTemplate).toSorted())
      out({
        name,
        file: fileOf(name),
        own: name in templates.own ? standingOf(name, templates) : null,
      })
    return 0
  },
  show: columns('name', 'own'),
})

export const show = command({
  name: 'template show',
  summary: 'Print a shipped template, to be copied into TEMPLATES_DIR and changed there.',
  input: z.object({ name: z.string().describe('Name, such as mail or partials/mail-story') }),
  positional: ['name'],
  changes: false,
  async run({ name }, { deps: { templates }, out }) {
    const source = isTemplate(name) ? templates.shipped[name] : undefined
    if (source === undefined) throw new DoseError('NOT_FOUND', `template ${name}`)
    out({ name, source: copyOf(name, source) })
    return 0
  },
  show: ({ source }) => String(source).trimEnd(),
})

/** Scripts are ours alone: pages name them by what is in them. */
const isTemplate = (name: string): boolean => !name.endsWith('.js')
