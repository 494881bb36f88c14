/** Parameters of one statement are bounded, and so is what one failure costs. */
const ITEMS_MAX = 200

/**
 * Makes one statement of many calls: while a statement runs, what is asked for meanwhile waits and
 * goes together in the next, in the order of asking. Alone, a call goes at once. So many senders
 * share a commit, as a database lets many commits share one write to disk.
 *
 * @param run answers each item in its place; where it fails, all of its items fail.
 */
export function gather<Item, Answer>(
  run: (items: readonly Item[]) => Promise<readonly Answer[]>,
): (item: Item) => Promise<Answer> {
  type Waiting = { readonly item: Item } & PromiseWithResolvers<Answer>
  let waiting: Waiting[] = []
  let running = false

  const drain = async () => {
    running = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, ITEMS_MAX)
      waiting = waiting.slice(ITEMS_MAX)
      try {
        const answers = await run(batch.map(({ item }) => item))
        for (const [n, { resolve }] of batch.entries()) resolve(answers[n] as Answer)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    running = false
  }
  return (item) => {
    const asked = { item, ...Promise.withResolvers<Answer>() }
    waiting.push(asked)
    if (!running) void drain()
    return asked.promise
  }
}
