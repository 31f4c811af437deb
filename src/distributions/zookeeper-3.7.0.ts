import { type Distribution, readJars } from './distribution.ts';

/** The jars of `lib/`, without the Prometheus metrics provider, which Maven Central does not carry for this version. */
const jars = readJars(`
5ad94fbb2642df695892c4d6e2ab4c319821e5f9bfb7b920f1378de4f611417c com.fasterxml.jackson.core:jackson-annotations:2.10.5
2656010d1e921ac69b76fc7e0c0f5a6b14aca62fa9603e78831e6148eb7c77ba com.fasterxml.jackson.core:jackson-core:2.10.5
f93db83891a53e8d268e2cc8fcd88ead2981edc2163e35c2a52c88d9ab57b4a0 com.fasterxml.jackson.core:jackson-databind:2.10.5.1
fd3c7c9545a9cdb2051d1f9155c4f76b1e4ac5a57304404a6eedb578ffba7328 commons-cli:commons-cli:1.4
cec34936faa625039f4e46123eccaa10a9eb9d9a40c6075830cd81330e259cf9 io.dropwizard.metrics:metrics-core:4.1.12.1
6a1b3b6b12a5686df8ef6780211c42fe5a4a5ad0cbf779ff5216d826b2e77564 io.netty:netty-buffer:4.1.59.Final
7f65a27aed141fef0e1601dc6e7172f0d337ca5bdce0162b60a5b07be4929547 io.netty:netty-codec:4.1.59.Final
f7f4e5b9e8cb6db6ddfee42505f4b7f5facbcbd3a7b7067abd9db49925189a75 io.netty:netty-common:4.1.59.Final
86a191b9fe80ba6af8f670db8c04b84bcf74e9b6a8001d74020668579bf966db io.netty:netty-handler:4.1.59.Final
64528c663a0d39102020a4ea0cd9b809b29ddd03592840874ea6c3e8345f5619 io.netty:netty-resolver:4.1.59.Final
d394a821ff9555816ff6e3b752bcc82b5a0818291e979eb183296379fa29e1db io.netty:netty-transport-native-epoll:4.1.59.Final
77de650a8caceb9479ccc35444ca087671292df0552d6edf7d9ae5f40e0551ce io.netty:netty-transport-native-unix-common:4.1.59.Final
59b7b84be412683a26cfaa4c85b01ff5c5aeb38f07baeabbd8ca98f6e8b0715e io.netty:netty-transport:4.1.59.Final
af456b2dd41c4e82cf54f3e743bc678973d9fe35bd4d3071fa05c7e5333b8482 javax.servlet:javax.servlet-api:3.1.0
97d1acaac82409be42e622d7a54d3ae9d08517e8aefdea3d2ba9791150c2f02d jline:jline:2.14.6
1d31696445697720527091754369082a6651bd49781b6005deb94e56753406f9 log4j:log4j:1.2.17
ffb101fc066360ff3c77457c927fd7967fb096a6ee9e046ab7071447d8208efc org.apache.yetus:audience-annotations:0.12.0
e1c2ecf7b359019ca1541ad56195181e086ff2ab95613ad46208ccd6698f951b org.apache.zookeeper:zookeeper-jute:3.7.0
42d01015a7e916c2399cd708a37c5e99e6c7d57e2bf116164b871abf5218e544 org.apache.zookeeper:zookeeper:3.7.0
3c15c7fc72e4b690d40664a6e5b7cf3b94b66ea912d134ab3fbeb04f38a118f4 org.eclipse.jetty:jetty-http:9.4.38.v20210224
5f71e212d4ecc995a7e0d6210191ff6da72b2fbefe5403cd46ab965079f7e13e org.eclipse.jetty:jetty-io:9.4.38.v20210224
a9d26b9010fc927009e32bc92973391a28fa3b1e3c70b6789792e9d9fa3a77d9 org.eclipse.jetty:jetty-security:9.4.38.v20210224
29e31b7d79566cd61e0a2a8b6cb8379d228519dfdd29dc6b7ebe6de5f350a2e6 org.eclipse.jetty:jetty-server:9.4.38.v20210224
5237180e530ae1f17077fdff7924c7969b5b2d11d0c490058643d0208d3db83b org.eclipse.jetty:jetty-servlet:9.4.38.v20210224
5650f33dbda0a18889c469478ce2778ed81b44a2ab7c42c8720ce6d9c3f61ffa org.eclipse.jetty:jetty-util-ajax:9.4.38.v20210224
22a86fb10e6223e9ca3f8abfb71bfec8e1b55183dd886c09653bc5b6c6ebf102 org.eclipse.jetty:jetty-util:9.4.38.v20210224
cdba07964d1bb40a0761485c6b1e8c2f8fd9eb1d19c53928ac0d7f9510105c57 org.slf4j:slf4j-api:1.7.30
4d41e01c40caf8a6c74add2b073055d8a4ce1c30e58154177b13f12d78abbe7b org.slf4j:slf4j-log4j12:1.7.30
4e3a4e5cababf1a19c2b5f1acd200c1b0e33703acf7dc580019ce26c7e79d048 org.xerial.snappy:snappy-java:1.1.7.7
`);

export const zookeeper370: Distribution = {
  product: 'zookeeper',
  version: '3.7.0',
  fileName: 'apache-zookeeper-3.7.0-bin.tar.gz',
  topFolder: 'apache-zookeeper-3.7.0-bin',
  mirrorPath: 'zookeeper/zookeeper-3.7.0/apache-zookeeper-3.7.0-bin.tar.gz',
  java: { oldest: 8, newest: 17, tested: [8, 11, 12] },
  released: '2021-03-27',
  mode: 'zookeeper',
  logging: 'log4j1',
  jars,
  tools: [],
};
