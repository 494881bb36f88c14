/** A button that runs a command with these inputs; see act.ts for what happens then. */
export type Action = {
  readonly url: string
  readonly label: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  /** Said to those who do not see where the button stands. */
  readonly hint: string
}

/** A button below a list, which runs a command for every row that is ticked. */
export type BulkAction = {
  readonly url: string
  readonly label: string
  /** The inputs, packed into the value of the button: all buttons of a list share one form. */
  readonly packed: string
  /** An input that is typed beside the button. */
  readonly ask: { readonly name: string; readonly hint: string } | null
}

type Inputs = Readonly<Record<string, string>>

/** Makes the buttons of a page; `null`, or none, where the visitor may not run the command. */
export type Actions = {
  may(command: string): boolean
  /** @param command `noun verb` */
  button(command: string, label: string, inputs: Inputs, hint?: string): Action | null
  /** @param each the input that takes the id of a ticked row */
  bulk(
    command: string,
    label: string,
    each: string,
    inputs: Inputs,
    ask?: BulkAction['ask'],
  ): readonly BulkAction[]
}

/** @param may whether the visitor may run a command */
export const createActions = (may: Actions['may']): Actions => ({
  may,
  button(command, label, inputs, hint = '') {
    if (!may(command)) return null
    const fields = Object.entries(inputs).map(([name, value]) => ({ name, value }))
    return { url: actUrl(command), label, hint, fields }
  },
  bulk(command, label, each, inputs, ask = null) {
    if (!may(command)) return []
    const packed = new URLSearchParams({ ...inputs, _each: each, ...(ask && { _ask: ask.name }) })
    return [{ url: actUrl(command), label, packed: packed.toString(), ask }]
  },
})

/** The inputs of the button that was pressed, where several share a form; else the form as it is. */
export function unpackForm(form: unknown): Readonly<Record<string, unknown>> {
  const all = (form ?? {}) as Readonly<Record<string, unknown>>
  if (typeof all._with !== 'string') return all
  const { _ask: asked, ...inputs } = Object.fromEntries(new URLSearchParams(all._with))
  return { ...inputs, _ids: all._ids, ...(asked && { [asked]: all[`_ask_${asked}`] }) }
}

export const actUrl = (command: string): string => `/admin/do/${command.replaceAll(' ', '/')}`
