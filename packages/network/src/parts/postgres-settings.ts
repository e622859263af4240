/** Server settings for one machine: few processes and little memory; an idle cluster takes about 35 MB. */
export function postgresSettings(port: number, isTest: boolean): string[] {
  const lean = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=', // TCP with scram only: no path limit, no peer trust
    'max_connections=200',
    'shared_buffers=48MB',
    'huge_pages=off',
    'io_method=sync', // the default starts three worker processes
    'wal_level=minimal',
    'max_wal_senders=0',
    'max_logical_replication_workers=0',
    'max_parallel_workers=2',
    'autovacuum_max_workers=2',
    'work_mem=4MB',
    'maintenance_work_mem=32MB',
    'min_wal_size=80MB',
    'max_wal_size=512MB',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
    'log_checkpoints=off',
    'log_min_error_statement=panic', // statements may hold what people typed
    'log_error_verbosity=terse',
  ]
  // A test network is thrown away, so it need not survive a power cut.
  // Tests kill the server, never the machine: a commit that was answered must reach the kernel (so no synchronous_commit=off), not the disk.
  return isTest ? [...lean, 'fsync=off', 'full_page_writes=off'] : lean
}
