# The authorization server as a container: docker build -t pkjwt-server . && docker run -p 8080:8080 -v pkjwt:/data pkjwt-server
# It keeps everything in /data. Give --issuer with the URL that clients call; everything after the image's name goes to the server.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --ignore-scripts \
  && npm run build \
  && mkdir /packed \
  && npm pack --workspace pkjwt --workspace @pkjwt/server --pack-destination /packed

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /packed /packed
RUN npm install --omit=dev --omit=optional --no-audit --no-fund /packed/*.tgz \
  && rm -rf /packed \
  && mkdir /data \
  && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/node_modules/@pkjwt/server/dist/serve.cjs"]
CMD ["--host", "0.0.0.0", "--port", "8080", "--store", "/data/pkjwt.db", "--issuer", "http://localhost:8080"]
