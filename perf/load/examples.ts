/** The lower half of `npm run load -- --help`. */
export const EXAMPLES = `
Workloads
  connect    tunnels set up and torn down
  echo       round trips through tunnels that stay open (512 bytes)
  download   bulk data to the client (16 MB)
  upload     bulk data to the origin, acknowledged by it (16 MB)
  idle       many silent tunnels: memory of the proxy for each of them (with --pid or --gateway)
  agents     the published sizing: each agent uploads 200 KB every 6 s
  mixed      a machine park over an hour, compressed: heartbeats, and bursts of log files at the full hour

The load brings its own origin (a server that answers). Allow the proxy to reach it: host localhost and the port that is
printed, or a fixed one with --origin 127.0.0.1:8443. Latency of paced runs (agents, mixed, --rate) counts from the time at
which an operation was due, not from when it could begin.

Examples
  a first look at a gateway of your own, which is started and stopped for it
    npm run load -- --gateway
  how many tunnels a second does a proxy open, 64 clients at a time?
    npm run load -- connect --proxy 127.0.0.1:8080 --origin 127.0.0.1:8443
  would 5,000 agents be served well? with a report to look at
    npm run load -- agents --agents 5000 --seconds 60 --gateway --html report.html
  a steady 200 round trips a second, with real TLS
    npm run load -- echo --rate 200 --tls real --gateway
  memory of a proxy that runs already
    npm run load -- idle --connections 2000 --proxy 127.0.0.1:3128 --origin 127.0.0.1:8443 --pid "$(cat proxy.pid)"
  proxy on another machine; first start the origin where the proxy can reach it: npm run origin -- --listen 10.0.0.5:443
    npm run load -- connect --allow-remote --proxy 10.0.0.9:8080 --origin none --target agent-test.example:443
  credentials for the proxy never stand on the command line
    OMS_GATEWAY_LOAD_CREDENTIALS=user:password npm run load -- connect --proxy 127.0.0.1:8080 --origin 127.0.0.1:8443
`;
