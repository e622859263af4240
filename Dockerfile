# All images of our own: --target service --build-arg SERVICE=users, --target proxy, --target setup.
ARG NODE_IMAGE=node:24-slim
ARG NGINX_IMAGE=nginx:1.30

# Only what npm needs to install, so that a change of code does not install again.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY . .
RUN mkdir /manifests \
 && find . -name node_modules -prune -o \( -name package.json -o -name package-lock.json -o -name .npmrc \) -print \
  | while read -r file; do mkdir -p "/manifests/$(dirname "$file")" && cp "$file" "/manifests/$file"; done

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY --from=manifests /manifests ./
# No scripts: nothing that is built here needs one, and a dependency's would run as root.
RUN --mount=type=cache,target=/npm-cache npm ci --cache /npm-cache --ignore-scripts --no-audit --no-fund
COPY . .
RUN node packages/network/src/cli/main.ts build \
 && node packages/network/src/compose/bundle-setup.ts

# One service: its bundle and its migrations, nothing else.
FROM ${NODE_IMAGE} AS service
ARG SERVICE
ENV NODE_ENV=production
WORKDIR /app
RUN printf '{"type":"module"}\n' > package.json
COPY --from=build /src/services/${SERVICE}/dist ./dist
USER node
CMD ["node", "dist/main.js"]

# The one origin: nginx with the web app; its configuration comes from set-up.
FROM ${NGINX_IMAGE} AS proxy
RUN rm -rf /etc/nginx/conf.d /usr/share/nginx/html /docker-entrypoint.d
COPY --from=build /src/services/web/dist /srv/web
USER nginx
ENTRYPOINT []
CMD ["nginx", "-p", "/etc/vestibule", "-c", "/etc/vestibule/nginx.conf", "-e", "stderr", "-g", "daemon off;"]

# One-shot jobs: secrets, configuration, databases, the first administrator.
FROM ${NODE_IMAGE} AS setup
ARG VOLUMES=secrets
ENV NODE_ENV=production
WORKDIR /app
RUN printf '{"type":"module"}\n' > package.json \
 && for volume in ${VOLUMES}; do install -d -o node -g node "/vestibule/${volume}"; done
COPY --from=build /src/packages/network/dist/setup ./
USER node
ENTRYPOINT ["node", "dist/main.js"]
CMD ["files"]
