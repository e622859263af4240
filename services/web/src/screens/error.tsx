import { queryOptions, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import * as z from 'zod/mini'
import { CardFrame } from '../frame/card-frame.tsx'
import { hasMessage, type MessageKey } from '../language/catalogue.ts'
import { useSpeech } from '../language/language.tsx'
import { CopyText } from '../parts/copy-text.tsx'
import { Notice } from '../parts/notice.tsx'

const route = getRouteApi('/error')

const KratosError = z.object({ id: z.string(), error: z.nullish(z.object({ code: z.nullish(z.number()), id: z.nullish(z.string()) })) })

/** Kratos' own sentences name internals, so only its stable ids choose ours. */
const errorQuery = (id: string | undefined) =>
  queryOptions({
    queryKey: ['kratos-error', id],
    enabled: id !== undefined,
    queryFn: async ({ signal }) => {
      const response = await fetch(`/self-service/errors?${new URLSearchParams({ id: id ?? '' })}`, {
        headers: { accept: 'application/json' },
        signal,
      })
      const parsed = KratosError.safeParse(await response.json().catch(() => null))
      return parsed.success ? (parsed.data.error ?? null) : null
    },
  })

/** Where Kratos sends a browser that it could not help. */
export function ErrorScreen() {
  const { t } = useSpeech()
  const { id } = route.useSearch()
  const { data } = useQuery(errorQuery(id))
  return (
    <CardFrame title={t('error.title')} below={<a href="/">{t('error.home')}</a>}>
      <Notice tone="bad">
        <p>{t(sentence(data?.id, data?.code))}</p>
        {id ? (
          <p>
            {t('error.reference')} <CopyText text={id} />
          </p>
        ) : null}
      </Notice>
      <Button type="primary" size="large" block href="/sign-in">
        {t('error.signIn')}
      </Button>
    </CardFrame>
  )
}

function sentence(id: string | null | undefined, code: number | null | undefined): MessageKey {
  const known = `error.${id ?? ''}`
  if (hasMessage(known)) return known
  if (code === 403) return 'error.security_csrf_violation'
  if (code === 404 || code === 410) return 'error.gone'
  return 'error.unknown'
}
