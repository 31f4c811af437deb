/** A setting of ZooKeeper: how its value is read, and since which version it is there. */
export interface ZooKeeperSetting {
  readonly type: 'number' | 'flag' | 'path' | 'text' | 'choice' | 'secret' | 'list';
  readonly min?: number;
  readonly max?: number;
  readonly default?: string;
  readonly oneOf?: readonly string[];
  /** The first version that knows it; all of 3.7.0, 3.8 and 3.9 do without. */
  readonly since?: string;
  /** Whether a value of a wrong type stops the start; system properties take their default instead, or fail later. */
  readonly strict?: boolean;
  /** Changed by reconfiguration while the server runs. */
  readonly dynamic?: boolean;
  /** Obsolete, and why. */
  readonly deprecated?: string;
}

const number = (value?: string, min?: number, max?: number): ZooKeeperSetting => ({
  type: 'number',
  ...(value === undefined ? {} : { default: value }),
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
});
const strictNumber = (value?: string, min?: number, max?: number): ZooKeeperSetting => ({
  ...number(value, min, max),
  strict: true,
});
const strictFlag = (value: string): ZooKeeperSetting => ({ type: 'flag', default: value, strict: true });
const flag = (value?: string): ZooKeeperSetting => ({
  type: 'flag',
  ...(value === undefined ? {} : { default: value }),
});
const text: ZooKeeperSetting = { type: 'text' };
const path: ZooKeeperSetting = { type: 'path' };
const secret: ZooKeeperSetting = { type: 'secret' };

/** What `QuorumPeerConfig` reads by name. Ports and times end the start when they are no numbers. */
export const CONFIG_KEYS: Readonly<Record<string, ZooKeeperSetting>> = {
  dataDir: path,
  dataLogDir: path,
  dynamicConfigFile: path,
  oraclePath: { ...path, since: '3.7.0' },
  clientPort: { ...strictNumber(undefined, 0, 65535), dynamic: true },
  clientPortAddress: { ...text, dynamic: true },
  secureClientPort: { ...strictNumber(undefined, 1, 65535), dynamic: true },
  secureClientPortAddress: { ...text, dynamic: true },
  observerMasterPort: strictNumber(undefined, 0, 65535),
  clientPortListenBacklog: strictNumber('-1'),
  tickTime: strictNumber('3000', 1),
  initLimit: strictNumber(undefined, 1),
  syncLimit: strictNumber(undefined, 1),
  connectToLearnerMasterLimit: strictNumber('0'),
  maxClientCnxns: strictNumber('60', 0),
  minSessionTimeout: strictNumber('-1'),
  maxSessionTimeout: strictNumber('-1'),
  electionAlg: { ...strictNumber('3', 3, 3), deprecated: 'only 3 is left' },
  quorumListenOnAllIPs: strictFlag('false'),
  localSessionsEnabled: strictFlag('false'),
  localSessionsUpgradingEnabled: strictFlag('false'),
  standaloneEnabled: strictFlag('true'),
  reconfigEnabled: strictFlag('false'),
  syncEnabled: strictFlag('true'),
  sslQuorum: strictFlag('false'),
  portUnification: strictFlag('false'),
  sslQuorumReloadCertFiles: strictFlag('false'),
  peerType: { type: 'choice', oneOf: ['observer', 'participant'], default: 'participant', strict: true },
  'autopurge.snapRetainCount': strictNumber('3'),
  'autopurge.purgeInterval': strictNumber('0'),
  'quorum.auth.enableSasl': strictFlag('false'),
  'quorum.auth.learnerRequireSasl': strictFlag('false'),
  'quorum.auth.serverRequireSasl': strictFlag('false'),
  'quorum.auth.learner.saslLoginContext': text,
  'quorum.auth.server.saslLoginContext': text,
  'quorum.auth.kerberos.servicePrincipal': text,
  'quorum.cnxn.threads.size': strictNumber('20'),
  'jvm.pause.monitor': strictFlag('false'),
  'jvm.pause.sleep.time.ms': strictNumber('500', undefined, Number.MAX_SAFE_INTEGER),
  'jvm.pause.info-threshold.ms': strictNumber('1000', undefined, Number.MAX_SAFE_INTEGER),
  'jvm.pause.warn-threshold.ms': strictNumber('10000', undefined, Number.MAX_SAFE_INTEGER),
  'metricsProvider.className': text,
  'multiAddress.enabled': strictFlag('false'),
  'multiAddress.reachabilityCheckEnabled': strictFlag('true'),
  'multiAddress.reachabilityCheckTimeoutMs': strictNumber('1000'),
};

/** Every other key becomes the system property `zookeeper.KEY`; these are the ones that somebody reads. */
export const PROPERTY_KEYS: Readonly<Record<string, ZooKeeperSetting>> = {
  '4lw.commands.whitelist': { type: 'list', default: 'srvr' },
  'admin.enableServer': flag('true'),
  'admin.serverAddress': text,
  'admin.serverPort': number('8080', 0, 65535),
  'admin.commandURL': text,
  'admin.httpVersion': number('11'),
  'admin.idleTimeout': number('30000'),
  'admin.portUnification': flag('false'),
  'admin.forceHttps': { ...flag('false'), since: '3.8.0' },
  'admin.needClientAuth': { ...flag('false'), since: '3.9.0' },
  'admin.rateLimiterIntervalInMS': { ...number('300000'), since: '3.9.0' },
  'admin.restore.enabled': { ...flag('true'), since: '3.9.0' },
  'admin.snapshot.enabled': { ...flag('true'), since: '3.9.0' },
  'IPAuthenticationProvider.usexforwardedfor': { ...flag('false'), since: '3.9.0' },
  'client.certReload': { ...flag('false'), since: '3.9.0' },
  'serializeLastProcessedZxid.enabled': { ...flag('true'), since: '3.9.0' },
  'fips-mode': { ...flag(), since: '3.8.0' },
  'kerberos.minReLoginTimeMs': { ...number('60000'), since: '3.8.0' },
  'leader.closeSocketAsync': { ...flag('false'), since: '3.8.0' },
  'learner.asyncSending': { ...flag('false'), since: '3.7.0' },
  'learner.closeSocketAsync': { ...flag('false'), since: '3.7.0' },
  'netty.server.earlyDropSecureConnectionHandshakes': { ...flag('false'), since: '3.8.0' },
  forceSync: { type: 'choice', oneOf: ['yes', 'no'], default: 'yes' },
  skipACL: { type: 'choice', oneOf: ['yes', 'no'], default: 'no' },
  leaderServes: { type: 'choice', oneOf: ['yes', 'no'], default: 'yes' },
  serverCnxnFactory: text,
  ...Object.fromEntries(
    `snapCount preAllocSize globalOutstandingLimit commitLogCount snapSizeLimitInKb txnLogSizeLimitInKb cnxTimeout maxCnxns
    maxBatchSize maxWriteQueuePollTime flushDelay fsync.warningthresholdms snapshotSizeFactor largeRequestMaxBytes largeRequestThreshold
    maxResponseCacheSize maxGetChildrenResponseCacheSize bitHashCacheSize electionPortBindRetry quorumCnxnTimeoutMs controllerPort
    intBufferStartingSizeBytes nio.directBufferBytes nio.numSelectorThreads nio.numWorkerThreads nio.sessionlessCnxnTimeout nio.shutdownTimeout
    netty.server.outstandingHandshake.limit commitProcessor.maxCommitBatchSize commitProcessor.maxReadBatchSize commitProcessor.numWorkerThreads
    commitProcessor.shutdownTimeout connection_throttle_decrease_ratio connection_throttle_drop_decrease connection_throttle_drop_increase
    connection_throttle_fill_count connection_throttle_fill_time connection_throttle_freeze_time connection_throttle_global_session_weight
    connection_throttle_local_session_weight connection_throttle_renew_session_weight connection_throttle_tokens fastleader.maxNotificationInterval
    fastleader.minNotificationInterval leader.ackLoggingFrequency leader.maxConcurrentDiffSyncs leader.maxConcurrentSnapSyncs
    leader.maxTimeToWaitForEpoch leaderConnectDelayDuringRetryMs maxInProcessingDeadWatchers messageTracker.BufferSize observer.election.DelayMs
    observer.reconnectDelayMs observerMaster.sizeLimit pathStats.delay pathStats.initialDelay pathStats.maxDepth pathStats.sampleRate
    pathStats.slotCapacity pathStats.slotDuration pathStats.topPathMax request_throttle_max_requests request_throttle_stall_time
    request_throttler.shutdownTimeout throttled_op_wait_time watcherCleanIntervalInSeconds watcherCleanThreadsNum watcherCleanThreshold request.timeout`
      .split(/\s+/)
      .map((name) => [name, number()] as const),
  ),
  ...Object.fromEntries(
    `DigestAuthenticationProvider.enabled allowSaslFailedClients audit.enable client.portUnification client.secure clientTcpKeepAlive
    closeSessionTxn.enabled connection_throttle_weight_enabled datadir.autocreate db.autocreate digest.enabled emulate353TTLNodes
    enableEagerACLCheck enforce.auth.enabled enforceQuota extendedTypesEnabled follower.skipLearnerRequestToNextProcessor forceSnapshotSync
    forward_learner_requests_to_commit_processor_disabled kerberos.canonicalizeHostNames kerberos.removeHostFromPrincipal
    kerberos.removeRealmFromPrincipal letAnySaslUserDoX messageTracker.Enabled netty.advancedFlowControl.enabled observer.syncEnabled
    pathStats.enabled requireKerberosConfig request_stale_connection_check request_stale_latency_check request_throttle_drop_stale
    sessionRequireClientSASLAuth snapshot.trust.empty tcpKeepAlive jmx.log4j.disable sasl.client readonlymode.enabled`
      .split(/\s+/)
      .map((name) => [name, flag()] as const),
  ),
  ...Object.fromEntries(
    `DigestAuthenticationProvider.digestAlg X509AuthenticationProvider.superUser audit.impl.class ensembleAuthName enforce.auth.schemes
    kinit sasl.client.username sasl.clientconfig sasl.serverconfig security.auth_to_local server.principal server.realm superUser
    snapshot.compression.method watchManagerName ssl.authProvider requireClientAuthScheme clientCnxnSocket jaasLoginRenew`
      .split(/\s+/)
      .map((name) => [name, text] as const),
  ),
  'DigestAuthenticationProvider.superDigest': secret,
  'SASLAuthenticationProvider.superPassword': secret,
};

/** Families of keys, after which anything may follow. */
const FAMILIES = /^(?:authProvider|metricsProvider|group|weight|server)\./;
const TLS =
  /^ssl\.(?:quorum\.)?(?:keyStore|trustStore)\.(?:location|password|passwordPath|type)$|^ssl\.(?:quorum\.)?(?:hostnameVerification|clientHostnameVerification|crl|ocsp|protocol|enabledProtocols|ciphersuites|context\.supplier\.class|clientAuth|handshakeDetectionTimeoutMillis|reloadCertFiles|closeHandshakeOutputStreamTimeoutMs|sslProvider|tcnative\.ocsp)$/;

/** What a version knows about a key of zoo.cfg; a family of keys is text. */
export function zooKeeperSetting(key: string): ZooKeeperSetting | undefined {
  const name = key.startsWith('zookeeper.') ? key.slice('zookeeper.'.length) : key;
  for (const table of [CONFIG_KEYS, PROPERTY_KEYS]) if (Object.hasOwn(table, name)) return table[name];
  if (TLS.test(name)) return /location$|passwordPath$/.test(name) ? path : /password$/.test(name) ? secret : text;
  return FAMILIES.test(name) ? text : undefined;
}

/** Keys that only work as system properties of the JVM, not in zoo.cfg, since their names do not begin with `zookeeper.`. */
export const ONLY_SYSTEM_PROPERTIES: ReadonlySet<string> = new Set([
  'jute.maxbuffer',
  'java.security.auth.login.config',
  'javax.net.debug',
]);
