// Who is signing in, and nothing else. Kratos skips a hook whose body fails with "cancel"; guests come a hundred a second.
function(ctx)
  if ctx.identity.schema_id == 'guest' then error 'cancel' else {
    flowId: ctx.flow.id,
    identityId: ctx.identity.id,
  }
