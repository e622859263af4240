import { html, raw } from 'hono/html'
import { carriesCode, carriesLink, isNotice, type MailKind } from './kinds.ts'
import type { Locale } from './locale.ts'
import { type MessageKey, say } from './messages.ts'

export type MailContent = {
  readonly kind: MailKind
  readonly locale: Locale
  /** how the product is called */
  readonly product: string
  /** where the button leads */
  readonly link: string
  readonly code: string | null
  readonly expiresInMinutes: number | null
  readonly name: string | null
  /** When it happened, for what tells of something. */
  readonly occurredAt: Date | null
}

export type WrittenMail = { readonly subject: string; readonly text: string; readonly html: string }

type Parts = {
  readonly locale: Locale
  readonly product: string
  readonly link: string
  readonly subject: string
  readonly title: string
  readonly paragraphs: readonly string[]
  readonly code: { readonly label: string; readonly value: string } | null
  readonly small: readonly string[]
  readonly button: string
  readonly footer: string
}

/** The mail in the person's language, as HTML and as plain text with the same content. */
export async function writeMail(content: MailContent): Promise<WrittenMail> {
  const parts = partsOf(content)
  return { subject: parts.subject, text: asText(parts), html: await asHtml(parts) }
}

function partsOf({ kind, locale, product, link, code, expiresInMinutes, name, occurredAt }: MailContent): Parts {
  const greeted = greetableName(name)
  const values = {
    product: oneLine(product),
    code: code ?? '',
    name: greeted ?? '',
    minutes: expiresInMinutes ?? 0,
    hours: Math.ceil((expiresInMinutes ?? 0) / 60),
    time: occurredAt === null ? '' : moment(locale, occurredAt),
  }
  const common = (key: CommonKey) => say(locale, key, values)
  const shape = { locale, product: values.product, link, subject: say(locale, `${kind}.subject`, values), footer: common('common.footer') }
  if (isNotice(kind)) {
    return {
      ...shape,
      title: shape.subject,
      paragraphs: [say(locale, `${kind}.text`, values), ...(occurredAt === null ? [] : [common('common.when')])],
      code: null,
      small: [common(noticeEnds[kind]?.small ?? 'common.not-you-notice')],
      button: common(noticeEnds[kind]?.button ?? 'common.review'),
    }
  }
  const withCode = carriesCode(kind) && code !== null
  return {
    ...shape,
    title: kind === 'welcome' && greeted === null ? say(locale, 'welcome.title-nameless', values) : say(locale, `${kind}.title`, values),
    paragraphs: [say(locale, `${kind}.text`, values)],
    code: withCode ? { label: common('common.code-label'), value: code } : null,
    small: smallPrint(kind, withCode, expiresInMinutes).map(common),
    button: say(locale, `${kind}.button`, values),
  }
}

type CommonKey = Extract<MessageKey, `common.${string}`>

/** Where a person cannot just look at their settings. */
const noticeEnds: Partial<Record<MailKind, { readonly small?: CommonKey; readonly button: CommonKey }>> = {
  'deletion-done': { small: 'common.gone', button: 'common.open' },
  deactivated: { small: 'common.inactive', button: 'common.open' },
  'email-changed': { button: 'common.recover' },
}

function smallPrint(kind: MailKind, withCode: boolean, minutes: number | null): CommonKey[] {
  if (carriesLink(kind)) return minutes === null ? ['common.not-expected'] : ['common.link-expiry', 'common.not-expected']
  if (!withCode) return []
  return minutes === null ? ['common.not-you'] : ['common.expiry', 'common.not-you']
}

/** In UTC: where its reader is nobody knows. */
function moment(locale: Locale, at: Date): string {
  return `${new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)} UTC`
}

/** What people typed may hold line breaks, which a subject must not. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
}

/**
 * Anybody can register with somebody else's address and write an advertisement as their name: what looks like more than a
 * name is left out.
 */
export function greetableName(name: string | null): string | null {
  const line = oneLine(name ?? '')
  const looksLikeName = line !== '' && line.length <= 60 && !/[:/@\\<>]|www\.|\.\p{L}{2,}|\d{4}/iu.test(line)
  return looksLikeName ? line : null
}

function asText({ title, paragraphs, code, small, button, link, footer }: Parts): string {
  const blocks = [
    title,
    ...paragraphs,
    ...(code === null ? [] : [`${code.label}: ${code.value}`]),
    ...small,
    `${button}: ${link}`,
    `--\n${footer}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

// Mail programs know few style sheets: colours are inline for light, and overridden for dark where a program understands that.
const font = "font-family:Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const darkStyles = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #141821 !important; }
  .card { background: #1c212c !important; border-color: #343b49 !important; }
  .ink { color: #e8ebf1 !important; }
  .soft { color: #a8b0c0 !important; }
  .code { background: #141821 !important; border-color: #343b49 !important; color: #e8ebf1 !important; }
  .link { color: #7fb0ff !important; }
}
@media (max-width: 480px) { .card { padding: 24px !important; } }`

async function asHtml(parts: Parts): Promise<string> {
  const { locale, product, subject, title, paragraphs, code, small, button, link, footer } = parts
  const paragraph = (text: string) => html`<p class="ink" style="margin:0 0 16px;color:#1f2430;font-size:16px;line-height:24px">${text}</p>`
  const note = (text: string) => html`<p class="soft" style="margin:0 0 12px;color:#5b6475;font-size:14px;line-height:21px">${text}</p>`
  const page = html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${raw(darkStyles)}</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f4f6f9;${raw(font)}">
<div class="page" style="padding:32px 12px;background:#f4f6f9">
<div style="max-width:480px;margin:0 auto">
<p class="ink" style="margin:0 0 16px 4px;color:#1f2430;font-size:16px;line-height:24px;font-weight:600">${product}</p>
<div class="card" role="article" style="padding:32px;background:#ffffff;border:1px solid #dde2ea;border-radius:8px">
<h1 class="ink" style="margin:0 0 16px;color:#1f2430;font-size:20px;line-height:30px;font-weight:600">${title}</h1>
${paragraphs.map(paragraph)}
${code === null ? '' : codeBlock(code)}
<p style="margin:24px 0"><a href="${link}" style="display:inline-block;padding:10px 20px;background:#0958d9;border-radius:8px;color:#ffffff;font-size:16px;line-height:24px;font-weight:600;text-decoration:none">${button}</a></p>
${small.map(note)}
<p class="soft" style="margin:0;color:#5b6475;font-size:12px;line-height:18px;word-break:break-all"><a class="link" href="${link}" style="color:#0958d9">${link}</a></p>
</div>
<p class="soft" style="margin:16px 4px 0;color:#5b6475;font-size:12px;line-height:18px">${footer}</p>
</div>
</div>
</body>
</html>`
  return String(await page)
}

function codeBlock({ label, value }: { label: string; value: string }) {
  return html`<p class="soft" style="margin:0 0 4px;color:#5b6475;font-size:12px;line-height:18px">${label}</p>
<p class="code" style="margin:0;padding:16px;background:#f4f6f9;border:1px solid #dde2ea;border-radius:8px;color:#1f2430;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:28px;line-height:36px;font-weight:600;letter-spacing:4px;text-align:center;user-select:all">${value}</p>`
}
