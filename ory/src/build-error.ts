/** A binary cannot be had. The message is one sentence for the person at the keyboard and names the fix. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

export type Binary = 'kratos' | 'keto'

/** The variable that names a finished binary and so skips the build. */
export const binaryVariable = (binary: Binary) => (binary === 'kratos' ? 'VESTIBULE_KRATOS_BIN' : 'VESTIBULE_KETO_BIN')

const both = 'VESTIBULE_KRATOS_BIN and VESTIBULE_KETO_BIN'

const networkFailure =
  /dial tcp|no such host|i\/o timeout|proxyconnect|connection refused|connection reset|TLS handshake|server misbehaving|network is unreachable|unexpected EOF|: 40[347] |: 5\d\d |x509:|module lookup disabled|stream error/

/** What a failed `go` command says, turned into the sentence that names the fix. */
export function explainGoFailure(binary: Binary, output: string, cacheDir: string): BuildError {
  const variable = binaryVariable(binary)
  if (/no space left on device|ENOSPC|disk quota exceeded/i.test(output)) {
    return new BuildError(
      `The disk is full, so ${binary} could not be built: free about 3 GB (Go's own caches included), or move the cache with VESTIBULE_CACHE (now ${cacheDir}).`,
    )
  }
  if (/permission denied|read-only file system/i.test(output)) {
    return new BuildError(
      `Go may not write one of its folders while building ${binary} (${lastLine(output)}): make it writable, or point GOPATH and GOCACHE elsewhere.`,
    )
  }
  if (/checksum mismatch|SECURITY ERROR/.test(output)) {
    return new BuildError(
      `A downloaded module of ${binary} is not the one that go.sum names (${lastLine(output)}): check what GOPROXY points at, then run "go clean -modcache".`,
    )
  }
  if (networkFailure.test(output)) {
    return new BuildError(
      `Go could not download the modules of ${binary} (${lastLine(output)}): connect to the network or set GOPROXY to a mirror, or name a finished binary with ${variable}.`,
    )
  }
  if (/signal: killed|out of memory|cannot allocate memory/.test(output)) {
    return new BuildError(
      `The compiler ran out of memory while building ${binary}: give it about 2 GB, or name a finished binary with ${variable}.`,
    )
  }
  return new BuildError(
    `Building ${binary} failed (${lastLine(output)}): repair what Go reports, or name a finished binary with ${variable}.`,
  )
}

export const noGo = () =>
  new BuildError(
    `Go is not installed, and Kratos and Keto are built from source once: install Go 1.23.2 or newer (https://go.dev/dl), or name finished binaries with ${both}.`,
  )

export const oldGo = (found: string) =>
  new BuildError(`Go ${found} is too old: install Go 1.23.2 or newer (https://go.dev/dl), or name finished binaries with ${both}.`)

function lastLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim())
  const telling = lines.filter((line) => line !== '' && !line.startsWith('go: downloading') && !line.startsWith('#'))
  return (telling.at(-1) ?? 'it gave no reason').slice(0, 300)
}
