import { chmod, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildOry } from './build.ts'

// A `go` of our own stands for the real one: it answers `version`, and `build` writes a program that answers `version` too.
const program = '#!/bin/sh\necho "Version: v0"\n'
const goScript = (version: string, build: string) => `#!/bin/sh
case "$1" in
  version) echo "go version ${version} linux/amd64" ;;
  mod) exit 0 ;;
  build) echo built >> "$BUILDS"; ${build} ;;
esac
`
const succeed = `printf '%s' '${program}' > binary`

let folder: string
let cacheDir: string
let lines: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-build-'))
  cacheDir = join(folder, 'cache')
  lines = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function fakeGo(version = 'go1.25.1', build = succeed): Promise<Record<string, string>> {
  const bin = join(folder, 'bin')
  await mkdir(bin, { recursive: true })
  await writeExecutable(join(bin, 'go'), goScript(version, build))
  return { PATH: `${bin}:/usr/bin:/bin`, BUILDS: join(folder, 'builds') }
}

/** A PATH with a shell and without Go. */
async function withoutGo(): Promise<Record<string, string>> {
  const bin = join(folder, 'empty')
  await mkdir(bin, { recursive: true })
  for (const tool of ['sh', 'echo']) await symlink(`/bin/${tool}`, join(bin, tool))
  return { PATH: bin }
}

async function writeExecutable(path: string, text: string): Promise<string> {
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

const build = (env: Record<string, string>) => buildOry({ env, cacheDir, onProgress: (line) => void lines.push(line) })
const messageOf = (work: Promise<unknown>) => work.then(() => 'no error').catch((error: Error) => `${error.name}: ${error.message}`)
const kept = () => readdir(join(cacheDir, 'ory'))

describe('building Kratos and Keto', () => {
  it('says what it does and keeps both binaries, alone', async () => {
    const paths = await build(await fakeGo())
    expect((await kept()).sort()).toEqual([paths.keto, paths.kratos].map((path) => path.split('/').at(-1)).sort())
    for (const name of ['kratos v1.3.1', 'keto v0.14.0']) {
      expect(lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2))).toEqual([
        'building, once per machine; a minute or two',
        expect.stringMatching(/^built in \d+ s$/),
      ])
    }
  })

  it('builds once, also without Go the second time', async () => {
    const first = await build(await fakeGo())
    lines = []
    expect(await build(await fakeGo('go1.25.9', 'exit 1'))).toEqual(first)
    expect(await build(await withoutGo())).toEqual(first)
    expect(lines).toEqual([])
  })

  it('builds again for another line of Go', async () => {
    const first = await build(await fakeGo())
    expect((await build(await fakeGo('go1.26.0'))).kratos).not.toBe(first.kratos)
  })

  it('builds again what does not run', async () => {
    const env = await fakeGo()
    const { kratos } = await build(env)
    await writeFile(kratos, '')
    expect((await build(env)).kratos).toBe(kratos)
    expect(lines.filter((line) => line.startsWith('kratos v1.3.1: built'))).toHaveLength(2)
  })

  it('builds once for two clones at the same time', async () => {
    const env = await fakeGo('go1.25.1', `sleep 0.5; ${succeed}`)
    const [one, other] = await Promise.all([build(env), build(env)])
    expect(one).toEqual(other)
    expect(lines.filter((line) => line.includes(': built'))).toHaveLength(2)
    expect(lines.filter((line) => line.includes('another process is building it'))).toHaveLength(2)
  })

  it('takes over the lock of a killed build and leaves no lock behind', async () => {
    const env = await fakeGo()
    const { kratos } = await build(env)
    await rm(kratos)
    await writeFile(`${kratos}.lock`, '1 killed')
    await utimes(`${kratos}.lock`, 0, 0)
    await mkdir(`${kratos}.work-1-1`)
    await build(env)
    expect((await kept()).filter((name) => name.includes('.lock') || name.includes('.work'))).toEqual([])
  })

  it('leaves neither work nor lock behind when the build fails', async () => {
    await messageOf(build(await fakeGo('go1.25.1', 'exit 1')))
    expect(await kept()).toEqual([])
  })
})

describe('what stands in the way of a build', () => {
  it('is Go missing', async () => {
    expect(await messageOf(build(await withoutGo()))).toMatch(
      /^BuildError: Go is not installed.*install Go 1\.23\.2 or newer.*VESTIBULE_KRATOS_BIN/,
    )
  })

  it.each(['go1.22.12', 'go1.23.1', 'go1.9'])('is %s being too old', async (version) => {
    expect(await messageOf(build(await fakeGo(version)))).toMatch(/^BuildError: Go [\d.]+ is too old: install Go 1\.23\.2/)
  })

  it.each([
    ['no network', 'dial tcp: lookup modules.example.org: no such host', /could not download.*set GOPROXY to a mirror/],
    ['a mirror that refuses', 'reading https://mirror/x/@v/v1.zip: 403 Forbidden', /could not download/],
    ['a full disk', 'write /tmp/x: no space left on device', /disk is full.*VESTIBULE_CACHE/],
    ['too little memory', 'compile: signal: killed', /ran out of memory/],
    ['a folder of Go that may not be written', 'mkdir /go/pkg: permission denied', /may not write.*GOPATH/],
    ['a module that is not the pinned one', 'verifying x: checksum mismatch', /go\.sum.*GOPROXY/],
    ['anything else, named', 'main.go:1: no such thing', /failed \(main\.go:1: no such thing\)/],
  ])('is %s', async (_, output, expected) => {
    const message = await messageOf(build(await fakeGo('go1.25.1', `echo "${output}" >&2; exit 1`)))
    expect(message).toMatch(expected)
    expect(message).toMatch(/^BuildError: [^\n]+\.$/)
  })

  it('is a cache folder that is a file', async () => {
    await writeFile(cacheDir, '')
    expect(await messageOf(build(await fakeGo()))).toMatch(/^BuildError: The cache folder .* cannot be written.*VESTIBULE_CACHE/)
  })
})

describe('named binaries', () => {
  it('are used as they are, without Go', async () => {
    const [kratos, keto] = [await writeExecutable(join(folder, 'k'), program), await writeExecutable(join(folder, 't'), program)]
    expect(await build({ ...(await withoutGo()), VESTIBULE_KRATOS_BIN: kratos, VESTIBULE_KETO_BIN: keto })).toEqual({ kratos, keto })
  })

  it('are refused when one is of the newer release and the other is not', async () => {
    const newer = await writeExecutable(join(folder, 'k26'), '#!/bin/sh\necho "Version:    v26.2.0"\n')
    expect(await messageOf(build({ ...(await fakeGo()), VESTIBULE_KRATOS_BIN: newer }))).toMatch(
      /^BuildError: .*k26 is a newer release than .*name the matching keto with VESTIBULE_KETO_BIN\.$/,
    )
  })

  it.each([
    ['does not exist', async () => join(folder, 'none')],
    ['not a file', async () => folder],
    ['may not be executed', async () => writeFile(join(folder, 'plain'), program).then(() => join(folder, 'plain'))],
    ['does not work', () => writeExecutable(join(folder, 'wrong'), '#!/bin/sh\nexit 3\n')],
  ])('are refused when one %s', async (reason, path) => {
    const env = { ...(await fakeGo()), VESTIBULE_KRATOS_BIN: await path() }
    expect(await messageOf(build(env))).toMatch(new RegExp(`^BuildError: .*VESTIBULE_KRATOS_BIN names .*${reason}`))
  })
})
