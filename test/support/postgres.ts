import pg from 'pg'

/** Copied for every test, with the schema in place. */
export const TEMPLATE = 'dose_template'

/** Runs one statement on the server's own database. */
export async function administer(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: `${url}/postgres` })
  client.on('error', () => undefined) // a server that stops says so to whoever asks next
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}
