import { ownPath } from '../../address/return-to.ts'
import { useSpeech } from '../../language/language.tsx'
import type { Message, Node } from '../flow.ts'
import { secretsOf } from '../secrets.ts'
import { labelText, messageText } from '../texts.ts'
import style from './nodes.module.css'

/** Whatever is no input and not hidden: a link, a picture, a text. */
export function OtherNode({ node }: { node: Node }) {
  const { attributes } = node
  if (attributes.node_type === 'a') return <LinkNode node={node} href={attributes.href} />
  if (attributes.node_type === 'img') return <PictureNode node={node} src={attributes.src} />
  if (attributes.node_type === 'text') return <TextNode node={node} text={attributes.text} />
  return null
}

function LinkNode({ node, href }: { node: Node; href: string }) {
  const { language } = useSpeech()
  const path = ownPath(href, window.location.origin)
  return path === null ? null : <a href={path}>{labelText(language, node)}</a>
}

/** Only pictures that came inside the answer (a QR code): nothing is fetched. */
function PictureNode({ node, src }: { node: Node; src: string }) {
  const { language } = useSpeech()
  if (!/^data:image\/(png|jpeg|gif|svg\+xml);/.test(src)) return null
  return <img className={style['picture']} src={src} alt={labelText(language, node)} width={200} height={200} />
}

/** A text to read, or secrets to keep: an authenticator's key, recovery codes. */
function TextNode({ node, text }: { node: Node; text: Message }) {
  const { language } = useSpeech()
  const secret = text.context && ('secret' in text.context || 'secrets' in text.context)
  if (!secret) return <p>{messageText(language, text)}</p>
  return (
    <div>
      <p className={style['label']}>{labelText(language, node)}</p>
      <ul className={style['code']}>
        {secretsOf(text).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  )
}
