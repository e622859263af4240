/**
 * What nginx itself answers: problem+json where programs ask, a small page without scripts where people look.
 *
 * Each status is one internal location per kind, and `error_page` picks the kind by a variable, because a request that
 * nginx cannot even parse never reaches a location of ours.
 */
import { block, map } from './text.ts'

type Answer = { status: number; code: string; title: string; english: string; dutch: string }

const BUSY = ['This is not available right now. Try again in a moment.', 'Dit is nu niet beschikbaar. Probeer het zo opnieuw.'] as const
const WRONG = ['This request could not be understood.', 'Dit verzoek is niet te begrijpen.'] as const

const answer = (status: number, code: string, title: string, [english, dutch]: readonly [string, string]): Answer => ({
  status,
  code,
  title,
  english,
  dutch,
})

const ANSWERS: readonly Answer[] = [
  answer(400, 'invalid-request', 'The request is not valid', WRONG),
  answer(403, 'forbidden', 'Not allowed', ['You may not see this page.', 'Je mag deze pagina niet zien.']),
  answer(404, 'route-not-found', 'There is nothing at this address', ['There is no page here.', 'Hier is geen pagina.']),
  answer(405, 'method-not-allowed', 'This address does not take that method', WRONG),
  answer(408, 'request-timeout', 'The request did not arrive in time', ['The request took too long.', 'Het verzoek duurde te lang.']),
  answer(411, 'length-required', 'The length of the body is missing', WRONG),
  answer(412, 'precondition-failed', 'The file has changed meanwhile', WRONG),
  answer(413, 'body-too-large', 'The body is too large', ['That is too large to send.', 'Dat is te groot om te sturen.']),
  answer(414, 'uri-too-long', 'The address is too long', ['This address is too long.', 'Dit adres is te lang.']),
  answer(416, 'range-not-satisfiable', 'That part of the file does not exist', WRONG),
  answer(421, 'misdirected-request', 'This is not the address of this site', [
    'This is not the address of this site.',
    'Dit is niet het adres van deze site.',
  ]),
  answer(429, 'too-many-requests', 'Too many requests', [
    'There were many requests in a short time. Wait a moment.',
    'Er waren veel verzoeken in korte tijd. Wacht even.',
  ]),
  answer(431, 'headers-too-large', 'The headers are too large', [
    'Your browser sends too much. Removing the cookies of this site helps.',
    'Je browser stuurt te veel mee. Cookies van deze site verwijderen helpt.',
  ]),
  answer(500, 'internal-error', 'Something went wrong on our side', BUSY),
  answer(501, 'not-implemented', 'That is not supported', WRONG),
  answer(502, 'service-unreachable', 'The service is not reachable', BUSY),
  answer(503, 'service-unavailable', 'The service is not available', BUSY),
  answer(504, 'service-timeout', 'The service did not answer in time', BUSY),
  answer(505, 'http-version-not-supported', 'That version of HTTP is not supported', WRONG),
]

/** Paths below which programs ask. */
const PROGRAM_PATHS = '(?:api|self-service|sessions|schemas|health|\\.well-known/ory)'

/**
 * `$answer_kind`: `problem`, or the language of a page. A browser that *navigates* into /self-service (a link in a mail,
 * the way back from an identity provider) has a person looking at it; all else there, and all of /api, is a program.
 */
export function answerMaps(): string[] {
  return [
    ...map('$http_accept_language', '$page_language', [
      ['default', 'en'],
      ['~*^nl', 'nl'],
    ]),
    // $request is there even when nginx could not make a path of it.
    ...map('"$http_sec_fetch_mode $request $uri"', '$answer_kind', [
      ['default', '$page_language'],
      ['~^navigate GET /self-service/', '$page_language'],
      [`~* (?:https?://[^/ ]*)?/+${PROGRAM_PATHS}(?:[/? ]|$)`, 'problem'],
    ]),
  ]
}

/** `error_page` for the given statuses, all by default; 494 (headers too large) and 497 (plain text on a TLS port) are nginx' own. */
export function errorPages(statuses: readonly number[] = ANSWERS.map(({ status }) => status)): string[] {
  const own = statuses.map((status) => `error_page ${status} /.vestibule/$answer_kind/${status};`)
  if (!statuses.includes(431)) return own
  return [...own, 'error_page 494 =431 /.vestibule/$answer_kind/431;', 'error_page 497 =400 /.vestibule/$answer_kind/400;']
}

/** The internal locations behind {@link errorPages}. */
export function errorLocations(publicUrl: string): string[] {
  return ANSWERS.flatMap((one) => [
    ...block(`location = /.vestibule/problem/${one.status}`, [
      'internal;',
      'default_type application/problem+json;',
      `return ${one.status} '${problem(one)}';`,
    ]),
    ...block(`location = /.vestibule/en/${one.status}`, pageLines(one.status, page(one, 'en', publicUrl))),
    ...block(`location = /.vestibule/nl/${one.status}`, pageLines(one.status, page(one, 'nl', publicUrl))),
  ])
}

const pageLines = (status: number, html: string) => [
  'internal;',
  'default_type text/html;',
  'charset utf-8;',
  `return ${status} '${html}';`,
]

const problem = ({ status, code, title }: Answer) =>
  `{"type":"urn:vestibule:problem:${code}","title":"${title}","status":${status},"code":"${code}","requestId":"$edge_request_id"}\\n`

/** At most 4 KiB: nginx reads no longer word in its configuration. */
function page({ status, english, dutch }: Answer, language: 'en' | 'nl', publicUrl: string): string {
  const [text, home, number] = language === 'en' ? [english, 'To the home page', 'Request'] : [dutch, 'Naar de startpagina', 'Verzoek']
  const style =
    ':root{color-scheme:light dark;background:Canvas;color:CanvasText;font:1rem/1.5 system-ui,sans-serif}body{margin:0;min-height:100vh;display:grid;place-items:center}' +
    'main{max-width:28rem;padding:2rem}h1{font-size:1.5rem;margin:0 0 1rem}p{margin:.5rem 0}small{opacity:.75;overflow-wrap:anywhere}'
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
    `<title>${text}</title><style>${style}</style></head><body><main><h1>${text}</h1>` +
    `<p><a href="${publicUrl}/">${home}</a></p><p><small>${number} $edge_request_id (${status})</small></p></main></body></html>\\n`
  )
}
