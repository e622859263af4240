// Made from ory/keto/namespaces.ts by generate-model.ts: do not edit.
export const model = {
  User: {
    relations: {},
    permits: [],
  },
  Platform: {
    relations: {
      'admins': [{ namespace: 'User', relation: '' }],
    },
    permits: ['administer'],
  },
} as const

export const permissions = [
  { namespace: 'Platform', permit: 'administer' },
] as const
