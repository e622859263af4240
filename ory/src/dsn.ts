/** The database address with pool bounds; both defaults, made of the number of processors, are too small. */
export function withPool(dsn: string, maxConnections: number): string {
  const url = new URL(dsn)
  const query = url.searchParams
  query.set('max_conns', String(maxConnections))
  // As many: with fewer, a burst opens connections and closes them again, and opening one costs more than the question.
  query.set('max_idle_conns', String(maxConnections))
  if (!query.has('max_conn_lifetime')) query.set('max_conn_lifetime', '30m')
  if (!query.has('max_conn_idle_time')) query.set('max_conn_idle_time', '5m')
  // Without it an unreachable database holds a request until the operating system gives up.
  if (!query.has('connect_timeout')) query.set('connect_timeout', '2')
  return url.href
}
